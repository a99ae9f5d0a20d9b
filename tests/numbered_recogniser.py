"""The script of the server that understands numbered sound."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from captioner.streaming import SAMPLE_RATE
from tests.deepgram import Connection
from tests.deepgram_messages import Message
from tests.numbered_ear import Ear

Style = Callable[[Message | None], Iterable[Message | str | bytes]]
"""Says a message in its own way, or later; None = the end, and nothing may be kept back any longer."""


def plainly(message: Message | None) -> Iterable[Message | str | bytes]:
    """As Deepgram says it."""
    return () if message is None else (message,)


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A script for `DeepgramServer`: says the numbers it hears on one connection.

    `delay`: how many seconds of sound it lags behind. `blur`: see `Ear`. `style` makes a way of saying for
    each connection. `is_deaf_to`: messages of the client that it does not answer. `keeps`: see `Record`.
    """

    delay: float = 0.0
    blur: float = 0.0
    style: Callable[[], Style] = lambda: plainly
    is_deaf_to: frozenset[str] = frozenset()
    keeps: bool = False

    async def __call__(self, connection: Connection) -> None:
        connection.keeps = self.keeps
        connection.listener = _Conversation(connection, self).take


class _Conversation:
    """A recogniser at work on one connection."""

    def __init__(self, connection: Connection, recogniser: Recogniser) -> None:
        self._connection = connection
        self._is_deaf_to = recogniser.is_deaf_to
        self._say = recogniser.style()
        self._width = int(connection.option("channels", "1"))
        self._ears = [
            Ear(
                channel,
                connection.channels,
                connection.request_id,
                lag=round(recogniser.delay * SAMPLE_RATE),
                blur=recogniser.blur,
                interims=connection.option("interim_results") == "true",
            )
            for channel in range(connection.channels)
        ]

    async def take(self, content: bytes | Message | str) -> None:
        """Sound, or a message."""
        if isinstance(content, bytes):
            self._listen(content)
            await self._speak(message for ear in self._ears for message in ear.say())
            return
        kind = content.get("type") if isinstance(content, dict) else None
        if kind in self._is_deaf_to:
            return
        if kind == "Finalize":
            await self._speak(message for ear in self._ears for message in ear.settle(from_finalize=True))
        elif kind == "Configure":
            await self._connection.configure_success()
        elif kind == "CloseStream":
            await self._speak(message for ear in self._ears for message in ear.end())
            for said in self._say(None):
                await self._send(said)
            await self._connection.metadata()
            await self._connection.close(1000)

    def _listen(self, data: bytes) -> None:
        whole = len(data) - len(data) % (2 * self._width)
        sound = np.frombuffer(data[:whole], "<i2").reshape(-1, self._width)
        for channel, ear in enumerate(self._ears):
            ear.add(np.ascontiguousarray(sound[:, channel]))

    async def _speak(self, messages: Iterator[Message]) -> None:
        for message in messages:
            for said in self._say(message):
                await self._send(said)

    async def _send(self, said: Message | str | bytes) -> None:
        if isinstance(said, dict):
            await self._connection.say(said)
        else:
            await self._connection.raw(said)

"""What one client sent to the scripted server, and waiting for it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from tests.deepgram_handshake import Handshake
from tests.deepgram_messages import Message
from tests.deepgram_rules import Rules

BYTES_PER_SAMPLE = {"linear16": 2, "linear32": 4, "mulaw": 1, "alaw": 1}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that came in: sound, a JSON message, or text that is neither."""

    at: float
    content: bytes | Message | str


class Record:
    """What one client sent. All times are seconds of the loop's clock.

    `keeps = False`: nothing of it is kept, for conversations of hours. `harmed_at`: when the server last did
    to it what no server should. `rules`: what the client did that it must not do.
    """

    def __init__(self, handshake: Handshake, speed: float = 1.0) -> None:
        self._loop = asyncio.get_running_loop()
        self._bells: list[asyncio.Future[None]] = []
        self._returned: dict[str, int] = {}
        self._audio_bytes = 0
        self.handshake = handshake
        self.path, self.query, self.headers = handshake.path, handshake.query, handshake.headers
        self.request_id = handshake.request_id
        self.opened_at = self.heard_at = self._loop.time()
        self.keeps = True
        self.log: list[Entry] = []
        self.harmed_at: float | None = None
        width = self._width
        rate = int(self.option("sample_rate", "16000")) * width
        self.rules = Rules(self.opened_at, rate or None, width, speed)
        self.closed_at: float | None = None
        self.closed_code: int | None = None
        self.closed_reason: str | None = None
        self.script: asyncio.Task[None] | None = None
        self.script_is_idle = asyncio.Event()

    @property
    def audio(self) -> bytes:
        """All the sound, in one piece."""
        return b"".join(frame for _at, frame in self.audio_frames)

    @property
    def audio_frames(self) -> list[tuple[float, bytes]]:
        """When each binary frame came, and what was in it."""
        return [(entry.at, entry.content) for entry in self.log if isinstance(entry.content, bytes)]

    @property
    def messages(self) -> list[Message]:
        """The JSON messages, in order."""
        return [entry.content for entry in self.log if isinstance(entry.content, dict)]

    @property
    def seconds(self) -> float:
        """How much sound came, by the declared encoding (16 kHz mono linear16 where none is declared)."""
        rate = int(self.option("sample_rate", "16000")) * int(self.option("channels", "1"))
        return self._audio_bytes / (rate * BYTES_PER_SAMPLE.get(self.option("encoding", "linear16"), 2))

    @property
    def _width(self) -> int:
        """Bytes of a sample of all channels; 0 where they vary."""
        return BYTES_PER_SAMPLE.get(self.option("encoding"), 0) * int(self.option("channels", "1"))

    @property
    def channels(self) -> int:
        """How many channels are transcribed apart."""
        return int(self.option("channels", "1")) if self.option("multichannel") == "true" else 1

    def option(self, name: str, default: str = "") -> str:
        """One query parameter."""
        return self.query.get(name, [default])[-1]

    def hear(self, content: bytes | Message | str) -> bool:
        """Note what came in and wake who waited for it; whether anybody did."""
        self.heard_at = self._loop.time()
        self.rules.hear(self.heard_at, content)
        if self.keeps:
            self.log.append(Entry(self.heard_at, content))
        if isinstance(content, bytes):
            self._audio_bytes += len(content)
        return self._ring()

    async def wait_audio(self, seconds: float) -> None:
        """Until that much sound has come in all."""
        await self._until(lambda: self.seconds >= seconds - 1e-9, f"{seconds:g} s of sound")

    def harm(self) -> None:
        """Note that from now on the server fails this client."""
        self.harmed_at = self._loop.time()

    async def wait_message(self, kind: str) -> Message:
        """The next message of this type; each is returned once, also those that came before the call."""
        taken = self._returned.get(kind, 0)
        self._returned[kind] = taken + 1
        await self._until(lambda: len(self._of(kind)) > taken, kind)
        return self._of(kind)[taken]

    async def wait_closed(self) -> None:
        """Until the connection is over, whoever ended it."""
        while self.closed_at is None:
            await self._next_bell()

    def _of(self, kind: str) -> list[Message]:
        return [message for message in self.messages if message.get("type") == kind]

    async def _until(self, is_true: Callable[[], bool], what: str) -> None:
        while not is_true():
            if self.closed_at is not None:
                raise ConnectionError(f"the connection ended before {what} came")
            await self._next_bell()

    async def _next_bell(self) -> None:
        bell = self._loop.create_future()
        self._bells.append(bell)
        if asyncio.current_task() is not self.script:
            return await bell
        self.script_is_idle.set()
        await bell
        self.script_is_idle.clear()

    def _ring(self) -> bool:
        bells, self._bells = self._bells, []
        for bell in bells:
            if not bell.done():
                bell.set_result(None)
        return bool(bells)

    def hear_end(self, code: int | None, reason: str | None) -> None:
        """Note that the connection is over."""
        self.closed_at, self.closed_code, self.closed_reason = self._loop.time(), code, reason
        self.rules.end(self.closed_at)
        self._ring()

"""A second engine for numbered sound, of the local one's kind: lines with holes between, no word times."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from captioner.streaming import SAMPLE_RATE, AudioFrame, StreamingOptions
from captioner.streaming.engines.engine import Capabilities, LinkMessage, Progress
from captioner.streaming.events import SpeechStartedEvent, TranscriptEvent, UtteranceEndEvent
from captioner.streaming.frames import Sound
from tests.numbered import HALF, runs, word
from tests.numbered_ear import Heard

START_SECONDS = 0.8
"""Until the engine is loaded."""

COST = 0.1
"""Seconds that a second of sound takes."""

UPDATE = SAMPLE_RATE // 2
"""Sound between two updates."""

PAUSE = SAMPLE_RATE // 2
"""Silence that ends a line."""

LONGEST = 8 * SAMPLE_RATE
"""A line as long as this is cut."""

LAG = 1.0
"""Seconds of sound that may still become part of a line."""


class NumberedEngine:
    """Says the numbers it is given; `links` are its conversations so far."""

    def __init__(self) -> None:
        self.capabilities = Capabilities(
            "local", finals_tile=False, languages=frozenset({"en"}), max_channels=2, options=frozenset()
        )
        self.links: list[NumberedLink] = []

    async def connect(self, options: StreamingOptions) -> "NumberedLink":
        """Load, then listen."""
        await asyncio.sleep(START_SECONDS)
        self.links.append(NumberedLink(options.speech_channels))
        return self.links[-1]


class NumberedLink:
    """One conversation."""

    request_id = None

    def __init__(self, channels: int) -> None:
        self._said: asyncio.Queue[LinkMessage | None] = asyncio.Queue()
        self._lines = [_Lines(channel) for channel in range(channels)]
        self.is_closed = False

    async def send(self, sound: Sound) -> None:
        assert isinstance(sound, AudioFrame)
        await asyncio.sleep(COST * sound.duration)
        for channel, lines in enumerate(self._lines):
            self._say(lines.add(sound.samples[:, channel]))

    async def finalize(self) -> None:
        """End the open lines."""
        for lines in self._lines:
            self._say(lines.settle())

    async def keep_alive(self) -> None:
        """It waits as long as it takes."""

    async def configure(self, keyterms: Sequence[str] | None, features: Mapping[str, bool]) -> None:
        """It knows no key terms."""

    async def finish(self) -> None:
        await self.finalize()
        self._said.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[LinkMessage]:
        while (message := await self._said.get()) is not None:
            yield message

    async def close(self) -> None:
        self.is_closed = True

    def _say(self, messages: Sequence[LinkMessage]) -> None:
        for message in messages:
            self._said.put_nowait(message)


class _Lines:
    """One channel."""

    def __init__(self, channel: int) -> None:
        self._channel = channel
        self._heard = self._updated = 0
        self._open: Heard | None = None
        self._words: list[Heard] = []  # of the open line
        self._settled = 0.0
        self._count = 0

    def add(self, sound: NDArray[np.int16]) -> list[LinkMessage]:
        """Take in sound; what there is to say then."""
        said: list[LinkMessage] = []
        for number, length in runs(np.ascontiguousarray(sound)):
            start, self._heard = self._heard, self._heard + length
            if number and self._open and self._open.number == number:
                self._open.end = self._heard
            elif number:
                said += self._cut(start)
                self._open = Heard(number, start, self._heard)
                self._words.append(self._open)
            else:
                self._open = None
        if self._words and self._heard - self._words[-1].end >= PAUSE:
            said += self._close("pause")
        if self._heard - self._updated >= UPDATE:
            self._updated = self._heard
            said += self._update()
        return said

    def settle(self) -> list[LinkMessage]:
        """End the open line; all that was heard is settled."""
        said = self._close("finish") if self._words else []
        self._settled = self._heard / SAMPLE_RATE
        return [*said, Progress(self._channel, self._settled, self._settled)]

    def _cut(self, at: int) -> list[LinkMessage]:
        is_long = self._words and at - self._words[0].start >= LONGEST
        return self._close("limit") if is_long else []

    def _update(self) -> list[LinkMessage]:
        heard = self._heard / SAMPLE_RATE
        open_from = self._words[0].start / SAMPLE_RATE if self._words else heard
        self._settled = max(self._settled, open_from - LAG)
        interim = [self._line(is_final=False)] if self._told() else []
        return [*interim, Progress(self._channel, heard, self._settled)]

    def _close(self, cause: str) -> list[LinkMessage]:
        said: list[LinkMessage] = []
        if self._told():
            line = self._line(is_final=True, paused=cause == "pause")
            ended: LinkMessage = UtteranceEndEvent(line.end, "pause", self._channel)
            said = [SpeechStartedEvent(line.start, self._channel), line, ended]
            self._settled = max(self._settled, line.end)
            self._count += 1
        self._words.clear()
        return said

    def _told(self) -> list[Heard]:
        return [heard for heard in self._words if heard.is_told(self._heard, HALF)]

    def _line(self, *, is_final: bool, paused: bool = False) -> TranscriptEvent:
        told = self._told()
        return TranscriptEvent(
            f"{self._channel}/{self._count}",
            0,
            " ".join(word(heard.number) for heard in told),
            told[0].start / SAMPLE_RATE,
            told[-1].end / SAMPLE_RATE,
            is_final=is_final,
            speech_final=paused,
            channel_index=self._channel,
            languages=("en",),
        )

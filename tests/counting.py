"""An engine that reads numbers out of the sound, so that a lost word is a missing number.

Every 100 ms of the sound carry a number in each of their samples; the engine says it as a word.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from captioner.streaming import AudioFrame, StreamEvent, StreamingOptions
from captioner.streaming.engines.engine import Capabilities, LinkLost, LinkMessage, Progress
from captioner.streaming.frames import SAMPLE_RATE, Sound
from captioner.streaming.words import Word

STEP = SAMPLE_RATE // 10


def numbered(number: int) -> AudioFrame:
    """The 100 ms that carry `number`; 0 is silence."""
    return AudioFrame(number * STEP, np.full((STEP, 1), number, np.int16))


@dataclass(frozen=True, slots=True)
class Life:
    """What becomes of one connection: `refused` at once, lost after `seconds` of sound (or of real time,
    `lives`), without a word behind `mute_after` seconds of sound."""

    refused: Exception | None = None
    seconds: float = float("inf")
    lives: float = float("inf")
    mute_after: float = float("inf")
    stalls: float = 0.0


class CountingEngine:
    """Its connections live as `lives` says; the last one stands for all further ones.

    `tiles`: finals of two seconds with word times, as Deepgram's; otherwise lines without word times that end
    with the last word of every two seconds, as the embedded engine's.
    """

    def __init__(self, *lives: Life, name: str = "counting", tiles: bool = True) -> None:
        self._lives = lives or (Life(),)
        self.tiles = tiles
        self.tries = 0
        self.links: list[CountingLink] = []
        self.capabilities = Capabilities(
            name,
            finals_tile=tiles,
            languages=None,
            max_channels=1,
            word_times=tiles,
            max_rate=1.2 if tiles else None,
            answers_within=12.0 if tiles else None,
        )

    async def connect(self, options: StreamingOptions) -> "CountingLink":
        life = self._lives[min(self.tries, len(self._lives) - 1)]
        self.tries += 1
        await asyncio.sleep(0.1 + life.stalls)
        if life.refused:
            raise life.refused
        self.links.append(CountingLink(life, tiles=self.tiles))
        return self.links[-1]


class CountingLink:
    """One conversation. `fed`: when how much sound came, in seconds."""

    request_id = None

    def __init__(self, life: Life, *, tiles: bool) -> None:
        self._life = life
        self._tiles = tiles
        self._said: asyncio.Queue[LinkMessage | LinkLost | None] = asyncio.Queue()
        self._sound: list[int] = []
        self._final = 0
        self._loop = asyncio.get_running_loop()
        self._dies = self._loop.call_later(life.lives, self._die) if life.lives != float("inf") else None
        self.opened_at = self._loop.time()
        self.fed: list[tuple[float, float]] = []
        self.is_closed = False

    @property
    def seconds(self) -> float:
        """How much sound came."""
        return len(self._sound) / SAMPLE_RATE

    @property
    def rate(self) -> float:
        """How many times real time it was fed at most, after a burst of a second."""
        return max(
            ((fed - 1.0) / (at - self.opened_at) for at, fed in self.fed if at > self.opened_at + 1),
            default=0.0,
        )

    async def send(self, sound: Sound) -> None:
        assert isinstance(sound, AudioFrame)
        assert not self.is_closed
        self._sound += sound.samples[:, 0].tolist()
        self.fed.append((self._loop.time(), self.seconds))
        if self.seconds >= self._life.seconds:
            self._die()
            raise LinkLost("cut")
        if self.seconds > self._life.mute_after:
            return
        if len(self._sound) - self._final >= 2 * SAMPLE_RATE:
            self._settle()
        elif len(self._sound) % (SAMPLE_RATE // 2) == 0:
            self._say(len(self._sound), final=False)

    def _die(self) -> None:
        self._said.put_nowait(LinkLost("cut", 1011))

    def _settle(self) -> None:
        end = self._final + 2 * SAMPLE_RATE if len(self._sound) > self._final + 2 * SAMPLE_RATE else None
        self._say(end or len(self._sound), final=True)
        self._final = end or len(self._sound)

    def _say(self, end: int, *, final: bool) -> None:
        words: list[Word] = []
        at = self._final
        while at < end:
            number, start = self._sound[at], at
            while at < end and self._sound[at] == number:
                at += 1
            if number and (at - start) * 2 > STEP:  # half a number nobody understands
                words.append(
                    Word(str(number), str(number), start / SAMPLE_RATE, at / SAMPLE_RATE, 0.9, None, None)
                )
        start, stop = self._final / SAMPLE_RATE, end / SAMPLE_RATE
        text = " ".join(word.word for word in words)
        if self._tiles or text:
            shown = tuple(words) if self._tiles else ()
            self._said.put_nowait(
                StreamEvent.Transcript(f"{self._final}", 0, text, start, stop, final, words=shown)
            )
        self._said.put_nowait(Progress(0, stop, stop if final else start))

    async def finalize(self) -> None:
        """Nothing is held back."""

    async def keep_alive(self) -> None:
        """It waits."""

    async def configure(self, keyterms: Sequence[str] | None, features: Mapping[str, bool]) -> None:
        """It knows all words."""

    async def finish(self) -> None:
        if len(self._sound) > self._final and self.seconds <= self._life.mute_after:
            self._settle()
        self._said.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[LinkMessage]:
        while (message := await self._said.get()) is not None:
            if isinstance(message, LinkLost):
                raise message
            yield message

    async def close(self) -> None:
        self.is_closed = True
        if self._dies:
            self._dies.cancel()

"""A sound source for tests: it plays silence, then ends, fails, or goes on for ever."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np

from captioner.streaming import SAMPLE_RATE, AudioFrame
from captioner.streaming.errors import SourceError


@dataclass
class Tape:
    """`seconds` of silence from `start` (16 kHz samples) on, as fast as they are taken."""

    start: int
    seconds: float
    fails: SourceError | None = None
    endless: bool = False
    damage: str | None = None
    channels: int = 1
    is_open: bool = False

    async def __aenter__(self) -> Self:
        self.is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        for position in range(0, round(self.seconds * SAMPLE_RATE), 1600):
            yield AudioFrame(self.start + position, np.zeros((1600, 1), np.int16))
            await asyncio.sleep(0)
        if self.fails:
            raise self.fails
        if self.endless:
            await asyncio.Event().wait()

"""Listening to a live source in the background of a test."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import numpy as np

from captioner.audio.source import Source
from captioner.streaming.frames import AudioFrame
from tests.sound_server import loudness


class Heard:
    """The frames of one source so far."""

    def __init__(self) -> None:
        self.frames: list[AudioFrame] = []

    def loudness(self, frequency: float) -> float:
        """The amplitude of a frequency over everything heard."""
        if not self.frames:
            return 0.0
        return loudness(np.concatenate([frame.samples[:, 0] for frame in self.frames]), frequency)

    def loudest(self, frequency: float) -> float:
        """The amplitude of a frequency in the frame that has most of it."""
        return max((loudness(frame.samples[:, 0], frequency) for frame in self.frames), default=0.0)

    async def seconds(self, length: float) -> None:
        """Until so much more has been heard."""
        wanted = self.length + length
        await until(lambda: self.length >= wanted)

    @property
    def length(self) -> float:
        """Seconds heard."""
        return sum(frame.duration for frame in self.frames)


async def until(condition: Callable[[], bool], within: float = 15.0) -> None:
    """Wait for something that happens outside this process."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def hearing(source: Source) -> AsyncGenerator[Heard]:
    """Enter a source and collect what it gives."""
    heard = Heard()

    async def collect() -> None:
        async for frame in source:
            heard.frames.append(frame)

    async with source:
        task = asyncio.create_task(collect(), name="collect")
        try:
            yield heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

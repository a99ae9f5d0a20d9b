"""A mix of two devices that a test unplugs, exchanges and plays what it likes on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import numpy as np

from captioner.audio.source import Loss, Source
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples

BLOCK = 800
"""Samples a frame: 50 ms."""

UNPLUGGED = "The sound device was unplugged"


@dataclass
class Devices:
    """What a mix of two devices says of them: the microphone, and what the computer plays."""

    losses: list[Loss | None] = field(default_factory=lambda: [None, None])
    names: list[str | None] = field(default_factory=lambda: ["Headset", "Built-in Audio"])
    substitutes: list[bool] = field(default_factory=lambda: [False, False])

    def unplug(self, channel: int, since: float, message: str = UNPLUGGED) -> None:
        """Nothing is heard on that channel any more; `since` in seconds."""
        self.losses[channel] = Loss(round(since * SAMPLE_RATE), "unplugged", message, "Connect it again")
        self.names[channel] = None

    def plug(self, channel: int, name: str, *, is_substitute: bool = False) -> None:
        """A device is heard on that channel, perhaps in the place of the chosen one."""
        self.substitutes[channel] = is_substitute
        self.losses[channel] = None
        self.names[channel] = name


class Mix:
    """Two devices whose sound `play(channel, start)` makes, heard as the `clock` (samples) runs on.

    Where both are lost there is no frame. `replaced`: what was opened in the place of a channel's source.
    It opens within `opens_in` seconds.
    """

    channels = 2

    def __init__(
        self,
        clock: Callable[[], int],
        devices: Devices | None = None,
        play: Callable[[int, int], Samples] | None = None,
    ) -> None:
        self._clock = clock
        self._devices = devices or Devices()
        self._play = play or room
        self.is_open = False
        self.opens_in = 0.0
        self.replaced: list[tuple[int, Source]] = []

    @property
    def losses(self) -> tuple[Loss | None, ...]:
        return tuple(self._devices.losses)

    @property
    def devices(self) -> tuple[str | None, ...]:
        return tuple(self._devices.names)

    @property
    def substitutes(self) -> tuple[bool, ...]:
        return tuple(self._devices.substitutes)

    async def replace(self, channel: int, source: Source) -> None:
        async with source:
            self.replaced.append((channel, source))

    async def __aenter__(self) -> Self:
        await asyncio.sleep(self.opens_in)
        self.is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        position = self._clock()
        while True:
            late = self._clock() - position - BLOCK
            if late < 0:
                await asyncio.sleep(-late / SAMPLE_RATE)
                continue
            if late > SAMPLE_RATE:
                position = self._clock()  # the computer was asleep: nobody kept that
                continue
            if not all(self.losses):
                yield self._frame(position)
            position += BLOCK

    def _frame(self, start: int) -> AudioFrame:
        samples = np.zeros((BLOCK, 2), np.int16)
        for channel, loss in enumerate(self.losses):
            if loss is None:
                samples[:, channel] = self._play(channel, start)
        return AudioFrame(start, samples)


def room(channel: int, start: int) -> Samples:
    """The faintest noise of a room in which nobody speaks."""
    return np.random.default_rng(start + channel).integers(-3, 4, BLOCK, np.int16)

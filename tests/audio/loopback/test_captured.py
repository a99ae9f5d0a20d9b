"""A capture that blocks, played by a script instead of a device."""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback.captured import Capture, CapturedSource
from captioner.streaming.frames import SAMPLE_RATE
from tests.audio.live import hearing, until

CLICKS = 40


class Clicking:
    """A device and its computer: 20 ms at a time as they are heard, each with a click in the middle.

    Before the tenth block nothing is heard for two seconds.
    """

    rate = 48_000.0
    name = "Clicking"
    is_substitute = False

    def __init__(self) -> None:
        self.heard = 0.0
        self.given = 0

    def settle(self) -> None:
        """It is there."""

    @contextmanager
    def capture(self) -> Generator[Capture]:
        yield self

    def read(self, seconds: float) -> NDArray[np.float32]:
        time.sleep(0.02)
        self.given += 1
        self.heard += 2.02 if self.given == 10 else 0.02
        block = np.zeros((960, 1), np.float32)
        block[480] = 0.5 if self.given <= CLICKS else 0.0
        return block


def test_the_sound_that_follows_a_hole_is_all_heard_where_it_belongs() -> None:
    device = Clicking()

    async def scenario() -> NDArray[np.int64]:
        source = CapturedSource(device, start=0, clock=MeetingClock(seconds=lambda: device.heard))
        async with hearing(source) as heard:
            await until(lambda: device.given > CLICKS + 20)
        loud = [frame.start + np.flatnonzero(frame.samples[:, 0] > 3_000) for frame in heard.frames]
        return np.concatenate(loud)

    places = asyncio.run(scenario())
    clicks = places[np.diff(places, prepend=-SAMPLE_RATE) > SAMPLE_RATE // 100]

    assert len(clicks) == CLICKS
    assert abs(np.diff(clicks)[8] / SAMPLE_RATE - 2.02) < 0.01

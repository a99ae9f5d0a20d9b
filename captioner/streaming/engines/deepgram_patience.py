"""How long is waited, for sound and for the other side."""

import asyncio
from dataclasses import dataclass
from typing import Any

SLICE_SECONDS = 0.25
"""Deadlines are counted in slices in which our loop ran: a loop that stood still is not a dead peer."""

LEAST_SECONDS = 1.0
"""However fast a recording is played, another machine and the way to it take their time."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Waiting times for sound that comes `speed` times faster than it was said.

    Slower sound is no reason to wait longer: the server's own clocks do not follow it.
    """

    speed: float = 1.0

    def sound(self, seconds: float) -> float:
        """Seconds in which that much sound comes."""
        return seconds / max(1.0, self.speed)

    def answer(self, seconds: float) -> float:
        """Seconds until a server or a line that says nothing is held to be stuck."""
        return max(min(seconds, LEAST_SECONDS), self.sound(seconds))


async def in_time(awaited: "asyncio.Future[Any]", seconds: float) -> bool:
    """Wait for it; False when it is not done after `seconds` in which our loop ran.

    When the loop stood still in the last slice, what came meanwhile has one more to be taken in.
    """
    now, left, was_still = asyncio.get_running_loop().time, round(seconds / SLICE_SECONDS), False
    while left > 0 or was_still:
        began = now()
        done, _pending = await asyncio.wait({awaited}, timeout=SLICE_SECONDS)
        if done:
            return True
        left, was_still = left - 1, now() - began > 2 * SLICE_SECONDS
    return False

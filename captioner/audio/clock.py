"""The meeting clock: one position in samples that every source stamps its frames with."""

import sys
import time
from collections.abc import Callable

from captioner.streaming.frames import SAMPLE_RATE


def seconds_since_boot() -> float:
    """Seconds that also count while the computer sleeps, where the system can say so."""
    # On Linux the monotonic clock stands still in suspend; a meeting does not.
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class MeetingClock:
    """How far the meeting is, in 16 kHz samples; safe to read from every thread.

    It starts at `position` when it is made and never stops: pauses, holes and sleep count. `seconds` is
    the clock that it follows, injectable for tests and for playing faster than real time.
    """

    def __init__(self, *, position: int = 0, seconds: Callable[[], float] = seconds_since_boot) -> None:
        self._seconds = seconds
        self._origin = seconds() - position / SAMPLE_RATE

    def position(self) -> int:
        """The position now, in 16 kHz samples since the meeting's start."""
        return round((self._seconds() - self._origin) * SAMPLE_RATE)

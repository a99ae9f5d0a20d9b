"""How late the program's loop is: everything that is drawn, heard and saved waits for it."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer

TICK = 0.05
"""Seconds between two measurements."""

SPAN = 60.0
"""Seconds for which a measurement counts."""


@dataclass(frozen=True, slots=True)
class Lag:
    """Seconds for which something that is due has to wait: half of the time, at most in 99 of 100, ever."""

    p50: float
    p99: float
    worst: float


class LoopLag:
    """Measures as long as it is started. `now`: seconds on a clock that never goes back."""

    def __init__(self, parent: QObject | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._due = 0.0
        self._waits: deque[tuple[float, float]] = deque()
        self._timer = QTimer(parent, timerType=Qt.TimerType.PreciseTimer, singleShot=True)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """Begin to measure."""
        self._wait()

    def stop(self) -> None:
        """End it; the figures stay."""
        self._timer.stop()

    def tick(self) -> None:
        """Called by the timer: measure how late that is, and wait again."""
        now = self._now()
        wait = max(0.0, now - self._due)
        # Who stands still for a second is late not once but for all that was due in that second.
        missed = min(int(wait / TICK), round(SPAN / TICK))
        self._waits.extend((now, wait - number * TICK) for number in range(missed + 1))
        while self._waits[0][0] < now - SPAN:
            self._waits.popleft()
        self._wait()

    def figures(self) -> Lag | None:
        """Of the last minute; None = nothing was measured yet."""
        waits = sorted(wait for _, wait in self._waits)
        if not waits:
            return None
        return Lag(_quantile(waits, 0.5), _quantile(waits, 0.99), waits[-1])

    def _wait(self) -> None:
        self._due = self._now() + TICK
        self._timer.start(round(TICK * 1000))


def _quantile(ordered: list[float], share: float) -> float:
    """The smallest of the values that at least this share does not exceed."""
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]

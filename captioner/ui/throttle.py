"""At most so many repaints a second, and none of them late without need."""

from collections.abc import Callable
from math import ceil
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer

_SPARE = 2.0
"""One repaint now and one in reserve: events that come evenly but not to the millisecond never wait."""
_NEARLY = 1e-6


class Throttle:
    """Calls `work` for a wish at once, and for wishes that come faster than one in `gap_ms` together.

    A bucket of tokens: one comes in every `gap_ms`, each call takes one, and one can be saved up. `now`: a
    steady clock in seconds.
    """

    def __init__(
        self,
        parent: QObject,
        gap_ms: float,
        work: Callable[[], None],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._gap = gap_ms / 1000
        self._work = work
        self._now = now
        self._tokens = _SPARE
        self._counted_at = now()
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.wish)

    def wish(self) -> None:
        """Ask for the work."""
        if self._timer.isActive():
            return
        now = self._now()
        self._tokens = min(_SPARE, self._tokens + (now - self._counted_at) / self._gap)
        self._counted_at = now
        if self._tokens < 1 - _NEARLY:
            self._timer.start(ceil((1 - self._tokens) * self._gap * 1000))
            return
        self._tokens -= 1
        self._work()

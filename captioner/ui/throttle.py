"""At most so many repaints a second: the first wish at once, the rest together."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Throttle:
    """Calls `work` for the first wish at once and for all that follow within `gap_ms` once at its end."""

    def __init__(self, parent: QObject, gap_ms: int, work: Callable[[], None]) -> None:
        self._work = work
        self._is_wanted = False
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.setInterval(gap_ms)
        self._timer.timeout.connect(self._again)

    def wish(self) -> None:
        """Ask for the work."""
        if self._timer.isActive():
            self._is_wanted = True
        else:
            self._work()
            self._timer.start()

    def _again(self) -> None:
        if self._is_wanted:
            self._is_wanted = False
            self._work()
            self._timer.start()

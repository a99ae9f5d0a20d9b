"""Loudness as a moving value: up at once, down within 300 ms, and no timer when nothing moves."""

from math import isfinite

from PySide6.QtCore import QObject, QTimer, Signal

QUIET_DB = -60.0
LOUD_DB = -6.0
_FRAME_MS = 33
_FALL = _FRAME_MS / 300


def share_of(db: float | None) -> float:
    """How much of a meter a level in dBFS fills, 0 to 1; None = nothing."""
    if db is None or not isfinite(db):
        return 0.0
    return min(1.0, max(0.0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)))


class Loudness(QObject):
    """The shown loudness of one channel, 0 to 1. It ticks at 30 Hz while it falls, and only while shown."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.value = 0.0
        self._target = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._step)

    def set_db(self, db: float | None, *, while_shown: bool) -> None:
        """The newest level in dBFS; None = not measured, shown as silence."""
        self._target = share_of(db)
        if not while_shown or self._target >= self.value:
            self.rest()
            self.changed.emit()
        elif not self._timer.isActive():
            self._timer.start()

    @property
    def is_moving(self) -> bool:
        """Whether its timer ticks."""
        return self._timer.isActive()

    def rest(self) -> None:
        """Jump to where it is going: nobody looks."""
        self.value = self._target
        self._timer.stop()

    def _step(self) -> None:
        self.value = max(self._target, self.value - _FALL)
        if self.value == self._target:
            self._timer.stop()
        self.changed.emit()

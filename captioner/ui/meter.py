"""A row of blocks that says how loud a source is, how loud it just was, and whether it is too loud."""

from math import isfinite

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from captioner.ui.loudness import Loudness, share_of
from captioner.ui.theme import Theme

CLIPPED_DB = -0.1
"""A sample this near full scale (dBFS) was cut off: nothing above it can be recorded."""

_BLOCK = 7
_GAP = 2
_HOLD_MS = 1200
_MARK_MS = 3000


class LevelMeter(QWidget):
    """Level of one source. Repaints only when another block lights up or goes out.

    The loudest of the last 1.2 s stays as a block of its own. What was cut off is marked for 3 s at the right
    end, by shape, colour and words.
    """

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._loudness = Loudness(self)
        self._loudness.changed.connect(self._refresh)
        self._lit = 0
        self._peak = 0.0
        self._peak_place: int | None = None
        self._holding = QTimer(self, singleShot=True, interval=_HOLD_MS)
        self._holding.timeout.connect(self._drop_peak)
        self._marking = QTimer(self, singleShot=True, interval=_MARK_MS)
        self._marking.timeout.connect(self._unmark)
        self.setAccessibleName(name)
        self.setFixedHeight(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def lit(self) -> int:
        """How many blocks are lit."""
        return self._lit

    @property
    def peak_place(self) -> int | None:
        """Which block, from 0, shows the loudest of the last moment; None = none beyond the lit ones."""
        return self._peak_place

    @property
    def is_clipped(self) -> bool:
        """Whether sound was cut off a moment ago."""
        return self._marking.isActive()

    @property
    def is_moving(self) -> bool:
        """Whether its animation runs."""
        return self._loudness.is_moving

    def set_level(self, db: float | None) -> None:
        """Show a level in dBFS; None = this source is off."""
        self._loudness.set_db(db, while_shown=self.isVisible())
        if db is None:
            self._forget()
        else:
            self._hold(db)
        self._refresh()

    def set_peak(self, db: float | None) -> None:
        """Show the largest sample of a moment in dBFS; None = not measured."""
        if db is None or not isfinite(db):
            return
        self._hold(db)
        if db >= CLIPPED_DB and self.isVisible():
            self._marking.start()
            self._say_clipped(self.tr("Too loud: the sound is cut off"))
        self._refresh()

    def sizeHint(self) -> QSize:
        return QSize(15 * (_BLOCK + _GAP), 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(6 * (_BLOCK + _GAP), 8)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._loudness.rest()
        self._forget()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        blocks = self._blocks() - (2 if self.is_clipped else 0)
        for place in range(blocks):
            is_lit = place < self._lit or place == self._peak_place
            painter.setBrush(QColor(tokens.good if is_lit else tokens.line))
            painter.drawRoundedRect(QRectF(place * (_BLOCK + _GAP), 0, _BLOCK, 8), 1.5, 1.5)
        if self.is_clipped:  # one long block: seen without its colour, too
            painter.setBrush(QColor(tokens.error))
            painter.drawRoundedRect(QRectF(blocks * (_BLOCK + _GAP), 0, 2 * _BLOCK + _GAP, 8), 1.5, 1.5)

    def _blocks(self) -> int:
        return max(1, (self.width() + _GAP) // (_BLOCK + _GAP))

    def _refresh(self) -> None:
        blocks = self._blocks()
        lit = round(self._loudness.value * blocks)
        peak = round(self._peak * blocks) - 1
        shown = lit, peak if peak >= lit else None
        if shown != (self._lit, self._peak_place):
            self._lit, self._peak_place = shown
            self.update()

    def _hold(self, db: float) -> None:
        share = share_of(db)
        if share >= self._peak and share and self.isVisible():
            self._peak = share
            self._holding.start()

    def _drop_peak(self) -> None:
        self._peak = 0.0
        self._refresh()

    def _unmark(self) -> None:
        self._marking.stop()
        self._say_clipped("")

    def _say_clipped(self, words: str) -> None:
        if words != self.toolTip():
            self.setToolTip(words)
            self.setAccessibleDescription(words)
            self.update()

    def _forget(self) -> None:
        self._holding.stop()
        self._drop_peak()
        self._unmark()

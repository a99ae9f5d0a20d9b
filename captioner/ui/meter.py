"""A row of blocks that says how loud a source is."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from captioner.ui.loudness import Loudness
from captioner.ui.theme import Theme

_BLOCK = 7
_GAP = 2


class LevelMeter(QWidget):
    """Level of one source. Repaints only when another block lights up or goes out."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._loudness = Loudness(self)
        self._loudness.changed.connect(self._refresh)
        self._lit = 0
        self.setAccessibleName(name)
        self.setFixedHeight(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def lit(self) -> int:
        """How many blocks are lit."""
        return self._lit

    @property
    def is_moving(self) -> bool:
        """Whether its animation runs."""
        return self._loudness.is_moving

    def set_level(self, db: float | None) -> None:
        """Show a level in dBFS; None = this source is off."""
        self._loudness.set_db(db, while_shown=self.isVisible())
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
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for place in range(self._blocks()):
            painter.setBrush(QColor(tokens.good if place < self._lit else tokens.line))
            painter.drawRoundedRect(QRectF(place * (_BLOCK + _GAP), 0, _BLOCK, 8), 1.5, 1.5)

    def _blocks(self) -> int:
        return max(1, (self.width() + _GAP) // (_BLOCK + _GAP))

    def _refresh(self) -> None:
        lit = round(self._loudness.value * self._blocks())
        if lit != self._lit:
            self._lit = lit
            self.update()

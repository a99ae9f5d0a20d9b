"""The box behind captions: its measures, and its picture."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from captioner.ui.fonts import mean_advance, said_font
from captioner.ui.tokens import CAPTION_BOX, CAPTION_BOX_OPACITY

RADIUS = 16
SHADOW = 14
_CHARACTERS = 42
_NAME_CHARACTERS = 6
_WIDEST = 0.68


@dataclass(frozen=True, slots=True)
class BoxSize:
    """All measures of the box; they depend on caption size and screen alone, never on the text."""

    px: int
    width: int
    line: int
    lines: int
    side: int
    top: int
    strip: int

    @classmethod
    def of(cls, px: int, screen_width: int, lines: int = 3) -> "BoxSize":
        """About 42 characters and a name wide, at most 68 % of the screen."""
        side = round(px * 0.8)
        gutter = round(px * 1.1)
        text = mean_advance(said_font(px, 500)) * (_CHARACTERS + _NAME_CHARACTERS)
        width = max(320, min(round(text) + gutter + 2 * side, round(screen_width * _WIDEST)))
        return cls(px, width, round(px * 1.36), lines, side, round(px * 0.55), max(26, round(px * 34 / 27)))

    @property
    def height(self) -> int:
        """The box from edge to edge, without its shadow."""
        return 2 * self.top + self.line * self.lines + self.strip

    @property
    def box(self) -> QRect:
        """The box inside the window."""
        return QRect(SHADOW, SHADOW, self.width, self.height)

    @property
    def strip_rect(self) -> QRect:
        """The strip of state inside the window."""
        box = self.box
        return QRect(box.left(), box.bottom() + 1 - self.strip, self.width, self.strip)

    @property
    def text_rect(self) -> QRect:
        """Where caption lines stand inside the window."""
        box = self.box
        return QRect(
            box.left() + self.side, box.top() + self.top, self.width - 2 * self.side, self.line * self.lines
        )


def box_pixmap(size: BoxSize, tint: str | None, ratio: float) -> QPixmap:
    """Shadow, box, edge and the strip's tint, to be painted once and kept."""
    box = QRectF(size.box)
    pixmap = QPixmap(round((box.width() + 2 * SHADOW) * ratio), round((box.height() + 2 * SHADOW) * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(box, RADIUS, RADIUS)
    _paint_shadow(painter, box, shape)
    ground = QColor(CAPTION_BOX)
    ground.setAlphaF(CAPTION_BOX_OPACITY)
    painter.fillPath(shape, ground)
    if tint is not None:
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(size.strip_rect, QColor(tint))
        painter.restore()
    painter.setPen(QPen(QColor(255, 255, 255, 46), 1))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    painter.end()
    return pixmap


def _paint_shadow(painter: QPainter, box: QRectF, shape: QPainterPath) -> None:
    around = QPainterPath()
    around.addRect(box.adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW))
    painter.save()
    painter.setClipPath(around - shape)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 6))
    for step in range(SHADOW - 2):
        painter.drawRoundedRect(box.adjusted(-step, 2 - step, step, step + 2), RADIUS + step, RADIUS + step)
    painter.restore()

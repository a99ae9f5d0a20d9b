"""The box behind captions and the strip of state at its foot. Painted in dark colours on every desktop."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from captioner.ui.fonts import mean_advance, said_font, ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.status import Status, look_of
from captioner.ui.tokens import CAPTION_BOX, CAPTION_BOX_OPACITY, DARK

RADIUS = 16
SHADOW = 14
_CHARACTERS = 42
_NAME_CHARACTERS = 6
_WIDEST = 0.68
_BARS = (0.45, 0.75, 1.0, 0.7, 0.4)


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


class StatusStrip:
    """Paints the strip: icon, word, detail; at the right what comes next, or the time and level bars."""

    def __init__(self, size: BoxSize) -> None:
        px = max(13, round(size.px * 0.48))
        self._size = size
        self._word_font: QFont = ui_font(px, 600)
        self._detail_font: QFont = ui_font(px)
        self._time_font: QFont = ui_font(px, 600, figures=True)
        self._icon = max(16, round(px * 1.25))

    def paint(self, painter: QPainter, status: Status, time: str, loudness: float) -> None:
        """Paint one state. Everything has its place; a long detail is elided, nothing else moves."""
        strip = self._size.strip_rect
        look = look_of(status.kind, DARK)
        left = strip.left() + self._size.side
        place = QRectF(left, strip.top() + (strip.height() - self._icon) / 2, self._icon, self._icon)
        draw_icon(painter, look.icon, place, look.colour)
        left += round(self._size.px * 1.1)
        right = self._paint_right(painter, status, time, loudness)
        left += self._write(painter, left, right, status.word, self._word_font, look.colour) + 12
        self._write(painter, left, right - 12, status.detail, self._detail_font, DARK.text2)

    def _paint_right(self, painter: QPainter, status: Status, time: str, loudness: float) -> float:
        right = float(self._size.strip_rect.right() - self._size.side)
        words = status.ahead or time
        if not status.ahead and status.kind == "listening":
            self._paint_bars(painter, right, loudness, look_of(status.kind, DARK).colour)
            right -= 46
        width = QFontMetricsF(self._time_font).horizontalAdvance(words)
        self._write(painter, right - width, right + 1, words, self._time_font, DARK.text2)
        return right - width - 12

    def _paint_bars(self, painter: QPainter, right: float, loudness: float, colour: str) -> None:
        middle = self._size.strip_rect.center().y() + 0.5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        for place, share in enumerate(_BARS):
            height = max(3.0, 16 * share * loudness)
            box = QRectF(right - 33 + place * 7.5, middle - height / 2, 3, height)
            painter.drawRoundedRect(box, 1.5, 1.5)

    def _write(
        self, painter: QPainter, left: float, right: float, text: str, font: QFont, colour: str
    ) -> float:
        metrics = QFontMetricsF(font)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, right - left))
        strip = self._size.strip_rect
        painter.setFont(font)
        painter.setPen(QColor(colour))
        box = QRectF(left, strip.top(), right - left + 2, strip.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        return metrics.horizontalAdvance(text)

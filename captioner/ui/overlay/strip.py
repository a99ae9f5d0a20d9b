"""The strip of state at the foot of the captions, on a ground of its own where the box has none."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from captioner.ui.fonts import ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.overlay.box import RADIUS, BoxSize
from captioner.ui.status import Status, look_of
from captioner.ui.tokens import Tokens

_GRIP = 4
"""Pixels between the strokes of the grip."""

_BARS = (0.45, 0.75, 1.0, 0.7, 0.4)


class StatusStrip:
    """Paints the strip: icon, word, detail; at the right what comes next, or the time and level bars."""

    def __init__(self, size: BoxSize, tokens: Tokens) -> None:
        px = max(13, round(size.px * 0.48))
        self._size = size
        self._tokens = tokens
        self._word_font: QFont = ui_font(px, 600)
        self._detail_font: QFont = ui_font(px)
        self._time_font: QFont = ui_font(px, 600, figures=True)
        self._icon = max(16, round(px * 1.25))

    @property
    def icon_rect(self) -> QRectF:
        """Where the state's icon stands inside the window."""
        strip, side = self._size.strip_rect, self._icon
        return QRectF(strip.left() + self._size.side, strip.top() + (strip.height() - side) / 2, side, side)

    def paint(self, painter: QPainter, status: Status, time: str, loudness: float) -> None:
        """Paint one state. Everything has its place; a long detail is elided, nothing else moves."""
        strip = self._size.strip_rect
        look = look_of(status.kind, self._tokens)
        left = strip.left() + self._size.side
        draw_icon(painter, look.icon, self.icon_rect, look.colour)
        left += max(round(self._size.px * 1.1), self._icon + _GRIP + 2)
        if status.is_behind:
            right = self._paint_chip(painter, status.ahead)
        else:
            ends = left + QFontMetricsF(self._word_font).horizontalAdvance(status.word)
            right = self._paint_right(painter, ends, status, time, loudness)
        left += self._write(painter, left, right, status.word, self._word_font, look.colour) + 12
        self._write(painter, left, right - 12, status.detail, self._detail_font, self._tokens.text2)

    def _paint_chip(self, painter: QPainter, words: str) -> float:
        width = QFontMetricsF(self._time_font).horizontalAdvance(words)
        strip = QRectF(self._size.strip_rect)
        height = min(strip.height() - 6, self._icon * 1.4)
        right = strip.right() - self._size.side
        inset = height / 2
        chip = QRectF(right - width - 2 * inset, strip.center().y() - height / 2, width + 2 * inset, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._tokens.hit_now))
        painter.drawRoundedRect(chip, inset, inset)
        left = chip.left() + inset
        self._write(painter, left, left + width + 1, words, self._time_font, self._tokens.on_hit_now)
        return chip.left() - 12

    def _paint_right(
        self, painter: QPainter, left: float, status: Status, time: str, loudness: float
    ) -> float:
        """What stands at the right, if there is room behind `left`. Returns where that begins."""
        right = float(self._size.strip_rect.right() - self._size.side)
        words = status.ahead or time
        if not status.ahead and status.kind == "listening":
            self._paint_bars(painter, right, loudness, look_of(status.kind, self._tokens).colour)
            right -= 46
        width = QFontMetricsF(self._time_font).horizontalAdvance(words)
        if right - width - 12 < left:
            return right
        self._write(painter, right - width, right + 1, words, self._time_font, self._tokens.text2)
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


def paint_hold(painter: QPainter, size: BoxSize, tokens: Tokens, *, has_grip: bool) -> None:
    """The edge of captions that are held, and in its corner what they are drawn larger by."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(tokens.accent), 2))
    painter.drawRoundedRect(QRectF(size.box).adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
    if has_grip:
        corner = QPointF(size.box.bottomRight()) - QPointF(_GRIP + 3, _GRIP + 3)
        painter.setPen(QPen(QColor(tokens.text3), 1.6))
        for reach in (2 * _GRIP, 3.5 * _GRIP):
            painter.drawLine(corner - QPointF(reach, 0), corner - QPointF(0, reach))

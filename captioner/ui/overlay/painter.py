"""Paints caption lines: shape in the gutter, name, words."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from captioner.ui.fonts import ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.overlay.box import BoxSize
from captioner.ui.overlay.lines import CaptionLine, CaptionLines
from captioner.ui.speakers import SpeakerSlots, paint_speaker_shape, speaker_colour
from captioner.ui.tokens import DARK

WORDS = "#FFFFFF"


def paint_lines(
    painter: QPainter, lines: Sequence[CaptionLine], breaker: CaptionLines, size: BoxSize, slots: SpeakerSlots
) -> None:
    """Paint the lines from the top of the box's text area, all on the same grid of baselines."""
    room = size.text_rect
    metrics = QFontMetricsF(breaker.font)
    lead = (size.line - metrics.height()) / 2 + metrics.ascent()
    for place, line in enumerate(lines):
        at = QPointF(room.left(), room.top() + place * size.line + lead)
        if line.note:
            _paint_note(painter, line.note, at, size.px, breaker.gutter)
        else:
            # A segment whose first line has left the box still shows whose it is.
            _paint_line(painter, line, at, breaker, size.px, slots, has_shape=bool(line.name) or place == 0)


def _paint_line(
    painter: QPainter,
    line: CaptionLine,
    at: QPointF,
    breaker: CaptionLines,
    px: int,
    slots: SpeakerSlots,
    *,
    has_shape: bool,
) -> None:
    left = at.x()
    if line.speaker:
        slot = slots.slot(line.speaker)
        colour = QColor(speaker_colour(DARK, slot))
        if has_shape:
            side = px * 0.56
            paint_speaker_shape(painter, slot, QRectF(left + 1, at.y() - side - 1, side, side), colour)
        left += breaker.gutter
        if line.name:
            painter.setFont(breaker.name_font)
            painter.setPen(colour)
            painter.drawText(QPointF(left, at.y()), line.name)
            left += breaker.indent(line.speaker)
    if line.line is not None:
        painter.setPen(QColor(WORDS))
        line.line.draw(painter, QPointF(left, at.y() - line.line.ascent() - line.line.y()))


def _paint_note(painter: QPainter, words: str, at: QPointF, px: int, gutter: int) -> None:
    side = round(px * 0.75)
    draw_icon(painter, "gap", QRectF(at.x(), at.y() - side, side, side), DARK.warn)
    painter.setFont(ui_font(round(px * 0.7), 500))
    painter.setPen(QColor(DARK.warn))
    painter.drawText(QPointF(at.x() + gutter, at.y()), words)

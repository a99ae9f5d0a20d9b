"""How a row in the program's own words is measured and painted: a hatched band, or a seam with a hairline."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter

from captioner.ui.fonts import ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.notes import Note
from captioner.ui.row_measures import PAD, RowMeasures
from captioner.ui.tokens import Tokens

_ICON = 18
_WORDS = 28
"""The words begin so far behind the edge of the text above and below."""
_BESIDE = 12
_EDGE = 10
"""A band is so much wider than the text, on both sides."""
_TITLE = 22
_HATCH = 0.22


@dataclass(frozen=True, slots=True)
class NoteRow:
    """The places of a note in its row. The detail stands beside the title, or below it where it is long."""

    note: Note
    left: float
    width: float
    top: float
    title_width: float
    detail_height: float
    is_one_line: bool

    @classmethod
    def of(cls, note: Note, measures: RowMeasures) -> "NoteRow":
        """Measure a note."""
        room = measures.text_width - _WORDS
        title = QFontMetricsF(_title_font()).horizontalAdvance(note.title)
        metrics = QFontMetricsF(ui_font(13))
        is_one_line = title + _BESIDE + metrics.horizontalAdvance(note.detail) <= room
        box = QRectF(0, 0, room, 4000)
        below = metrics.boundingRect(box, Qt.TextFlag.TextWordWrap, note.detail).height()
        top = PAD + (9 if note.is_band else 2)
        return cls(note, measures.text_left, measures.text_width, top, title, below, is_one_line)

    @property
    def height(self) -> int:
        """The height of the whole row."""
        return round(2 * self.top + _TITLE + (0 if self.is_one_line else self.detail_height + 2))

    def title_box(self, box: QRectF) -> QRectF:
        """Where the line of the title, and of the time beside it, stands in the row's box."""
        return QRectF(box.left(), box.top() + self.top, box.width(), _TITLE)

    def paint(self, painter: QPainter, box: QRectF, tokens: Tokens) -> None:
        """Paint it into the row's box."""
        note, left = self.note, box.left() + self.left
        colour = getattr(tokens, note.kind)
        first = self.title_box(box)
        if note.is_band:
            self._paint_band(painter, box, tokens)
        else:
            self._paint_line(painter, left, first.center().y(), tokens)
        draw_icon(painter, note.icon, QRectF(left + 1, first.center().y() - _ICON / 2, _ICON, _ICON), colour)
        first.setLeft(left + _WORDS)
        painter.setFont(_title_font())
        painter.setPen(QColor(tokens.text if note.is_band else colour))
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, note.title)
        painter.setFont(ui_font(13))
        painter.setPen(QColor(tokens.text2))
        if self.is_one_line:
            first.setLeft(first.left() + self.title_width + _BESIDE)
            painter.drawText(first, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, note.detail)
        else:
            room = QRectF(first.left(), first.bottom() + 2, self.width - _WORDS + 1, self.detail_height + 1)
            painter.drawText(room, Qt.TextFlag.TextWordWrap, note.detail)

    def _paint_band(self, painter: QPainter, box: QRectF, tokens: Tokens) -> None:
        band = QRectF(
            box.left() + self.left - _EDGE, box.top() + PAD, self.width + 2 * _EDGE, self.height - 2 * PAD
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.warn_bg))
        painter.drawRoundedRect(band, 8, 8)
        hatch = QColor(tokens.warn)
        hatch.setAlphaF(_HATCH)
        painter.setBrush(QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(band, 8, 8)

    def _paint_line(self, painter: QPainter, left: float, middle: float, tokens: Tokens) -> None:
        words = self.title_width
        if self.is_one_line and self.note.detail:
            words += _BESIDE + QFontMetricsF(ui_font(13)).horizontalAdvance(self.note.detail)
        start, end = left + _WORDS + words + 14, left + self.width
        if start < end:
            painter.fillRect(QRectF(start, round(middle), end - start, 1), QColor(tokens.line))


def _title_font():
    return ui_font(14, 600)

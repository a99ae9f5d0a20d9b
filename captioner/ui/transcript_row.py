"""How one row of a transcript is measured and painted."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from captioner.transcript.model import Row, Segment
from captioner.transcript.plain import plain
from captioner.transcript.wording import clock
from captioner.ui.fonts import said_font, ui_font
from captioner.ui.note_row import NoteRow
from captioner.ui.notes import note_of
from captioner.ui.row_measures import LEFT, NAME, PAD, RIGHT, TIME, RowMeasures
from captioner.ui.shown import Shown, qt_length, shown_kept
from captioner.ui.speakers import numbered, paint_speaker_shape, speaker_colour
from captioner.ui.tokens import Tokens
from captioner.ui.transcript_model import Hit, TranscriptModel

_SHAPE = 13


class RowPainter:
    """Lays out and paints rows. Layouts of what is on the screen are kept."""

    def __init__(self, model: TranscriptModel) -> None:
        self._model = model
        self.measures = RowMeasures(600, 16, True)
        self._layouts: dict[tuple[object, ...], QTextLayout] = {}

    def forget(self) -> None:
        """Colours or sizes changed."""
        self._layouts.clear()

    def height(self, place: int) -> int:
        """The height a row needs."""
        row = self._model.rows[place]
        if not isinstance(row, Segment):
            return NoteRow.of(note_of(row), self.measures).height
        layout = QTextLayout(_whole_text(row), said_font(self.measures.px))
        lines = _break(layout, self.measures)
        return self.measures.head + lines * self.measures.line + 2 * PAD

    def paint(
        self,
        painter: QPainter,
        place: int,
        box: QRectF,
        tokens: Tokens,
        *,
        is_selected: bool,
        is_current: bool,
    ) -> None:
        """Paint a row into its box. `is_current` = the keyboard stands on it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        row = self._model.rows[place]
        hit = self._model.current_hit
        self._paint_ground(
            painter, box, tokens, row, is_marked=is_selected or (hit is not None and hit.row == place)
        )
        if is_current:
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(_inner(box).adjusted(1, 1, -1, -1), 10, 10)
        if isinstance(row, Segment):
            first = QRectF(box.left(), box.top() + PAD, box.width(), self.measures.head or self.measures.line)
            self._paint_speaker(painter, row, box, tokens)
            self._paint_text(painter, place, row, box, tokens)
        else:
            note = NoteRow.of(note_of(row), self.measures)
            first = note.title_box(box)
            note.paint(painter, box, tokens)
        self._paint_time(painter, row, first, tokens)

    def _paint_time(self, painter: QPainter, row: Row, line: QRectF, tokens: Tokens) -> None:
        painter.setFont(ui_font(13, 500, figures=True))
        painter.setPen(QColor(tokens.accent_text if _is_live(row) else tokens.text3))
        painter.drawText(line.adjusted(LEFT, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, clock(row.start))

    def _paint_ground(
        self, painter: QPainter, box: QRectF, tokens: Tokens, row: Row, *, is_marked: bool
    ) -> None:
        if is_marked or _is_live(row):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover if is_marked else tokens.accent_bg))
            painter.drawRoundedRect(_inner(box), 10, 10)

    def _paint_speaker(self, painter: QPainter, row: Segment, box: QRectF, tokens: Tokens) -> None:
        if not row.speaker:
            return
        measures = self.measures
        slot = self._model.slots.slot(row.speaker)
        colour = QColor(speaker_colour(tokens, slot))
        left = box.left() + LEFT + TIME
        middle = box.top() + PAD + (measures.head or measures.line) / 2
        paint_speaker_shape(painter, slot, QRectF(left, middle - _SHAPE / 2, _SHAPE, _SHAPE), colour)
        font = ui_font(14, 600)
        said_by = numbered(slot, plain(row.speaker))
        room = (measures.width - left - RIGHT if measures.is_narrow else NAME - 8) - _SHAPE - 8
        name = QFontMetricsF(font).elidedText(said_by, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(
            QRectF(left + _SHAPE + 8, middle - 12, room + 2, 24), Qt.AlignmentFlag.AlignVCenter, name
        )

    def _paint_text(self, painter: QPainter, place: int, row: Segment, box: QRectF, tokens: Tokens) -> None:
        layout = self._layout(row, tokens, tuple(self._model.hits_in(place)))
        corner = QPointF(box.left() + self.measures.text_left, box.top() + PAD + self.measures.head)
        painter.setPen(QColor(tokens.text))
        layout.draw(painter, corner)
        if _is_live(row) and layout.lineCount():
            last = layout.lineAt(layout.lineCount() - 1)
            x = corner.x() + min(last.naturalTextWidth() + 4, self.measures.text_width)
            caret = QRectF(x, corner.y() + last.y() + 1, 2.5, last.height() - 2)
            painter.fillRect(caret, QColor(tokens.accent))

    def _layout(self, row: Segment, tokens: Tokens, hits: tuple[Hit, ...]) -> QTextLayout:
        shown = shown_kept(row)
        hit = self._model.current_hit
        key = (
            shown,
            row.unconfirmed,
            row.saved,
            self.measures,
            tokens.name,
            hits,
            hit if hit in hits else None,
        )
        layout = self._layouts.get(key)
        if layout is None:
            if len(self._layouts) > 300:
                self._layouts.clear()
            layout = QTextLayout(_whole_text(row), said_font(self.measures.px))
            layout.setFormats(self._formats(row, shown, tokens, hits, hit))
            _break(layout, self.measures)
            self._layouts[key] = layout
        return layout

    def _formats(
        self, row: Segment, shown: Shown, tokens: Tokens, hits: tuple[Hit, ...], current: Hit | None
    ) -> list[QTextLayout.FormatRange]:
        settled, whole = qt_length(shown.settled), qt_length(shown.text)
        formats = [
            _span(settled, whole - settled, tokens.text3),
            _span(whole, qt_length(_whole_text(row)) - whole, tokens.text3 if row.saved else tokens.warn),
        ]
        for hit in hits:
            start = qt_length(shown.text[: hit.start])
            length = qt_length(shown.text[hit.start : hit.end])
            is_now = hit == current
            ink, ground = (tokens.on_hit_now, tokens.hit_now) if is_now else (tokens.hit_text, tokens.hit)
            formats.append(_span(start, length, ink, ground))
        return formats


def _is_live(row: Row) -> bool:
    return isinstance(row, Segment) and not row.is_final


def _inner(box: QRectF) -> QRectF:
    return box.adjusted(6, 0, -6, 0)


def _whole_text(row: Segment) -> str:
    """The text with what must be known about it behind it."""
    text = shown_kept(row).text
    if not row.saved:
        return f"{text}  · not saved yet"
    return f"{text}  · not confirmed" if row.unconfirmed else text


def _break(layout: QTextLayout, measures: RowMeasures) -> int:
    """Break into lines at even distances; returns how many."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    lines = 0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(measures.text_width)
        line.setPosition(QPointF(0, lines * measures.line + (measures.line - line.height()) / 2))
        lines += 1
    layout.endLayout()
    return max(1, lines)


def _span(start: int, length: int, ink: str, ground: str | None = None) -> QTextLayout.FormatRange:
    span = QTextLayout.FormatRange()
    span.start, span.length = start, max(0, length)
    look = QTextCharFormat()
    look.setForeground(QColor(ink))
    if ground is not None:
        look.setBackground(QColor(ground))
    span.format = look
    return span

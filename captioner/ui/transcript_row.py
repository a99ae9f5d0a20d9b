"""How one row of a transcript is measured and painted."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetricsF,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from captioner.transcript.model import GapRow, Row, Segment
from captioner.transcript.plain import plain
from captioner.transcript.wording import clock
from captioner.ui.fonts import said_font, ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.shown import Shown, qt_length, shown_kept
from captioner.ui.speakers import paint_speaker_shape, speaker_colour
from captioner.ui.tokens import Tokens
from captioner.ui.transcript_model import Hit, TranscriptModel, gap_title

NARROW = 560
_LEFT = 16
_RIGHT = 24
_PAD = 6
_TIME = 62
_SHAPE = 13
_NAME = 112
_COLUMN = 700 / 16
"""The text column is at most 85 characters wide: 700 pixels at a size of 16."""


@dataclass(frozen=True, slots=True)
class RowMeasures:
    """Where the parts of a row stand for a width and a text size. Narrow: the name above the text."""

    width: int
    px: int
    has_names: bool

    @property
    def is_narrow(self) -> bool:
        """Whether the name has a line of its own."""
        return self.width < NARROW and self.has_names

    @property
    def text_left(self) -> int:
        """Where the text begins."""
        return _LEFT + _TIME + (_NAME if self.has_names and not self.is_narrow else 0)

    @property
    def text_width(self) -> int:
        """How long its lines may be."""
        return max(80, min(self.width - self.text_left - _RIGHT, round(_COLUMN * self.px)))

    @property
    def line(self) -> int:
        """The distance from one line to the next."""
        return round(self.px * 1.5)

    @property
    def head(self) -> int:
        """The height of the name's own line."""
        return max(24, self.line) if self.is_narrow else 0

    @property
    def gap_height(self) -> int:
        """The height of a row for sound that was not heard."""
        return 52 if self.width >= NARROW else 72


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
        if isinstance(row, GapRow):
            return self.measures.gap_height
        layout = QTextLayout(_whole_text(row), said_font(self.measures.px))
        lines = _break(layout, self.measures)
        return self.measures.head + lines * self.measures.line + 2 * _PAD

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
        is_live = isinstance(row, Segment) and not row.is_final
        painter.setFont(ui_font(13, 500, figures=True))
        painter.setPen(QColor(tokens.accent_text if is_live else tokens.text3))
        height = self.measures.head or self.measures.line
        if isinstance(row, GapRow):
            height = box.height() - 2 * _PAD
        first = QRectF(box.left() + _LEFT, box.top() + _PAD, _TIME, height)
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, clock(row.start))
        if isinstance(row, GapRow):
            self._paint_gap(painter, row, box, tokens)
        else:
            self._paint_speaker(painter, row, box, tokens)
            self._paint_text(painter, place, row, box, tokens, is_live=is_live)

    def _paint_ground(
        self, painter: QPainter, box: QRectF, tokens: Tokens, row: Row, *, is_marked: bool
    ) -> None:
        is_live = isinstance(row, Segment) and not row.is_final
        if is_live or is_marked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover if is_marked else tokens.accent_bg))
            painter.drawRoundedRect(_inner(box), 10, 10)

    def _paint_speaker(self, painter: QPainter, row: Segment, box: QRectF, tokens: Tokens) -> None:
        if not row.speaker:
            return
        measures = self.measures
        slot = self._model.slots.slot(row.speaker)
        colour = QColor(speaker_colour(tokens, slot))
        left = box.left() + _LEFT + _TIME
        middle = box.top() + _PAD + (measures.head or measures.line) / 2
        paint_speaker_shape(painter, slot, QRectF(left, middle - _SHAPE / 2, _SHAPE, _SHAPE), colour)
        font = ui_font(14, 600)
        room = (measures.width - left - _RIGHT if measures.is_narrow else _NAME - 8) - _SHAPE - 8
        name = QFontMetricsF(font).elidedText(plain(row.speaker), Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(
            QRectF(left + _SHAPE + 8, middle - 12, room + 2, 24), Qt.AlignmentFlag.AlignVCenter, name
        )

    def _paint_text(
        self, painter: QPainter, place: int, row: Segment, box: QRectF, tokens: Tokens, *, is_live: bool
    ) -> None:
        layout = self._layout(row, tokens, tuple(self._model.hits_in(place)))
        corner = QPointF(box.left() + self.measures.text_left, box.top() + _PAD + self.measures.head)
        painter.setPen(QColor(tokens.text))
        layout.draw(painter, corner)
        if is_live and layout.lineCount():
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

    def _paint_gap(self, painter: QPainter, gap: GapRow, box: QRectF, tokens: Tokens) -> None:
        left = box.left() + self.measures.text_left - 10
        width = min(self.measures.text_width + 20, box.right() - left - 10)
        band = QRectF(left, box.top() + _PAD, width, box.height() - 2 * _PAD)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.warn_bg))
        painter.drawRoundedRect(band, 8, 8)
        hatch = QColor(tokens.warn)
        hatch.setAlphaF(0.22)
        painter.setBrush(QBrush(hatch, Qt.BrushStyle.BDiagPattern))
        painter.drawRoundedRect(band, 8, 8)
        is_low = self.measures.width < NARROW
        first = QRectF(band.left() + 38, band.top(), band.width() - 46, band.height() / (2 if is_low else 1))
        draw_icon(painter, "gap", QRectF(band.left() + 11, first.center().y() - 9, 18, 18), tokens.warn)
        title = gap_title(gap)
        font = ui_font(14, 600)
        painter.setFont(font)
        painter.setPen(QColor(tokens.text))
        painter.drawText(first, Qt.AlignmentFlag.AlignVCenter, title)
        second = first.translated(0, first.height() - 6) if is_low else first
        second.setLeft(first.left() + (0 if is_low else QFontMetricsF(font).horizontalAdvance(title) + 12))
        words = f"{plain(gap.cause)}  {clock(gap.start)} – {clock(gap.end)}".strip()
        painter.setFont(ui_font(13))
        painter.setPen(QColor(tokens.text2))
        words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, round(second.width()))
        painter.drawText(second, Qt.AlignmentFlag.AlignVCenter, words)


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

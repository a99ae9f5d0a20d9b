"""Caption lines as pictures: each is painted once and then only copied to the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from math import ceil, floor
from typing import NamedTuple
from weakref import ReferenceType, ref

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPixmap, QTextCharFormat, QTextLayout, QTextLine

from captioner.ui.fonts import ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.overlay.box import BoxSize
from captioner.ui.overlay.breaking import one_line
from captioner.ui.overlay.inking import REACH, Edged, blank_pixmap, edge_step, inked, painter_on
from captioner.ui.overlay.lines import CaptionLine
from captioner.ui.overlay.look import Look
from captioner.ui.shown import WORD, is_simple, qt_length
from captioner.ui.speakers import SpeakerSlots, paint_speaker_shape, speaker_colour

_KEPT = 32
_LIVE = 4
"""Lines of which the newest picture is known: more than that do not change at once."""
_BAND_RADIUS = 4.0


class _Key(NamedTuple):
    """What a picture shows. `shape`: the slot whose shape is painted; `marked`: the last-read word."""

    line: CaptionLine
    slot: int | None
    shape: int | None
    marked: int | None
    ratio: float


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class LinePicture:
    """A painted line. All places are in its cell: x from the left of the text area, y from the line's top.

    `pixmap`: of the whole cell; the line's next picture is painted into it. `rect`: what of it is covered.
    `words`: where each word of the line stands. `name`: shape and name, None where neither is shown. Left of
    `seam` it is the same as `before`, the line's last picture.
    """

    pixmap: QPixmap
    rect: QRectF
    words: tuple[QRectF, ...]
    name: QRectF | None
    before: "ReferenceType[LinePicture] | None" = None
    seam: float = 0.0


class LinePictures:
    """Makes pictures of lines for one look and box, and keeps the newest few."""

    def __init__(self, look: Look, size: BoxSize, slots: SpeakerSlots) -> None:
        self._look = look
        self._slots = slots
        self._width = float(size.text_rect.width())
        self._height = float(size.line)
        metrics = QFontMetricsF(look.font)
        self._baseline = (size.line - metrics.height()) / 2 + metrics.ascent()
        self._kept: dict[_Key, LinePicture] = {}
        self._newest: dict[tuple[str, int], tuple[_Key, LinePicture]] = {}
        self._edged = Edged(look.edge, look.edge_colour, look.px)
        self._name_edged = Edged(look.edge, look.name_edge, look.px)
        self._text, self._tail = _opaque(look.text), _coloured(_opaque(look.tail))
        self.margin = ceil(max(REACH * edge_step(look.px), look.px * 0.3))
        """How far ink may reach out of its cell: an edge, and letters with marks above and below."""
        self._cell = self._covering(0, self._width)

    @property
    def count(self) -> int:
        """How many pictures are kept."""
        return len(self._kept)

    def of(self, line: CaptionLine, *, has_shape: bool, marked: int | None, ratio: float) -> LinePicture:
        """The picture of a line. `marked`: which of its words is the last that was read."""
        slot = self._slots.slot(line.speaker) if line.speaker else None
        key = _Key(line, slot, slot if has_shape else None, marked, ratio)
        found = self._kept.pop(key, None) or (self._note(line.note, ratio) if line.note else self._make(key))
        self._kept[key] = found
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return found

    # Making one

    def _make(self, key: _Key) -> LinePicture:
        line, ratio = key.line, key.ratio
        layout = one_line(line.text, self._look.font, line.is_rtl, self._formats(line, key.marked))
        last, same = self._last(key)
        words = self._word_rects(line, layout, last.words[:same] if last else ())
        name = self._name_rect(line) if key.shape is not None or line.name else None
        left, right = self._span_of(line, layout, name)
        rect = self._covering(left, right)
        whole = last.rect | rect if last else rect
        seam = whole.left()
        if last and same and ratio.is_integer():  # else the seam would be within a pixel
            seam = max(seam, float(int(words[same].left() - self.margin)))
        pixmap = last.pixmap if last else blank_pixmap(self._cell.size(), ratio)
        painter = painter_on(pixmap, self._cell.topLeft())
        if last:
            self._clear(painter, whole.adjusted(seam - whole.left(), 0, 0, 0))
        self._paint_band(painter, left, right)
        part = rect.adjusted(max(0.0, seam - self.margin - rect.left()), 0, 0, 0)
        if name is not None and key.slot is not None and part.left() < name.right():
            with inked(painter, part, self._name_edged, ratio) as ink:
                self._paint_name(ink, line, key.shape, key.slot)
        if key.marked is not None:
            self._paint_chip(painter, words[key.marked])
        with inked(painter, part, self._edged, ratio, self._look.text.alphaF()) as ink:
            self._paint_words(ink, line, layout)
        painter.end()
        made = LinePicture(pixmap, rect, words, name, ref(last) if last and same else None, seam)
        self._newest[line.segment, line.number] = key, made
        return made

    def _last(self, key: _Key) -> tuple[LinePicture | None, int]:
        """The line's last picture, which is not kept any more, and how many words stay as they are in it."""
        before, last = self._newest.pop((key.line.segment, key.line.number), (None, None))
        while len(self._newest) > _LIVE:
            del self._newest[next(iter(self._newest))]
        if before is None or self._kept.pop(before, None) is None or before.ratio != key.ratio:
            return None, 0
        return last, _same_words(before.line, key.line) if before[1:] == key[1:] else 0

    def _clear(self, painter: QPainter, part: QRectF) -> None:
        """Wipe a part of the line's last picture, and paint nowhere else from now on.

        While somebody speaks, all but the last words of the live line stay what they were.
        """
        painter.setClipRect(part)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(part, Qt.GlobalColor.transparent)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _span_of(self, line: CaptionLine, layout: QTextLayout, name: QRectF | None) -> tuple[float, float]:
        """From where to where a line reaches; all of the gutter where somebody speaks: bands are flush."""
        text = layout.lineAt(0)
        left = right = self._text_left(line, text) if text.isValid() else float(self._look.gutter)
        if text.isValid():
            right += text.naturalTextWidth() * line.squeeze
        if line.speaker and line.is_rtl:
            return min(left, name.left() if name else left), self._width
        return (0.0, max(right, name.right() if name else right)) if line.speaker else (left, right)

    def _covering(self, left: float, right: float) -> QRectF:
        """What a line of such ends covers, its ink included, in whole pixels."""
        left, right = floor(left) - self.margin, ceil(right) + self.margin
        return QRectF(left, -self.margin, right - left, self._height + 2 * self.margin)

    def _paint_words(self, painter: QPainter, line: CaptionLine, layout: QTextLayout) -> None:
        found = layout.lineAt(0)
        if not found.isValid():
            return
        painter.save()
        painter.setPen(self._text)
        painter.translate(self._text_left(line, found), self._baseline)
        painter.scale(line.squeeze, 1)
        found.draw(painter, QPointF(0, -found.ascent()))
        painter.restore()

    def _paint_name(self, painter: QPainter, line: CaptionLine, shape: int | None, slot: int) -> None:
        look = self._look
        colour = QColor(speaker_colour(look.tokens, slot))
        if shape is not None:
            paint_speaker_shape(painter, shape, self._shape_rect(line), colour)
        if line.name:
            painter.setFont(look.name_font)
            painter.setPen(colour)
            width = QFontMetricsF(look.name_font).horizontalAdvance(line.name)
            left = self._width - look.gutter - width if line.is_rtl else float(look.gutter)
            painter.drawText(QPointF(left, self._baseline), line.name)

    def _paint_band(self, painter: QPainter, left: float, right: float) -> None:
        """The ground right behind the words, as high as the line: bands of neighbours touch."""
        if not self._look.behind.alpha() or left == right:
            return
        around = self._look.px * 0.25
        band = QRectF(left - around, 0, right - left + 2 * around, self._height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.behind)
        painter.drawRoundedRect(band, _BAND_RADIUS, _BAND_RADIUS)

    def _paint_chip(self, painter: QPainter, word: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._look.tokens.hit_now))
        painter.drawRoundedRect(word.adjusted(-3, 1, 3, -1), _BAND_RADIUS, _BAND_RADIUS)

    def _note(self, words: str, ratio: float) -> LinePicture:
        look, tokens = self._look, self._look.tokens
        font = ui_font(round(look.px * 0.7), 500)
        room = self._width - look.gutter
        words = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, room)
        side = round(look.px * 0.75)
        ends = look.gutter + QFontMetricsF(font).horizontalAdvance(words)
        rect = self._covering(0, ends)
        pixmap = blank_pixmap(self._cell.size(), ratio)
        painter = painter_on(pixmap, self._cell.topLeft())
        self._paint_band(painter, 0, ends)
        with inked(painter, rect, self._name_edged, ratio) as ink:
            draw_icon(ink, "gap", QRectF(0, self._baseline - side, side, side), tokens.warn)
            ink.setFont(font)
            ink.setPen(QColor(tokens.warn))
            ink.drawText(QPointF(look.gutter, self._baseline), words)
        painter.end()
        return LinePicture(pixmap, rect, (), None)

    # Places

    def _formats(self, line: CaptionLine, marked: int | None) -> list[QTextLayout.FormatRange]:
        formats: list[QTextLayout.FormatRange] = []
        if line.tail < len(line.text):
            formats.append(_span(line.text, line.tail, len(line.text), self._tail))
        if marked is not None:
            word = list(WORD.finditer(line.text))[marked]
            read = _coloured(QColor(self._look.tokens.on_hit_now))
            formats.append(_span(line.text, word.start(), word.end(), read))
        return formats

    def _text_left(self, line: CaptionLine, found: QTextLine) -> float:
        before = self._look.gutter + line.indent
        return self._width - before - found.naturalTextWidth() * line.squeeze if line.is_rtl else before

    def _word_rects(
        self, line: CaptionLine, layout: QTextLayout, known: Sequence[QRectF]
    ) -> tuple[QRectF, ...]:
        """Where each word stands; of the first ones it is known."""
        found = layout.lineAt(0)
        if not found.isValid():
            return ()
        left = self._text_left(line, found)
        rects = list(known)
        for word in islice(WORD.finditer(line.text), len(known), None):
            start = qt_length(line.text[: word.start()])
            xs = _edges(found, start, start + qt_length(word.group()), is_simple=is_simple(line.text))
            x, width = min(xs) * line.squeeze, (max(xs) - min(xs)) * line.squeeze
            rects.append(QRectF(left + x, 0, width, self._height))
        return tuple(rects)

    def _shape_rect(self, line: CaptionLine) -> QRectF:
        side = self._look.px * 0.56
        left = self._width - side - 1 if line.is_rtl else 1.0
        return QRectF(left, self._baseline - side - 1, side, side)

    def _name_rect(self, line: CaptionLine) -> QRectF:
        width = self._look.gutter + max(0.0, line.indent - self._look.name_gap)
        return QRectF(self._width - width if line.is_rtl else 0.0, 0, width, self._height)


def _same_words(old: CaptionLine, new: CaptionLine) -> int:
    """How many words at the front of a line look as they did before and have others behind them.

    Only where letters stand in the order in which they are written; 0 = it may all look different.
    """
    if old.is_rtl or new.is_rtl or not is_simple(old.text) or not is_simple(new.text):
        return 0
    if (old.speaker, old.name, old.indent, old.squeeze) != (new.speaker, new.name, new.indent, new.squeeze):
        return 0
    pairs = zip(old.text, new.text, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if old.tail != new.tail:
        same = min(same, old.tail, new.tail)
    return new.text.count(" ", 0, same)


def _edges(line: QTextLine, start: int, end: int, *, is_simple: bool) -> list[float]:
    """The x of both sides of a word; of every letter where a line may run both ways."""
    if is_simple:
        return [_x(line, start), _x(line, end)]
    sides = QTextLine.Edge.Leading, QTextLine.Edge.Trailing
    return [_x(line, place, side) for place in range(start, end) for side in sides]


def _x(line: QTextLine, place: int, side: QTextLine.Edge = QTextLine.Edge.Leading) -> float:
    """Where a UTF-16 place is. Qt's answer is a pair the stubs do not know."""
    found = line.cursorToX(place, side)
    return float(found[0]) if isinstance(found, tuple) else 0.0


def _span(text: str, start: int, end: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    span = QTextLayout.FormatRange()
    span.start = qt_length(text[:start])
    span.length = qt_length(text[start:end])
    span.format = look
    return span


def _coloured(colour: QColor) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(colour)
    return look


def _opaque(colour: QColor) -> QColor:
    return QColor(colour.red(), colour.green(), colour.blue())

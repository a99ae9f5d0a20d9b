"""Caption lines as pictures: each is painted once and then only copied to the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from math import ceil
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
from captioner.ui.shown import WORD, qt_length
from captioner.ui.speakers import SpeakerSlots, paint_speaker_shape, speaker_colour

_KEPT = 32
_LIVE = 4
"""Lines of which the newest picture is known: more than that do not change at once."""
_BAND_RADIUS = 4.0


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class LinePicture:
    """A painted line. All places are in its cell: x from the left of the text area, y from the line's top.

    `rect`: what the picture covers. `words`: where each word of the line stands. `name`: shape and name, None
    where neither is shown. Left of `seam` it is the same as `before`, the line's last picture.
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
        self._kept: dict[object, LinePicture] = {}
        self._newest: dict[tuple[str, int], tuple[CaptionLine, object, LinePicture]] = {}
        self.margin = ceil(max(REACH * edge_step(look.px), look.px * 0.3))
        """How far ink may reach out of its cell: an edge, and letters with marks above and below."""

    @property
    def count(self) -> int:
        """How many pictures are kept."""
        return len(self._kept)

    def of(self, line: CaptionLine, *, has_shape: bool, marked: int | None, ratio: float) -> LinePicture:
        """The picture of a line. `marked`: which of its words is the last that was read."""
        slot = self._slots.slot(line.speaker) if line.speaker else None
        key = line, has_shape, marked, slot, ratio
        found = self._kept.pop(key, None) or self._make(
            line, slot if has_shape else None, slot, marked, ratio
        )
        self._kept[key] = found
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return found

    # Making one

    def _make(
        self, line: CaptionLine, shape: int | None, slot: int | None, marked: int | None, ratio: float
    ) -> LinePicture:
        if line.note:
            return self._note(line.note, ratio)
        look = self._look
        layout = one_line(line.text, look.font, line.is_rtl, self._formats(line, marked))
        state = shape, slot, marked, ratio
        last, same = self._last(line, state)
        words = self._word_rects(line, layout, last.words[:same] if last else ())
        name = self._name_rect(line) if shape is not None or line.name else None
        # All of the gutter where there is a speaker: the bands of a segment are flush.
        covered = [*words, *([name] if name else []), *([self._gutter_rect(line)] if line.speaker else [])]
        rect = self._covering(covered)
        pixmap = blank_pixmap(rect.size(), ratio)
        painter = painter_on(pixmap, rect.topLeft())
        seam = words[same].left() - self.margin if last else rect.left()
        part = self._copy_left(painter, rect, last, int(seam)) if last else rect
        self._paint_band(painter, covered)
        if name is not None and slot is not None and part.left() < name.right():
            with inked(painter, part, self._edged(look.name_edge)) as ink:
                self._paint_name(ink, line, shape, slot)
        if marked is not None:
            self._paint_chip(painter, words[marked])
        with inked(painter, part, self._edged(look.edge_colour), look.text.alphaF()) as ink:
            self._paint_words(ink, line, layout)
        painter.end()
        before = ref(last) if last and part is not rect else None
        made = LinePicture(pixmap, rect, words, name, before, part.left() + self.margin)
        self._newest[line.segment, line.number] = line, state, made
        return made

    def _last(self, line: CaptionLine, state: object) -> tuple[LinePicture | None, int]:
        """The line's last picture, if it has words in common with the new one, and how many."""
        found = self._newest.pop((line.segment, line.number), None)
        while len(self._newest) > _LIVE:
            del self._newest[next(iter(self._newest))]
        same = _same_words(found[0], line) if found and found[1] == state else 0
        return (found[2], same) if found and same else (None, 0)

    def _copy_left(self, painter: QPainter, rect: QRectF, last: LinePicture, seam: int) -> QRectF:
        """Copy what lies left of a seam from the last picture; what of `rect` is still to be inked.

        While somebody speaks, all but the last words of the live line stay what they were.
        """
        is_sharp = last.pixmap.devicePixelRatio().is_integer()  # else the seam would be within a pixel
        if seam <= rect.left() or last.rect.left() != rect.left() or not is_sharp:
            return rect
        kept = QRectF(rect.left(), rect.top(), seam - rect.left(), rect.height())
        painter.setClipRect(kept)
        painter.drawPixmap(rect.topLeft(), last.pixmap)
        painter.setClipRect(QRectF(seam, rect.top(), rect.right() - seam, rect.height()))
        return rect.adjusted(kept.width() - self.margin, 0, 0, 0)

    def _covering(self, parts: list[QRectF]) -> QRectF:
        """What a picture with these parts covers, in whole pixels."""
        whole = QRectF(0, 0, 1, self._height)
        if parts:
            whole = QRectF(parts[0])
            for part in parts[1:]:
                whole |= part
        around = whole.adjusted(-self.margin, -self.margin, self.margin, self.margin)
        return QRectF(around.toAlignedRect())

    def _paint_words(self, painter: QPainter, line: CaptionLine, layout: QTextLayout) -> None:
        found = layout.lineAt(0)
        if not found.isValid():
            return
        painter.save()
        painter.setPen(_opaque(self._look.text))
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

    def _paint_band(self, painter: QPainter, covered: list[QRectF]) -> None:
        """The ground right behind the words, as high as the line: bands of neighbours touch."""
        if not self._look.behind.alpha() or not covered:
            return
        left = min(part.left() for part in covered) - self._look.px * 0.25
        right = max(part.right() for part in covered) + self._look.px * 0.25
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.behind)
        painter.drawRoundedRect(QRectF(left, 0, right - left, self._height), _BAND_RADIUS, _BAND_RADIUS)

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
        rect = self._covering([QRectF(0, 0, ends, self._height)])
        pixmap = blank_pixmap(rect.size(), ratio)
        painter = painter_on(pixmap, rect.topLeft())
        self._paint_band(painter, [QRectF(0, 0, ends, self._height)])
        with inked(painter, rect, self._edged(look.name_edge)) as ink:
            draw_icon(ink, "gap", QRectF(0, self._baseline - side, side, side), tokens.warn)
            ink.setFont(font)
            ink.setPen(QColor(tokens.warn))
            ink.drawText(QPointF(look.gutter, self._baseline), words)
        painter.end()
        return LinePicture(pixmap, rect, (), None)

    def _edged(self, colour: QColor) -> Edged:
        return Edged(self._look.edge, colour, self._look.px)

    # Places

    def _formats(self, line: CaptionLine, marked: int | None) -> list[QTextLayout.FormatRange]:
        formats: list[QTextLayout.FormatRange] = []
        if line.tail < len(line.text):
            formats.append(_span(line.text, line.tail, len(line.text), _opaque(self._look.tail)))
        if marked is not None:
            word = list(WORD.finditer(line.text))[marked]
            colour = QColor(self._look.tokens.on_hit_now)
            formats.append(_span(line.text, word.start(), word.end(), colour))
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
            xs = _edges(found, start, start + qt_length(word.group()), is_simple=line.text.isascii())
            x, width = min(xs) * line.squeeze, (max(xs) - min(xs)) * line.squeeze
            rects.append(QRectF(left + x, 0, width, self._height))
        return tuple(rects)

    def _shape_rect(self, line: CaptionLine) -> QRectF:
        side = self._look.px * 0.56
        left = self._width - side - 1 if line.is_rtl else 1.0
        return QRectF(left, self._baseline - side - 1, side, side)

    def _gutter_rect(self, line: CaptionLine) -> QRectF:
        width = float(self._look.gutter)
        return QRectF(self._width - width if line.is_rtl else 0.0, 0, width, self._height)

    def _name_rect(self, line: CaptionLine) -> QRectF:
        width = self._look.gutter + max(0.0, line.indent - self._look.name_gap)
        return QRectF(self._width - width if line.is_rtl else 0.0, 0, width, self._height)


def _same_words(old: CaptionLine, new: CaptionLine) -> int:
    """How many words at the front of a line look as they did before and have others behind them.

    Only where letters stand in the order in which they are written; 0 = it may all look different.
    """
    if old.is_rtl or new.is_rtl or not old.text.isascii() or not new.text.isascii():
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


def _span(text: str, start: int, end: int, colour: QColor) -> QTextLayout.FormatRange:
    span = QTextLayout.FormatRange()
    span.start = qt_length(text[:start])
    span.length = qt_length(text[start:end])
    look = QTextCharFormat()
    look.setForeground(colour)
    span.format = look
    return span


def _opaque(colour: QColor) -> QColor:
    return QColor(colour.red(), colour.green(), colour.blue())

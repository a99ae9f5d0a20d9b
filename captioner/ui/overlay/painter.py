"""Paints caption lines: what changed and nothing else, new words and lines with a little motion."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QRegion

from captioner.ui.overlay.appearing import Appearing
from captioner.ui.overlay.box import BoxSize
from captioner.ui.overlay.line_pictures import LinePicture, LinePictures
from captioner.ui.overlay.lines import CaptionLine
from captioner.ui.overlay.look import Look
from captioner.ui.overlay.scrolling import Scrolling, moved_up
from captioner.ui.shown import WORD, WordPlace
from captioner.ui.speakers import SpeakerSlots


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """A line in its place, 0 = the uppermost in the box; negative: it is on its way out."""

    line: CaptionLine
    place: int
    marked: int | None
    picture: LinePicture

    @property
    def key(self) -> tuple[str, int, str]:
        """What it is known by while its text changes."""
        return self.line.segment, self.line.number, self.line.note


class CaptionPainter:
    """Paints lines into the text area of a box. All places are in the window of `BoxSize`.

    `mark`: the last-read word; takes effect with the next `show`. Times in seconds of a steady clock: while
    `is_moving`, call `advance` every `frame_ms`.
    """

    def __init__(self, look: Look, size: BoxSize, slots: SpeakerSlots) -> None:
        self.mark: WordPlace | None = None
        self._room = size.text_rect
        self._left, self._top = self._room.left(), self._room.top()
        self._line_height = size.line
        self._px = size.px
        self._slots = slots
        self._pictures = LinePictures(look, size, slots)
        self._ratio = 1.0
        self._rows: list[_Row] = []
        self._appearing = Appearing()
        self._scrolling = Scrolling()

    @property
    def is_moving(self) -> bool:
        """Whether something changes by itself with time."""
        return self._scrolling.is_active or self._appearing.is_active

    @property
    def frame_ms(self) -> int:
        """How long each picture of the motion stands: words come up in a few steps, lines go up in many."""
        return 16 if self._scrolling.is_active else 33

    def show(self, lines: Sequence[CaptionLine], now: float, *, moves: bool) -> QRegion:
        """Show these lines from the top of the text area; what has to be painted for that, if anything."""
        before, old = self._rows, [row.line for row in self._rows if row.place >= 0]
        fading, was_scrolling = self._fading(), self._scrolling.is_active
        self._rows = [self._row(line, place, self._marked(line)) for place, line in enumerate(lines)]
        if not moves:
            self._scrolling.stop()
            self._appearing.clear()
        elif [row.picture for row in self._rows] != [row.picture for row in before]:
            up = moved_up(old, lines)
            if up:
                self._scrolling.begin(up, now)
            self._appearing.note(old, lines, up, now)
        if self._scrolling.is_active:
            self._keep_leaving(before)
        if was_scrolling or self._scrolling.is_active or (bool(before) != bool(self._rows)):
            return QRegion(self._whole)  # where there are no lines, others write a hint
        return self._difference(before) + self._faded(fading)

    def advance(self, now: float) -> QRegion:
        """Move on to this time; what has to be painted for it."""
        fading = self._fading()
        self._appearing.advance(now)
        changed = self._faded(fading)
        if self._scrolling.is_active:
            self._scrolling.advance(now)
            changed += QRegion(self._whole)
            if not self._scrolling.is_active:
                self._rows = [row for row in self._rows if row.place >= 0]
        return changed

    def paint(self, painter: QPainter, region: QRegion) -> None:
        """Paint the lines that lie in a region."""
        ratio = painter.device().devicePixelRatioF()
        if ratio != self._ratio:
            self._ratio = ratio
            self._rows = [self._row(row.line, row.place, row.marked) for row in self._rows]
        margin = self._pictures.margin
        bounds = region.boundingRect()
        top, bottom = bounds.top() - margin, bounds.bottom() + margin
        painter.save()
        if self._scrolling.is_active:
            painter.setClipRect(self._room.adjusted(-margin, 0, margin, 0), Qt.ClipOperation.IntersectClip)
        for row in self._rows:
            y = self._y(row)
            if y <= bottom and y + self._line_height >= top:
                self._paint_row(painter, row)
        painter.restore()

    def word_at(self, point: QPointF) -> WordPlace | None:
        """The word under a point, or the one next to it in its line."""
        for row in self._rows:
            words = row.picture.words
            spot = point - self._corner(row)
            near = [word.adjusted(-self._px / 2, 0, self._px / 2, 0).contains(spot) for word in words]
            if any(near):
                number = min(range(len(words)), key=lambda at: _aside(words[at], spot.x()))
                return WordPlace(row.line.segment, row.line.first_word + number)
        return None

    def name_at(self, point: QPointF) -> tuple[str, str, QRectF] | None:
        """The segment and the speaker whose name or shape is under a point, and where that stands."""
        for row in self._rows:
            name = row.picture.name
            if name is not None and row.line.speaker and name.translated(self._corner(row)).contains(point):
                return row.line.segment, row.line.speaker, name.translated(self._corner(row))
        return None

    # Rows

    @property
    def _whole(self) -> QRect:
        margin = self._pictures.margin
        return self._room.adjusted(-margin, -margin, margin, margin)

    def _y(self, row: _Row) -> float:
        return self._top + (row.place + self._scrolling.offset) * self._line_height

    def _corner(self, row: _Row) -> QPointF:
        return QPointF(self._left, self._y(row))

    def _rect(self, row: _Row) -> QRectF:
        """What a row's picture covers of the window."""
        return row.picture.rect.translated(self._corner(row))

    def _paint_picture(self, painter: QPainter, row: _Row) -> None:
        """At the nearest pixel of the screen: between two of them a picture is blurred, or jumps."""
        ratio, margin = self._ratio, self._pictures.margin
        x, y = self._left - margin, self._y(row) - margin
        painter.drawPixmap(QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio), row.picture.pixmap)

    def _row(self, line: CaptionLine, place: int, marked: int | None) -> _Row:
        # A segment whose first line has left the box still shows whose it is.
        has_shape = line.number == 0 or place == 0
        picture = self._pictures.of(line, has_shape=has_shape, marked=marked, ratio=self._ratio)
        return _Row(line, place, marked, picture)

    def _marked(self, line: CaptionLine) -> int | None:
        if self.mark is None or self.mark.segment != line.segment:
            return None
        number = self.mark.word - line.first_word
        return number if 0 <= number < sum(1 for _ in WORD.finditer(line.text)) else None

    def _keep_leaving(self, before: Sequence[_Row]) -> None:
        """Lines that scroll out are painted until they are out."""
        up = self._scrolling.lines
        shown = {row.key for row in self._rows}
        leaving = [row for row in before if row.key not in shown][-up:]
        places = range(-len(leaving), 0)
        kept = [_Row(row.line, place, None, row.picture) for row, place in zip(leaving, places, strict=True)]
        self._rows = kept + self._rows

    def _difference(self, before: Sequence[_Row]) -> QRegion:
        changed = QRegion()
        for row in (*before[len(self._rows) :], *self._rows[len(before) :]):
            changed += self._rect(row).toAlignedRect()
        for old, new in zip(before, self._rows, strict=False):
            if old.picture is not new.picture:
                part = self._rect(old) | self._rect(new)
                if new.picture.before is not None and new.picture.before() is old.picture:
                    part.setLeft(self._left + new.picture.seam)
                changed += part.toAlignedRect()
        return changed

    # Motion

    def _fading(self) -> dict[tuple[_Row, int], float]:
        """The words that are not yet fully there: the row, which of its words, and how far it is."""
        if not self._appearing.is_active:
            return {}
        return {
            (row, number): opacity for row in self._rows for number, opacity in self._opacities(row).items()
        }

    def _faded(self, before: dict[tuple[_Row, int], float]) -> QRegion:
        """Where the words stand of which more or less is to be seen than before."""
        changed = QRegion()
        for (row, number), opacity in before.items():
            if self._appearing.opacity(row.line.segment, row.line.first_word + number) != opacity:
                changed += self._word_rect(row, number)
        return changed

    def _opacities(self, row: _Row) -> dict[int, float]:
        """How far those words of a row have appeared that are not yet fully there."""
        segment, first = row.line.segment, row.line.first_word
        if not self._appearing.has(segment):
            return {}
        found = ((at, self._appearing.opacity(segment, first + at)) for at in range(len(row.picture.words)))
        return {at: opacity for at, opacity in found if opacity < 1}

    def _word_rect(self, row: _Row, number: int) -> QRect:
        """The part of the window that a word has for itself, up to the middle of the spaces beside it."""
        word = row.picture.words[number]
        if number == 0 and row.line.number == 0 and row.picture.name is not None:
            word = word | row.picture.name
        side = self._px / 8
        margin = self._pictures.margin
        return word.adjusted(-side, -margin, side, margin).translated(self._corner(row)).toAlignedRect()

    def _paint_row(self, painter: QPainter, row: _Row) -> None:
        fading = self._opacities(row)
        if not fading:
            self._paint_picture(painter, row)
            return
        # Upright slices: a clip of one rectangle costs nothing, one of several costs more than the painting.
        words = [(self._word_rect(row, number), opacity) for number, opacity in fading.items()]
        whole = self._rect(row).toAlignedRect()
        left = whole.left()
        for word, opacity in sorted(words, key=lambda each: each[0].left()):
            start, end = max(left, word.left()), word.right() + 1
            self._paint_slice(painter, row, left, start, 1.0)
            self._paint_slice(painter, row, start, end, opacity)
            left = max(left, end)
        self._paint_slice(painter, row, left, whole.right() + 1, 1.0)

    def _paint_slice(self, painter: QPainter, row: _Row, left: int, right: int, opacity: float) -> None:
        if left >= right:
            return
        whole = self._rect(row).toAlignedRect()
        painter.save()
        painter.setClipRect(
            QRect(left, whole.top(), right - left, whole.height()), Qt.ClipOperation.IntersectClip
        )
        painter.setOpacity(opacity)
        self._paint_picture(painter, row)
        painter.restore()


def _aside(word: QRectF, x: float) -> float:
    """How far an x is from a word; negative inside of it."""
    return max(word.left() - x, x - word.right())

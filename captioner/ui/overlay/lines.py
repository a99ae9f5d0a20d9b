"""The newest rows as caption lines: where they break, and that a break once shown stays where it was."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from captioner.transcript.model import GapRow, Row, SeamRow, Segment
from captioner.transcript.plain import plain
from captioner.ui.fonts import said_font
from captioner.ui.notes import note_of
from captioner.ui.shown import Shown, qt_length, shown_live

_EDGES = " .,;:!?…\"'“”‘’()[]-–—"
_SHORTEST = 0.5
"""A kept break may not leave a line shorter than this part of the width."""
_LONGEST_NAME = 0.4


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """One line of the box. `name` stands on a segment's first line; a `note` on a gap is a line of its own.

    `layout` owns what `line` points to and only lives here for that.
    """

    speaker: str | None = None
    name: str = ""
    line: QTextLine | None = None
    layout: QTextLayout | None = None
    note: str = ""

    @property
    def text(self) -> str:
        """The words of this line without the name."""
        if self.line is None or self.layout is None:
            return self.note
        units = self.layout.text().encode("utf-16-le", "surrogatepass")
        start = self.line.textStart() * 2
        return units[start : start + self.line.textLength() * 2].decode("utf-16-le", "replace").strip()


@dataclass(slots=True)
class _Wrapped:
    """A segment laid out. `starts` are the UTF-16 places where its lines begin."""

    shown: Shown
    speaker: str | None
    layout: QTextLayout
    starts: list[int]


class CaptionLines:
    """Breaks segments into lines of a width. A line above the live one is not broken anew.

    Breaks are remembered by the words around them: when an earlier line is corrected it keeps its place as
    long as it still fits. Only breaks inside committed words are kept; the tail may flow.
    """

    def __init__(self, px: int, width: float, tail_colour: str) -> None:
        self.font: QFont = said_font(px, 500)
        self.name_font: QFont = said_font(px, 650)
        self.name_gap = round(px * 0.6)
        self.gutter = round(px * 1.1)
        self._width = width
        self._tail_colour = QColor(tail_colour)
        self._wrapped: dict[str, _Wrapped] = {}
        self._live_lines: tuple[str, int] = ("", 0)

    def newest(self, rows: Sequence[Row], count: int) -> list[CaptionLine]:
        """The last `count` lines of the rows, oldest first."""
        lines: list[CaptionLine] = []
        used: dict[str, _Wrapped] = {}
        for row in reversed(rows):
            lines = self._lines_of(row, used, is_last=not lines) + lines
            if len(lines) >= count:
                break
        self._wrapped = used
        return lines[-count:]

    def _lines_of(self, row: Row, used: dict[str, _Wrapped], *, is_last: bool) -> list[CaptionLine]:
        if isinstance(row, GapRow):
            return [CaptionLine(note=note_of(row).title)]
        if isinstance(row, SeamRow):
            return []  # the strip says who listens
        shown = shown_live(row)
        if not shown.text:
            return []
        wrapped = self._wrap(row, shown)
        used[row.id] = wrapped
        layout = wrapped.layout
        name = self._name(row.speaker)
        lines = [
            CaptionLine(row.speaker, name if place == 0 else "", layout.lineAt(place), layout)
            for place in range(layout.lineCount())
        ]
        if is_last:
            lines += self._room_below(row.id, len(lines))
        return lines

    def _room_below(self, segment_id: str, count: int) -> list[CaptionLine]:
        """Empty lines where a live text got shorter: lines that went up do not come down again."""
        known, most = self._live_lines
        most = max(count, most) if known == segment_id else count
        self._live_lines = (segment_id, most)
        return [CaptionLine() for _ in range(most - count)]

    def _wrap(self, row: Segment, shown: Shown) -> _Wrapped:
        before = self._wrapped.get(row.id)
        if before and before.shown == shown and before.speaker == row.speaker:
            return before
        text = shown.text
        layout = QTextLayout(text, self.font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        settled = qt_length(shown.settled)
        layout.setFormats([self._dim(settled, qt_length(text) - settled)])
        kept = _kept_breaks(before, text) if before and before.speaker == row.speaker else {}
        indent = self.indent(row.speaker)
        starts: list[int] = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            room = self._width - (indent if not starts else 0)
            line.setLineWidth(room)
            wish = kept.get(len(starts) + 1, 0) - line.textStart()
            if 0 < wish < line.textLength() and _advance(line, wish) > room * _SHORTEST:
                line.setNumColumns(wish, room)
            line.setPosition(QPointF(0, 0))
            starts.append(line.textStart())
        layout.endLayout()
        return _Wrapped(shown, row.speaker, layout, starts)

    def _dim(self, start: int, length: int) -> QTextLayout.FormatRange:
        span = QTextLayout.FormatRange()
        span.start, span.length = start, length
        look = QTextCharFormat()
        look.setForeground(self._tail_colour)
        span.format = look
        return span

    def indent(self, speaker: str | None) -> float:
        """How far behind the gutter a first line's text begins: the name and a gap."""
        name = self._name(speaker)
        return QFontMetricsF(self.name_font).horizontalAdvance(name) + self.name_gap if name else 0

    def _name(self, speaker: str | None) -> str:
        if not speaker:
            return ""
        metrics = QFontMetricsF(self.name_font)
        return metrics.elidedText(plain(speaker), Qt.TextElideMode.ElideRight, self._width * _LONGEST_NAME)


def _advance(line: QTextLine, length: int) -> float:
    """How wide the first `length` UTF-16 units of a line are. Qt's answer is a pair the stubs do not know."""
    found = line.cursorToX(line.textStart() + length)
    return float(found[0]) if isinstance(found, tuple) else 0.0


def _kept_breaks(before: _Wrapped, text: str) -> dict[int, int]:
    """Where lines of `text` should begin (line number → UTF-16 place): at the words they began with."""
    words = text.split()
    places = _places(words)
    old_words = before.shown.text.split()
    old_places = {place: number for number, place in enumerate(_places(old_words))}
    settled = qt_length(before.shown.settled)
    kept: dict[int, int] = {}
    for line, start in enumerate(before.starts):
        number = old_places.get(start)
        if line == 0 or number is None or start > settled:
            continue
        sought = _core(old_words[number])
        for guess in (number, number - 1, number + 1, number - 2, number + 2):
            if 0 < guess < len(words) and _core(words[guess]) == sought:
                kept[line] = places[guess]
                break
    return kept


def _places(words: list[str]) -> list[int]:
    places: list[int] = []
    place = 0
    for word in words:
        places.append(place)
        place += qt_length(word) + 1
    return places


def _core(word: str) -> str:
    return word.strip(_EDGES).casefold()

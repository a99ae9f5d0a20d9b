"""Where the text of a segment breaks into lines, and that a break once shown stays where it was.

Breaks are remembered by the words around them. When a text changes, its old and its new words are aligned,
and each line begins again at what stands for the word it began with before. A corrected line that got longer
than the box is set a little narrower; only one that even so has no room is broken anew, and those below it
take up what is left over until a break is where it was.
"""

import unicodedata
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import accumulate, takewhile
from typing import NamedTuple

from PySide6.QtCore import Qt, QTextBoundaryFinder
from PySide6.QtGui import QFont, QTextLayout, QTextOption

from captioner.transcript.script import bare, pieces
from captioner.ui.shown import is_simple, qt_length

NARROWEST = 0.8
"""A line is never set narrower than this part of its width: letters would look squeezed."""

_WIDEST = 2
"""No letter is wider than so many times the height of its font."""

_SHORTEST = 0.5
"""What is left over of a line that got too long is a line of its own if it fills this part of the width."""

_ALIGNABLE = 300
"""Tokens from which on alignment is by count: the distance costs their square."""


class Piece(NamedTuple):
    """A line: `text[start:end]`, set to `squeeze` of its width (1 = as it is). `free`: so many pixels of its
    room are surely left."""

    start: int
    end: int
    squeeze: float = 1.0
    free: float = 0.0


@dataclass(frozen=True, slots=True)
class Broken:
    """A text in lines. `indent`: what the name takes of the first one; `is_rtl` None = not to be told yet."""

    text: str
    indent: float
    is_rtl: bool | None
    pieces: tuple[Piece, ...]


def break_lines(text: str, font: QFont, width: float, indent: float, before: Broken | None = None) -> Broken:
    """Break a text to a width in pixels; where it stood before, its lines begin where they began."""
    is_rtl = before.is_rtl if before and len(before.pieces) > 1 else None
    is_rtl = _direction(text) if is_rtl is None else is_rtl
    if before and before.text == text and before.is_rtl == is_rtl:
        return before
    if before and before.is_rtl == is_rtl and (grown := _grown(text, font, before.text, before.pieces)):
        return Broken(text, indent, is_rtl, grown)
    pieces = _kept(text, font, width, indent, before, is_rtl) if before else []
    start = pieces[-1].end if pieces else 0
    if start < len(text):
        first = width if pieces else width - indent
        pieces += _flow(text, start, font, first, width, is_rtl)
    return Broken(text, indent, is_rtl, tuple(pieces))


def _grown(text: str, font: QFont, before: str, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The lines of a text that was only added to, where its last line surely has room for that; else none."""
    if not pieces or not text.startswith(before) or not is_simple(text):
        return ()
    *above, last = pieces
    free = last.free - (len(text) - len(before)) * font.pixelSize() * _WIDEST
    return (*above, Piece(last.start, len(text), 1.0, free)) if free >= 0 else ()


def _kept(
    text: str, font: QFont, width: float, indent: float, before: Broken, is_rtl: bool | None
) -> list[Piece]:
    """The lines above the last one, broken where they were."""
    last = before.pieces[-1].start if before.pieces else 0
    if text.startswith(before.text[:last]) and _begins_word(text, last):
        return list(before.pieces[:-1])  # all that changed is in the last line, as nearly always
    known = {_of(before.text, piece): piece.squeeze for piece in before.pieces}
    wished = deque(_carried(before, text))
    pieces: list[Piece] = []
    start = 0
    while wished:
        end = wished.popleft()
        room = width - indent if start == 0 else width
        piece = Piece(
            start, end, known.get(_of(text, Piece(start, end)), 0) or _fit(text[start:end], font, room)
        )
        if piece.squeeze < NARROWEST:
            piece = next(_flow(text, start, font, room, width, is_rtl))
            if _natural(text[piece.end : end], font) > width * _SHORTEST:
                wished.appendleft(end)  # enough is left over for a line of its own
        pieces.append(piece)
        start = piece.end
        while wished and wished[0] <= start:
            wished.popleft()
    return pieces


def _begins_word(text: str, place: int) -> bool:
    """Whether a line can begin there without a look at the words around it."""
    return place == 0 or (text[place - 1] == " " and text[place : place + 1] not in ("", " "))


def one_line(
    text: str, font: QFont, is_rtl: bool, formats: Sequence[QTextLayout.FormatRange] = ()
) -> QTextLayout:
    """A text laid out as a single line as wide as it is."""
    layout = QTextLayout(text, font)
    layout.setTextOption(_option(is_rtl, wraps=False))
    if formats:
        layout.setFormats(list(formats))
    layout.beginLayout()
    line = layout.createLine()
    if line.isValid():
        line.setLineWidth(1e6)
        if is_rtl:  # or it would stand at the right of all that
            line.setLineWidth(line.naturalTextWidth())
    layout.endLayout()
    return layout


def cluster_start(text: str, place: int) -> int:
    """The nearest place at or before `place` at which no grapheme cluster is split."""
    if not 0 < place < len(text) or text.isascii():
        return min(max(0, place), len(text))
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    finder.setPosition(qt_length(text[:place]))
    if finder.isAtBoundary():
        return place
    return bisect_right(_offsets(text), finder.toPreviousBoundary()) - 1


def _of(text: str, piece: Piece) -> tuple[bool, str]:
    """What a line's width depends on: whether a name stands before it, and its words."""
    return piece.start == 0, text[piece.start : piece.end]


def _fit(text: str, font: QFont, room: float) -> float:
    """To which part of its width a line has to be set to fit."""
    return min(1.0, room / _natural(text, font))


def _natural(text: str, font: QFont) -> float:
    """How wide a line is by itself, in pixels."""
    layout = one_line(text.rstrip(), font, False)  # named: the line dies with it
    line = layout.lineAt(0)
    return max(1.0, line.naturalTextWidth()) if line.isValid() else 1.0


def _flow(
    text: str, start: int, font: QFont, first: float, width: float, is_rtl: bool | None
) -> Iterator[Piece]:
    """The lines of `text[start:]` by the rules of its script; `first` is the first one's width."""
    rest = text[start:]
    offsets = _offsets(rest)
    layout = QTextLayout(rest, font)
    layout.setTextOption(_option(bool(is_rtl), wraps=True))
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(first)
        begin, end = (
            start + bisect_right(offsets, place) - 1
            for place in (line.textStart(), line.textStart() + line.textLength())
        )
        # Letters that join look otherwise where a line ends; and one alone may be wider than the box.
        fit = 1.0 if is_simple(text) else _fit(text[begin:end], font, first)
        yield Piece(begin, end, fit, first - line.naturalTextWidth())
        first = width
    layout.endLayout()


def _offsets(text: str) -> Sequence[int]:
    """Where in UTF-16 each character begins, and the end."""
    if text.isascii():
        return range(len(text) + 1)
    return list(accumulate((1 + (letter > "\uffff") for letter in text), initial=0))


def _carried(before: Broken, text: str) -> list[int]:
    """Where the lines of `text` should end: at the words that stand for those the next lines began with.

    Places in the order of the text, none at its ends.
    """
    old, new = _tokens(before.text), _tokens(text)
    mapped = _aligned([key for _, key in old], [key for _, key in new])
    old_places = [place for place, _ in old]
    new_places = [place for place, _ in new] + [len(text)]
    carried: list[int] = []
    for piece in before.pieces[1:]:
        number = max(0, bisect_right(old_places, piece.start) - 1)
        found = mapped[number]
        inside = piece.start - old_places[number]
        place = new_places[found]
        if inside and found < len(new):  # a word longer than a line
            place = min(place + inside, new_places[found + 1])
        place = cluster_start(text, place)
        if (carried[-1] if carried else 0) < place < len(text):
            carried.append(place)
    return carried


def _aligned(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """For each old token the new one that stands in its place; `len(new)` = there is none any more."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    mapped = list(range(same))
    rest, other = old[same:], new[same:]
    if len(rest) > _ALIGNABLE or len(other) > _ALIGNABLE:
        return mapped + [min(same + at, len(new)) for at in range(len(rest))]
    for _, i1, i2, j1, j2 in SequenceMatcher(None, rest, other, autojunk=False).get_opcodes():
        mapped += [same + min(j1 + at - i1, j2) for at in range(i1, i2)]
    return mapped


def _tokens(text: str) -> list[tuple[int, str]]:
    """The pieces of a text: where each begins, and what makes it the same."""
    found: list[tuple[int, str]] = []
    end = 0
    for piece in pieces(text):
        place = text.index(piece.text, end)
        end = place + len(piece.text)
        found.append((place, bare(piece.text)))
    return found


def _direction(text: str) -> bool | None:
    """Whether a text runs from right to left: as its first letter that has a direction does."""
    if text.isascii():
        return False if any(map(str.isalpha, text)) else None
    strong = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind != "L" for kind in strong if kind in ("L", "R", "AL")), None)


@cache
def _option(is_rtl: bool, *, wraps: bool) -> QTextOption:
    """How a text is to be laid out."""
    option = QTextOption()
    mode = QTextOption.WrapMode
    option.setWrapMode(mode.WrapAtWordBoundaryOrAnywhere if wraps else mode.NoWrap)
    direction = Qt.LayoutDirection
    option.setTextDirection(direction.RightToLeft if is_rtl else direction.LeftToRight)
    return option

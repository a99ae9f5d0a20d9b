"""The newest rows as caption lines: which lines stand in the box, and what is in each of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from captioner.transcript.model import GapRow, Row, SeamRow, Segment
from captioner.transcript.plain import plain
from captioner.ui.notes import note_of
from captioner.ui.overlay.breaking import Broken, break_lines, cluster_start
from captioner.ui.overlay.look import Look
from captioner.ui.shown import shown_live
from captioner.ui.speakers import SpeakerSlots, numbered

_LONGEST_NAME = 0.4
_LEAST_WIDTH = 12
"""Below this many letter heights of room, names make way: shape and colour say who speaks."""
_KNOWN = 2400
"""Segments whose breaks are remembered: more than can be looked back at."""


@dataclass(frozen=True, slots=True)
class CaptionLine:
    """One line of the box, a value. A gap's line has nothing but a `note`; an empty one only keeps its place.

    `number`: which line of its segment it is; the first has the speaker's `name` before its text. `text` from
    `tail` on is dim. `first_word`: which of the segment's shown words `text` begins with or in. `indent`:
    what the name takes of the line, in pixels; `squeeze`: to which part of its width the text is set.
    """

    segment: str = ""
    number: int = 0
    speaker: str | None = None
    name: str = ""
    text: str = ""
    tail: int = 0
    first_word: int = 0
    indent: float = 0.0
    squeeze: float = 1.0
    is_rtl: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """A segment in lines. `dim`: where in its text the tail begins. `lines`: those that were asked for."""

    row: Segment
    broken: Broken
    dim: int
    lines: dict[int, CaptionLine] = field(default_factory=dict[int, CaptionLine])


class CaptionLines:
    """Breaks segments into lines of a width, the gutter included. Remembers its breaks: see `break_lines`.

    A name keeps the room it had when its segment was first shown: when it is found or changed later, it is
    fitted into that, and no word moves.
    """

    def __init__(self, look: Look, width: float, slots: SpeakerSlots | None = None) -> None:
        self._look = look
        self._slots = slots
        self._metrics = QFontMetricsF(look.name_font)
        self._elided = lru_cache(maxsize=64)(self._metrics.elidedText)
        self._width = max(float(look.px), width - look.gutter)
        self._has_names = self._width >= look.px * _LEAST_WIDTH
        self._known: dict[str, _Known] = {}
        self._block: tuple[str, int] = ("", 0)
        self._skipped = 0

    @property
    def skipped(self) -> int:
        """How many lines the last `newest` left out at the end: no more than there are above."""
        return self._skipped

    def newest(self, rows: Sequence[Row], count: int, skip: int = 0) -> list[CaptionLine]:
        """The `count` lines that end `skip` lines before the newest, oldest first; fewer if no more are."""
        found: list[tuple[Row, int]] = []
        total = 0
        for row in reversed(rows):
            lines = self._line_count(row)
            if lines:
                found.append((row, lines))
                total += lines
            if total >= count + skip:
                break
        empty = self._room_below(found)
        total += empty
        end = max(min(count, total), total - max(0, skip))
        self._skipped = total - end
        lines = [*self._given(found, end - count, end), *[CaptionLine()] * max(0, end - total + empty)]
        self._remember_block(found, self._skipped - empty)
        return lines[-count:]

    def _given(self, found: Sequence[tuple[Row, int]], start: int, end: int) -> Iterator[CaptionLine]:
        """The lines from `start` to `end` of these rows, which stand newest first."""
        place = 0
        for row, count in reversed(found):
            for number in range(max(0, start - place), min(count, end - place)):
                yield self._line(row, number)
            place += count

    def _room_below(self, found: Sequence[tuple[Row, int]]) -> int:
        """How many empty lines keep the text where it is: lines that went up do not come down again."""
        anchor, most = self._block
        lines = 0
        for row, count in found:
            lines += count
            if isinstance(row, Segment) and row.id == anchor:
                return max(0, most - lines)
        return 0

    def _remember_block(self, found: Sequence[tuple[Row, int]], below: int) -> None:
        """What stands at the foot of the box: its newest segment, and how many lines are from there on."""
        anchor, most = self._block
        lines = -below
        for row, count in found:
            lines += count
            if lines > 0 and isinstance(row, Segment):
                is_held = below < 0 and anchor != row.id
                self._block = (anchor, most) if is_held else (row.id, lines)
                return

    # One row

    def _line_count(self, row: Row) -> int:
        if isinstance(row, GapRow):
            return 1
        if isinstance(row, SeamRow):
            return 0  # the strip says who listens
        return len(self._wrapped(row).broken.pieces)

    def _line(self, row: Row, number: int) -> CaptionLine:
        if isinstance(row, GapRow):
            return CaptionLine(note=note_of(row).title)
        assert isinstance(row, Segment)
        known = self._wrapped(row)
        if number not in known.lines:
            known.lines[number] = self._said(known, number)
        return known.lines[number]

    def _said(self, known: _Known, number: int) -> CaptionLine:
        broken, speaker = known.broken, known.row.speaker
        piece = broken.pieces[number]
        text = broken.text[piece.start : piece.end].strip(" ")
        return CaptionLine(
            segment=known.row.id,
            number=number,
            speaker=speaker,
            name=self._name(speaker, broken.indent) if number == 0 else "",
            text=text,
            tail=max(0, min(known.dim - piece.start, len(text))),
            first_word=broken.text.count(" ", 0, piece.start),
            indent=broken.indent if number == 0 else 0.0,
            squeeze=piece.squeeze,
            is_rtl=bool(broken.is_rtl),
        )

    def _wrapped(self, row: Segment) -> _Known:
        before = self._known.pop(row.id, None)
        if before is None or (before.row is not row and before.row != row):
            shown = shown_live(row)
            indent = before.broken.indent if before else self._indent(row.speaker)
            broken = break_lines(
                shown.text, self._look.font, self._width, indent, before.broken if before else None
            )
            dim = cluster_start(shown.text, len(shown.settled))
            before = _Known(row, broken, dim, _unchanged(before, row, broken, dim) if before else {})
        self._known[row.id] = before
        if len(self._known) > _KNOWN:
            del self._known[next(iter(self._known))]
        return before

    def _indent(self, speaker: str | None) -> float:
        """How far behind the gutter a first line's text begins: the name and a gap."""
        name = self._name(speaker, self._width)
        return self._metrics.horizontalAdvance(name) + self._look.name_gap if name else 0.0

    def _name(self, speaker: str | None, room: float) -> str:
        if not speaker or not self._has_names or not room:
            return ""
        name = plain(speaker)
        if self._slots is not None:
            name = numbered(self._slots.slot(speaker), name)
        room = min(self._width * _LONGEST_NAME, room - self._look.name_gap) + 0.5
        return self._elided(name, Qt.TextElideMode.ElideRight, room)


def _unchanged(before: _Known, row: Segment, broken: Broken, dim: int) -> dict[int, CaptionLine]:
    """The lines that are as they were: settled, and of words that are still the same."""
    if before.row.speaker != row.speaker or before.broken.is_rtl != broken.is_rtl:
        return {}
    settled = min(before.dim, dim)
    if before.broken.text[:settled] != broken.text[:settled]:
        return {}
    pairs = enumerate(zip(before.broken.pieces, broken.pieces, strict=False))
    same = {number for number, (old, new) in pairs if old == new and new.end <= settled}
    return {number: line for number, line in before.lines.items() if number in same}

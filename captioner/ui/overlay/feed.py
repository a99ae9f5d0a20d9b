"""The rows that captions show, in the order in which they came to be seen. No Qt."""

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from msgspec.structs import replace

from captioner.transcript.model import Change, GapRow, Row, SeamRow, Segment
from captioner.transcript.names import label_of
from captioner.transcript.plain import plain
from captioner.transcript.script import Piece, bare, clusters, joined, pieces, together
from captioner.transcript.stabilise import end_of_match
from captioner.ui.shown import shown_live

_LINES = 2000
_LINE_CHARACTERS = 100
"""No box is so wide that its lines are longer: so many lines can be looked back at in any."""

_LATE_SECONDS = 8.0
"""Whoever speaks on another channel is heard sooner than that."""

_LONGEST = 20_000
"""Characters of a row that can be looked back at: what somebody says in twenty minutes without a break."""

_MARKS = 8
"""Characters looked at behind a text: the first of them says whether it belongs to the last one of it."""


def name_of(row: Row) -> Hashable:
    """What a row is known by while it changes: a segment by its id, any other by its kind and its start."""
    return row.id if isinstance(row, Segment) else (type(row), row.start)


def pieces_of(segment: Segment) -> list[Piece]:
    """The words of a segment as captions show it, the tail included."""
    shown = shown_live(segment)
    return pieces(shown.settled) + pieces(shown.tail)


def part_of(segment: Segment, start: int, end: int) -> Segment:
    """The segment with some of its pieces only, each as settled or as dim as it was."""
    shown = shown_live(segment)
    settled, tail = pieces(shown.settled), pieces(shown.tail)
    rest = tail[max(0, start - len(settled)) : max(0, end - len(settled))]
    return replace(segment, text="", committed=together(settled[start:end]), tail=together(rest))


def end_of(row: Segment | GapRow) -> Segment | GapRow:
    """A row as it is shown: of one that is too long to be laid out fast, its last words."""
    if isinstance(row, GapRow) or max(len(row.text), len(row.committed) + len(row.tail)) <= _LONGEST:
        return row
    settled, tail = row.committed, row.tail
    if not settled and not tail:
        settled, tail = (row.text, "") if row.is_final else ("", row.text)
    # In steps, so that the first of them stay the same for long.
    cut = (len(settled) + len(tail)) // (_LONGEST // 2) * (_LONGEST // 2) - _LONGEST // 2
    settled, tail = _from_word(settled, cut), _from_word(tail, cut - len(settled))
    return replace(row, text="", committed=settled, tail=tail)


def _from_word(text: str, start: int) -> str:
    if start <= 0:
        return text
    cluster = len(clusters(text[start : start + _MARKS])[0]) if start < len(text) else 0
    word = text.find(" ", start, start + _LINE_CHARACTERS) + 1
    return text[word or start + cluster :]


def reached(said: Sequence[Piece], newer: Sequence[Piece]) -> int:
    """How many pieces at the front of a newer text say what was `said`, corrected ones among them."""
    if list(newer[: len(said)]) == list(said):
        return len(said)
    return end_of_match([bare(piece.text) for piece in said], [bare(piece.text) for piece in newer])


@dataclass(slots=True)
class _Line:
    """A row and whether it is seen. "kept": the transcript has withdrawn it, captions go on to show it.

    One that is "gone" leaves its place: a line that moves in the transcript is taken out and put in again.
    `told`: how the transcript has it, which in Steady may be otherwise.
    """

    row: Segment | GapRow
    told: Segment | GapRow
    seen: Segment | GapRow
    state: Literal["there", "kept", "gone"] = "there"


class CaptionFeed:
    """Follows what changes in a transcript and says what of it captions show.

    A row keeps the place it was first seen at. One that comes late, with a time that people have read past,
    is left out; so what it was to replace stays: a final that is withdrawn while newer lines of its channel
    are seen. Seams are left to the strip.

    Steady: settled words once shown neither change nor go, whatever is said later.
    """

    def __init__(self, *, is_steady: bool = False) -> None:
        self._is_steady = is_steady
        self._lines: dict[Hashable, _Line] = {}
        self._rows: tuple[Segment | GapRow, ...] | None = ()

    @property
    def rows(self) -> Sequence[Segment | GapRow]:
        """What is shown, newest last; the same object until it changes.

        To be read when all changes of an event have been applied: between two of them a line that moves is
        not there.
        """
        if self._rows is None:
            self._rows = tuple(line.seen for line in self._lines.values() if line.state != "gone")
        return self._rows

    def clear(self) -> None:
        """Forget everything: another meeting begins."""
        self._lines.clear()
        self._rows = ()

    def set_steady(self, is_steady: bool) -> None:
        """Hold from now on what is settled, or follow the transcript."""
        self._is_steady = is_steady

    def apply(self, change: Change) -> None:
        """Follow one change. Its index does not matter here."""
        row = change.row
        if isinstance(row, SeamRow):
            return
        line = self._lines.get(name_of(row))
        if line and change.kind == "removed":
            self._withdraw(line)
        elif line:
            self._follow(line, row)
        elif change.kind == "added" and not self._is_late(row):
            self._lines[name_of(row)] = _Line(row, row, end_of(row))
            self._forget_old()
        else:
            return  # a row that was left out, or is too old
        self._rows = None

    def rename(self, old: str, new: str) -> None:
        """Call a speaker otherwise in the lines that the transcript has withdrawn; empty = as at first."""
        for line in self._lines.values():
            if line.state == "kept" and isinstance(line.row, Segment) and line.row.speaker == old:
                label = label_of(line.row)
                name = plain(new) or label
                line.row = replace(line.row, speaker=name, label=None if name == label else label)
                line.seen = end_of(line.row)
                self._rows = None

    # -- what comes, and what goes

    def _is_late(self, row: Segment | GapRow) -> bool:
        """Whether people have read past the time of a row that they have not seen."""
        if max((other.start for other in self.rows), default=-math.inf) > row.end + _LATE_SECONDS:
            return True
        if not isinstance(row, Segment):
            return False
        begun = max((other.start for other in self._on(row.channel, "there")), default=-math.inf)
        told = max((other.end for other in self._on(row.channel, "kept")), default=-math.inf)
        return row.start < begun or (row.start + row.end) / 2 < told

    def _on(self, channel: int, state: str) -> Iterator[Segment]:
        """The segments of a channel that are in a state."""
        for line in self._lines.values():
            if line.state == state and isinstance(line.row, Segment) and line.row.channel == channel:
                yield line.row

    def _withdraw(self, line: _Line) -> None:
        line.state = "gone"
        if self._is_held(line.row):
            line.state = "kept"
        elif isinstance(line.row, Segment) and line.row.is_final:
            line.state = "kept"
            self._drop_newest(line.row.channel)

    def _is_held(self, row: Segment | GapRow) -> bool:
        return self._is_steady and isinstance(row, Segment) and bool(shown_live(row).settled)

    def _drop_newest(self, channel: int) -> None:
        """What comes in the place of the newest lines of a channel is not late: they go."""
        for line in reversed(self._lines.values()):
            if not isinstance(line.row, Segment) or line.row.channel != channel:
                continue
            if line.state == "there":
                return
            if not self._is_held(line.row):
                line.state = "gone"

    def _forget_old(self) -> None:
        room, kept = _LINES, 0
        for line in reversed(self._lines.values()):
            room -= _least_lines(line.row)
            if room < 0 and kept:
                break
            kept += 1
        for name in list(self._lines)[: len(self._lines) - kept]:
            del self._lines[name]

    # -- steady

    def _follow(self, line: _Line, row: Segment | GapRow) -> None:
        old, told = line.row, line.told
        if isinstance(row, Segment) and isinstance(told, Segment) and row.says_as(told):
            # Words that were held are there already; what is told a second time does not come twice.
            assert isinstance(old, Segment)
            line.row = replace(row, committed=old.committed, tail=old.tail)
        else:
            line.row = self._followed(old, row)
        line.told, line.seen, line.state = row, end_of(line.row), "there"

    def _followed(self, old: Segment | GapRow, new: Segment | GapRow) -> Segment | GapRow:
        if not self._is_steady or not isinstance(old, Segment) or not isinstance(new, Segment):
            return new
        before, after = shown_live(old).settled, shown_live(new)
        if _goes_on(before, after.settled):
            return new
        settled, tail = pieces(after.settled), pieces(after.tail)
        rest = reached(pieces(before), settled + tail)
        committed = joined(before, together(settled[rest:]))
        return replace(new, committed=committed, tail=together(tail[max(0, rest - len(settled)) :]))


def _least_lines(row: Segment | GapRow) -> int:
    if isinstance(row, GapRow):
        return 1
    return max(1, max(len(row.text), len(row.committed) + len(row.tail)) // _LINE_CHARACTERS)


def _goes_on(before: str, after: str) -> bool:
    """Whether a text begins with all of an older one, and no mark behind that alters its last character."""
    if not after.startswith(before):
        return False
    word = max(before.rfind(" ") + 1, len(before) - _LINE_CHARACTERS)
    ends = accumulate(len(cluster) for cluster in clusters(after[word : len(before) + _MARKS]))
    return len(before) == word or len(before) - word in ends

"""Keeps the place of somebody who reads: captions held still, looked back at, and caught up with. No Qt."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Literal

from msgspec.structs import replace

from captioner.transcript.model import Row, Segment
from captioner.transcript.script import Piece
from captioner.ui.overlay.clearing import Clearing
from captioner.ui.overlay.feed import name_of, part_of, pieces_of, reached
from captioner.ui.shown import WORD, WordPlace, shown_live

WORDS_A_MINUTE = 220
"""Faster than most people speak, slower than most people read."""

_PAUSE = 60 / WORDS_A_MINUTE
_GLUED = 0.5
"""What a character of a script without spaces counts for: two make about one word."""

Phase = Literal["live", "held", "catching_up"]


@dataclass(frozen=True, slots=True)
class View:
    """What captions show. `skip`: how many of the newest lines lie below the box, looked back from.

    `mark`: the last word that was read. `waiting`: how many words are there that are not shown yet.
    """

    rows: Sequence[Row]
    skip: int = 0
    mark: WordPlace | None = None
    waiting: int = 0
    phase: Phase = "live"


class PlaceKeeper:
    """Says what of the rows to show: all ("live"), those of a moment ("held"), or more and more of them.

    After a hold the words that came meanwhile appear one by one, in the order of the rows and at most
    `WORDS_A_MINUTE`, until the newest is reached. Words already shown are corrected as they are live. While
    held nothing changes but who is said to speak. `now` gives seconds that only rise.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._clearing = Clearing(now)
        self._phase: Phase = "live"
        self._rows: Sequence[Row] = ()
        """As they were last shown, of whatever phase."""
        self._shown: dict[Hashable, Row] = {}
        self._skip = 0
        self._mark: WordPlace | None = None
        self._marked: list[str] = []
        self._next_at = 0.0
        self._split: dict[int, tuple[Segment, list[Piece]]] = {}
        """By the row's address, which is the row's own as long as it is held here."""
        self._split_before = self._split

    def set_clear_after(self, seconds: float | None) -> None:
        """Let captions go so many seconds after their text last changed; None = they stay. Not while held."""
        self._clearing.set_after(seconds)

    @property
    def phase(self) -> Phase:
        """What `view` last came to, or was told to do since."""
        return self._phase

    @property
    def due(self) -> float | None:
        """When to look at `view` again though nothing was said; None = not before something happens."""
        match self._phase:
            case "live":
                return self._clearing.due
            case "held":
                return None
            case "catching_up":
                return self._next_at

    # -- what the person does

    def hold(self, rows: Sequence[Row]) -> None:
        """Stand still. What was cleared can be seen again; where a catch-up is under way, it rests there."""
        if self._phase == "held":
            return
        if self._phase == "live":
            self._rows = tuple(rows)
            self._shown = {name_of(row): row for row in self._rows}
            self._clearing.restore()
        self._phase = "held"
        self._skip = 0
        self._mark = None
        last = next((row for row in reversed(self._rows) if isinstance(row, Segment) and _words(row)), None)
        if last:
            self.mark(WordPlace(last.id, len(_words(last)) - 1))

    def release(self) -> None:
        """Go on from where it was held, whatever was looked back at."""
        if self._phase == "held":
            self._phase = "catching_up"
            self._skip = 0
            self._next_at = self._now() + _PAUSE

    def newest(self) -> None:
        """Show everything at once."""
        self._phase = "live"
        self._rows, self._skip, self._mark = (), 0, None
        self._shown.clear()

    def clear(self) -> None:
        """Another meeting begins, whose rows may have the names of those that were read."""
        self.newest()
        self._clearing.restore()

    def look_back(self, lines: int) -> None:
        """Go up by lines, and hold for it what was shown last; or down by negative ones.

        How far up there is anything only the layout knows: where it lacks lines, come back by as many.
        """
        if self._phase != "held" and lines > 0:
            self.hold(self._rows)
        if self._phase == "held":
            self._skip = max(0, self._skip + lines)

    def mark(self, place: WordPlace) -> None:
        """Put the mark on a word that is shown; nothing while nothing is held."""
        row = self._shown.get(place.segment)
        if self._phase == "live" or not isinstance(row, Segment):
            return
        words = _words(row)
        if 0 <= place.word < len(words):
            self._mark, self._marked = place, words[: place.word + 1]

    # -- what is shown

    def view(self, rows: Sequence[Row]) -> View:
        """What to show now of these rows, the feed's."""
        self._split, self._split_before = {}, self._split
        waiting = 0.0
        if self._phase == "held":
            waiting = self._wait(rows)
        elif self._phase == "catching_up":
            waiting = self._catch_up(rows)
        if self._phase == "live":
            self._rows = rows
            return View(self._clearing.shown(rows))
        return View(self._rows, self._skip, self._mark, ceil(waiting), self._phase)

    def _wait(self, rows: Sequence[Row]) -> float:
        """Show who is found to speak, nothing else. Returns how many words wait."""
        waiting, is_recoloured = 0.0, False
        for row in rows:
            before = self._shown.get(name_of(row))
            if before is row or not isinstance(row, Segment):
                continue
            if _says_as(before, row):
                self._shown[row.id] = row
                is_recoloured = True
                continue
            words = self._pieces(row)
            waiting += sum(map(_weight, words[self._reached(before, words) :]))
            if isinstance(before, Segment) and before.speaker != row.speaker:
                self._shown[row.id] = replace(before, speaker=row.speaker)
                is_recoloured = True
        if is_recoloured:
            self._rows = tuple(self._shown.values())
        return waiting

    def _catch_up(self, rows: Sequence[Row]) -> float:
        """Show what may be shown by now. Returns how many words wait, and goes live where none does."""
        known, self._shown = self._shown, {}
        is_due, waiting = self._now() >= self._next_at, 0.0
        for row in rows:
            before = known.get(name_of(row))
            if not isinstance(row, Segment) or _says_as(before, row):
                if before is not None or not waiting:
                    self._shown[name_of(row)] = row
                continue
            words = self._pieces(row)
            count = self._corrected(before, words)
            if count < len(words) and is_due:
                count, is_due = count + 1, False
                self._next_at = max(self._next_at, self._now()) + _PAUSE * _weight(words[count - 1])
            waiting += sum(map(_weight, words[count:]))
            if count:
                self._shown[row.id] = row if count == len(words) else part_of(row, 0, count)
        self._rows = tuple(self._shown.values())
        if waiting:
            self._move_mark()
        else:
            self.newest()
        return waiting

    def _corrected(self, before: Row | None, words: Sequence[Piece]) -> int:
        """How many words of a row are shown already. Those that a correction brings take time, too."""
        count = self._reached(before, words)
        if isinstance(before, Segment):
            brought = sum(map(_weight, words[len(self._pieces(before)) : count]))
            self._next_at = max(self._next_at, self._now()) + _PAUSE * brought
        return count

    def _reached(self, before: Row | None, words: Sequence[Piece]) -> int:
        return reached(self._pieces(before), words) if isinstance(before, Segment) else 0

    def _pieces(self, row: Segment) -> list[Piece]:
        """The pieces of a row, which are the same as at the last view for nearly all of them."""
        known = self._split.get(id(row)) or self._split_before.get(id(row))
        self._split[id(row)] = known = known or (row, pieces_of(row))
        return known[1]

    def _move_mark(self) -> None:
        """Keep the mark on its word when the words before it were corrected."""
        row = self._shown.get(self._mark.segment) if self._mark else None
        if not isinstance(row, Segment):
            self._mark = None
            return
        words = _words(row)
        count = reached(list(map(Piece, self._marked)), list(map(Piece, words)))
        self._mark = WordPlace(row.id, count - 1) if count else None
        self._marked = words[:count]


def _says_as(before: Row | None, row: Segment) -> bool:
    """Whether a row has the words that are shown of it: a new name may come for thousands at once."""
    return before is row or (isinstance(before, Segment) and row.says_as(before))


def _words(segment: Segment) -> list[str]:
    """The words as they are counted on the screen: what spaces part."""
    return WORD.findall(shown_live(segment).text)


def _weight(piece: Piece) -> float:
    return _GLUED if piece.is_glued else 1.0

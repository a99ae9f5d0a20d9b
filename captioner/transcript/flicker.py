"""How restless captions are to read: what was taken back after it was shown, and how late words come. Pure.

Words are counted from the first that differs: whoever reads has to read again from there. Case and the
punctuation at a word's edges are no rewriting, but the exact count says them, too. Scripts that part no words
with spaces are counted by the character.
"""

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from statistics import median

from captioner.transcript.model import Change, Segment
from captioner.transcript.script import bare, pieces

_RECENT_WORDS = 1000
"""Of so many words the delays are kept; the other figures are of all."""
_ENDED_LINES = 200
"""So many lines that are over are remembered: they may yet be cut, hidden or replaced."""
_LONGEST = 10_000
"""Characters of a line, more than anybody says in one: longer ones are not counted, for that takes long."""

_Place = tuple[str, int]
"""A word, and the number among its like in the line: changes around it do not matter."""


@dataclass(frozen=True, slots=True)
class WordTimes:
    """A word of a line that is over, in seconds on the meeting's clock.

    `end`: when it was spoken, as the engine says, or guessed from its place in the line. `shown`: when it was
    first to be seen. `committed`: from when on it stood among the committed words for good.
    """

    text: str
    end: float
    shown: float
    committed: float


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What became of one text: of all that was shown, or of its committed words.

    `updates`: how often it changed; `rewrites`: how often that changed words, not only added some; `erased`:
    words taken back, counted from the first that differs; `words`: those of the finals. `exact_…`: the same
    where a change of case or of punctuation counts as well.
    """

    updates: int = 0
    rewrites: int = 0
    erased: int = 0
    exact_rewrites: int = 0
    exact_erased: int = 0
    words: int = 0

    def after(self, before: list[str], now: list[str]) -> "Rewriting":
        """With one more update, from the words `before` to those `now`."""
        if before == now:
            return self
        erased = len(before) - _common(map(bare, before), map(bare, now))
        exact = len(before) - _common(before, now)
        return replace(
            self,
            updates=self.updates + 1,
            rewrites=self.rewrites + (erased > 0),
            erased=self.erased + erased,
            exact_rewrites=self.exact_rewrites + (exact > 0),
            exact_erased=self.exact_erased + exact,
        )

    @property
    def share(self) -> float:
        """Of all updates those that change words, 0 to 1."""
        return self.rewrites / max(1, self.updates)

    @property
    def erasure(self) -> float:
        """Normalised erasure: words taken back for each final word."""
        return self.erased / max(1, self.words)

    @property
    def exact_erasure(self) -> float:
        """The same to the letter."""
        return self.exact_erased / max(1, self.words)


@dataclass(frozen=True, slots=True)
class Figures:
    """`early`: the share of the words that were committed before their final came.

    `first_shown` and `committed_after`: the median of the seconds from a word's end until it is to be seen,
    and until it is committed, over the last thousand words. None = no line is over yet. Where the ends are
    guessed it comes out too short: by 0.1 s with the local engine (2026-11, against the ends in truth).
    """

    shown: Rewriting
    committed: Rewriting
    early: float | None
    first_shown: float | None
    committed_after: float | None


@dataclass(slots=True)
class _Line:
    """What is shown of a segment, and since when each of its words is there."""

    shown: list[str] = field(default_factory=list[str])
    committed: list[str] = field(default_factory=list[str])
    shown_at: dict[_Place, float] = field(default_factory=dict[_Place, float])
    committed_at: dict[_Place, float] = field(default_factory=dict[_Place, float])

    def note(self, at: float) -> None:
        """At this time it is shown as it stands."""
        for place in _places(self.shown):
            self.shown_at.setdefault(place, at)
        before = self.committed_at
        self.committed_at = {place: before.get(place, at) for place in _places(self.committed)}


class Flicker:
    """Follows the changes of a transcript as they are shown. `at` is the meeting's clock, in seconds.

    A line that is withdrawn counts as taken back word by word; one that only moves does not.
    """

    def __init__(self) -> None:
        self._shown = Rewriting()
        self._committed = Rewriting()
        self._lines: dict[str, _Line] = {}
        self._ended: dict[str, _Line] = {}
        self._gone: str | None = None
        self._early = 0
        self._settled = 0
        self._first_shown: deque[float] = deque(maxlen=_RECENT_WORDS)
        self._committed_after: deque[float] = deque(maxlen=_RECENT_WORDS)

    def follow(self, change: Change, at: float) -> Sequence[WordTimes]:
        """Count one change. Returns the words of a line that is over with it, once, as the line stands."""
        row = change.row
        # A line that moves is removed, and added again with the next change.
        gone, self._gone = self._gone, None
        if gone is not None and not (change.kind == "added" and _id(row) == gone):
            self._withdraw(gone)
        if not isinstance(row, Segment) or len(row.committed) + len(row.tail) > _LONGEST:
            return ()
        if change.kind == "removed":
            self._gone = row.id
            return ()
        return self._show(row, at)

    def figures(self) -> Figures:
        """All figures until now."""
        if self._gone is not None:
            self._withdraw(self._gone)
            self._gone = None
        return Figures(
            self._shown,
            self._committed,
            self._early / self._settled if self._settled else None,
            median(self._first_shown) if self._first_shown else None,
            median(self._committed_after) if self._committed_after else None,
        )

    def _show(self, row: Segment, at: float) -> Sequence[WordTimes]:
        ended = self._ended.get(row.id)
        line = ended or self._lines.setdefault(row.id, _Line())
        committed = _words(row.committed)
        shown = committed + _words(row.tail)
        self._count(line, shown, committed)
        if ended:
            return ()
        line.note(at)
        return self._end(row, line, at) if row.is_final else ()

    def _end(self, row: Segment, line: _Line, at: float) -> Sequence[WordTimes]:
        del self._lines[row.id]
        self._ended[row.id] = line
        if len(self._ended) > _ENDED_LINES:
            del self._ended[next(iter(self._ended))]
        self._shown = replace(self._shown, words=self._shown.words + len(line.shown))
        self._committed = replace(self._committed, words=self._committed.words + len(line.committed))
        times = [
            WordTimes(text, end, line.shown_at[place], line.committed_at[place])
            for text, place, end in zip(
                line.committed, _places(line.committed), _ends(row, line.committed), strict=True
            )
        ]
        self._settled += len(times)
        self._early += sum(word.committed < at for word in times)
        self._first_shown.extend(word.shown - word.end for word in times)
        self._committed_after.extend(word.committed - word.end for word in times)
        line.shown_at, line.committed_at = {}, {}
        return times

    def _count(self, line: _Line, shown: list[str], committed: list[str]) -> None:
        self._shown = self._shown.after(line.shown, shown)
        self._committed = self._committed.after(line.committed, committed)
        line.shown, line.committed = shown, committed

    def _withdraw(self, segment_id: str) -> None:
        line = self._lines.pop(segment_id, None) or self._ended.get(segment_id)
        if line:
            self._count(line, [], [])


def _id(row: object) -> str | None:
    return row.id if isinstance(row, Segment) else None


def _ends(row: Segment, words: list[str]) -> list[float]:
    """When each word of a line was over: as the engine says; else as if all letters took the same time."""
    if len(row.words) == len(words):
        return [word.end for word in row.words]
    letters = max(1, sum(map(len, words)))
    ends: list[float] = []
    before = 0
    for word in words:
        before += len(word)
        ends.append(row.start + (row.end - row.start) * before / letters)
    return ends


def _words(text: str) -> list[str]:
    return [piece.text for piece in pieces(text)]


def _places(words: Iterable[str]) -> list[_Place]:
    seen: Counter[str] = Counter()
    places: list[_Place] = []
    for key in map(bare, words):
        seen[key] += 1
        places.append((key, seen[key]))
    return places


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """How many words at the front are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))

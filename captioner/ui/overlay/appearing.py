"""Words that are new come up softly; words that were corrected are there at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor

from captioner.ui.overlay.lines import CaptionLine
from captioner.ui.shown import WORD

_SECONDS = 0.1
_HASTE = 0.12
"""Seconds within which more words come before the last ones are there: then all are there at once."""
_STEPS = 3
"""The first at once, so that a word is seen with the first picture; more cost more and look the same."""


@dataclass(frozen=True, slots=True)
class _Fresh:
    """Words of a segment, from one to before another, that came at a time."""

    segment: str
    start: int
    end: int
    since: float


class Appearing:
    """Knows how far each word has appeared."""

    def __init__(self) -> None:
        self._fresh: list[_Fresh] = []
        self._now = self._noted_at = 0.0

    @property
    def is_active(self) -> bool:
        """Whether a word is not yet fully there."""
        return bool(self._fresh)

    def has(self, segment: str) -> bool:
        """Whether a word of this segment is not yet fully there."""
        return any(fresh.segment == segment for fresh in self._fresh)

    def opacity(self, segment: str, word: int) -> float:
        """How much of a word is to be seen, 0 to 1."""
        for fresh in self._fresh:
            if fresh.segment == segment and fresh.start <= word < fresh.end:
                part = max(0.0, self._now - fresh.since) / _SECONDS
                return min(1.0, (floor(part * _STEPS) + 1) / _STEPS)
        return 1.0

    def note(self, old: Sequence[CaptionLine], new: Sequence[CaptionLine], up: int, now: float) -> None:
        """Find the words of `new` that were not there before. Lines above the old ones were seen earlier."""
        self.advance(now)
        is_haste, self._noted_at = now - self._noted_at < _HASTE, now
        stays = bool(up) or not old or _begin(old) == _begin(new)
        if not stays or is_haste:
            self._fresh.clear()
            return
        same = set(old) & set(new)
        known = _words(line for line in old if line not in same)
        for segment, words in _words(line for line in new if line not in same).items():
            before = known.get(segment)
            start = min(words) if before is None else _added_from(before, words)
            if start is not None and start <= max(words):
                self._fresh.append(_Fresh(segment, start, max(words) + 1, now))

    def advance(self, now: float) -> None:
        """Move on to this time."""
        self._now = now
        self._fresh = [fresh for fresh in self._fresh if now - fresh.since < _SECONDS]

    def clear(self) -> None:
        """Everything is there."""
        self._fresh.clear()


def _begin(lines: Sequence[CaptionLine]) -> tuple[str, int, str] | None:
    return (lines[0].segment, lines[0].number, lines[0].note) if lines else None


def _words(lines: Iterable[CaptionLine]) -> dict[str, dict[int, str]]:
    """The words of each segment by their number."""
    words: dict[str, dict[int, str]] = {}
    for line in lines:
        if line.segment:
            here = words.setdefault(line.segment, {})
            here.update(enumerate(WORD.findall(line.text), start=line.first_word))
    return words


def _added_from(before: dict[int, str], words: dict[int, str]) -> int | None:
    """From which word on a text was only added to; None where it was corrected.

    The last word may be another one: while it is spoken it is guessed anew with every update.
    """
    last = max(before, default=-1)
    both = [number for number in before if number in words and number != last]
    return last + 1 if all(before[number] == words[number] for number in both) else None

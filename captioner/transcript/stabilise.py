"""Reading modes: which of the words an engine has guessed are shown as settled. Pure.

An engine says a segment again and again, each time whole and often different. LocalAgreement-n commits the
words at the front on which the last n interims agree (Liu et al., 2020). Here each word has votes of its own:

- The last interims are aligned with the newest one. Those that have a word in its place vote for it, those
  that have something else there vote against it; those that did not reach so far do not vote.
- A word needs votes for half a second of sound, and one more for each against it. So what the engine never
  doubted is settled early, and what it says now this way and now that way waits.
- The first word needs one more: when it turns out wrong, the whole line does. The last word needs two more:
  it may not have been said to its end.
- Behind the settled words stand the others, dim: all as long as interims only grow; once one has taken a
  word back, for the time being those that have held for a quarter of a second. So 30 % of all updates
  change a word on the screen, not 70 %.

Measured on traces of the local engine (2026-11, benchmark `reading`): at the delay of LocalAgreement-3 half
as many words are taken back. A logistic regression over the same features and six others was no better.

Two interims agree on a word when it is the same but for case and the punctuation at its edges. Committed
words stay as they were shown, while the engine may by now say something else in their place, with more or
fewer words. So the rest of a newer text is what stands behind its best match with the committed words: the
prefix of the newer text with the least edit distance to them.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, takewhile
from statistics import median
from typing import Literal

from captioner.transcript.script import Piece, after, bare, joined, pieces, together

ReadingMode = Literal["instant", "balanced", "steady"]

HOLD_SECONDS = 0.5
"""Sound through which a word that nobody doubts must stay the same."""
SEEN_SECONDS = 0.25
"""Sound through which a word must stay the same to be shown while the engine takes words back."""
USUAL_STEP = 0.25
"""Seconds of sound from one interim to the next, until they have told better."""
MOST_VOTES = 6
"""Votes that do for a word that nobody doubts, however fast interims come."""
PATIENCE = 2
"""What doubts and a bad place can cost a word at most, in votes."""

_ALIGNABLE = 100
"""Words from which on alignment is by count: the distance costs their square (4 ms at 100 words)."""
_LOOK = 200
"""Words of an interim that are looked at; more than anybody says in one segment."""
_LONGEST = 20_000
"""Characters of a segment that are looked at: what somebody says in twenty minutes without a break."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A segment as it is shown: `committed` in the normal colour, and behind it `tail` dim.

    Between them stands a space, unless their script has none (`script.joined`).
    """

    committed: str
    tail: str


class Pace:
    """How fast interims come, learnt from one segment after the other."""

    def __init__(self) -> None:
        self._steps: deque[float] = deque([USUAL_STEP], maxlen=6)

    def step(self, seconds: float) -> None:
        """So much sound lies between two interims of a segment."""
        if seconds > 0:
            self._steps.append(seconds)

    def votes(self, seconds: float) -> int:
        """Interims that agree through so much sound: for half a second three at the local engine's pace."""
        return min(MOST_VOTES, 1 + round(seconds / median(self._steps)))


class Stabiliser:
    """Decides what is committed of one segment.

    instant: everything is tail until the final. balanced: words with enough votes, the rest as tail; they
    stay until the final, which corrects the line once. steady: the same words and no tail; what was shown
    never changes, also where the final differs: its rest is appended. `pace` is shared by the segments of a
    meeting.
    """

    def __init__(self, mode: ReadingMode, pace: Pace | None = None) -> None:
        self._mode: ReadingMode = mode
        self._votes = _Votes(pace or Pace())
        self._committed: list[Piece] = []
        self._keys: list[str] = []
        self._final: Shown | None = None

    def update(self, text: str, is_final: bool, end: float | None = None) -> Shown:
        """What to show now that the engine says `text`, the whole segment, heard up to `end` (seconds).

        A final ends the segment: later calls change nothing.
        """
        if self._final is None and len(text) > _LONGEST:
            return self._endless(text, is_final)
        if self._final is None:
            words = pieces(text)
            if not is_final:
                return self._interim(words, end)
            if self._mode == "steady":
                self._commit(words, self._rest(_keys(words)), len(words))
                words = self._committed
            self._final = Shown(together(words), "")
        return self._final

    def _interim(self, words: list[Piece], end: float | None) -> Shown:
        if self._mode == "instant":
            return Shown("", together(words))
        keys = _keys(words)
        self._votes.hear(keys, end)
        rest = self._rest(keys)
        settled, seen = self._votes.count(rest)
        self._commit(words, rest, settled)
        tail = words[settled:seen] if self._mode == "balanced" else []
        return Shown(together(self._committed), together(tail))

    def _endless(self, text: str, is_final: bool) -> Shown:
        """Nothing more is settled before the final: looking at each word would stop everything else."""
        committed = together(self._committed)
        words = text.split(" ", len(self._committed))
        more = words[-1] if len(words) > len(self._committed) else text[len(committed) :]
        if not is_final:
            return Shown(committed, "" if self._mode == "steady" else more)
        is_kept = self._mode == "steady" and committed and not text.startswith(f"{committed} ")
        self._final = Shown(joined(committed, more) if is_kept else text, "")
        return self._final

    def _commit(self, words: Sequence[Piece], start: int, end: int) -> None:
        fresh = list(words[start:end])
        if fresh and start and self._committed and words[start - 1].text != self._committed[-1].text:
            # Behind another character than in this text: the two must not become one.
            fresh[0] = after(self._committed[-1], fresh[0])
        self._committed += fresh
        self._keys += _keys(fresh)

    def _rest(self, keys: Sequence[str]) -> int:
        """Where in a newer text the words begin that stand behind the committed ones."""
        return end_of_match(self._keys, keys)


class _Votes:
    """What the last interims of a segment have said, as keys."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._interims: deque[list[str]] = deque(maxlen=2 * MOST_VOTES)
        self._end: float | None = None

    def hear(self, keys: list[str], end: float | None) -> None:
        """Take in the newest interim."""
        self._interims.append(keys)
        if end is not None and self._end is not None:
            self._pace.step(end - self._end)
        self._end = end

    def count(self, first: int) -> tuple[int, int]:
        """Up to where the newest interim is settled, from the word `first` on, and to where it is shown."""
        start = max(0, first - _LOOK // 2)
        *older, newest = (interim[start : start + _LOOK] for interim in self._interims)
        least, some = max(2, self._pace.votes(HOLD_SECONDS)), self._pace.votes(SEEN_SECONDS)
        ayes, noes = [1] * len(newest), [0] * len(newest)
        for interim in older[1 - 2 * least :]:
            for place, vote in enumerate(_ballot(interim, newest)):
                ayes[place] += vote is True
                noes[place] += vote is False

        def is_settled(place: int) -> bool:
            is_first, is_last = start + place == 0, place == len(newest) - 1
            return ayes[place] >= least + min(noes[place] + is_first + 2 * is_last, PATIENCE)

        settled = first - start
        while settled < len(newest) and is_settled(settled):
            settled += 1
        seen = settled
        while seen < len(newest) and ayes[seen] >= some:
            seen += 1
        if all(after[: len(before)] == before for before, after in pairwise([*older, newest][-3:])):
            seen = len(newest)  # it only grows
        return start + settled, start + seen


def _ballot(interim: Sequence[str], newest: Sequence[str]) -> list[bool | None]:
    """What an older interim says of each word of the newest one; None = it did not reach so far."""
    votes: list[bool | None] = [None] * len(newest)
    for kind, a, b, c, d in SequenceMatcher(None, interim, newest, autojunk=False).get_opcodes():
        if kind == "equal":
            votes[c:d] = [True] * (d - c)
        elif b < len(interim):
            votes[c:d] = [False] * (d - c)
        else:
            # At its end an interim has not understood its last word yet; what stood before it, it has.
            against = min(d - c, max(0, b - a - 1))
            votes[c : c + against] = [False] * against
    return votes


def end_of_match(said: Sequence[str], text: Sequence[str]) -> int:
    """How many words of `text` say what `said` says: the length of the prefix nearest to it.

    Of equally near prefixes the one that ends with the same word counts, then the one most alike in length.
    """
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(said, text, strict=False)))
    said = said[same:]
    if not said:
        return same
    # A prefix more than twice as long is further away than none at all.
    text = text[same : same + 2 * len(said)]
    if len(said) > _ALIGNABLE:
        return same + min(len(said), len(text))
    distances = _distances(said, text)

    def rank(length: int) -> tuple[int, bool, int]:
        ends_alike = length > 0 and text[length - 1] == said[-1]
        return distances[length], not ends_alike, abs(length - len(said))

    return same + min(range(len(text) + 1), key=rank)


def _distances(said: Sequence[str], text: Sequence[str]) -> list[int]:
    """The edit distance in words between `said` and each prefix of `text`, by the prefix's length."""
    row = list(range(len(text) + 1))
    for count, word in enumerate(said, start=1):
        diagonal, row[0] = row[0], count
        for column, other in enumerate(text, start=1):
            changed = diagonal + (word != other)
            diagonal = row[column]
            row[column] = min(changed, diagonal + 1, row[column - 1] + 1)
    return row


def _keys(words: Iterable[Piece]) -> list[str]:
    return [bare(word.text) for word in words]

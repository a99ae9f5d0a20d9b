"""Reading modes: which of the words an engine has guessed are shown as settled. Pure.

An engine says a segment again and again, each time whole and often different. LocalAgreement-n commits the
words at the front on which the last n interims agree (Liu et al., 2020). Two interims agree on a word when
it is the same but for case and the punctuation at its edges.

Committed words stay as they were shown, while the engine may by now say something else in their place, with
more or fewer words. So the rest of a newer text is what stands behind its best match with the committed
words: the prefix of the newer text with the least edit distance to them.
"""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

ReadingMode = Literal["instant", "balanced", "steady"]

_VOTES: dict[ReadingMode, int] = {"instant": 0, "balanced": 2, "steady": 3}

_WORD = re.compile(r"[^ \t\r\n\f\v]+")
_OPENING = "\"'“”„‘’‚«»‹›([{¿¡.…—–"
_CLOSING = "\"'“”„‘’‚«»‹›)]}.,;:!?…—–-"

_ALIGNABLE = 100
"""Words from which on alignment is by count: the distance costs their square (4 ms at 100 words)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A segment as it is shown: `committed` in the normal colour and, behind a space, `tail` dim."""

    committed: str
    tail: str


class Stabiliser:
    """Decides what is committed of one segment.

    instant: everything is tail until the final. balanced: words that two interims in a row agree on; they
    stay until the final, which corrects the line once. steady: words that three interims agree on, no tail;
    what was shown never changes, also where the final differs: its rest is appended.
    """

    def __init__(self, mode: ReadingMode) -> None:
        self._mode: ReadingMode = mode
        self._interims: deque[list[str]] = deque(maxlen=_VOTES[mode])
        self._committed: list[str] = []
        self._final: Shown | None = None

    def update(self, text: str, is_final: bool) -> Shown:
        """What to show now that the engine says `text`, the whole segment. Each interim is one vote.

        A final ends the segment: later calls change nothing.
        """
        if self._final is None:
            words = _WORD.findall(text)
            if not is_final:
                return self._interim(words)
            self._final = Shown(" ".join(self._settled(words)), "")
        return self._final

    def _interim(self, words: list[str]) -> Shown:
        if self._mode == "instant":
            return Shown("", " ".join(words))
        keys = [_key(word) for word in words]
        self._interims.append(keys)
        rest = self._rest(keys)
        agreed = max(rest, self._agreed())
        self._committed += words[rest:agreed]
        tail = words[agreed:] if self._mode == "balanced" else []
        return Shown(" ".join(self._committed), " ".join(tail))

    def _settled(self, words: list[str]) -> list[str]:
        if self._mode != "steady":
            return words
        return self._committed + words[self._rest([_key(word) for word in words]) :]

    def _agreed(self) -> int:
        """How many words at the front the last interims have in common."""
        if len(self._interims) < _VOTES[self._mode]:
            return 0
        side_by_side = zip(*self._interims, strict=False)
        return sum(1 for _ in takewhile(lambda votes: len(set(votes)) == 1, side_by_side))

    def _rest(self, keys: Sequence[str]) -> int:
        """Where in a newer text the words begin that stand behind the committed ones."""
        return end_of_match([_key(word) for word in self._committed], keys)


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


def _key(word: str) -> str:
    """What two interims have to agree on. A word of punctuation only stands for itself."""
    return word.lstrip(_OPENING).rstrip(_CLOSING).casefold() or word

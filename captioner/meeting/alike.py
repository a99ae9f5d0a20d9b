"""Which words of one line are the words of others, heard a second time. Pure.

The second hearing is quieter: some words are recognised as something like them, some are missing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from captioner.transcript.model import Segment

EXACT_SECONDS = 1.0
"""How far the times of a word in two hearings are apart, where the engine gives them."""
GUESSED_SECONDS = 4.0
"""The same where they are guessed from the place in the line."""

_LIKE = 0.6
_SHORT = 3
_BESIDE = 0.1
_APART = 0.05

_NO_LETTERS = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word as it is compared, and when it was said in seconds, `within` so much."""

    word: str
    start: float
    end: float
    within: float


@dataclass(frozen=True, slots=True)
class Pair:
    """The word at a place of one hearing and the word at a place of the other that say the same.

    `weight`: how much that says; a long word that is the same counts 1, the same short one half.
    """

    copy: int
    original: int
    weight: float
    is_same: bool


def spoken(segment: Segment, text: str) -> list[Spoken]:
    """The words of a line, in the order of `text.split()`."""
    texts = text.split()
    if len(segment.words) == len(texts):
        return [
            Spoken(_plain(text), word.start, word.end, EXACT_SECONDS)
            for text, word in zip(texts, segment.words, strict=True)
        ]
    length = max(1, sum(len(text) + 1 for text in texts))
    found: list[Spoken] = []
    before = 0
    for text in texts:
        after = before + len(text) + 1
        start, end = (
            segment.start + (segment.end - segment.start) * place / length for place in (before, after)
        )
        found.append(Spoken(_plain(text), start, end, GUESSED_SECONDS))
        before = after
    return found


def pair_words(copy: Sequence[Spoken], original: Sequence[Spoken], lag: float) -> list[Pair]:
    """The heaviest way to pair words in the order of both; a word of `copy` is said `lag` seconds later."""
    width = len(original)
    # best[i][j]: the weight of what is left from word i of the copy and word j of the original on.
    best = [[0.0] * (width + 1) for _ in range(len(copy) + 1)]
    weights: dict[tuple[int, int], float] = {}
    for i in range(len(copy) - 1, -1, -1):
        row, below, one = best[i], best[i + 1], copy[i]
        for j in range(width - 1, -1, -1):
            other = original[j]
            most = max(below[j], row[j + 1])
            apart = abs(one.start - lag - other.start)
            if apart <= max(one.within, other.within):
                weight = likeness(one.word, other.word)
                if weight:
                    weights[i, j] = weight
                    # Words that stand side by side in both say more than the same words scattered.
                    beside = _BESIDE if (i + 1, j + 1) in weights else 0.0
                    # Of the same words said twice the nearer ones are meant.
                    most = max(most, weight + beside - _APART * apart + below[j + 1])
            row[j] = most
    return [Pair(i, j, weights[i, j], copy[i].word == original[j].word) for i, j in _trace(best)]


def _trace(best: Sequence[Sequence[float]]) -> Iterator[tuple[int, int]]:
    i = j = 0
    while i < len(best) - 1 and j < len(best[0]) - 1:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            yield i, j
            i, j = i + 1, j + 1


@lru_cache(maxsize=20_000)
def likeness(one: str, other: str) -> float:
    """1 for the same word, less for short ones and for words that only sound alike; 0 for others."""
    if one == other and one:
        return 1.0 if len(one) > _SHORT else 0.5
    shorter, longer = sorted((len(one), len(other)))
    if shorter <= _SHORT or longer > 2 * shorter:
        return 0.0
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    return 0.7 * ratio if ratio >= _LIKE else 0.0


def _plain(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()

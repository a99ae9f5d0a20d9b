"""The judge: what became of every word of a numbered conversation. Pure: rows in, counts out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, GapRow, Row, Segment
from tests.numbered import Speech, number

WORD_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Judgement:
    """The words, by their numbers, that are wrong in a transcript. `worst_error`: of a word's time, seconds.

    `unexplained`: lost, and no final gap says so. `strange`: what is in the transcript and nobody said.
    `gaps`: what it says that nobody heard.
    """

    lost: list[int] = field(default_factory=list[int])
    unexplained: list[int] = field(default_factory=list[int])
    duplicated: list[int] = field(default_factory=list[int])
    disordered: list[int] = field(default_factory=list[int])
    strange: list[str] = field(default_factory=list[str])
    gaps: list[GapRow] = field(default_factory=list[GapRow])
    worst_error: float = 0.0


class PlainAssembler(Assembler):
    """Ends no line by itself: what the session has left open is to be seen."""

    def _end_open(self) -> list[Change]:
        return []


def judge(rows: Iterable[Row], speech: Speech) -> Judgement:
    """Hold a transcript against what was said."""
    rows = list(rows)
    segments = [row for row in rows if isinstance(row, Segment)]
    gaps = [row for row in rows if isinstance(row, GapRow) and row.state == "final"]
    found = Judgement(gaps=gaps)
    found.strange.extend(
        f"a gap is still pending: {row}" for row in rows if isinstance(row, GapRow) and row.state == "pending"
    )
    found.strange.extend(f"not final: {row.id} {row.text}" for row in segments if not row.is_final)
    worst = 0.0
    for channel in range(speech.channels):
        said = list(_words([row for row in segments if row.channel == channel], speech, found.strange))
        numbers = [word for word, _error in said]
        expected = speech.numbers(channel)
        counts = Counter(numbers)
        lost = sorted(set(expected) - set(counts))
        found.lost.extend(lost)
        found.unexplained.extend(word for word in lost if not _is_in(gaps, speech.spoken_at(word)))
        found.duplicated.extend(word for word, count in counts.items() if count > 1)
        found.disordered.extend(word for before, word in pairwise(numbers) if word < before)
        known = set(expected)
        found.strange.extend(f"w{word} on channel {channel}" for word in counts if word not in known)
        worst = max([worst, *(error for word, error in said if word in known)])
    return replace(found, worst_error=round(worst, 4))


def _words(segments: Iterable[Segment], speech: Speech, strange: list[str]) -> Iterator[tuple[int, float]]:
    """Each number that the text says, and how far its time is from the truth.

    Where words have no times of their own, the line must span them.
    """
    for segment in segments:
        numbers = [number(text) for text in segment.text.split()]
        if segment.words and numbers != [number(word.word) for word in segment.words]:
            strange.append(f"text and words differ in {segment.id}: {segment.text}")
        for index, told in enumerate(numbers):
            if told is None:
                strange.append(f"no number in {segment.id}: {segment.text}")
                continue
            start = speech.spoken_at(told)
            if index < len(segment.words):
                word = segment.words[index]
                error = max(abs(word.start - start), abs(word.end - start - WORD_SECONDS))
            else:
                error = max(0.0, segment.start - start, start + WORD_SECONDS - segment.end)
            yield told, error


def _is_in(gaps: Iterable[GapRow], at: float) -> bool:
    """Whether a gap covers the word that begins at `at`, or half of it."""
    return any(gap.start <= at + WORD_SECONDS / 2 <= gap.end for gap in gaps)

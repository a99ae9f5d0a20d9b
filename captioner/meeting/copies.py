"""Whether a line of the microphone is the loudspeaker's: where sound and words meet. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Literal

from captioner.audio.echo import Echo, seconds
from captioner.meeting.alike import GUESSED_SECONDS, Pair, Spoken, pair_words, spoken
from captioner.transcript.model import Segment

_AUDIBLE = 0.15
"""Seconds of the loudspeaker alone that are worth a look."""
_SAYS_SOMETHING = 0.6
"""Seconds of the loudspeaker alone in which there may be several words."""
_OWN = 0.1
"""Seconds of own sound in which there may be a word."""
_ENDS_EARLY = 0.6
"""Seconds by which the others' line may end before its sound does."""
_RUN_PAIRS, _RUN_WEIGHT = 3, 1.8
"""What is less than this of the others' words may be chance beside words of one's own ..."""
_LONE_WEIGHT, _ALONE = 1.0, 0.6
"""... unless nobody spoke for so many seconds around it."""
_JUMP = 2
"""From one word of the others to the next of a run, at most."""
_PAUSE = 0.3
"""Seconds of own sound between two words of the others in which somebody may have said them again."""
_UNSURE = 0.3
"""Seconds by which the time of a word is uncertain, where the sound decides."""
_AROUND = 1.0
"""The same for words that were misheard: theirs is known from the words around them only."""
_CLEAR = 0.5
"""Share of the sound at a run's time that must be the loudspeaker alone."""
_CERTAIN = 0.5
"""Share of the words with which a line is a copy though the others' line has not come to its end."""
_NEAR = 0.7
"""Seconds around a line in which its letters are looked for."""
_LETTERS_ALIKE = 0.55
"""What no two different lines of a conversation reach."""
_OVERHEARD = 0.3
"""Share of own sound in a line in which nobody's own words were recognised."""
_FRAGMENT = 3
"""So few words that are left of a line are no clause: one's own may be among those that are cut ..."""
_UNSAID = 0.5
"""... if there are so many seconds of own sound where those that are left do not stand."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a line of the microphone is.

    own: nothing of the loudspeaker in it. copy: nothing else. mixed: both, and the words at the places
    `cut` of what is shown are the others'. unsure: the sound is the loudspeaker's, the words are not the
    others' as far as they are known. `is_answered`: the others said something while the loudspeaker was
    heard. `is_covered`: their words reach its end. `is_settled`: finals do.
    """

    kind: Literal["own", "copy", "mixed", "unsure"]
    cut: frozenset[int] = frozenset()
    is_answered: bool = True
    is_covered: bool = True
    is_settled: bool = True


OWN = Finding("own")


def compare(text: str, line: Segment, echo: Echo | None, others: Sequence[Segment]) -> Finding:
    """Judge a line that shows `text`. `others`: the lines of the system around that time, in any order."""
    if echo is None or seconds(echo.echoed) < _AUDIBLE:
        return OWN
    if not (copy := spoken(line, text)):
        return OWN
    near = sorted((other for other in others if _is_near(other, line)), key=lambda other: other.start)
    originals = [word for other in near for word in spoken(other, other.text)]
    pairs = pair_words(copy, originals, echo.lag)
    first, last = echo.echoed[0][0] - echo.lag, echo.echoed[-1][1] - echo.lag
    is_answered = any(other.start <= last and other.end >= first for other in near)
    reaching = [other for other in near if other.start <= last <= other.end + _ENDS_EARLY]
    is_settled = any(other.is_final for other in reaching)
    if seconds(echo.own) < _OWN:
        share = max(len(pairs) / len(copy), _letters_alike(copy, originals, echo.lag))
        is_copy = share >= least_alike(echo.gain) and (share >= _CERTAIN or bool(reaching))
        kind = "copy" if is_copy else "unsure"
        return Finding(kind, is_answered=is_answered, is_covered=bool(reaching), is_settled=is_settled)
    cut = _places(pairs, copy, originals, echo)
    if all(place in cut or not word.word for place, word in enumerate(copy)):
        is_copy = seconds(echo.own) <= _OVERHEARD * seconds(echo.echoed)
        return Finding("copy") if is_copy else OWN
    if _is_torn([word for place, word in enumerate(copy) if place not in cut], echo):
        cut = frozenset[int]()
    if seconds(echo.echoed) < _SAYS_SOMETHING and not cut:
        return OWN
    return Finding("mixed", cut, is_answered, bool(reaching), is_settled)


def least_alike(gain: float) -> float:
    """Which share of a line without any own sound must be the others'. `gain` of the loudspeaker in dB.

    A loud copy is recognised as well as the original. A faint one is not, but beside it every voice in the
    room is so much louder that the sound alone tells.
    """
    return min(0.3, max(0.0, 0.3 + (gain + 3.0) / 13.0))


def without(text: str, cut: frozenset[int], *, before: int = 0) -> str:
    """The words of a text but for those at the places cut; the first one is at the place `before`."""
    return " ".join(word for place, word in enumerate(text.split(), before) if place not in cut)


def _is_near(other: Segment, line: Segment) -> bool:
    return other.start < line.end + GUESSED_SECONDS and other.end > line.start - GUESSED_SECONDS


def _letters_alike(copy: Sequence[Spoken], originals: Sequence[Spoken], lag: float) -> float:
    """How alike a line is letter by letter, if more than any two texts are: "Miss is", "Miss ease"."""
    start, end = copy[0].start - lag - _NEAR, copy[-1].end - lag + _NEAR
    said = "".join(word.word for word in originals if word.start >= start and word.end <= end)
    ratio = SequenceMatcher(None, "".join(word.word for word in copy), said, autojunk=False).ratio()
    return ratio if ratio >= _LETTERS_ALIKE else 0.0


def _places(
    pairs: Sequence[Pair], copy: Sequence[Spoken], originals: Sequence[Spoken], echo: Echo
) -> frozenset[int]:
    """Which words of a mixed line are the others'.

    Runs of words that are the same at a time that is the loudspeaker's alone, and what was misheard before,
    between or behind them, as far as nobody spoke there.
    """
    runs = [
        run
        for run in _runs(pairs, originals, echo)
        if _is_strong(run, originals, echo) and _is_clear(run, copy, originals, echo)
    ]
    if not runs:
        return frozenset()
    cut = {place for run in runs for place in range(run[0].copy, run[-1].copy + 1)}
    for before, after in pairwise([None, *runs, None]):
        place, since = (before[-1].copy + 1, originals[before[-1].original].end) if before else (0, -math.inf)
        limit, until = (after[0].copy, originals[after[0].original].start) if after else (len(copy), math.inf)
        if not seconds(echo.own, since + echo.lag - _AROUND, until + echo.lag + _AROUND):
            cut.update(range(place, limit))
    return frozenset(cut)


def _is_torn(rest: Sequence[Spoken], echo: Echo) -> bool:
    """Whether what is left of a line is a fragment, and somebody said more than that."""
    said, until = 0.0, -math.inf
    for word in rest:
        start, until = max(until, word.start - _UNSURE), word.end + _UNSURE
        said += seconds(echo.own, start, until)
    return len(rest) <= _FRAGMENT and seconds(echo.own) - said >= _UNSAID


def _runs(pairs: Sequence[Pair], originals: Sequence[Spoken], echo: Echo) -> list[list[Pair]]:
    """Pairs without another word between them in the copy, hardly one in the original, and no own sound."""
    runs: list[list[Pair]] = []
    for pair in pairs:
        last = runs[-1][-1] if runs else None
        if last and pair.copy == last.copy + 1 and _goes_on(last, pair, originals, echo):
            runs[-1].append(pair)
        else:
            runs.append([pair])
    return [trimmed for run in runs if (trimmed := _trimmed(run))]


def _goes_on(last: Pair, pair: Pair, originals: Sequence[Spoken], echo: Echo) -> bool:
    since, until = originals[last.original].end + echo.lag, originals[pair.original].start + echo.lag
    return pair.original - last.original <= _JUMP and seconds(echo.own, since, until) < _PAUSE


def _trimmed(run: list[Pair]) -> list[Pair]:
    """Without the words at its ends that are only similar: they may be somebody's own."""
    same = [place for place, pair in enumerate(run) if pair.is_same]
    return run[same[0] : same[-1] + 1] if same else []


def _is_strong(run: Sequence[Pair], originals: Sequence[Spoken], echo: Echo) -> bool:
    weight = sum(pair.weight for pair in run)
    if len(run) >= _RUN_PAIRS:
        return weight >= _RUN_WEIGHT
    start, end = originals[run[0].original].start + echo.lag, originals[run[-1].original].end + echo.lag
    return weight >= _LONE_WEIGHT and not seconds(echo.own, start - _ALONE, end + _ALONE)


def _is_clear(run: Sequence[Pair], copy: Sequence[Spoken], originals: Sequence[Spoken], echo: Echo) -> bool:
    """Whether there was little own sound when the others said it, and not more where the line has it."""
    start, end = originals[run[0].original].start + echo.lag, originals[run[-1].original].end + echo.lag
    echoed, own = _both(echo, start - _UNSURE, end + _UNSURE)
    if not echoed or echoed < _CLEAR * (echoed + own):
        return False
    echoed, own = _both(echo, copy[run[0].copy].start, copy[run[-1].copy].end)
    return own <= echoed


def _both(echo: Echo, start: float, end: float) -> tuple[float, float]:
    return seconds(echo.echoed, start, end), seconds(echo.own, start, end)

"""Where a link's time lies on the meeting clock."""

import math
from bisect import bisect_left, bisect_right

from captioner.streaming.frames import SAMPLE_RATE

_NONSENSE = 60 * SAMPLE_RATE
"""Who claims to have heard so much more than was given has heard nothing."""


class Timeline:
    """A piecewise map from the sound given to one link to the meeting clock.

    A link counts the sound it was given from 0; the meeting clock runs on through pauses and holes. Each
    hole adds an anchor (position given, position on the clock), both in samples.
    """

    def __init__(self) -> None:
        self._given: list[int] = []
        self._clock: list[int] = []
        self._sent = 0

    @property
    def sent(self) -> int:
        """Samples given to the link so far."""
        return self._sent

    @property
    def sent_seconds(self) -> float:
        """Seconds of sound given to the link so far."""
        return self._sent / SAMPLE_RATE

    def add(self, start: int, count: int) -> None:
        """Note that `count` samples that begin at `start` on the meeting clock were given next."""
        if not self._given or start != self._clock[-1] + (self._sent - self._given[-1]):
            self._given.append(self._sent)
            self._clock.append(start)
        self._sent += count

    def settled(self, seconds: float) -> int:
        """The position on the meeting clock, in samples, up to which link time `seconds` reaches.

        Never further than what was given: sound that was not given cannot be settled.
        """
        sample = max(0, round(seconds * SAMPLE_RATE))
        if sample > self._sent:
            sample = self._sent if sample <= self._sent + _NONSENSE else 0
        if len(self._given) == 1:
            return self._clock[0] + sample - self._given[0]
        # An end that falls on the first sample behind a hole belongs to the sound before the hole.
        return self._on_clock(sample, bisect_left(self._given, sample) - 1)

    def shift(self, start: float, end: float) -> float | None:
        """Seconds from link to meeting time, the same from `start` to `end`; None where a hole is between."""
        if len(self._given) <= 1:
            return (self._clock[0] - self._given[0]) / SAMPLE_RATE if self._given else 0.0
        first = bisect_right(self._given, round(start * SAMPLE_RATE)) - 1
        if first != bisect_left(self._given, round(end * SAMPLE_RATE)) - 1:
            return None
        first = max(0, first)
        return (self._clock[first] - self._given[first]) / SAMPLE_RATE

    def word(self, start: float, end: float) -> tuple[float, float]:
        """Where a word lies, in seconds: on the side of a hole on which its middle is, and nowhere else."""
        middle = max(0, round((start + end) / 2 * SAMPLE_RATE))
        piece = max(0, bisect_right(self._given, middle) - 1)
        first = self._given[piece] if self._given else 0
        last = self._given[piece + 1] if piece + 1 < len(self._given) else math.inf
        begins = round(min(max(start * SAMPLE_RATE, first), last))
        ends = round(min(max(end * SAMPLE_RATE, first), last))
        return self._on_clock(begins, piece) / SAMPLE_RATE, self._on_clock(ends, piece) / SAMPLE_RATE

    def start_of(self, seconds: float) -> float:
        """The meeting time in seconds of something that begins at link time `seconds`."""
        sample = max(0, round(seconds * SAMPLE_RATE))
        return self._on_clock(sample, bisect_right(self._given, sample) - 1) / SAMPLE_RATE

    def end_of(self, seconds: float) -> float:
        """The meeting time in seconds of something that ends at link time `seconds`."""
        sample = max(0, round(seconds * SAMPLE_RATE))
        return self._on_clock(sample, bisect_left(self._given, sample) - 1) / SAMPLE_RATE

    def _on_clock(self, sample: int, piece: int) -> int:
        if not self._given:
            return sample
        piece = max(0, piece)
        return self._clock[piece] + sample - self._given[piece]

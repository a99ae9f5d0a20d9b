"""Stretches of time in which a chosen source was not heard: they become gaps of the transcript."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from captioner.streaming.events import GapEvent
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

LEAST = SAMPLE_RATE
"""Samples. Sound that is missing for less is no gap."""

MARGIN = SAMPLE_RATE // 2
"""Samples by which a gap that still grows stays behind the clock: what comes back is not heard at once."""

SETTLING = SAMPLE_RATE // 2
"""Samples within which the first sound of a source that is back must have come, unless it is silent."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A gap, or what it has become by now. `is_over`: it grows no more, and was not told yet as a whole."""

    gap: GapEvent
    is_over: bool


@dataclass(slots=True)
class _Hole:
    """`since` and `until` are positions on the meeting clock; `until` None = nothing was heard again yet."""

    channel: int
    since: int
    cause: str
    until: int | None = None
    ended_at: int | None = None  # when it was known that the source is back
    told: int = 0

    @property
    def reach(self) -> float:
        """Up to where it goes as far as is known."""
        if self.ended_at is None:
            return math.inf
        return self.ended_at if self.until is None else self.until


class Holes:
    """The holes of the moment, one at most for each channel."""

    def __init__(self) -> None:
        self._holes: dict[int, _Hole] = {}
        self._settling: list[_Hole] = []

    def hear(self, frame: AudioFrame) -> None:
        """The first sound behind a hole is where that ends."""
        for hole in (*self._holes.values(), *self._settling):
            if hole.until is not None or frame.end <= hole.since:
                continue
            later = frame.after(hole.since)
            if (first := np.flatnonzero(later.samples[:, hole.channel])).size:
                hole.until = later.start + int(first[0])

    def open(self, channel: int, since: int, cause: str) -> None:
        """Nothing is heard from `since` on; called as long as that is so.

        A server that dies takes all devices along, and gives them back one after the other: what follows
        upon a hole without any sound between, or begins within one, has its cause.
        """
        hole = self._holes.get(channel)
        if hole and since <= (hole.until or hole.since):
            hole.until = None  # what has sounded since then was the rest of what had been heard before
            return
        if hole:
            self.close(channel, since)
        others = (*self._holes.values(), *self._settling)
        cause = next((other.cause for other in others if since <= other.reach), cause)
        self._holes[channel] = _Hole(channel, since, cause, told=since)

    def close(self, channel: int, now: int) -> None:
        """It is heard again since about `now`; exactly since when, its first sound says."""
        if hole := self._holes.pop(channel, None):
            hole.ended_at = now
            self._settling.append(hole)

    def missed(self, now: int) -> list[Missed]:
        """What is to be told at `now`: gaps that have grown by a second, and those that are over."""
        grown = [
            Missed(_gap(hole, hole.told), is_over=False)
            for hole in self._holes.values()
            if _grows(hole, now - MARGIN)
        ]
        over = [
            hole
            for hole in self._settling
            if hole.until is not None or now - (hole.ended_at or 0) >= SETTLING
        ]
        self._settling = [hole for hole in self._settling if hole not in over]
        return [*grown, *self._told(over)]

    def end(self, now: int) -> list[Missed]:
        """Nothing is listened to any more since `now`: all of them are over."""
        for channel in tuple(self._holes):
            self.close(channel, now)
        over, self._settling = self._settling, []
        return self._told(over)

    def _told(self, over: Sequence[_Hole]) -> list[Missed]:
        """Those that are long enough; two for one cause, as of a server that is gone, are told as one."""
        told: list[Missed] = []
        causes = {hole.cause for hole in (*self._holes.values(), *self._settling)}
        for hole in over:
            until = hole.until if hole.until is not None else hole.ended_at or hole.since
            if until - hole.since >= LEAST:
                told.append(Missed(_gap(hole, until), is_over=hole.cause not in causes))
                causes.add(hole.cause)
        return told


def _grows(hole: _Hole, end: int) -> bool:
    if end - hole.told < LEAST:
        return False
    hole.told = end
    return True


def _gap(hole: _Hole, end: int) -> GapEvent:
    return GapEvent(hole.since / SAMPLE_RATE, end / SAMPLE_RATE, hole.cause, "final", hole.channel)

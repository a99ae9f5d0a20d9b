"""A stretch of one channel, and which of the words near its ends belong to it."""

import math
from dataclasses import dataclass

from captioner.streaming.clip import clipped
from captioner.streaming.events import TranscriptEvent
from captioner.streaming.timeline import Timeline
from captioner.streaming.words import Word

SEAM_SECONDS = 0.08
"""How differently two conversations tell the time of one word."""


@dataclass(slots=True, kw_only=True)
class Stretch:
    """From `lower` to `upper`, in seconds of the session's clock: what was said outside belongs to others.

    `first` and `said` are its first and its last settled word.
    """

    lower: float
    upper: float = math.inf
    first: Word | None = None
    said: Word | None = None

    def part_of(
        self, message: TranscriptEvent, clock: Timeline, following: Word | None
    ) -> TranscriptEvent | None:
        """The part of a link's text that belongs here: the words whose middle lies in it; None = nothing.

        Two conversations tell the time of a word a little differently: at the seam it counts, too, whether
        the word lies on the last one that was settled, or behind it. `following`: the first word of the
        stretch behind this one, where that is known.
        """
        lower, upper, said = self.lower, self.upper, self.said
        if clock.start_of(message.start) >= lower and clock.end_of(message.end) <= upper:
            return message

        def belongs(start: float, end: float) -> bool:
            middle = clock.start_of((start + end) / 2)
            if not message.words:
                return lower <= middle < upper
            begin, end = clock.start_of(start), clock.end_of(end)
            if _is_on(said, begin, end) or _is_on(following, begin, end):
                return False
            if middle >= upper:
                is_near = middle < upper + SEAM_SECONDS
                return is_near and following is not None and end <= following.start + SEAM_SECONDS
            if middle < lower:
                return (
                    said is not None and begin >= said.end - SEAM_SECONDS and middle >= lower - SEAM_SECONDS
                )
            return True

        return clipped(message, belongs)


def _is_on(said: Word | None, start: float, end: float) -> bool:
    """Whether a word lies on one that was said, by more than half."""
    return said is not None and min(end, said.end) - max(start, said.start) > (end - start) / 2

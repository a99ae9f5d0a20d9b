"""The part of a text that lies in a stretch of time."""

from collections.abc import Callable

from msgspec.structs import replace

from captioner.streaming.accumulated import joined
from captioner.streaming.events import TranscriptEvent


def clipped(event: TranscriptEvent, belongs: Callable[[float, float], bool]) -> TranscriptEvent | None:
    """The text of those words whose span `belongs`; None when there is none.

    Text without word times cannot be cut: all of it is one span.
    """
    if not event.words:
        return event if belongs(event.start, event.end) else None
    words = tuple(word for word in event.words if belongs(word.start, word.end))
    if len(words) == len(event.words):
        return event
    if not words:
        return None
    return replace(event, words=words, transcript=joined([word.punctuated_word for word in words]))

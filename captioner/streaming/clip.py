"""The part of a text that lies in a stretch of time."""

from collections.abc import Callable

from msgspec.structs import replace

from captioner.streaming.accumulated import joined
from captioner.streaming.events import TranscriptEvent


def clipped(event: TranscriptEvent, belongs: Callable[[float], bool]) -> TranscriptEvent | None:
    """The text of those words whose middle `belongs`; None when there is none.

    Text without word times cannot be cut: all of it lies where its middle does.
    """
    if not event.words:
        return event if belongs((event.start + event.end) / 2) else None
    words = tuple(word for word in event.words if belongs((word.start + word.end) / 2))
    if len(words) == len(event.words):
        return event
    if not words:
        return None
    return replace(event, words=words, transcript=joined([word.punctuated_word for word in words]))

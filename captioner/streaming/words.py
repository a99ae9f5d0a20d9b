"""Words with their times, and hypotheses in Deepgram's shape."""

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
"""A time that a decoder takes: finite, and no nonsense (thirty years)."""


class Word(msgspec.Struct, frozen=True, gc=False):
    """One word. `start` and `end` in seconds on the session's clock; None = the engine does not say.

    `punctuated_word` is the word as it stands in the text; `speaker` counts voices from 0 and is the same
    voice in the whole session.
    """

    word: str
    punctuated_word: str = ""
    start: Seconds = 0.0
    end: Seconds = 0.0
    confidence: float | None = None
    speaker: int | None = None
    language: str | None = None


class Alternative(msgspec.Struct, frozen=True):
    """A hypothesis, in Deepgram's shape."""

    transcript: str
    confidence: float | None
    words: tuple[Word, ...]
    languages: tuple[str, ...]


class Channel(msgspec.Struct, frozen=True):
    """The hypotheses of one channel, in Deepgram's shape: always exactly one."""

    alternatives: tuple[Alternative, ...]

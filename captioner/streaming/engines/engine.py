"""The port of every speech engine: `Engine` starts it, `Link` is one conversation with it.

A new engine is one file that implements the two, plus one line in the catalogue of clients.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from captioner.streaming.errors import EngineError
from captioner.streaming.events import (
    ErrorEvent,
    MetadataEvent,
    SpeechStartedEvent,
    TranscriptEvent,
    UnknownEvent,
    UtteranceEndEvent,
    WarningEvent,
)
from captioner.streaming.frames import Sound
from captioner.streaming.options import StreamingOptions


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do. `finals_tile`: its finals cover the time line without holes.

    `languages` are the two-letter codes it knows, None = it decides itself. `takes_encoded`: it is given
    sound as the options declare it; otherwise 16-bit PCM at 16 kHz. `options`: which of the options for
    recognition it heeds, None = all. `word_times`: it says when each word was said. `max_rate`: how many
    times faster than real time it may be fed, None = any. `answers_within`: seconds of sound within which it
    says something of all sound, also of silence; None = it does not.
    """

    name: str
    finals_tile: bool
    languages: frozenset[str] | None
    max_channels: int
    takes_encoded: bool = False
    options: frozenset[str] | None = None
    word_times: bool = False
    max_rate: float | None = None
    answers_within: float | None = None


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """How far a channel is, in seconds of sound given to this link.

    `heard`: taken in by the engine. `settled` (the port's `heard_until`): nothing said before it will change
    any more, so the sound up to there need not be kept.
    """

    channel_index: int
    heard: float
    settled: float


class Malformed(msgspec.Struct, frozen=True, tag="malformed"):
    """A message that nobody could read was dropped."""


class Unanswered(msgspec.Struct, frozen=True, tag="unanswered"):
    """Behind all else: the engine did not say that it has heard everything."""


LinkMessage = (
    TranscriptEvent
    | SpeechStartedEvent
    | UtteranceEndEvent
    | MetadataEvent
    | WarningEvent
    | ErrorEvent
    | UnknownEvent
    | Progress
    | Malformed
    | Unanswered
)
"""What a link says. Times count from the first sample given to the link, channels from 0, and segment ids
are unique within the link only: the session maps all three."""


class LinkLost(Exception):  # noqa: N818 - an event of the wire, not an error of the caller
    """The conversation broke off; the session decides what to do.

    `code` is the process's or wire's own. `error` is what the caller gets when trying again did not help.
    """

    def __init__(self, reason: str, code: int | None = None, error: EngineError | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.error = error

    @property
    def retry_after(self) -> float | None:
        """Seconds the provider asks to wait, None = it does not say."""
        return self.error.retry_after if self.error else None


class Link(Protocol):
    """One conversation. Any call may raise `LinkLost`, or the error that ends the session.

    Iteration ends when, after `finish`, all is said.
    """

    @property
    def request_id(self) -> str | None:
        """The provider's name of this conversation, for its support."""
        ...

    async def send(self, sound: Sound) -> None:
        """Give the next sound; waits while the engine cannot take more."""
        ...

    async def finalize(self) -> None:
        """Settle what was given so far; the conversation stays open."""
        ...

    async def keep_alive(self) -> None:
        """Say that sound will follow, where the engine needs that."""
        ...

    async def configure(self, keyterms: Sequence[str] | None, features: Mapping[str, bool]) -> None:
        """Change key terms (None = keep them) and formatting. Raises ConfigurationError where refused."""
        ...

    async def finish(self) -> None:
        """Declare the end of sound."""
        ...

    def __aiter__(self) -> AsyncIterator[LinkMessage]: ...

    async def close(self) -> None:
        """End at once and free everything. Safe to call twice."""
        ...


class Engine(Protocol):
    """Starts conversations."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def connect(self, options: StreamingOptions) -> Link:
        """Return a link that takes sound. Raises LinkLost where waiting may help, else the error itself."""
        ...

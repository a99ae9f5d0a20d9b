"""The port of every speech engine: `Engine` starts it, `Link` is one conversation with it.

A new engine is one file that implements the two, plus one line in the catalogue of clients.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

import msgspec

from captioner.streaming.events import (
    SpeechStartedEvent,
    TranscriptEvent,
    UtteranceEndEvent,
    WarningEvent,
)
from captioner.streaming.frames import Samples
from captioner.streaming.options import StreamingOptions


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do. `finals_tile`: its finals cover the time line without holes.

    `languages` are the two-letter codes it knows, None = it decides itself.
    """

    name: str
    finals_tile: bool
    languages: frozenset[str] | None
    max_channels: int


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """How far a channel is, in seconds of sound given to this link.

    `heard`: taken in by the engine. `settled` (the port's `heard_until`): nothing said before it will change
    any more, so the sound up to there need not be kept.
    """

    channel_index: int
    heard: float
    settled: float


LinkMessage = TranscriptEvent | SpeechStartedEvent | UtteranceEndEvent | WarningEvent | Progress
"""What a link says. Times count from the first sample given to the link, channels from 0, and segment ids
are unique within the link only: the session maps all three."""


class LinkLost(Exception):  # noqa: N818 - an event of the wire, not an error of the caller
    """The conversation broke off; the session decides what to do. `code` is the process's or wire's own."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Link(Protocol):
    """One conversation. Any call may raise `LinkLost`; iteration ends when, after `finish`, all is said."""

    async def send(self, samples: Samples) -> None:
        """Give the next samples, shape (n, channels); waits while the engine cannot take more."""
        ...

    async def finalize(self) -> None:
        """Settle what was given so far; the conversation stays open."""
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
        """Return a link that takes sound. Raises EngineUnavailableError, ConfigurationError or LinkLost."""
        ...

"""What a session says: one frozen class an event, reachable as an attribute of `StreamEvent`.

Grammar: `Connecting Connected (Transcript | SpeechStarted | UtteranceEnd | Metadata | Warning)* Closed`.
For each utterance of a channel: `SpeechStarted? Transcript+ UtteranceEnd`. `Disconnected Reconnected?`,
`EngineChanged`, `Gap GapFilled?`, `SpeakersRevised`, `Superseded`, `Error` and `Unknown` may fall anywhere
between; `Closed` is the last event and comes exactly once.

Times are seconds on the session's clock. `event.type` is the class's name in snake case, and the `type`
under which the event is encoded by `msgspec.json`. Deepgram's own names lead to the same values
(`event.channel.alternatives[0].transcript`, `event.duration`, `event.last_word_end`, `event.timestamp`).
"""

import re
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import msgspec

from captioner.streaming.errors import CaptionerError
from captioner.streaming.words import Alternative, Channel, Word


def _event_type(class_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", class_name.removesuffix("Event")).lower()


class _EventNames:
    """The names `StreamEvent.Transcript` and so on, for the type checker (set at run time below).

    They stand in a class of their own because a type checker takes those of a struct for its fields.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        Transcript: TypeAlias = "TranscriptEvent"
        SpeechStarted: TypeAlias = "SpeechStartedEvent"
        UtteranceEnd: TypeAlias = "UtteranceEndEvent"
        SpeakersRevised: TypeAlias = "SpeakersRevisedEvent"
        Superseded: TypeAlias = "SupersededEvent"
        Gap: TypeAlias = "GapEvent"
        GapFilled: TypeAlias = "GapFilledEvent"
        Connecting: TypeAlias = "ConnectingEvent"
        Connected: TypeAlias = "ConnectedEvent"
        Disconnected: TypeAlias = "DisconnectedEvent"
        Reconnected: TypeAlias = "ReconnectedEvent"
        EngineChanged: TypeAlias = "EngineChangedEvent"
        Metadata: TypeAlias = "MetadataEvent"
        Warning: TypeAlias = "WarningEvent"
        Error: TypeAlias = "ErrorEvent"
        Unknown: TypeAlias = "UnknownEvent"
        Closed: TypeAlias = "ClosedEvent"


class StreamEvent(_EventNames, msgspec.Struct, frozen=True, tag_field="type", tag=_event_type):
    """The base of all events: `isinstance(event, StreamEvent)` holds for each.

    Match them by name: `case StreamEvent.Transcript(transcript=text, is_final=True)`.
    """

    type: ClassVar[str] = "stream_event"


class TranscriptEvent(StreamEvent, frozen=True, gc=False):
    """The text of one segment as the engine hears it at this revision.

    `transcript` is always the complete text of the segment: replace what you have by `segment_id` (opaque,
    unique in a session). A final (`is_final`) freezes it. `speech_final` says that the speaker paused behind
    it, `from_finalize` that `finalize()` brought it about. `unconfirmed`: the session ended before the engine
    settled this text. `is_backfill`: it was missed, and is heard late. `words` is empty where the engine
    gives no word times. `speaker` is who says most of it, counted from 0, None = unknown.
    """

    type: ClassVar[Literal["transcript"]]
    segment_id: str
    revision: int
    transcript: str
    start: float
    end: float
    is_final: bool = False
    speech_final: bool = False
    channel_index: int = 0
    words: tuple[Word, ...] = ()
    speaker: int | None = None
    languages: tuple[str, ...] = ()
    confidence: float | None = None
    from_finalize: bool = False
    unconfirmed: bool = False
    is_backfill: bool = False

    @property
    def duration(self) -> float:
        """Seconds from `start` to `end`."""
        return self.end - self.start

    @property
    def channel(self) -> Channel:
        """The text in Deepgram's shape: `event.channel.alternatives[0].transcript`."""
        return Channel((Alternative(self.transcript, self.confidence, self.words, self.languages),))


class SpeechStartedEvent(StreamEvent, frozen=True):
    """Somebody began to speak on a channel at `start` (a hint: it may repeat, or be missing)."""

    type: ClassVar[Literal["speech_started"]]
    start: float
    channel_index: int = 0

    @property
    def timestamp(self) -> float:
        """Deepgram's name of `start`."""
        return self.start

    @property
    def channel(self) -> tuple[int]:
        """The channel in Deepgram's shape."""
        return (self.channel_index,)


class UtteranceEndEvent(StreamEvent, frozen=True):
    """An utterance is over: exactly one for each. `end` is when its last word ended.

    `cause`: "pause" (silence after speech), "word_gap" (no word for `utterance_end_ms`, also in noise),
    "limit" (the engine's longest segment), "finish" (end of sound).
    """

    type: ClassVar[Literal["utterance_end"]]
    end: float
    cause: Literal["pause", "word_gap", "limit", "finish"]
    channel_index: int = 0
    is_backfill: bool = False

    @property
    def last_word_end(self) -> float:
        """Deepgram's name of `end`."""
        return self.end

    @property
    def channel(self) -> tuple[int]:
        """The channel in Deepgram's shape."""
        return (self.channel_index,)


class SpeakersRevisedEvent(StreamEvent, frozen=True):
    """Voices were told apart anew: who says each of these segments now. Words do not move."""

    type: ClassVar[Literal["speakers_revised"]]
    speakers: dict[str, int | None]
    """Segment id -> speaker."""


class SupersededEvent(StreamEvent, frozen=True):
    """Another engine's text replaces these segments; new ones follow for the same interval."""

    type: ClassVar[Literal["superseded"]]
    segment_ids: tuple[str, ...]
    start: float
    end: float


class GapEvent(StreamEvent, frozen=True):
    """Sound between `start` and `end` that no engine has heard: not yet ("pending"), or never ("final")."""

    type: ClassVar[Literal["gap"]]
    start: float
    end: float
    cause: str
    state: Literal["pending", "final"]
    channel_index: int | None = None


class GapFilledEvent(StreamEvent, frozen=True):
    """Sound that was pending between `start` and `end` has been heard after all."""

    type: ClassVar[Literal["gap_filled"]]
    start: float
    end: float
    channel_index: int | None = None


class ConnectingEvent(StreamEvent, frozen=True):
    """The engine is being started."""

    type: ClassVar[Literal["connecting"]]
    engine: str


class ConnectedEvent(StreamEvent, frozen=True):
    """The engine is ready and takes sound. `request_id` is the provider's, for its support."""

    type: ClassVar[Literal["connected"]]
    engine: str
    request_id: str | None = None


class DisconnectedEvent(StreamEvent, frozen=True):
    """The engine was lost. The next try comes in `retry_in` seconds; sound is kept meanwhile."""

    type: ClassVar[Literal["disconnected"]]
    reason: str
    retry_in: float
    code: int | None = None


class ReconnectedEvent(StreamEvent, frozen=True):
    """The engine is back after `outage` seconds; `replayed` seconds of kept sound are given to it again."""

    type: ClassVar[Literal["reconnected"]]
    outage: float
    replayed: float
    request_id: str | None = None


class EngineChangedEvent(StreamEvent, frozen=True):
    """From `start` on another engine listens; what it says of the time before it, it heard again."""

    type: ClassVar[Literal["engine_changed"]]
    old: str
    new: str
    reason: str
    start: float = 0.0


class MetadataEvent(StreamEvent, frozen=True):
    """What the provider says of its connection. `duration`: seconds of sound it counted on that connection.

    `models`: each model's id with its description.
    """

    type: ClassVar[Literal["metadata"]]
    request_id: str
    created: str = ""
    duration: float = 0.0
    channels: int = 1
    sha256: str = ""
    models: dict[str, dict[str, str]] = {}


class WarningEvent(StreamEvent, frozen=True):
    """Something worth knowing; the session goes on. `code` is stable, `message` is for people."""

    type: ClassVar[Literal["warning"]]
    code: str
    message: str

    @property
    def description(self) -> str:
        """Deepgram's name of `message`."""
        return self.message


class ErrorEvent(StreamEvent, frozen=True):
    """What went wrong (`message`) and the cure (`hint`). `recoverable` = the session goes on.

    `category` is that of the error tree in `captioner.streaming.errors`, `code` the error's own name.
    """

    type: ClassVar[Literal["error"]]
    code: str
    message: str
    hint: str = ""
    category: str = "engine"
    recoverable: bool = False
    request_id: str | None = None

    @classmethod
    def of(cls, error: CaptionerError, *, recoverable: bool) -> "ErrorEvent":
        """What an error says."""
        return cls(
            type(error).__name__, error.message, error.hint, error.category, recoverable, error.request_id
        )

    @property
    def description(self) -> str:
        """Deepgram's name of `message`."""
        return self.message


class UnknownEvent(StreamEvent, frozen=True):
    """A message of a type that we do not know: `message_type` is its name, `raw` its whole JSON text."""

    type: ClassVar[Literal["unknown"]]
    message_type: str
    raw: str


class SessionSummary(msgspec.Struct, frozen=True):
    """What a session did, in seconds of sound and in counts. `malformed`: messages nobody could read."""

    audio: float = 0.0
    finals: int = 0
    reconnects: int = 0
    gaps: float = 0.0
    longest_backlog: float = 0.0
    malformed: int = 0


class ClosedEvent(StreamEvent, frozen=True):
    """The last event. `reason`: "finished" (all sound was heard), "left" (before that), or "failed"."""

    type: ClassVar[Literal["closed"]]
    reason: Literal["finished", "left", "failed"]
    summary: SessionSummary


AnyEvent = (
    TranscriptEvent
    | SpeechStartedEvent
    | UtteranceEndEvent
    | SpeakersRevisedEvent
    | SupersededEvent
    | GapEvent
    | GapFilledEvent
    | ConnectingEvent
    | ConnectedEvent
    | DisconnectedEvent
    | ReconnectedEvent
    | EngineChangedEvent
    | MetadataEvent
    | WarningEvent
    | ErrorEvent
    | UnknownEvent
    | ClosedEvent
)
"""Every event there is: annotate with it, and a `match` over it is checked for completeness."""

for _event in StreamEvent.__subclasses__():
    _event.type = _event_type(_event.__name__)
    setattr(StreamEvent, _event.__name__.removesuffix("Event"), _event)

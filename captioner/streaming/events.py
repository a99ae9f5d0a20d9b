"""What a session says: one frozen class an event, reachable as an attribute of `StreamEvent`.

Grammar: `Connecting Connected (Transcript | SpeechStarted | UtteranceEnd | Warning)* Closed`.
For each utterance of a channel: `SpeechStarted? Transcript+ UtteranceEnd`. `Disconnected Reconnected?`,
`Gap` and `Error` may fall anywhere between; `Closed` is the last event and comes exactly once.

Times are seconds on the session's clock. `event.type` is the class's name in snake case, and the `type`
under which the event is encoded by `msgspec.json`.
"""

import re
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

import msgspec


def _event_type(class_name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", class_name.removesuffix("Event")).lower()


class Word(msgspec.Struct, frozen=True):
    """One word. `start` and `end` in seconds on the session's clock; None = the engine does not say."""

    word: str
    punctuated_word: str
    start: float
    end: float
    confidence: float | None = None
    speaker: str | None = None
    language: str | None = None


class _EventNames:
    """The names `StreamEvent.Transcript` and so on, for the type checker (set at run time below).

    They stand in a class of their own because a type checker takes those of a struct for its fields.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        Transcript: TypeAlias = "TranscriptEvent"
        SpeechStarted: TypeAlias = "SpeechStartedEvent"
        UtteranceEnd: TypeAlias = "UtteranceEndEvent"
        Gap: TypeAlias = "GapEvent"
        Connecting: TypeAlias = "ConnectingEvent"
        Connected: TypeAlias = "ConnectedEvent"
        Disconnected: TypeAlias = "DisconnectedEvent"
        Reconnected: TypeAlias = "ReconnectedEvent"
        Warning: TypeAlias = "WarningEvent"
        Error: TypeAlias = "ErrorEvent"
        Closed: TypeAlias = "ClosedEvent"


class StreamEvent(_EventNames, msgspec.Struct, frozen=True, tag_field="type", tag=_event_type):
    """The base of all events: `isinstance(event, StreamEvent)` holds for each.

    Match them by name: `case StreamEvent.Transcript(transcript=text, is_final=True)`.
    """

    type: ClassVar[str] = "stream_event"


class TranscriptEvent(StreamEvent, frozen=True):
    """The text of one segment as the engine hears it at this revision.

    `transcript` is always the complete text of the segment: replace what you have by `segment_id` (opaque,
    unique in a session). A final (`is_final`) freezes it. `speech_final` says that the speaker paused behind
    it. `unconfirmed`: the session ended before the engine settled this text. `words` is empty where the
    engine gives no word times.
    """

    segment_id: str
    revision: int
    transcript: str
    start: float
    end: float
    is_final: bool = False
    speech_final: bool = False
    channel_index: int = 0
    words: tuple[Word, ...] = ()
    speaker: str | None = None
    languages: tuple[str, ...] = ()
    confidence: float | None = None
    from_finalize: bool = False
    unconfirmed: bool = False


class SpeechStartedEvent(StreamEvent, frozen=True):
    """Somebody began to speak on a channel at `start` (a hint: it may repeat, or be missing)."""

    start: float
    channel_index: int = 0


class UtteranceEndEvent(StreamEvent, frozen=True):
    """An utterance is over: exactly one for each. `end` is when its last word ended.

    `cause`: "pause" (silence after speech), "limit" (the engine's longest segment), "finish" (end of audio).
    """

    end: float
    cause: Literal["pause", "limit", "finish"]
    channel_index: int = 0


class GapEvent(StreamEvent, frozen=True):
    """Sound between `start` and `end` that no engine has heard: not yet ("pending"), or never ("final")."""

    start: float
    end: float
    cause: str
    state: Literal["pending", "final"]
    channel_index: int | None = None


class ConnectingEvent(StreamEvent, frozen=True):
    """The engine is being started."""

    engine: str


class ConnectedEvent(StreamEvent, frozen=True):
    """The engine is ready and takes sound."""

    engine: str
    request_id: str | None = None


class DisconnectedEvent(StreamEvent, frozen=True):
    """The engine was lost. The next try comes in `retry_in` seconds; sound is kept meanwhile."""

    reason: str
    retry_in: float
    code: int | None = None


class ReconnectedEvent(StreamEvent, frozen=True):
    """The engine is back after `outage` seconds; `replayed` seconds of kept sound are given to it again."""

    outage: float
    replayed: float


class WarningEvent(StreamEvent, frozen=True):
    """Something worth knowing; the session goes on. `code` is stable, `message` is for people."""

    code: str
    message: str


class ErrorEvent(StreamEvent, frozen=True):
    """What went wrong (`message`) and the cure (`hint`). `recoverable` = the session goes on."""

    code: str
    message: str
    hint: str = ""
    category: str = "engine"
    recoverable: bool = False
    request_id: str | None = None


class SessionSummary(msgspec.Struct, frozen=True):
    """What a session did, in seconds of sound and in counts."""

    audio: float = 0.0
    finals: int = 0
    reconnects: int = 0
    gaps: float = 0.0
    longest_backlog: float = 0.0


class ClosedEvent(StreamEvent, frozen=True):
    """The last event. `reason`: "finished" (all sound was heard), "left" (before that), or "failed"."""

    reason: Literal["finished", "left", "failed"]
    summary: SessionSummary


AnyEvent = (
    TranscriptEvent
    | SpeechStartedEvent
    | UtteranceEndEvent
    | GapEvent
    | ConnectingEvent
    | ConnectedEvent
    | DisconnectedEvent
    | ReconnectedEvent
    | WarningEvent
    | ErrorEvent
    | ClosedEvent
)
"""Every event there is: annotate with it, and a `match` over it is checked for completeness."""

for _event in StreamEvent.__subclasses__():
    _event.type = _event_type(_event.__name__)
    setattr(StreamEvent, _event.__name__.removesuffix("Event"), _event)

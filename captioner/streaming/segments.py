"""What links say becomes the session's events: one clock, one numbering, over every reconnect."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from captioner.streaming.engines.engine import LinkMessage, Progress
from captioner.streaming.events import (
    AnyEvent,
    SpeechStartedEvent,
    TranscriptEvent,
    UtteranceEndEvent,
    WarningEvent,
)
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame
from captioner.streaming.options import StreamingOptions
from captioner.streaming.timeline import Timeline


@dataclass(slots=True)
class _Channel:
    """What is known of one channel; positions in samples on the meeting clock."""

    heard: int = 0
    settled: int = 0
    pending: dict[str, TranscriptEvent] = field(default_factory=dict[str, TranscriptEvent])
    orphan: TranscriptEvent | None = None  # an interim whose link broke, waiting to be heard again


class Segments:
    """Maps link times, channels and ids to those of the session. Sans-I/O.

    After `begin_link` sound is replayed from the position it returns. The line that the broken link was in
    the middle of is heard again and keeps its segment id, so that its text is replaced and not doubled.
    """

    def __init__(self, options: StreamingOptions) -> None:
        self.timeline = Timeline()
        self._interims = options.interim_results
        self._channels = [_Channel() for _ in range(options.channels)]
        self._ids: dict[str, str] = {}
        self._revisions: dict[str, int] = {}
        self._count = 0
        self._replay_from: list[int] | None = None

    @property
    def heard(self) -> int:
        """Up to where the engine has taken in every channel."""
        return min(channel.heard for channel in self._channels)

    @property
    def settled(self) -> int:
        """The horizon: nothing said before it on any channel will change any more."""
        return min(channel.settled for channel in self._channels)

    def begin_link(self) -> int:
        """A new link takes over. Returns the position from which sound must be given again."""
        self.timeline = Timeline()
        self._ids.clear()
        for channel in self._channels:
            channel.heard = channel.settled
            for event in channel.pending.values():
                channel.orphan = event
            channel.pending.clear()
        self._replay_from = [channel.settled for channel in self._channels]
        return self.settled

    def unsettled(self, frame: AudioFrame) -> AudioFrame:
        """The frame for a replay: channels that are further than the horizon are silent up to there.

        Without that, a channel that was settled would be heard twice while the other one is caught up.
        """
        if self._replay_from is None or len(self._channels) == 1:
            return frame
        if frame.start >= max(self._replay_from):
            self._replay_from = None
            return frame
        samples = frame.samples.copy()
        for index, settled in enumerate(self._replay_from):
            samples[: max(0, settled - frame.start), index] = 0
        return AudioFrame(frame.start, samples)

    def map(self, message: LinkMessage) -> Iterator[AnyEvent]:
        """The events that a message of the link stands for."""
        match message:
            case WarningEvent():
                yield message
            case _ if not 0 <= message.channel_index < len(self._channels):
                return  # an engine that counts channels otherwise must not break the session
            case Progress():
                yield from self._progress(message)
            case TranscriptEvent():
                yield from self._transcript(message)
            case SpeechStartedEvent():
                yield replace(message, start=self.timeline.start_of(message.start))
            case UtteranceEndEvent():
                yield replace(message, end=self.timeline.end_of(message.end))

    def promote(self) -> Iterator[TranscriptEvent]:
        """The interims that no final came for, as unconfirmed finals: shown words are not taken back."""
        for channel in self._channels:
            waiting = [*channel.pending.values(), *([channel.orphan] if channel.orphan else [])]
            channel.pending.clear()
            channel.orphan = None
            for event in waiting:
                channel.settled = max(channel.settled, round(event.end * SAMPLE_RATE))
                yield self._settle_unconfirmed(event)

    def _progress(self, message: Progress) -> Iterator[AnyEvent]:
        channel = self._channels[message.channel_index]
        channel.heard = max(channel.heard, self.timeline.settled(message.heard))
        channel.settled = max(channel.settled, self.timeline.settled(message.settled))
        orphan = channel.orphan
        if orphan and channel.settled > orphan.end * SAMPLE_RATE:
            # The engine heard that stretch again and found no line in it; the words were shown, so they stay.
            channel.orphan = None
            yield self._settle_unconfirmed(orphan)

    def _transcript(self, message: TranscriptEvent) -> Iterator[AnyEvent]:
        channel = self._channels[message.channel_index]
        segment_id = self._segment_id(message, channel)
        revision = self._revisions.get(segment_id, 0) + 1
        event = replace(
            message,
            segment_id=segment_id,
            revision=revision,
            start=self.timeline.start_of(message.start),
            end=self.timeline.end_of(message.end),
        )
        if event.is_final:
            channel.pending.pop(segment_id, None)
            self._revisions.pop(segment_id, None)
            self._ids.pop(message.segment_id, None)
            channel.settled = max(channel.settled, round(event.end * SAMPLE_RATE))
        else:
            self._revisions[segment_id] = revision
            channel.pending[segment_id] = event
        if event.is_final or self._interims:
            yield event

    def _segment_id(self, message: TranscriptEvent, channel: _Channel) -> str:
        known = self._ids.get(message.segment_id)
        if known is None and channel.orphan:
            known, channel.orphan = channel.orphan.segment_id, None
        if known is None:
            self._count += 1
            known = f"{message.channel_index}-{self._count}"
        self._ids[message.segment_id] = known
        return known

    def _settle_unconfirmed(self, event: TranscriptEvent) -> TranscriptEvent:
        revision = self._revisions.pop(event.segment_id, event.revision) + 1
        return replace(event, revision=revision, is_final=True, unconfirmed=True)

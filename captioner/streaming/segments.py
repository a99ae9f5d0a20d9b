"""What links say of a stretch of time becomes the session's events: one clock, one numbering."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from captioner.streaming.accumulated import joined
from captioner.streaming.engines.engine import LinkMessage, Malformed, Progress, Unanswered
from captioner.streaming.events import (
    AnyEvent,
    ErrorEvent,
    MetadataEvent,
    SpeechStartedEvent,
    TranscriptEvent,
    UnknownEvent,
    UtteranceEndEvent,
    WarningEvent,
)
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Sound
from captioner.streaming.options import StreamingOptions
from captioner.streaming.stretch import SEAM_SECONDS, Stretch
from captioner.streaming.timeline import Timeline
from captioner.streaming.words import Word


@dataclass(slots=True, kw_only=True)
class _Channel(Stretch):
    """What is known of one channel; positions in samples on the meeting clock."""

    heard: int
    settled: int
    pending: dict[str, TranscriptEvent] = field(default_factory=dict[str, TranscriptEvent])
    orphans: list[TranscriptEvent] = field(default_factory=list[TranscriptEvent])
    """Interims whose link broke, waiting to be heard again, in order."""
    utterance_end: float | None = None  # where the last final of the open utterance ends, in seconds


@dataclass(slots=True)
class Register:
    """What all stretches of a session count together: segments, voices, and messages nobody could read."""

    segments: int = 0
    finals: int = 0
    malformed: int = 0
    has_words: bool = True
    """Whether the engines that claim to time their words do; they are believed until they speak."""
    voices: set[int] = field(default_factory=set[int])


class Segments:
    """Maps link times, channels and ids to those of the session, for one stretch of its clock. Sans-I/O.

    The stretch begins at `start` (samples) and has one owner: of what a link says of the time before it, or
    behind its end, nothing is passed on. After `begin_link` sound is replayed from the position it returns.
    The line that the broken link was in the middle of is heard again and keeps its segment id, so that its
    text is replaced and not doubled. `is_backfill`: the stretch is heard late.
    """

    def __init__(
        self,
        options: StreamingOptions,
        register: Register | None = None,
        start: int = 0,
        *,
        is_backfill: bool = False,
    ) -> None:
        self.timeline = Timeline()
        self._register = register or Register()
        self.has_interims = options.interim_results
        self._silence = (options.silence(0.1) or b"\0")[0]
        self._channels = [
            _Channel(heard=start, settled=start, lower=start / SAMPLE_RATE)
            for _ in range(options.speech_channels)
        ]
        self._ids: dict[str, str] = {}
        self._speakers: dict[tuple[int, int], int] = {}  # channel and the link's number -> the session's
        self._replay_from: list[int] | None = None
        self._is_shared = start > 0  # whether some of what the link hears belongs to somebody else
        self._following: Segments | None = None
        self.is_backfill = is_backfill
        self.gives_word_times = True
        """Whether the engine that is heard claims to say when each word was said."""
        self.is_unanswered = False
        self.has_goodbye = False
        """Whether the link has summed up what it heard."""
        self.covered = 0.0
        """Up to where the link has said anything, in seconds of sound given to it."""

    @property
    def heard(self) -> int:
        """Up to where the engine has taken in every channel."""
        return min(channel.heard for channel in self._channels)

    @property
    def settled(self) -> int:
        """The horizon: nothing said before it on any channel will change any more."""
        channels = self._channels
        return channels[0].settled if len(channels) == 1 else min(channel.settled for channel in channels)

    @property
    def has_words(self) -> bool:
        """Whether what is heard twice can be told by the times of the words."""
        return self._register.has_words

    def begin_link(self, margin: int = 0) -> int:
        """A new link takes over. Returns the position from which sound must be given again.

        That is `margin` samples before the horizon: a word that begins before it is heard whole.
        """
        self.timeline = Timeline()
        self.covered = 0.0
        self.is_unanswered = False
        self._ids.clear()
        self._speakers.clear()  # a new link numbers voices anew, and nobody knows who is who
        for channel in self._channels:
            channel.heard = channel.settled
            channel.lower = channel.settled / SAMPLE_RATE
            channel.orphans.extend(channel.pending.values())
            channel.pending.clear()
        replay_from = [max(0, channel.settled - margin) for channel in self._channels]
        self._replay_from = replay_from if len(replay_from) > 1 else None
        self._is_shared = self._is_shared or margin > 0
        return min(replay_from)

    def end_at(self, position: int, following: "Segments | None" = None) -> None:
        """The stretch ends there; what follows belongs to somebody else."""
        self._is_shared = True
        self._following = following
        for channel in self._channels:
            channel.upper = position / SAMPLE_RATE

    def begins_like(self, other: "Segments") -> None:
        """Each channel begins where the other stretch is settled."""
        for channel, before in zip(self._channels, other._channels, strict=True):
            channel.heard = channel.settled = before.settled
            channel.lower = before.settled / SAMPLE_RATE

    def ends_like(self, other: "Segments") -> int:
        """Each channel of the stretch ends where the other one begins; returns the last of these places."""
        self._is_shared = True
        for channel, following in zip(self._channels, other._channels, strict=True):
            channel.upper = following.lower
        return round(max(channel.upper for channel in self._channels) * SAMPLE_RATE)

    def is_behind(self, position: int) -> bool:
        """Whether some channel is not settled up to there."""
        return any(channel.settled < position for channel in self._channels)

    def take_over(self, other: "Segments") -> None:
        """Begin where the other stretch is settled, and go on with the lines it was in the middle of."""
        self._is_shared = True
        for channel, before in zip(self._channels, other._channels, strict=True):
            channel.settled = max(channel.settled, before.settled)
            channel.heard = max(channel.heard, channel.settled)
            channel.lower = before.settled / SAMPLE_RATE
            channel.orphans = [*before.orphans, *before.pending.values()]
            channel.utterance_end = before.utterance_end
            before.pending, before.orphans, before.utterance_end = {}, [], None

    def unsettled(self, sound: Sound) -> Sound:
        """The sound for a replay: channels that are further than the horizon are silent up to there.

        Without that, a channel that was settled would be heard twice while the other one is caught up.
        """
        if self._replay_from is None:
            return sound
        if sound.start >= max(self._replay_from):
            self._replay_from = None
            return sound
        if isinstance(sound, AudioFrame):
            return sound.muted(self._replay_from)
        return sound.muted(self._replay_from, self._silence)

    def map(self, message: LinkMessage) -> Sequence[AnyEvent]:
        """The events that a message of the link stands for."""
        match message:
            case TranscriptEvent():
                # An engine that counts channels otherwise must not break the session.
                if message.channel_index < len(self._channels):
                    return self._transcript(message)
                self._register.malformed += 1
                return ()
            case WarningEvent() | ErrorEvent() | MetadataEvent() | UnknownEvent():
                self.has_goodbye = self.has_goodbye or isinstance(message, MetadataEvent)
                return (message,)
            case Malformed():
                self._register.malformed += 1
                return ()
            case Unanswered():
                self.is_unanswered = True
                return (WarningEvent("unanswered", "The engine did not say that it has heard everything"),)
            case _ if not 0 <= message.channel_index < len(self._channels):
                self._register.malformed += 1
                return ()
            case Progress():
                return self._progress(message)
            case SpeechStartedEvent():
                start = self.timeline.start_of(message.start)
                channel = self._channels[message.channel_index]
                return (replace(message, start=start),) if channel.lower <= start < channel.upper else ()
            case UtteranceEndEvent():
                return self._utterance_end(message)

    def keep_shown(self) -> Iterator[TranscriptEvent]:
        """What was shown of the open lines stays, but for each one's last word: it may be cut off.

        For an engine that does not time its words: it cannot be given those again.
        """
        for channel in self._channels:
            waiting = [*channel.orphans, *channel.pending.values()]
            if len(waiting) != 1 or len(waiting[0].words) < 2:
                continue
            if waiting[0].start > channel.settled / SAMPLE_RATE + SEAM_SECONDS:
                continue  # what lies between has not been heard yet
            channel.pending.clear()
            channel.orphans.clear()
            words = waiting[0].words[:-1]
            end = words[-1].end
            channel.settled = max(channel.settled, round(end * SAMPLE_RATE))
            channel.utterance_end, channel.said = end, words[-1]
            text = joined([word.punctuated_word for word in words])
            yield self._settle_unconfirmed(replace(waiting[0], words=words, transcript=text, end=end))

    def cover(self, message: LinkMessage) -> None:
        """Note how far a message reaches that is mapped later."""
        match message:
            case TranscriptEvent(end=end) | Progress(heard=end):
                self.covered = max(self.covered, end)
            case _:
                pass

    def promote(self) -> Iterator[AnyEvent]:
        """What is still open becomes final: shown words are not taken back, utterances end."""
        for index, channel in enumerate(self._channels):
            waiting = [*channel.orphans, *channel.pending.values()]
            channel.pending.clear()
            channel.orphans.clear()
            for event in waiting:
                if event.transcript:
                    channel.settled = max(channel.settled, round(event.end * SAMPLE_RATE))
                    channel.utterance_end = event.end
                    yield self._settle_unconfirmed(event)
            if channel.utterance_end is not None:
                yield UtteranceEndEvent(channel.utterance_end, "finish", index, self.is_backfill)
                channel.utterance_end = None

    def _progress(self, message: Progress) -> Sequence[AnyEvent]:
        channel = self._channels[message.channel_index]
        self.covered = max(self.covered, message.heard)
        channel.heard = max(channel.heard, self.timeline.settled(message.heard))
        channel.settled = max(channel.settled, self.timeline.settled(message.settled))
        said: list[AnyEvent] = []
        while channel.orphans and channel.settled > channel.orphans[0].end * SAMPLE_RATE:
            # The engine heard that stretch again and found no line in it; the words were shown, so they stay.
            orphan = channel.orphans.pop(0)
            if orphan.transcript:
                channel.utterance_end = orphan.end
                said.append(self._settle_unconfirmed(orphan))
        return said

    def _transcript(self, message: TranscriptEvent) -> Sequence[AnyEvent]:
        channel = self._channels[message.channel_index]
        if message.end > self.covered:
            self.covered = message.end
        reached = self.timeline.settled(message.end)
        if reached > channel.heard:
            channel.heard = reached
        if message.is_final and reached > channel.settled:
            channel.settled = reached
        segment_id = self._ids.get(message.segment_id)
        if self._is_shared:
            following = self._following._channels[message.channel_index].first if self._following else None
            owned = channel.part_of(message, self.timeline, following)
            if owned is None and segment_id is None:
                return ()
            message = owned or replace(message, transcript="", words=())
        if segment_id is not None:
            before = channel.pending.get(segment_id)
        else:
            before = channel.orphans.pop(0) if channel.orphans else None
            segment_id = before.segment_id if before else self._new_id(message.channel_index)
        event = self._on_clock(message, segment_id, before.revision + 1 if before else 1)
        if not message.is_final:
            self._ids[message.segment_id] = segment_id
            channel.pending[segment_id] = event
            return (event,) if self.has_interims else ()
        if before:
            channel.pending.pop(segment_id, None)
            self._ids.pop(message.segment_id, None)
        self._register.finals += 1
        if message.transcript:
            words = event.words
            if words:
                channel.said = last = words[-1]
                channel.utterance_end = last.end
                if channel.first is None:
                    channel.first = words[0]
                self._register.has_words = True
            else:
                channel.utterance_end = event.end
                if self.gives_word_times:
                    self._register.has_words = False
        return (event,)

    def _on_clock(self, message: TranscriptEvent, segment_id: str, revision: int) -> TranscriptEvent:
        """The message with the session's id, times and voices. Deepgram's flood comes through here."""
        shift = self.timeline.shift(message.start, message.end)
        start, end, words, speaker = message.start, message.end, message.words, message.speaker
        if shift is None:
            start, end = self._span(start, end)
        elif shift:
            start, end = start + shift, end + shift
        if self._is_shared:
            channel = self._channels[message.channel_index]
            start = min(max(start, channel.lower), channel.upper)
            end = max(start, min(end, channel.upper))
        if words and (shift != 0 or words[0].speaker is not None or words[-1].speaker is not None):
            words = self._words_on_clock(words, shift, message.channel_index)
        if speaker is not None:
            speaker = self._speaker(message.channel_index, speaker)
        return TranscriptEvent(
            segment_id,
            revision,
            message.transcript,
            start,
            end,
            message.is_final,
            message.speech_final,
            message.channel_index,
            words,
            speaker,
            message.languages,
            message.confidence,
            message.from_finalize,
            False,
            self.is_backfill,
        )

    def _words_on_clock(self, words: tuple[Word, ...], shift: float | None, channel: int) -> tuple[Word, ...]:
        return tuple(
            [
                Word(
                    word.word,
                    word.punctuated_word,
                    *(
                        self.timeline.word(word.start, word.end)
                        if shift is None
                        else (word.start + shift, word.end + shift)
                    ),
                    word.confidence,
                    None if word.speaker is None else self._speaker(channel, word.speaker),
                    word.language,
                )
                for word in words
            ]
        )

    def _span(self, start: float, end: float) -> tuple[float, float]:
        """Link times of one text on the clock; one without length, at a hole, stays behind the hole."""
        start = self.timeline.start_of(start)
        return start, max(start, self.timeline.end_of(end))

    def _speaker(self, channel: int, number: int) -> int | None:
        """The session's number of a voice: the link's own as long as nobody else has it."""
        if number < 0:  # how some servers spell a voice that they cannot tell
            return None
        known = self._speakers.get((channel, number))
        if known is None:
            known = self._speakers[channel, number] = (
                number if number not in self._register.voices else max(self._register.voices) + 1
            )
            self._register.voices.add(known)
        return known

    def _utterance_end(self, message: UtteranceEndEvent) -> Sequence[AnyEvent]:
        """One for each utterance: an engine may say it twice, or where nothing was said."""
        channel = self._channels[message.channel_index]
        if channel.utterance_end is None:
            return ()
        channel.utterance_end = None
        end = min(self.timeline.end_of(message.end), channel.upper)
        return (replace(message, end=end, is_backfill=self.is_backfill),)

    def _new_id(self, channel: int) -> str:
        self._register.segments += 1
        return f"{channel}-{self._register.segments}"

    def _settle_unconfirmed(self, event: TranscriptEvent) -> TranscriptEvent:
        self._register.finals += 1
        return replace(event, revision=event.revision + 1, is_final=True, unconfirmed=True)

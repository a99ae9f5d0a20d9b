"""What links say becomes the session's events: one clock, one numbering, over every reconnect."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

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
from captioner.streaming.timeline import Timeline
from captioner.streaming.words import Word


@dataclass(slots=True)
class _Channel:
    """What is known of one channel; positions in samples on the meeting clock."""

    heard: int = 0
    settled: int = 0
    pending: dict[str, TranscriptEvent] = field(default_factory=dict[str, TranscriptEvent])
    orphans: list[TranscriptEvent] = field(default_factory=list[TranscriptEvent])
    """Interims whose link broke, waiting to be heard again, in order."""
    utterance_end: float | None = None  # where the last final of the open utterance ends, in seconds


class Segments:
    """Maps link times, channels and ids to those of the session. Sans-I/O.

    After `begin_link` sound is replayed from the position it returns. The line that the broken link was in
    the middle of is heard again and keeps its segment id, so that its text is replaced and not doubled.
    """

    def __init__(self, options: StreamingOptions) -> None:
        self.timeline = Timeline()
        self._interims = options.interim_results
        self._silence = (options.silence(0.1) or b"\0")[0]
        self._channels = [_Channel() for _ in range(options.speech_channels)]
        self._ids: dict[str, str] = {}
        self._speakers: dict[tuple[int, int], int] = {}  # channel and the link's number -> the session's
        self._named: set[int] = set()  # the session's numbers, of all links
        self._count = 0
        self.malformed = 0
        self.is_unanswered = False
        self.finals = 0
        self._replay_from: list[int] | None = None

    @property
    def heard(self) -> int:
        """Up to where the engine has taken in every channel."""
        return min(channel.heard for channel in self._channels)

    @property
    def settled(self) -> int:
        """The horizon: nothing said before it on any channel will change any more."""
        channels = self._channels
        return channels[0].settled if len(channels) == 1 else min(channel.settled for channel in channels)

    def begin_link(self) -> int:
        """A new link takes over. Returns the position from which sound must be given again."""
        self.timeline = Timeline()
        self._ids.clear()
        self._speakers.clear()  # a new link numbers voices anew, and nobody knows who is who
        for channel in self._channels:
            channel.heard = channel.settled
            channel.orphans.extend(channel.pending.values())
            channel.pending.clear()
        self._replay_from = [channel.settled for channel in self._channels]
        return self.settled

    def unsettled(self, sound: Sound) -> Sound:
        """The sound for a replay: channels that are further than the horizon are silent up to there.

        Without that, a channel that was settled would be heard twice while the other one is caught up.
        """
        if self._replay_from is None or len(self._channels) == 1:
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
                self.malformed += 1
                return ()
            case WarningEvent() | ErrorEvent() | MetadataEvent() | UnknownEvent():
                return (message,)
            case Malformed():
                self.malformed += 1
                return ()
            case Unanswered():
                self.is_unanswered = True
                return (WarningEvent("unanswered", "The engine did not say that it has heard everything"),)
            case _ if not 0 <= message.channel_index < len(self._channels):
                self.malformed += 1
                return ()
            case Progress():
                return self._progress(message)
            case SpeechStartedEvent():
                return (replace(message, start=self.timeline.start_of(message.start)),)
            case UtteranceEndEvent():
                return self._utterance_end(message)

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
                yield UtteranceEndEvent(channel.utterance_end, "finish", index)
                channel.utterance_end = None

    def _progress(self, message: Progress) -> Sequence[AnyEvent]:
        channel = self._channels[message.channel_index]
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
        segment_id = self._ids.get(message.segment_id)
        if segment_id is not None:
            before = channel.pending.get(segment_id)
        else:
            before = channel.orphans.pop(0) if channel.orphans else None
            segment_id = before.segment_id if before else self._new_id(message.channel_index)
        event = self._on_clock(message, segment_id, before.revision + 1 if before else 1)
        reached = self.timeline.settled(message.end)
        if reached > channel.heard:
            channel.heard = reached
        if not message.is_final:
            self._ids[message.segment_id] = segment_id
            channel.pending[segment_id] = event
            return (event,) if self._interims else ()
        if before:
            channel.pending.pop(segment_id, None)
            self._ids.pop(message.segment_id, None)
        self.finals += 1
        if reached > channel.settled:
            channel.settled = reached
        if message.transcript:
            channel.utterance_end = event.words[-1].end if event.words else event.end
        return (event,)

    def _on_clock(self, message: TranscriptEvent, segment_id: str, revision: int) -> TranscriptEvent:
        """The message with the session's id, times and voices. Deepgram's flood comes through here."""
        shift = self.timeline.shift(message.start, message.end)
        start, end, words, speaker = message.start, message.end, message.words, message.speaker
        if shift is None:
            start, end = self._span(start, end)
        elif shift:
            start, end = start + shift, end + shift
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
        )

    def _words_on_clock(self, words: tuple[Word, ...], shift: float | None, channel: int) -> tuple[Word, ...]:
        return tuple(
            [
                Word(
                    word.word,
                    word.punctuated_word,
                    *(
                        self._span(word.start, word.end)
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
                number if number not in self._named else max(self._named) + 1
            )
            self._named.add(known)
        return known

    def _utterance_end(self, message: UtteranceEndEvent) -> Sequence[AnyEvent]:
        """One for each utterance: an engine may say it twice, or where nothing was said."""
        channel = self._channels[message.channel_index]
        if channel.utterance_end is None:
            return ()
        channel.utterance_end = None
        return (replace(message, end=self.timeline.end_of(message.end)),)

    def _new_id(self, channel: int) -> str:
        self._count += 1
        return f"{channel}-{self._count}"

    def _settle_unconfirmed(self, event: TranscriptEvent) -> TranscriptEvent:
        self.finals += 1
        return replace(event, revision=event.revision + 1, is_final=True, unconfirmed=True)

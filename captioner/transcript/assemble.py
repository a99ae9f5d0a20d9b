"""What the session says becomes rows: the only place where the text of a transcript changes."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import assert_never

from msgspec.structs import replace

from captioner.streaming.events import (
    AnyEvent,
    ClosedEvent,
    ConnectedEvent,
    ConnectingEvent,
    DisconnectedEvent,
    EngineChangedEvent,
    ErrorEvent,
    GapEvent,
    GapFilledEvent,
    MetadataEvent,
    ReconnectedEvent,
    SpeakersRevisedEvent,
    SpeechStartedEvent,
    SupersededEvent,
    TranscriptEvent,
    UnknownEvent,
    UtteranceEndEvent,
    WarningEvent,
)
from captioner.streaming.words import Word
from captioner.transcript.gaps import filled, given_up, missed
from captioner.transcript.model import Change, GapRow, SeamRow, Segment, Transcript
from captioner.transcript.names import Names, label_of
from captioner.transcript.order import Order
from captioner.transcript.plain import plain
from captioner.transcript.stabilise import Pace, ReadingMode, Stabiliser


class _Hearing:
    """A segment that is still being said: the newest revision seen and what is shown of it."""

    __slots__ = ("revision", "stabiliser")

    def __init__(self, mode: ReadingMode, pace: Pace) -> None:
        self.stabiliser = Stabiliser(mode, pace)
        self.revision: int | None = None

    def is_stale(self, event: TranscriptEvent) -> bool:
        """Whether the event says nothing new. A final does, whatever its number: nothing follows it."""
        return self.revision is not None and event.revision <= self.revision and not event.is_final


class Assembler:
    """Applies events to a transcript, one after the other.

    `names` maps a channel to the name of who is heard there; None or missing = unknown. On the channels in
    `voices` the engine tells people apart: there its voices win, as "Speaker 1" and so on in the order in
    which they first speak. Rows that the transcript already has are frozen.
    """

    def __init__(
        self,
        transcript: Transcript,
        mode: ReadingMode,
        names: Mapping[int, str | None] | None = None,
        voices: Collection[int] = (),
    ) -> None:
        self._rows = Order(transcript.rows)
        self._mode: ReadingMode = mode
        self._pace = Pace()
        self._names = dict(names or {})
        self._voices = voices
        self._speakers: dict[int, str] = {}
        self._shown = {segment.id: segment for segment in transcript.segments()}
        self._given = Names(self._shown.values())
        self._gaps = [row for row in transcript.rows if isinstance(row, GapRow)]
        self._frozen = set(self._shown)
        self._hearing: dict[str, _Hearing] = {}

    def apply(self, event: AnyEvent) -> Sequence[Change]:
        """Change the transcript; empty when the event changes nothing that is shown.

        A segment appears with its first shown word, is replaced by its id, and is frozen by its final; an
        empty final takes it away. Only a speaker's name, and `Superseded`, change a frozen one. Stale
        revisions and impossible times are ignored.
        """
        match event:
            case TranscriptEvent():
                return self._hear(event)
            case GapEvent():
                return self._miss(event)
            case GapFilledEvent():
                return self._fill(event)
            case EngineChangedEvent():
                return self._change_engine(event)
            case SupersededEvent():
                return self._withdraw(event)
            case SpeakersRevisedEvent():
                return self._tell_apart(event)
            case (
                SpeechStartedEvent()
                | UtteranceEndEvent()
                | ConnectingEvent()
                | ConnectedEvent()
                | DisconnectedEvent()
                | ReconnectedEvent()
                | MetadataEvent()
                | WarningEvent()
                | ErrorEvent()
                | UnknownEvent()
            ):
                return ()
            case ClosedEvent():
                return [*self._show_gaps(given_up(self._gaps)), *self._end_open()]
        assert_never(event)

    def mark_saved(self, segment_id: str, is_saved: bool) -> Change | None:
        """Say of a shown segment whether it is in the database; its text stays as it is."""
        segment = self._shown.get(segment_id)
        if segment is None or segment.saved == is_saved:
            return None
        return self._replace(segment, replace(segment, saved=is_saved))[0]

    def choose_mode(self, mode: ReadingMode) -> None:
        """Show the segments that begin from now on in another reading mode."""
        self._mode = mode

    def renamed(self, old: str, new: str) -> Mapping[str, str]:
        """What `name_speakers` would have to be told, so that all who are called `old` are called `new`.

        Empty = as they were called at first. Those of one name are one speaker.
        """
        return self._given.renamed(old, new)

    def name_speakers(self, names: Mapping[str, str]) -> Sequence[Change]:
        """Call speakers so in all their lines, also those to come. By the label they are heard under."""
        self._given.give(names)
        lines = [segment for segment in self._shown.values() if label_of(segment) in names]
        return [change for line in lines for change in self._replace(line, self._named(line, label_of(line)))]

    # -- what is said

    def _hear(self, event: TranscriptEvent) -> Sequence[Change]:
        if event.segment_id in self._frozen or not _is_possible(event.start, event.end):
            return ()
        hearing = self._hearing.setdefault(event.segment_id, _Hearing(self._mode, self._pace))
        if hearing.is_stale(event):
            return ()
        hearing.revision = event.revision
        if event.is_final:
            self._freeze(event.segment_id)
        text = plain(event.transcript)
        shown = self._shown.get(event.segment_id)
        if not text:
            # An interim may fall silent for a moment; only the final says that nothing was said.
            return self._remove(shown) if shown and event.is_final else ()
        segment = self._segment(event, text, hearing.stabiliser)
        if shown:
            return self._replace(shown, segment)
        return self._add(segment) if segment.committed or segment.tail else ()

    def _segment(self, event: TranscriptEvent, text: str, stabiliser: Stabiliser) -> Segment:
        parts = stabiliser.update(text, event.is_final, event.end)
        words = tuple(_plain_word(word) for word in event.words if _is_possible(word.start, word.end))
        # A final's window begins where the one before ended, which may be long before its first word.
        start = max(event.start, min(words[0].start, event.end)) if words else event.start
        segment = Segment(
            id=event.segment_id,
            channel=event.channel_index,
            speaker=None,
            start=start,
            end=max(start, event.end),
            text=text,
            is_final=event.is_final,
            committed=parts.committed,
            tail=parts.tail,
            words=words,
            unconfirmed=event.unconfirmed,
        )
        return self._named(segment, self._label(event.channel_index, event.speaker))

    def _end_open(self) -> list[Change]:
        """Lines that an engine has taken back and never ended, because it was lost: what was shown stays.

        Of all other text the session itself has made finals.
        """
        changes: list[Change] = []
        for segment_id, hearing in list(self._hearing.items()):
            self._freeze(segment_id)
            if segment := self._shown.get(segment_id):
                committed = hearing.stabiliser.update(segment.text, is_final=True).committed
                ended = replace(segment, committed=committed, tail="", is_final=True, unconfirmed=True)
                changes += self._replace(segment, ended)
        return changes

    def _label(self, channel: int, voice: int | None) -> str | None:
        if voice is not None and channel in self._voices:
            return self._speakers.setdefault(voice, f"Speaker {len(self._speakers) + 1}")
        return plain(self._names.get(channel) or "") or None

    def _named(self, segment: Segment, label: str | None) -> Segment:
        if label is None:
            return replace(segment, speaker=None, label=None)
        name = self._given.name(label)
        return replace(segment, speaker=name, label=None if name == label else label)

    def _withdraw(self, event: SupersededEvent) -> Sequence[Change]:
        changes: list[Change] = []
        for segment_id in event.segment_ids:
            self._freeze(segment_id)  # whatever the older engine still says of it comes too late
            if segment := self._shown.get(segment_id):
                changes += self._remove(segment)
        return changes

    def _tell_apart(self, event: SpeakersRevisedEvent) -> Sequence[Change]:
        changes: list[Change] = []
        for segment_id, voice in event.speakers.items():
            segment = self._shown.get(segment_id)
            if segment and segment.channel in self._voices:
                named = self._named(segment, self._label(segment.channel, voice))
                changes += self._replace(segment, named)
        return changes

    # -- what is missing, and who listens

    def _miss(self, event: GapEvent) -> Sequence[Change]:
        if not _is_possible(event.start, event.end) or event.end <= event.start:
            return ()
        gap = GapRow(event.start, event.end, plain(event.cause), event.state)
        return self._show_gaps(missed(self._gaps, gap))

    def _fill(self, event: GapFilledEvent) -> Sequence[Change]:
        if not _is_possible(event.start, event.end):
            return ()
        return self._show_gaps(filled(self._gaps, event.start, event.end))

    def _show_gaps(self, gaps: list[GapRow]) -> Sequence[Change]:
        older, newer = {gap.start: gap for gap in self._gaps}, {gap.start: gap for gap in gaps}
        self._gaps = gaps
        changes = [self._rows.remove(gap) for start, gap in older.items() if start not in newer]
        for start, gap in newer.items():
            known = older.get(start)
            changes += self._rows.replace(known, gap) if known else [self._rows.add(gap)]
        return changes

    def _change_engine(self, event: EngineChangedEvent) -> Sequence[Change]:
        if not _is_possible(event.start, event.start):
            return ()
        seam = SeamRow(event.start, plain(event.old), plain(event.new), plain(event.reason))
        changes: list[Change] = []
        if before := self._rows.seam_before(seam.start):
            # The engine before this one has said nothing: nobody needs to know of it.
            seam = replace(seam, old=before.old)
            if seam == before:
                return ()
            changes.append(self._rows.remove(before))
        if seam.old != seam.new:
            changes.append(self._rows.add(seam))
        return changes

    # -- lines of speech, by id

    def _freeze(self, segment_id: str) -> None:
        self._frozen.add(segment_id)
        self._hearing.pop(segment_id, None)

    def _add(self, segment: Segment) -> Sequence[Change]:
        self._shown[segment.id] = segment
        return (self._rows.add(segment),)

    def _replace(self, old: Segment, new: Segment) -> Sequence[Change]:
        if not new.is_final and not self._rows.fits(old, new):
            # Nobody wants to see lines change places while they are said; the final puts the time right.
            new = replace(new, start=old.start, end=max(old.start, new.end))
        self._shown[new.id] = new
        return self._rows.replace(old, new)

    def _remove(self, segment: Segment) -> Sequence[Change]:
        del self._shown[segment.id]
        return (self._rows.remove(segment),)


def _is_possible(start: float, end: float) -> bool:
    return math.isfinite(start) and math.isfinite(end) and start >= 0 and end >= 0


def _plain_word(word: Word) -> Word:
    """The word without controls; the same object where there are none, as almost always."""
    clean = replace(word, word=plain(word.word), punctuated_word=plain(word.punctuated_word))
    return word if clean == word else clean

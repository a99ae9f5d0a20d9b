"""What the session says becomes rows: the only place where the text of a transcript changes."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from typing import assert_never

import msgspec

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
from captioner.transcript.model import Change, GapRow, Row, Segment, Transcript
from captioner.transcript.plain import plain
from captioner.transcript.stabilise import ReadingMode, Stabiliser


class _Hearing:
    """A segment that is still being said: the newest revision seen and what is shown of it."""

    __slots__ = ("revision", "stabiliser")

    def __init__(self, mode: ReadingMode) -> None:
        self.stabiliser = Stabiliser(mode)
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
        self._rows = transcript.rows
        self._mode: ReadingMode = mode
        self._names = dict(names or {})
        self._voices = voices
        self._speakers: dict[int, str] = {}
        self._shown = {segment.id: segment for segment in transcript.segments()}
        self._frozen = set(self._shown)
        self._hearing: dict[str, _Hearing] = {}

    def apply(self, event: AnyEvent) -> Change | None:
        """Change the transcript; None when the event changes nothing that is shown.

        A segment appears with its first shown word, is replaced by its id, and is frozen by its final; an
        empty final takes it away. Stale revisions and impossible times are ignored.
        """
        match event:
            case TranscriptEvent():
                return self._hear(event)
            case GapEvent():
                return self._miss(event)
            case (
                SpeechStartedEvent()
                | UtteranceEndEvent()
                | ConnectingEvent()
                | ConnectedEvent()
                | DisconnectedEvent()
                | ReconnectedEvent()
                | EngineChangedEvent()
                | MetadataEvent()
                | WarningEvent()
                | ErrorEvent()
                | UnknownEvent()
                | ClosedEvent()
            ):
                # Closed too: the session itself has made finals of what was pending.
                return None
            case SpeakersRevisedEvent() | SupersededEvent() | GapFilledEvent():
                return None  # no engine says these yet
        assert_never(event)

    def mark_saved(self, segment_id: str, is_saved: bool) -> Change | None:
        """Say of a shown segment whether it is in the database; its text stays as it is."""
        segment = self._shown.get(segment_id)
        if segment is None or segment.saved == is_saved:
            return None
        return self._replace(segment, msgspec.structs.replace(segment, saved=is_saved))

    def _hear(self, event: TranscriptEvent) -> Change | None:
        if event.segment_id in self._frozen or not _is_possible(event.start, event.end):
            return None
        hearing = self._hearing.setdefault(event.segment_id, _Hearing(self._mode))
        if hearing.is_stale(event):
            return None
        hearing.revision = event.revision
        if event.is_final:
            self._frozen.add(event.segment_id)
            del self._hearing[event.segment_id]
        text = plain(event.transcript)
        shown = self._shown.get(event.segment_id)
        if not text:
            # An interim may fall silent for a moment; only the final says that nothing was said.
            return self._remove(shown) if shown and event.is_final else None
        segment = self._segment(event, text, hearing.stabiliser)
        if shown:
            return self._replace(shown, segment)
        return self._insert(segment) if segment.committed or segment.tail else None

    def _segment(self, event: TranscriptEvent, text: str, stabiliser: Stabiliser) -> Segment:
        parts = stabiliser.update(text, event.is_final)
        # A final's window begins where the one before ended, which may be long before its first word.
        start = max(event.start, event.words[0].start) if event.words else event.start
        return Segment(
            id=event.segment_id,
            channel=event.channel_index,
            speaker=self._speaker(event),
            start=start,
            end=max(start, event.end),
            text=text,
            is_final=event.is_final,
            committed=parts.committed,
            tail=parts.tail,
            words=tuple(_plain_word(word) for word in event.words if _is_possible(word.start, word.end)),
            unconfirmed=event.unconfirmed,
        )

    def _speaker(self, event: TranscriptEvent) -> str | None:
        if event.speaker is not None and event.channel_index in self._voices:
            return self._speakers.setdefault(event.speaker, f"Speaker {len(self._speakers) + 1}")
        return plain(self._names.get(event.channel_index) or "") or None

    def _miss(self, event: GapEvent) -> Change | None:
        if not _is_possible(event.start, event.end) or event.end <= event.start:
            return None
        gap = GapRow(event.start, event.end, plain(event.cause), event.state)
        for index in range(bisect_left(self._rows, gap.start, key=_start), len(self._rows)):
            known = self._rows[index]
            if known.start != gap.start:
                break
            if isinstance(known, GapRow) and known.end == gap.end:
                # Each channel reports the same hole, and a pending one is reported again when it is final.
                if known == gap or known.state == "final":
                    return None
                self._rows[index] = gap
                return Change("updated", index, gap)
        return self._insert(gap)

    def _insert(self, row: Row) -> Change:
        index = bisect_right(self._rows, row.start, key=_start)
        self._rows.insert(index, row)
        if isinstance(row, Segment):
            self._shown[row.id] = row
        return Change("added", index, row)

    def _replace(self, old: Segment, new: Segment) -> Change | None:
        index = self._index(old)
        # A revised start moves no row past its neighbours: nobody wants to see lines change places.
        earliest = self._rows[index - 1].start if index else 0.0
        latest = self._rows[index + 1].start if index + 1 < len(self._rows) else math.inf
        start = min(max(new.start, earliest), latest)
        if start != new.start:
            new = msgspec.structs.replace(new, start=start, end=max(start, new.end))
        if new == old:
            return None
        self._rows[index] = self._shown[new.id] = new
        return Change("updated", index, new)

    def _remove(self, segment: Segment) -> Change:
        index = self._index(segment)
        del self._rows[index]
        del self._shown[segment.id]
        return Change("removed", index, segment)

    def _index(self, segment: Segment) -> int:
        return self._rows.index(segment, bisect_left(self._rows, segment.start, key=_start))


def _start(row: Row) -> float:
    return row.start


def _is_possible(start: float, end: float) -> bool:
    return math.isfinite(start) and math.isfinite(end) and start >= 0 and end >= 0


def _plain_word(word: Word) -> Word:
    """The word without controls; the same object where there are none, as almost always."""
    clean = msgspec.structs.replace(
        word,
        word=plain(word.word),
        punctuated_word=plain(word.punctuated_word),
    )
    return word if clean == word else clean

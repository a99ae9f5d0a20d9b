"""A transcript as rows in time order, and what changes in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from captioner.streaming.words import Word


class Segment(msgspec.Struct, frozen=True):
    """One line of speech. Times in seconds on the meeting clock.

    `text` is what the engine says now; a final's is frozen. `committed` and `tail` are what is shown in the
    reading mode: `committed` in the normal colour, `tail` dim behind it. `speaker` None = unknown; `label` is
    what engine or channel call a speaker to whom a person has given another name, None = nobody has.
    `unconfirmed`: the session ended before the engine settled this text. `saved`: it is in the database.
    """

    id: str
    channel: int
    speaker: str | None
    start: float
    end: float
    text: str
    is_final: bool = False
    committed: str = ""
    tail: str = ""
    words: tuple[Word, ...] = ()
    unconfirmed: bool = False
    saved: bool = True
    label: str | None = None

    def says_as(self, other: "Segment") -> bool:
        """Whether nothing has changed but who is said to speak, or whether it is saved."""
        return self == replace(other, speaker=self.speaker, label=self.label, saved=self.saved)


class GapRow(msgspec.Struct, frozen=True):
    """Sound that no engine heard; shown as a row, never hidden. "pending": it may be heard yet."""

    start: float
    end: float
    cause: str
    state: Literal["pending", "final"] = "final"


class SeamRow(msgspec.Struct, frozen=True):
    """From `start` on another engine listens: `old` and `new` as the session calls them."""

    start: float
    old: str
    new: str
    reason: str


Row = Segment | GapRow | SeamRow


@dataclass(frozen=True, slots=True)
class Change:
    """A row that was inserted ("added"), replaced ("updated") or withdrawn ("removed") at `index`.

    An event may bring several: the index of each holds once those before it were followed.
    """

    kind: Literal["added", "updated", "removed"]
    index: int
    row: Row


@dataclass(slots=True)
class Transcript:
    """The rows of one meeting, ordered by start. Only an `Assembler` changes it."""

    rows: list[Row] = field(default_factory=list[Row])

    def segments(self) -> Iterator[Segment]:
        """The lines of speech without gaps and seams."""
        return (row for row in self.rows if isinstance(row, Segment))


Verdict = bool | str
"""What is hidden of a line that says what another one says: True all, False nothing, a text all but this."""


@dataclass(frozen=True, slots=True)
class MeetingSummary:
    """A saved meeting as a list shows it. `started` is local time with its zone, `duration` in seconds.

    `ended` False = it runs, or the program ended in the middle of it.
    """

    id: int
    title: str
    started: datetime
    duration: float
    engine: str
    segments: int
    ended: bool = True


@dataclass(frozen=True, slots=True)
class StoredMeeting:
    """A saved meeting with all its rows in time order.

    `hidden`: what the rows leave out, because it was said by another line: whole lines, and of lines that
    are shown in part the rest.
    """

    summary: MeetingSummary
    rows: tuple[Row, ...]
    hidden: tuple[Segment, ...] = ()

"""What the tests of the assembler share: events, and somebody who is told the changes only."""

from collections.abc import Iterable, Sequence
from typing import Any

from captioner.streaming.events import AnyEvent, TranscriptEvent
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, GapRow, Row, SeamRow, Segment, Transcript
from captioner.transcript.stabilise import ReadingMode


def said(segment_id: str, revision: int, text: str, start: float = 1.0, **more: Any) -> TranscriptEvent:
    return TranscriptEvent(segment_id, revision, text, start, more.pop("end", start + 1.0), **more)


def final(segment_id: str, revision: int, text: str, start: float = 1.0, **more: Any) -> TranscriptEvent:
    return said(segment_id, revision, text, start, is_final=True, **more)


def assembled(
    *events: AnyEvent,
    mode: ReadingMode = "balanced",
    names: dict[int, str | None] | None = None,
    voices: tuple[int, ...] = (),
) -> tuple[list[Row], list[Sequence[Change]]]:
    """The rows after these events, and what each of them changed."""
    transcript = Transcript()
    assembler = Assembler(transcript, mode, names or {0: "You", 1: None}, voices)
    changes = [assembler.apply(event) for event in events]
    return transcript.rows, changes


def kinds(changes: list[Sequence[Change]]) -> list[str]:
    """What each event did, in words; nothing = an empty one."""
    return [" ".join(change.kind for change in of_event) for of_event in changes]


def texts(rows: list[Row]) -> list[str]:
    """The rows in short."""
    short: list[str] = []
    for row in rows:
        match row:
            case Segment():
                short.append(row.text)
            case GapRow():
                short.append(f"{row.start:g}-{row.end:g} {row.state}")
            case SeamRow():
                short.append(f"{row.old}>{row.new}")
    return short


def times(rows: list[Row]) -> list[tuple[float, float]]:
    """From when to when each line was said."""
    return [(row.start, row.end) for row in rows if isinstance(row, Segment)]


def replayed(changes: Iterable[Sequence[Change]]) -> list[Row]:
    """The rows of somebody who was told the changes only."""
    rows: list[Row] = []
    for change in (change for of_event in changes for change in of_event):
        match change:
            case Change("added", index, row):
                rows.insert(index, row)
            case Change("updated", index, row):
                assert type(rows[index]) is type(row)
                rows[index] = row
            case Change("removed", index, row):
                assert rows.pop(index) == row
            case _:
                raise AssertionError(change)
    return rows

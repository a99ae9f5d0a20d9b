"""Meetings and rows as records of the database, there and back. Every function raises sqlite3.Error."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, assert_never

import msgspec
from msgspec.structs import replace

from captioner.streaming.words import Word
from captioner.transcript.model import (
    Change,
    GapRow,
    MeetingSummary,
    Row,
    SeamRow,
    Segment,
    StoredMeeting,
    Verdict,
)
from captioner.transcript.names import label_of
from captioner.transcript.parting import part

SEGMENT_COLUMNS = "segment_id, channel, speaker, start_time, end_time, text, words, unconfirmed"
GAP_COLUMNS = "start_time, end_time, cause, state"
SEAM_COLUMNS = "start_time, old, new, reason"

HEARD_AGAIN = "heard again"
"""Why a text was superseded: another engine heard the same time."""

_PUT_SEGMENT = f"""
    INSERT INTO segment (meeting_id, {SEGMENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (meeting_id, segment_id) DO UPDATE SET
        channel = excluded.channel, speaker = excluded.speaker, start_time = excluded.start_time,
        end_time = excluded.end_time, text = excluded.text, words = excluded.words,
        unconfirmed = excluded.unconfirmed
"""

_PUT_GAP = f"INSERT INTO gap (meeting_id, {GAP_COLUMNS}) VALUES (?, ?, ?, ?, ?)"
_PUT_SEAM = f"INSERT OR REPLACE INTO seam (meeting_id, {SEAM_COLUMNS}) VALUES (?, ?, ?, ?, ?)"

_PUT_VERDICT = "INSERT INTO verdict (meeting_id, segment_id, shown) VALUES (?, ?, ?)"
_PUT_NAME = "INSERT INTO speaker (meeting_id, label, name) VALUES (?, ?, ?)"

_KEEP_OLDER = f"""
    INSERT INTO revision (meeting_id, {SEGMENT_COLUMNS}, superseded, reason)
    SELECT meeting_id, {SEGMENT_COLUMNS}, ?, ? FROM segment WHERE meeting_id = ? AND segment_id = ?
"""

# A meeting that was killed has no duration: it lasted until the end of its last row at least.
_SUMMARY = """
    SELECT id, title, started, engine, duration IS NOT NULL,
        max(
            coalesce(duration, 0),
            coalesce((SELECT max(end_time) FROM segment WHERE meeting_id = meeting.id), 0),
            coalesce((SELECT max(end_time) FROM gap WHERE meeting_id = meeting.id), 0)
        ),
        (SELECT count(*) FROM segment WHERE meeting_id = meeting.id) - (
            SELECT count(*) FROM verdict JOIN segment USING (meeting_id, segment_id)
            WHERE meeting_id = meeting.id AND shown IS NULL
        )
    FROM meeting
"""

_words = msgspec.json.Decoder(tuple[Word, ...])


def add_meeting(connection: sqlite3.Connection, title: str, engine: str, started: datetime) -> int:
    """Add a meeting and return its number. A `started` without a zone is local time."""
    if started.tzinfo is None:
        started = started.astimezone()
    cursor = connection.execute(
        "INSERT INTO meeting (title, engine, started) VALUES (?, ?, ?)", (title, engine, started.isoformat())
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def follow(connection: sqlite3.Connection, meeting_id: int, change: Change) -> None:
    """Do in the database what a transcript did. A segment that was withdrawn is kept as a revision."""
    row = change.row
    if change.kind != "removed":
        put_row(connection, meeting_id, row)
    elif isinstance(row, Segment):
        place = (meeting_id, row.id)
        now = datetime.now(UTC).astimezone().isoformat()
        connection.execute(_KEEP_OLDER, (now, HEARD_AGAIN, *place))
        for table in ("segment", "verdict"):
            connection.execute(f"DELETE FROM {table} WHERE meeting_id = ? AND segment_id = ?", place)
    else:
        table = "gap" if isinstance(row, GapRow) else "seam"
        connection.execute(
            f"DELETE FROM {table} WHERE meeting_id = ? AND start_time = ?", (meeting_id, row.start)
        )


def put_row(connection: sqlite3.Connection, meeting_id: int, row: Row) -> None:
    """Add a row, or replace the segment with the same id, the gap or the seam with the same start."""
    match row:
        case Segment():
            words = msgspec.json.encode(row.words).decode()
            who = label_of(row)
            line = (row.id, row.channel, who, row.start, row.end, row.text, words, row.unconfirmed)
            connection.execute(_PUT_SEGMENT, (meeting_id, *line))
        case GapRow():
            # No gap overlaps another: one that begins here is this one before it grew or shrank.
            connection.execute(
                "DELETE FROM gap WHERE meeting_id = ? AND start_time = ?", (meeting_id, row.start)
            )
            connection.execute(_PUT_GAP, (meeting_id, row.start, row.end, row.cause, row.state))
        case SeamRow():
            connection.execute(_PUT_SEAM, (meeting_id, row.start, row.old, row.new, row.reason))
        case _:
            assert_never(row)


def put_verdict(connection: sqlite3.Connection, meeting_id: int, segment_id: str, verdict: Verdict) -> None:
    """Note what is hidden of a segment; its text stays as it is, so that it can be shown again."""
    connection.execute(
        "DELETE FROM verdict WHERE meeting_id = ? AND segment_id = ?", (meeting_id, segment_id)
    )
    if verdict is not False:
        shown = None if verdict is True else verdict
        connection.execute(_PUT_VERDICT, (meeting_id, segment_id, shown))


def put_name(connection: sqlite3.Connection, meeting_id: int, label: str, name: str) -> None:
    """Note what the speaker with this label is called."""
    connection.execute("DELETE FROM speaker WHERE meeting_id = ? AND label = ?", (meeting_id, label))
    if name != label:
        connection.execute(_PUT_NAME, (meeting_id, label, name))


def end_meeting(connection: sqlite3.Connection, meeting_id: int, duration: float) -> bool:
    """Note that the meeting has ended after `duration` seconds; False when there is no such meeting."""
    changed = connection.execute("UPDATE meeting SET duration = ? WHERE id = ?", (duration, meeting_id))
    return changed.rowcount > 0


def rename_meeting(connection: sqlite3.Connection, meeting_id: int, title: str) -> bool:
    """Give the meeting another title; False when there is no such meeting."""
    changed = connection.execute("UPDATE meeting SET title = ? WHERE id = ?", (title, meeting_id))
    return changed.rowcount > 0


def discard_meeting(connection: sqlite3.Connection, meeting_id: int) -> bool:
    """Remove the meeting if nothing was said in it, and nothing missed; whether it was removed."""
    changed = connection.execute(
        """
        DELETE FROM meeting WHERE id = ?
            AND NOT EXISTS (SELECT 1 FROM segment WHERE meeting_id = meeting.id)
            AND NOT EXISTS (SELECT 1 FROM gap WHERE meeting_id = meeting.id)
            AND NOT EXISTS (SELECT 1 FROM revision WHERE meeting_id = meeting.id)
        """,
        (meeting_id,),
    )
    return changed.rowcount > 0


def summaries(connection: sqlite3.Connection) -> list[MeetingSummary]:
    """All meetings, the one added last first."""
    return [_summary(record) for record in connection.execute(f"{_SUMMARY} ORDER BY id DESC")]


def stored_meeting(connection: sqlite3.Connection, meeting_id: int | None) -> StoredMeeting | None:
    """A meeting with its rows in time order, None when there is none. `meeting_id` None = added last."""
    # One transaction, so that the summary counts the rows that come with it.
    connection.execute("BEGIN")
    try:
        where = "ORDER BY id DESC LIMIT 1" if meeting_id is None else "WHERE id = ?"
        record = connection.execute(
            f"{_SUMMARY} {where}", () if meeting_id is None else (meeting_id,)
        ).fetchone()
        if record is None:
            return None
        summary = _summary(record)
        segments, hidden = _segments(connection, summary.id)
        return StoredMeeting(summary, tuple(_rows(connection, summary.id, segments)), tuple(hidden))
    finally:
        connection.rollback()


def segment_of(record: tuple[Any, ...]) -> Segment:
    """The segment of a record in the order of `SEGMENT_COLUMNS`, its speaker by the label."""
    segment_id, channel, speaker, start, end, text, words, unconfirmed = record
    return Segment(
        id=segment_id,
        channel=channel,
        speaker=speaker,
        start=start,
        end=end,
        text=text,
        is_final=True,
        committed=text,
        words=_words_of(words),
        unconfirmed=bool(unconfirmed),
    )


def _words_of(words: str) -> tuple[Word, ...]:
    try:
        return _words.decode(words)
    except (msgspec.DecodeError, UnicodeError):
        # The line is worth more than the times of its words.
        return ()


def _segments(connection: sqlite3.Connection, meeting_id: int) -> tuple[list[Segment], list[Segment]]:
    """What is shown, and what is hidden, in time order."""
    verdicts, names = _verdicts(connection, meeting_id), _names(connection, meeting_id)
    records = connection.execute(
        f"SELECT {SEGMENT_COLUMNS} FROM segment WHERE meeting_id = ? ORDER BY id", (meeting_id,)
    )
    segments = (_named(segment_of(record), names) for record in records)
    parts = [part(segment, verdicts.get(segment.id, False)) for segment in segments]
    hidden = sorted((rest for _, rest in parts if rest), key=lambda rest: rest.start)
    return [shown for shown, _ in parts if shown], hidden


def _verdicts(connection: sqlite3.Connection, meeting_id: int) -> Mapping[str, Verdict]:
    found = connection.execute("SELECT segment_id, shown FROM verdict WHERE meeting_id = ?", (meeting_id,))
    return {segment_id: True if shown is None else shown for segment_id, shown in found}


def _names(connection: sqlite3.Connection, meeting_id: int) -> Mapping[str, str]:
    return dict(connection.execute("SELECT label, name FROM speaker WHERE meeting_id = ?", (meeting_id,)))


def _named(segment: Segment, names: Mapping[str, str]) -> Segment:
    label = segment.speaker
    return replace(segment, speaker=names[label], label=label) if label and label in names else segment


def _rows(connection: sqlite3.Connection, meeting_id: int, segments: list[Segment]) -> list[Row]:
    rows: list[Row] = [*segments]
    gaps = connection.execute(
        f"SELECT {GAP_COLUMNS} FROM gap WHERE meeting_id = ? ORDER BY id", (meeting_id,)
    )
    rows += [GapRow(*record) for record in gaps]
    seams = connection.execute(f"SELECT {SEAM_COLUMNS} FROM seam WHERE meeting_id = ?", (meeting_id,))
    rows += [SeamRow(*record) for record in seams]
    return sorted(rows, key=lambda row: (row.start, not isinstance(row, SeamRow)))


def _summary(record: tuple[Any, ...]) -> MeetingSummary:
    meeting_id, title, started, engine, ended, duration, segments = record
    return MeetingSummary(
        id=meeting_id,
        title=title,
        started=datetime.fromisoformat(started),
        duration=float(duration),
        engine=engine,
        segments=segments,
        ended=bool(ended),
    )

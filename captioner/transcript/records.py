"""Meetings and rows as records of the database, there and back. Every function raises sqlite3.Error."""

import sqlite3
from datetime import datetime
from typing import Any

import msgspec

from captioner.streaming.words import Word
from captioner.transcript.model import GapRow, MeetingSummary, Row, Segment, StoredMeeting

SEGMENT_COLUMNS = "segment_id, channel, speaker, start_time, end_time, text, words, unconfirmed"
GAP_COLUMNS = "start_time, end_time, cause, state"

_PUT_SEGMENT = f"""
    INSERT INTO segment (meeting_id, {SEGMENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (meeting_id, segment_id) DO UPDATE SET
        channel = excluded.channel, speaker = excluded.speaker, start_time = excluded.start_time,
        end_time = excluded.end_time, text = excluded.text, words = excluded.words,
        unconfirmed = excluded.unconfirmed
"""

_PUT_GAP = f"""
    INSERT INTO gap (meeting_id, {GAP_COLUMNS}) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (meeting_id, start_time, end_time) DO UPDATE SET
        cause = excluded.cause, state = excluded.state
"""

# A meeting that was killed has no duration: it lasted until the end of its last row at least.
_SUMMARY = """
    SELECT id, title, started, engine, duration IS NOT NULL,
        max(
            coalesce(duration, 0),
            coalesce((SELECT max(end_time) FROM segment WHERE meeting_id = meeting.id), 0),
            coalesce((SELECT max(end_time) FROM gap WHERE meeting_id = meeting.id), 0)
        ),
        (SELECT count(*) FROM segment WHERE meeting_id = meeting.id)
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


def put_row(connection: sqlite3.Connection, meeting_id: int, row: Row) -> None:
    """Add a row, or replace the segment with the same id or the gap at the same place."""
    if isinstance(row, GapRow):
        connection.execute(_PUT_GAP, (meeting_id, row.start, row.end, row.cause, row.state))
        return
    words = msgspec.json.encode(row.words).decode()
    line = (row.id, row.channel, row.speaker, row.start, row.end, row.text, words, row.unconfirmed)
    connection.execute(_PUT_SEGMENT, (meeting_id, *line))


def end_meeting(connection: sqlite3.Connection, meeting_id: int, duration: float) -> bool:
    """Note that the meeting has ended after `duration` seconds; False when there is no such meeting."""
    changed = connection.execute("UPDATE meeting SET duration = ? WHERE id = ?", (duration, meeting_id))
    return changed.rowcount > 0


def rename_meeting(connection: sqlite3.Connection, meeting_id: int, title: str) -> bool:
    """Give the meeting another title; False when there is no such meeting."""
    changed = connection.execute("UPDATE meeting SET title = ? WHERE id = ?", (title, meeting_id))
    return changed.rowcount > 0


def discard_meeting(connection: sqlite3.Connection, meeting_id: int) -> bool:
    """Remove the meeting if it has no rows; whether it was removed."""
    changed = connection.execute(
        """
        DELETE FROM meeting WHERE id = ?
            AND NOT EXISTS (SELECT 1 FROM segment WHERE meeting_id = meeting.id)
            AND NOT EXISTS (SELECT 1 FROM gap WHERE meeting_id = meeting.id)
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
        return StoredMeeting(summary, tuple(_rows(connection, summary.id)))
    finally:
        connection.rollback()


def segment_of(record: tuple[Any, ...]) -> Segment:
    """The segment of a record in the order of `SEGMENT_COLUMNS`."""
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


def _rows(connection: sqlite3.Connection, meeting_id: int) -> list[Row]:
    segments = connection.execute(
        f"SELECT {SEGMENT_COLUMNS} FROM segment WHERE meeting_id = ? ORDER BY id", (meeting_id,)
    )
    rows: list[Row] = [segment_of(record) for record in segments]
    gaps = connection.execute(
        f"SELECT {GAP_COLUMNS} FROM gap WHERE meeting_id = ? ORDER BY id", (meeting_id,)
    )
    rows += [GapRow(*record) for record in gaps]
    return sorted(rows, key=lambda row: row.start)


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

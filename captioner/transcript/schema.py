"""The tables of the database, and how a connection to it is made."""

import sqlite3
import time
from pathlib import Path
from typing import Literal

STEPS: tuple[tuple[str, ...], ...] = (
    (
        # AUTOINCREMENT: the number of a meeting that was deleted is never given to another.
        """
        CREATE TABLE meeting (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL,
            engine TEXT NOT NULL,
            started TEXT NOT NULL,  -- ISO 8601, local time with its offset
            duration REAL           -- seconds; NULL until the meeting has ended
        )
        """,
        """
        CREATE TABLE segment (
            id INTEGER PRIMARY KEY,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            segment_id TEXT NOT NULL,
            channel INTEGER NOT NULL,
            speaker TEXT,           -- its label: the table "speaker" may have another name for it
            start_time REAL NOT NULL,
            end_time REAL NOT NULL,
            text TEXT NOT NULL,
            words TEXT NOT NULL,    -- JSON, a list of words with the keys of events.Word
            unconfirmed INTEGER NOT NULL,
            UNIQUE (meeting_id, segment_id)
        )
        """,
        # The list of meetings counts rows and looks up the last end without reading any text.
        "CREATE INDEX segment_end ON segment (meeting_id, end_time)",
        """
        CREATE TABLE gap (
            id INTEGER PRIMARY KEY,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            start_time REAL NOT NULL,
            end_time REAL NOT NULL,
            cause TEXT NOT NULL,
            state TEXT NOT NULL,
            UNIQUE (meeting_id, start_time, end_time)
        )
        """,
    ),
    (
        """
        CREATE TABLE seam (
            id INTEGER PRIMARY KEY,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            start_time REAL NOT NULL,
            old TEXT NOT NULL,
            new TEXT NOT NULL,
            reason TEXT NOT NULL,
            UNIQUE (meeting_id, start_time)
        )
        """,
        # What a segment said before something else took its place.
        """
        CREATE TABLE revision (
            id INTEGER PRIMARY KEY,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            segment_id TEXT NOT NULL,
            channel INTEGER NOT NULL,
            speaker TEXT,
            start_time REAL NOT NULL,
            end_time REAL NOT NULL,
            text TEXT NOT NULL,
            words TEXT NOT NULL,
            unconfirmed INTEGER NOT NULL,
            superseded TEXT NOT NULL,  -- ISO 8601, local time with its offset
            reason TEXT NOT NULL
        )
        """,
        "CREATE INDEX revision_segment ON revision (meeting_id, segment_id)",
    ),
    (
        # Lines that are not shown, or not all of them: the microphone heard the loudspeaker.
        """
        CREATE TABLE verdict (
            id INTEGER PRIMARY KEY,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            segment_id TEXT NOT NULL,
            shown TEXT,             -- what is shown of the line; NULL = nothing
            UNIQUE (meeting_id, segment_id)
        )
        """,
    ),
    (
        # Names that a person gave. Lines, and what they said before, keep the label they were heard under.
        """
        CREATE TABLE speaker (
            id INTEGER PRIMARY KEY,
            meeting_id INTEGER NOT NULL REFERENCES meeting ON DELETE CASCADE,
            label TEXT NOT NULL,
            name TEXT NOT NULL,
            UNIQUE (meeting_id, label)
        )
        """,
    ),
)
"""What leads from one version to the next: the database of version n has seen the first n steps.

A step only adds: `mend` counts on it that the older tables stay where they are in the file.
"""

VERSION = len(STEPS)
"""The `PRAGMA user_version` that this program writes."""

_FIRST = frozenset({"meeting", "segment", "gap"})
_SECOND = _FIRST | {"seam", "revision"}
_THIRD = _SECOND | {"verdict"}
TABLES: tuple[frozenset[str], ...] = (frozenset(), _FIRST, _SECOND, _THIRD, _THIRD | {"speaker"})
"""By version, the tables that a database of it has at least."""

Mode = Literal["rw", "ro", "ro&immutable=1"]
"""Writing; reading; reading the file alone, without locks and without making side files."""


def connect(path: Path, busy_timeout: float, mode: Mode = "rw") -> sqlite3.Connection:
    """A connection of the calling thread, in autocommit mode. The file must exist; raises sqlite3.Error.

    `busy_timeout` in seconds: how long a call waits for another program that writes.
    """
    connection = sqlite3.connect(address(path, mode), timeout=busy_timeout, isolation_level=None, uri=True)
    # A damaged byte costs its character, not the meeting.
    connection.text_factory = _decoded
    if mode != "rw":
        return connection
    try:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def address(path: Path, mode: Mode) -> str:
    """The file's name as `ATTACH` takes it."""
    return f"{path.absolute().as_uri()}?mode={mode}"


def _decoded(raw: bytes) -> str:
    return raw.decode(errors="replace")


def version_of(connection: sqlite3.Connection) -> int:
    """The schema version of the file; 0 = nothing was ever made in it."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to this program's version, in one transaction. Raises sqlite3.Error.

    Begins a write in any case, so that a file that cannot be written to is noticed here.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        for version in range(version_of(connection), VERSION):
            for statement in STEPS[version]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def fill_up(connection: sqlite3.Connection) -> None:
    """Tables that an older file lacks are empty, for this connection only. Raises sqlite3.Error.

    Such a file is read where it cannot be brought to this program's version now: the disk is full, or
    another program writes.
    """
    missing = STEPS[version_of(connection) :]
    if missing:
        connection.execute("PRAGMA temp_store = MEMORY")
    for statement in (statement for step in missing for statement in step):
        if "CREATE TABLE" in statement:
            connection.execute(statement.replace("CREATE TABLE", "CREATE TEMP TABLE", 1))


def use_wal(connection: sqlite3.Connection, patience: float) -> None:
    """Switch the file to WAL, trying for `patience` seconds. Raises sqlite3.Error.

    SQLite answers "locked" at once, without the busy timeout, when two programs switch at the same time.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return

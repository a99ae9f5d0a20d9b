"""A damaged database: noticed, moved aside, and read as far as it can be read."""

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from types import UnionType
from typing import Any

from captioner.transcript.faults import code_of, is_damage
from captioner.transcript.mend import mend
from captioner.transcript.schema import TABLES, VERSION, connect, version_of

CHECK_SECONDS = 0.5
"""How long the check of a large file may take at the start; what it has not reached counts as sound."""

SIDE_FILES = ("-wal", "-shm")
"""What SQLite keeps beside the database."""

_Record = tuple[Any, ...]
_Columns = dict[str, type | UnionType]

# As of version 1: a later version adds its columns here.
_MEETING: _Columns = {"id": int, "title": str, "engine": str, "started": str, "duration": float | None}
_SEGMENT: _Columns = {
    "id": int,
    "meeting_id": int,
    "segment_id": str,
    "channel": int,
    "speaker": str | None,
    "start_time": float,
    "end_time": float,
    "text": str,
    "words": str,
    "unconfirmed": int,
}
_GAP: _Columns = {
    "id": int,
    "meeting_id": int,
    "start_time": float,
    "end_time": float,
    "cause": str,
    "state": str,
}


@dataclass(frozen=True, slots=True)
class _Found:
    """The sound records of a damaged file, in the order of the columns above."""

    meetings: list[_Record]
    segments: list[_Record]
    gaps: list[_Record]

    @property
    def is_empty(self) -> bool:
        return not (self.meetings or self.segments or self.gaps)

    def stand_ins(self) -> list[_Record]:
        """Meetings for the rows whose own cannot be read."""
        needed = {record[1] for record in self.segments + self.gaps}
        missing = needed - {record[0] for record in self.meetings}
        now = datetime.now(UTC).astimezone().isoformat()
        return [(meeting_id, "Recovered", "", now, None) for meeting_id in sorted(missing)]


def is_damaged(path: Path, busy_timeout: float) -> bool:
    """Whether the file is no sound database of ours. Changes no byte of it.

    Raises OSError and sqlite3.Error.
    """
    size = path.stat().st_size
    if size <= 1:
        # SQLite takes a file of one byte for an empty one, and would write over it.
        return size == 1
    try:
        with closing(connect(path, busy_timeout, "ro")) as connection:
            version = version_of(connection)
            named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if 1 <= version <= VERSION and not {name for (name,) in named} >= TABLES:
                return True
            with _limited(connection):
                return connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",)
    except UnicodeDecodeError:
        # SQLite quoted garbage of the file in the message of an error.
        return True
    except sqlite3.Error as error:
        if code_of(error) == sqlite3.SQLITE_INTERRUPT:
            return False
        # SQLITE_ERROR: these statements are right, so it is the file that SQLite does not understand.
        if is_damage(error) or code_of(error) == sqlite3.SQLITE_ERROR:
            return True
        raise


@contextmanager
def _limited(connection: sqlite3.Connection) -> Generator[None]:
    # From a thread, because the check asks no progress handler between the pages of a table.
    timer = Timer(CHECK_SECONDS, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def move_aside(path: Path) -> Path:
    """Rename the database, and a journal that holds something, to `NAME.corrupt-<UTC time>`.

    Raises OSError.
    """
    name = f"{path.name}.corrupt-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    aside, count = path.with_name(name), 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{name}-{count}")
    if not _has_journal(path):
        for suffix in SIDE_FILES:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    # The side files first: beside a new database they would be taken for its own.
    for suffix in (*SIDE_FILES, ""):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
    return aside


def salvage(aside: Path, connection: sqlite3.Connection) -> int:
    """Copy what can be read of the file at `aside` to `connection`, in one transaction; how many rows.

    Numbers of meetings stay. Rows whose meeting cannot be read come under a meeting called "Recovered".
    Raises sqlite3.Error when the new database cannot be written.
    """
    found = _read(aside)
    if found.is_empty:
        # Without its first page SQLite sees nothing of a file, however sound the rest.
        with suppress(OSError), TemporaryDirectory(dir=aside.parent) as folder:
            copy = Path(folder) / aside.name
            mend(aside, copy)
            found = _read(copy)
    connection.execute("BEGIN IMMEDIATE")
    try:
        _insert(connection, "meeting", _MEETING, found.meetings + found.stand_ins())
        _insert(connection, "segment", _SEGMENT, found.segments)
        _insert(connection, "gap", _GAP, found.gaps)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return len(found.segments) + len(found.gaps)


def _has_journal(path: Path) -> bool:
    journal = path.with_name(path.name + "-wal")
    return journal.exists() and journal.stat().st_size > 0


def _read(path: Path) -> _Found:
    # Without a journal to read, none is made beside the file either.
    with closing(connect(path, 0.0, "ro" if _has_journal(path) else "ro&immutable=1")) as damaged:
        # Or SQLite reads nothing of a file that was cut short. The connection can still not write.
        with suppress(sqlite3.Error, UnicodeDecodeError):
            damaged.execute("PRAGMA writable_schema = ON")
        return _Found(
            [record for record in _readable(damaged, "meeting", _MEETING) if _is_time(record[3])],
            _readable(damaged, "segment", _SEGMENT),
            [record for record in _readable(damaged, "gap", _GAP) if record[-1] in ("pending", "final")],
        )


def _readable(damaged: sqlite3.Connection, table: str, columns: _Columns) -> list[_Record]:
    """The sound records of a table by id: from the front and from the back, until an unreadable page or a
    record already seen. The damage may lie inside a record: each value must be of its column's type."""
    names, types = ", ".join(columns), tuple(columns.values())
    found: dict[int, _Record] = {}
    for direction in ("ASC", "DESC"):
        with suppress(sqlite3.Error, UnicodeDecodeError):
            for record in damaged.execute(f"SELECT {names} FROM {table} ORDER BY id {direction}"):
                if record[0] in found:
                    break
                found[record[0]] = record
    sound = (record for record in found.values() if all(map(isinstance, record, types)))
    return sorted(sound, key=lambda record: record[0])


def _insert(connection: sqlite3.Connection, table: str, columns: _Columns, found: Iterable[_Record]) -> None:
    marks = ", ".join("?" for _ in columns)
    connection.executemany(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({marks})", found)


def _is_time(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True

"""A damaged database: noticed, moved aside, and read as far as it can be read."""

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

from captioner.transcript.faults import code_of, is_damage
from captioner.transcript.mend import mend
from captioner.transcript.schema import TABLES, VERSION, address, connect, version_of

CHECK_SECONDS = 0.5
"""How long the check of a large file may take at the start; what it has not reached counts as sound."""

SIDE_FILES = ("-wal", "-shm")
"""What SQLite keeps beside the database."""

_FAR = 2**40
"""More rows than any page holds: where even so far a step leads to nothing, the rest cannot be read."""

_LAST = 2**63 - 1

_ROW = {"id": "integer", "meeting_id": "integer", "start_time": "real"}
_SEGMENT = _ROW | {
    "segment_id": "text",
    "channel": "integer",
    "speaker": "text null",
    "end_time": "real",
    "text": "text",
    "words": "text",
    "unconfirmed": "integer",
}
_COLUMNS = {
    "meeting": {
        "id": "integer",
        "title": "text",
        "engine": "text",
        "started": "date",
        "duration": "real null",
    },
    "segment": _SEGMENT,
    "gap": _ROW | {"end_time": "real", "cause": "text", "state": "state"},
    "seam": _ROW | {"old": "text", "new": "text", "reason": "text"},
    "revision": _SEGMENT | {"superseded": "date", "reason": "text"},
    "verdict": {"id": "integer", "meeting_id": "integer", "segment_id": "text", "shown": "text null"},
    "speaker": {"id": "integer", "meeting_id": "integer", "label": "text", "name": "text"},
}
"""What each table must hold: the damage may lie inside a record."""

_CHECKS = {
    "integer": "typeof({0}) = 'integer'",
    # length() reads the whole text, also what lies on pages of its own.
    "text": "typeof({0}) = 'text' AND length({0}) >= 0",
    "text null": "typeof({0}) IN ('text', 'null')",
    "real": "typeof({0}) = 'real' AND abs({0}) < 1e9",
    "real null": "({0} IS NULL OR typeof({0}) = 'real' AND abs({0}) < 1e9)",
    "date": "is_date({0})",
    "state": "{0} IN ('pending', 'final')",
}

_STAND_INS = """
    INSERT INTO main.meeting (id, title, engine, started)
    SELECT meeting_id, 'Recovered', '', ? FROM (
        SELECT meeting_id FROM main.segment UNION SELECT meeting_id FROM main.gap
        UNION SELECT meeting_id FROM main.seam UNION SELECT meeting_id FROM main.revision
    ) WHERE meeting_id NOT IN (SELECT id FROM main.meeting)
"""

_ORPHANS = "DELETE FROM main.{} WHERE meeting_id NOT IN (SELECT id FROM main.meeting)"


def is_damaged(path: Path, busy_timeout: float, check_seconds: float | None = CHECK_SECONDS) -> bool:
    """Whether the file is no sound database of ours. Changes no byte of it.

    `check_seconds` None = all of the file is checked. Raises OSError and sqlite3.Error.
    """
    size = path.stat().st_size
    if size <= 1:
        # SQLite takes a file of one byte for an empty one, and would write over it.
        return size == 1
    try:
        with closing(connect(path, busy_timeout, "ro")) as connection:
            version = version_of(connection)
            named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if 1 <= version <= VERSION and not {name for (name,) in named} >= TABLES[version]:
                return True
            with _limited(connection, check_seconds):
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
def _limited(connection: sqlite3.Connection, seconds: float | None) -> Generator[None]:
    if seconds is None:
        yield
        return
    # From a thread, because the check asks no progress handler between the pages of a table.
    timer = Timer(seconds, connection.interrupt)
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


def salvage(damaged: Path, connection: sqlite3.Connection) -> int:
    """Copy what can be read of the damaged file to `connection`, a new database; how many rows.

    Numbers of meetings stay. Rows whose meeting cannot be read come under a meeting called "Recovered".
    Raises sqlite3.Error when the new database cannot be written.
    """
    connection.create_function("is_date", 1, _is_date)
    # Or SQLite reads nothing of a file that was cut short.
    connection.execute("PRAGMA writable_schema = ON")
    # Meetings that cannot be read are made up last.
    connection.execute("PRAGMA foreign_keys = OFF")
    try:
        count, is_empty = _copy(damaged, connection)
        if is_empty:
            # Without its first page SQLite sees nothing of a file, however sound the rest.
            with suppress(OSError), TemporaryDirectory(dir=damaged.parent) as folder:
                mended = Path(folder) / damaged.name
                mend(damaged, mended)
                count, _ = _copy(mended, connection)
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA writable_schema = OFF")
    return count


def _copy(damaged: Path, connection: sqlite3.Connection) -> tuple[int, bool]:
    """How many segments and gaps were copied, and whether there was nothing at all to copy."""
    # Without a journal to read, none is made beside the file either.
    mode = "ro" if _has_journal(damaged) else "ro&immutable=1"
    try:
        connection.execute("ATTACH ? AS damaged", (address(damaged, mode),))
    except (sqlite3.Error, UnicodeDecodeError):
        return 0, True
    # Not in a transaction: SQLite lets nothing more be written in one that has met an unreadable page.
    try:
        copied = {table: _copy_table(connection, table) for table in _COLUMNS}
        connection.execute(_STAND_INS, (datetime.now(UTC).astimezone().isoformat(),))
        for table in ("verdict", "speaker"):
            connection.execute(_ORPHANS.format(table))
    finally:
        connection.execute("DETACH damaged")
    return copied["segment"] + copied["gap"], not any(copied.values())


def _copy_table(connection: sqlite3.Connection, table: str) -> int:
    names = ", ".join(_COLUMNS[table])
    checks = [_CHECKS[kind].format(name) for name, kind in _COLUMNS[table].items()]
    source = " AND ".join([f"FROM damaged.{table} NOT INDEXED WHERE id > ? AND id <= ?", *checks])

    def copy(first: int, last: int) -> int:
        insert = f"INSERT OR IGNORE INTO main.{table} ({names}) SELECT {names} {source}"
        return connection.execute(insert, (first - 1, last)).rowcount

    copied, look = 0, f"SELECT id {source}"
    for ids in _readable(connection, f"{look} ORDER BY id"):
        try:
            copied += copy(min(ids), max(ids))
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            # A number is damaged, and led on to what cannot be read.
            sound = (number for number in ids if _read(connection, look, number - 1, number)[0])
            copied += sum(copy(number, number) for number in sound)
    return copied


def _readable(connection: sqlite3.Connection, query: str) -> Iterator[list[int]]:
    """The ids of the records that can be read, in the stretches between unreadable pages.

    `query` gives the ids in a range in their order.
    """
    reached, step, ids = 0, 1, list[int]()
    while step < _FAR:
        ids, is_all = _read(connection, query, reached, _LAST)
        if ids:
            yield ids
        if is_all:
            break
        # An unreadable page: step over it, further each time, and come back to its other edge.
        edge, step = (ids[-1], 1) if ids else (reached, 2 * step)
        reached = min(edge + step, _LAST)
        behind, _ = _read(connection, f"{query} DESC", edge, reached)
        if behind:
            yield behind
    if reached and not ids:
        # The number of a record was damaged too, and led past sound ones.
        behind, _ = _read(connection, f"{query} DESC", 0, _LAST)
        if behind:
            yield behind


def _read(connection: sqlite3.Connection, query: str, after: int, last: int) -> tuple[list[int], bool]:
    """The numbers that a query gives until it meets an unreadable page; whether it met none."""
    numbers: list[int] = []
    with suppress(sqlite3.Error, UnicodeDecodeError):
        numbers.extend(number for (number,) in connection.execute(query, (after, last)))
        return numbers, True
    return numbers, False


def _has_journal(path: Path) -> bool:
    journal = path.with_name(path.name + "-wal")
    return journal.exists() and journal.stat().st_size > 0


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value))
    except ValueError:
        return False

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from captioner.transcript.model import GapRow, Segment, StoredMeeting
from captioner.transcript.schema import TABLES, VERSION, connect, fill_up, migrate, use_wal, version_of
from captioner.transcript.store import Store

FIRST_VERSION = Path(__file__).with_name("version_1.db")
"""A database as the program of version 1 left it: a meeting that ended, and one that was killed."""


def test_a_new_file_gets_all_tables_and_the_version(path: Path) -> None:
    path.touch()

    with closing(connect(path, 1.0)) as connection:
        migrate(connection)
        migrate(connection)
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}

        assert version_of(connection) == VERSION
        assert names >= TABLES[VERSION]


def test_a_file_of_version_1_keeps_every_word_and_takes_what_is_new(path: Path) -> None:
    shutil.copyfile(FIRST_VERSION, path)

    async def opened() -> list[StoredMeeting]:
        async with await Store.open(path) as store:
            return [await store.load(meeting) for meeting in (1, 2)]

    ended, killed = asyncio.run(opened())

    texts = [[row.text for row in meeting.rows if isinstance(row, Segment)] for meeting in (ended, killed)]
    assert texts == [["Good morning.", "Wir fangen an."], ["Hello."]]
    assert ended.rows[1] == GapRow(5.0, 13.0, "the microphone was unplugged")
    assert (ended.summary.duration, killed.summary.ended) == (61.5, False)
    with closing(connect(path, 1.0)) as connection:
        assert version_of(connection) == VERSION
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_an_older_file_lacks_is_empty_where_it_can_only_be_read(path: Path) -> None:
    shutil.copyfile(FIRST_VERSION, path)

    with closing(connect(path, 1.0, "ro")) as connection:
        fill_up(connection)
        counts = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in TABLES[VERSION]
        }

    assert {table for table, count in counts.items() if not count} == TABLES[VERSION] - TABLES[1]


def test_a_step_on_the_way_from_version_1_that_fails_leaves_the_file_at_version_1(path: Path) -> None:
    shutil.copyfile(FIRST_VERSION, path)

    with closing(connect(path, 1.0)) as connection:
        connection.execute("CREATE TABLE revision (theirs)")
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection)

        assert version_of(connection) == 1
        assert connection.execute("SELECT count(*) FROM segment").fetchone() == (3,)


def test_every_connection_writes_through_and_checks_references(path: Path) -> None:
    path.touch()

    with closing(connect(path, 1.0)) as connection:
        use_wal(connection, 0.0)

        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_a_connection_makes_no_file(path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        connect(path, 1.0)

    assert not path.exists()


def test_a_step_that_fails_leaves_nothing_behind(path: Path) -> None:
    path.touch()

    with closing(connect(path, 1.0)) as connection:
        connection.execute("CREATE TABLE gap (theirs)")
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection)
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]

        assert (version_of(connection), names) == (0, ["gap"])


def test_a_file_in_use_is_not_switched_for_ever(path: Path) -> None:
    path.touch()

    with closing(connect(path, 0.0)) as other, closing(connect(path, 0.0)) as connection:
        migrate(other)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            use_wal(connection, 0.0)

        assert caught.value.sqlite_errorcode == sqlite3.SQLITE_BUSY

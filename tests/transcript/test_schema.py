import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from captioner.transcript.schema import TABLES, VERSION, connect, migrate, use_wal, version_of


def test_a_new_file_gets_all_tables_and_the_version(path: Path) -> None:
    path.touch()

    with closing(connect(path, 1.0)) as connection:
        migrate(connection)
        migrate(connection)
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}

        assert version_of(connection) == VERSION
        assert names >= TABLES


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

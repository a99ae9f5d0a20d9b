import sqlite3
from contextlib import closing
from pathlib import Path

from captioner.transcript.database import prepare
from captioner.transcript.mend import mend
from captioner.transcript.schema import TABLES, VERSION, connect


def test_a_new_first_page_finds_the_tables_again(path: Path, tmp_path: Path) -> None:
    prepare(path, 1.0)
    with closing(connect(path, 1.0)) as connection:
        connection.execute("INSERT INTO meeting (title, engine, started) VALUES ('Weekly', '', '')")
    path.write_bytes(b"\x00" * 4096 + path.read_bytes()[4096:])
    copy = tmp_path / "copy.db"

    mend(path, copy)

    with closing(sqlite3.connect(copy)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        assert names >= TABLES[VERSION]
        assert connection.execute("SELECT title FROM meeting").fetchall() == [("Weekly",)]


def test_what_only_the_journal_holds_is_found_too(path: Path, tmp_path: Path) -> None:
    prepare(path, 1.0)
    copy = tmp_path / "copy.db"
    with closing(connect(path, 1.0)) as connection:
        connection.execute("INSERT INTO meeting (title, engine, started) VALUES ('Weekly', '', '')")

        mend(path, copy)

    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT title FROM meeting").fetchall() == [("Weekly",)]


def test_every_database_begins_with_the_same_page(path: Path, tmp_path: Path) -> None:
    prepare(path, 1.0)
    copy = tmp_path / "copy.db"

    mend(path, copy)

    # The counters of the header differ, the tables behind it do not.
    assert copy.read_bytes()[100:] == path.read_bytes()[100:]

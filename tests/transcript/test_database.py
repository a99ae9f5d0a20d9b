import sqlite3
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from captioner.streaming.errors import StoreError
from captioner.transcript.database import may_pass, prepare, suspect
from captioner.transcript.schema import VERSION, connect, version_of


def test_a_new_database_is_for_its_owner_only(path: Path) -> None:
    assert prepare(path, 1.0) is None

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_files_that_others_could_read_are_made_private(path: Path) -> None:
    prepare(path, 1.0)
    with closing(connect(path, 1.0)) as connection:
        connection.execute("DELETE FROM meeting")
        side_file = path.with_name("captioner.db-wal")
        path.chmod(0o644)
        side_file.chmod(0o644)

        prepare(path, 1.0)

        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(side_file.stat().st_mode) == 0o600


def test_a_database_of_a_newer_program_is_refused_and_stays_as_it_is(path: Path) -> None:
    prepare(path, 1.0)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = path.read_bytes()

    with pytest.raises(StoreError, match=r"newer captioner\. Update the program"):
        prepare(path, 1.0)

    assert path.read_bytes() == before


def test_a_newer_version_that_only_the_journal_knows_is_refused_too(path: Path, tmp_path: Path) -> None:
    prepare(path, 1.0)
    copy = tmp_path / "copy" / path.name
    copy.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE gap")
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
        # What a crash would leave: the change is in the journal, not yet in the file.
        for suffix in ("", "-wal"):
            copy.with_name(copy.name + suffix).write_bytes(path.with_name(path.name + suffix).read_bytes())
    before = [file.read_bytes() for file in (copy, copy.with_name(copy.name + "-wal"))]

    with pytest.raises(StoreError, match="newer captioner"):
        prepare(copy, 1.0)

    assert [file.read_bytes() for file in (copy, copy.with_name(copy.name + "-wal"))] == before


def test_the_database_of_another_program_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()

    with pytest.raises(StoreError, match="another program"):
        prepare(path, 1.0)

    assert path.read_bytes() == before


def test_a_damaged_file_is_moved_aside_and_a_new_one_begun(path: Path) -> None:
    path.write_bytes(b"garbage" * 1000)

    aside = prepare(path, 1.0)

    assert aside is not None
    assert sorted(path.parent.iterdir()) == [path, aside]
    assert aside.read_bytes() == b"garbage" * 1000
    with closing(connect(path, 1.0)) as connection:
        assert version_of(connection) == VERSION


def test_a_damaged_file_stays_in_its_place_while_there_is_no_room_for_a_new_one(
    path: Path, full_disk: Callable[[], AbstractContextManager[None]]
) -> None:
    path.write_bytes(b"garbage" * 1000)

    with full_disk(), pytest.raises(StoreError, match="Free some space") as caught:
        prepare(path, 1.0)

    assert may_pass(caught.value)
    assert path.read_bytes() == b"garbage" * 1000
    assert prepare(path, 1.0) is not None


def test_a_start_that_died_before_its_last_step_is_completed_by_the_next_one(path: Path) -> None:
    prepare(path, 1.0)
    with closing(connect(path, 1.0)) as connection:
        connection.execute("INSERT INTO meeting (title, engine, started) VALUES ('Weekly', '', '')")
    path.rename(path.with_name("captioner.db.new"))

    assert prepare(path, 1.0) is None

    with closing(connect(path, 1.0)) as connection:
        assert connection.execute("SELECT title FROM meeting").fetchall() == [("Weekly",)]


def test_a_file_that_its_owner_made_read_only_stays_so(path: Path) -> None:
    prepare(path, 1.0)
    path.chmod(0o444)

    prepare(path, 1.0)  # for root nothing is read-only

    assert stat.S_IMODE(path.stat().st_mode) == 0o400


def test_a_suspicion_is_forgotten_once_all_of_the_file_was_found_sound(path: Path) -> None:
    prepare(path, 1.0)
    suspect(path)

    assert prepare(path, 1.0) is None

    assert list(path.parent.iterdir()) == [path]


def test_a_folder_or_a_missing_folder_is_an_error_with_a_cure(tmp_path: Path) -> None:
    for impossible, may_change in ((tmp_path, False), (tmp_path / "missing" / "captioner.db", True)):
        with pytest.raises(StoreError, match="--data-dir") as caught:
            prepare(impossible, 1.0)

        assert may_pass(caught.value) is may_change


def test_a_full_disk_is_an_error_with_a_cure(
    path: Path, full_disk: Callable[[], AbstractContextManager[None]]
) -> None:
    with full_disk(), pytest.raises(StoreError, match="Free some space"):
        prepare(path, 1.0)


def test_a_locked_file_is_an_error_with_a_cure(path: Path) -> None:
    prepare(path, 1.0)

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            prepare(path, 0.0)

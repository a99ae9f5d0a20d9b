import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from captioner.transcript import records
from captioner.transcript.model import Change, GapRow, SeamRow, Segment
from captioner.transcript.salvage import is_damaged, move_aside, salvage
from captioner.transcript.schema import connect, migrate

LINES = 400
PAGE = 4096
SEAM = SeamRow(8.0, "deepgram", "local", "no answer")
FIRST_VERSION = Path(__file__).with_name("version_1.db")


@pytest.fixture
def full(path: Path, started: datetime, line: Callable[[int], Segment], gap: GapRow) -> Path:
    """A database of some 40 pages: two meetings; many lines, a gap, a seam, and a line
    that another one replaced, in the second."""
    path.touch()
    with closing(connect(path, 1.0)) as connection:
        migrate(connection)
        connection.execute("BEGIN")
        records.add_meeting(connection, "First", "local", started)
        meeting = records.add_meeting(connection, "Second", "local", started)
        for number in range(LINES):
            records.put_row(connection, meeting, line(number))
        records.put_row(connection, meeting, gap)
        records.put_row(connection, meeting, SEAM)
        records.put_row(connection, meeting, line(LINES))
        records.follow(connection, meeting, Change("removed", 0, line(LINES)))
        connection.execute("COMMIT")
    return path


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    path = tmp_path / "fresh.db"
    path.touch()
    with closing(connect(path, 1.0)) as connection:
        migrate(connection)
    return path


def overwrite(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def test_sound_files_are_not_damaged(full: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()

    assert not is_damaged(full, 1.0)
    assert not is_damaged(full, 1.0, check_seconds=None)
    assert not is_damaged(empty, 1.0)


@pytest.mark.parametrize("content", [b"x", b"hello " * 2000, b"SQLite format 3\x00" + b"\xff" * 9000])
def test_what_is_no_database_is_damaged(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    assert is_damaged(path, 1.0)
    assert path.read_bytes() == content


def test_an_overwritten_page_is_noticed(full: Path) -> None:
    overwrite(full, full.stat().st_size // 2 // PAGE * PAGE, b"\xa5" * PAGE)

    assert is_damaged(full, 1.0)


def test_a_file_that_was_cut_short_is_noticed(full: Path) -> None:
    with full.open("r+b") as file:
        file.truncate(full.stat().st_size // 2)

    assert is_damaged(full, 1.0)


def test_a_database_that_lost_a_table_is_damaged(full: Path) -> None:
    with closing(connect(full, 1.0)) as connection:
        connection.execute("DROP TABLE gap")

    assert is_damaged(full, 1.0)


def test_the_side_files_move_along_and_no_byte_changes(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).write_text(f"content{suffix}")

    aside = move_aside(path)

    assert aside.name.startswith("captioner.db.corrupt-")
    assert sorted(path.parent.iterdir()) == [aside, Path(f"{aside}-shm"), Path(f"{aside}-wal")]
    assert Path(f"{aside}-wal").read_text() == "content-wal"


def test_an_empty_journal_is_not_worth_keeping(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).write_text("" if suffix == "-wal" else "content")

    aside = move_aside(path)

    assert list(path.parent.iterdir()) == [aside]


def test_a_second_damaged_file_does_not_replace_the_first(path: Path) -> None:
    path.write_text("one")
    first = move_aside(path)
    path.write_text("two")

    second = move_aside(path)

    assert (first.read_text(), second.read_text()) == ("one", "two")


def test_all_of_a_readable_file_is_saved(
    full: Path, fresh: Path, line: Callable[[int], Segment], gap: GapRow
) -> None:
    with closing(connect(fresh, 1.0)) as connection:
        assert salvage(full, connection) == LINES + 1

        meeting = records.stored_meeting(connection, 2)
        assert meeting is not None
        assert meeting.summary.title == "Second"
        assert sorted([line(number) for number in range(LINES)], key=lambda row: row.start) == [
            row for row in meeting.rows if isinstance(row, Segment)
        ]
        assert {gap, SEAM} <= set(meeting.rows)
        assert connection.execute("SELECT text FROM revision").fetchall() == [(line(LINES).text,)]


def test_the_lines_before_and_behind_a_broken_page_are_saved(
    full: Path, fresh: Path, line: Callable[[int], Segment]
) -> None:
    content = full.read_bytes()
    overwrite(full, content.index(b"Line 200.") // PAGE * PAGE, b"\xa5" * PAGE)

    with closing(connect(fresh, 1.0)) as connection:
        saved = salvage(full, connection)

        meeting = records.stored_meeting(connection, 2)
        assert meeting is not None
        assert LINES - 50 < saved < LINES
        assert {line(0), line(LINES - 1)} <= set(meeting.rows)
        assert line(200) not in meeting.rows


def test_the_lines_between_broken_pages_are_saved(
    full: Path, fresh: Path, line: Callable[[int], Segment]
) -> None:
    content = full.read_bytes()
    for number in (100, 200, 300):
        overwrite(full, content.index(b"Line %d." % number) // PAGE * PAGE, b"\xa5" * PAGE)

    with closing(connect(fresh, 1.0)) as connection:
        assert LINES - 100 < salvage(full, connection) < LINES

        meeting = records.stored_meeting(connection, 2)
        assert meeting is not None
        assert {line(0), line(150), line(250), line(LINES - 1)} <= set(meeting.rows)


def test_a_damaged_number_does_not_hide_the_lines_behind_it(full: Path, fresh: Path) -> None:
    with closing(sqlite3.connect(full)) as connection:
        connection.execute("UPDATE segment SET id = 1 << 62 WHERE id = 200")
        connection.commit()
    content = full.read_bytes()
    overwrite(full, content.index(b"Line 300.") // PAGE * PAGE, b"\xa5" * PAGE)

    with closing(connect(fresh, 1.0)) as connection:
        assert salvage(full, connection) > LINES - 50


def test_the_lines_of_a_file_that_was_cut_short_are_saved(full: Path, fresh: Path) -> None:
    with full.open("r+b") as file:
        file.truncate(full.stat().st_size // 2)

    with closing(connect(fresh, 1.0)) as connection:
        assert salvage(full, connection) > LINES // 8


@pytest.mark.parametrize("lost", [0, PAGE])
def test_what_was_hidden_stays_hidden(full: Path, fresh: Path, lost: int) -> None:
    with closing(connect(full, 1.0)) as connection:
        records.put_verdict(connection, 2, "s7", True)
        records.put_verdict(connection, 2, "s8", "Line")
    overwrite(full, 0, b"\xa5" * lost)

    with closing(connect(fresh, 1.0)) as connection:
        salvage(full, connection)
        meeting = records.stored_meeting(connection, 2)

    assert meeting is not None
    assert [line.id for line in meeting.hidden] == ["s7", "s8/hidden"]


@pytest.mark.parametrize("lost", [16, 100, PAGE])
def test_all_lines_are_saved_when_only_the_first_page_is_lost(full: Path, fresh: Path, lost: int) -> None:
    overwrite(full, 0, b"\xa5" * lost)
    before = full.read_bytes()

    with closing(connect(fresh, 1.0)) as connection:
        assert salvage(full, connection) == LINES + 1

    assert full.read_bytes() == before


def test_all_lines_of_a_file_from_version_1_are_saved_when_its_first_page_is_lost(
    path: Path, fresh: Path
) -> None:
    shutil.copyfile(FIRST_VERSION, path)
    with closing(connect(path, 1.0)) as connection:
        assert not is_damaged(path, 1.0)
        migrate(connection)
    overwrite(path, 0, b"\xa5" * PAGE)

    with closing(connect(fresh, 1.0)) as connection:
        assert salvage(path, connection) == 5  # three lines, two gaps


def test_the_lines_of_a_damaged_file_of_version_1_are_saved(path: Path, fresh: Path) -> None:
    shutil.copyfile(FIRST_VERSION, path)
    overwrite(path, 0, b"\xa5" * 100)

    with closing(connect(fresh, 1.0)) as connection:
        assert salvage(path, connection) == 5


def test_lines_without_their_meeting_are_found_under_recovered(full: Path, fresh: Path) -> None:
    with closing(sqlite3.connect(full)) as connection:
        connection.execute("UPDATE meeting SET started = 'long ago' WHERE id = 2")
        connection.commit()

    with closing(connect(fresh, 1.0)) as connection:
        salvage(full, connection)

        titles = [(summary.title, summary.segments) for summary in records.summaries(connection)]
        assert titles == [("Recovered", LINES), ("First", 0)]


def test_records_with_impossible_values_are_left_out(full: Path, fresh: Path) -> None:
    with closing(sqlite3.connect(full)) as connection:
        connection.execute("UPDATE segment SET start_time = 'soon' WHERE id % 2 = 0")
        connection.execute("UPDATE segment SET end_time = 9e999 WHERE id % 4 = 1")
        connection.execute("UPDATE gap SET state = 'odd'")
        connection.commit()

    with closing(connect(fresh, 1.0)) as connection:
        assert salvage(full, connection) == LINES // 4


def test_nothing_is_saved_of_what_is_no_database(path: Path, fresh: Path) -> None:
    path.write_bytes(b"no database " * 1000)

    with closing(connect(fresh, 1.0)) as connection:
        assert salvage(path, connection) == 0

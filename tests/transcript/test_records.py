import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from captioner.transcript import records
from captioner.transcript.model import Change, GapRow, Row, SeamRow, Segment, StoredMeeting
from captioner.transcript.schema import connect, migrate

Line = Callable[[int], Segment]

SEAM = SeamRow(2.0, "deepgram", "local", "no answer")


@pytest.fixture
def database(path: Path) -> Iterator[sqlite3.Connection]:
    path.touch()
    with closing(connect(path, 1.0)) as connection:
        migrate(connection)
        yield connection


@pytest.fixture
def meeting(database: sqlite3.Connection, started: datetime) -> int:
    return records.add_meeting(database, "Weekly", "local", started)


def removed(row: Row) -> Change:
    return Change("removed", 0, row)


def loaded(database: sqlite3.Connection, meeting_id: int | None = None) -> StoredMeeting:
    meeting = records.stored_meeting(database, meeting_id)
    assert meeting is not None
    return meeting


def test_rows_come_back_as_they_were_kept_in_time_order(
    database: sqlite3.Connection, started: datetime, line: Line, gap: GapRow
) -> None:
    meeting = records.add_meeting(database, "Weekly", "local", started)
    unconfirmed = msgspec.structs.replace(line(9), unconfirmed=True, words=())

    for row in (unconfirmed, gap, line(1)):
        records.put_row(database, meeting, row)

    assert loaded(database).rows == (line(1), gap, unconfirmed)


def test_a_segment_kept_twice_is_one_row_with_the_newer_text(
    database: sqlite3.Connection, started: datetime, line: Line, gap: GapRow
) -> None:
    meeting = records.add_meeting(database, "Weekly", "local", started)
    newer = msgspec.structs.replace(line(1), text="Newer.", committed="Newer.", speaker="Ada")

    for row in (line(1), newer, gap, gap):
        records.put_row(database, meeting, row)

    assert loaded(database).rows == (newer, gap)


def test_a_seam_comes_before_what_begins_with_it(
    database: sqlite3.Connection, meeting: int, line: Line
) -> None:
    for row in (line(0), line(1), SEAM):
        records.put_row(database, meeting, row)

    assert loaded(database).rows == (line(0), SEAM, line(1))


def test_a_gap_that_shrank_at_its_end_is_still_one_row(database: sqlite3.Connection, meeting: int) -> None:
    for end in (9.0, 5.0, 7.0):
        records.put_row(database, meeting, GapRow(3.0, end, "no network", "pending"))

    assert loaded(database).rows == (GapRow(3.0, 7.0, "no network", "pending"),)


def test_gaps_and_seams_that_are_gone_are_deleted(
    database: sqlite3.Connection, meeting: int, line: Line, gap: GapRow
) -> None:
    for row in (line(1), gap, SEAM):
        records.put_row(database, meeting, row)

    for row in (gap, SEAM):
        records.follow(database, meeting, removed(row))

    assert loaded(database).rows == (line(1),)


def test_a_withdrawn_segment_leaves_the_meeting_and_is_kept_as_a_revision(
    database: sqlite3.Connection, meeting: int, line: Line
) -> None:
    for number in (1, 2):
        records.put_row(database, meeting, line(number))

    records.follow(database, meeting, removed(line(1)))

    assert loaded(database).rows == (line(2),)
    columns = f"{records.SEGMENT_COLUMNS}, meeting_id, reason"
    *kept, of_meeting, reason = database.execute(f"SELECT {columns} FROM revision").fetchone()
    assert (records.segment_of(tuple(kept)), of_meeting, reason) == (line(1), meeting, "heard again")
    (when,) = database.execute("SELECT superseded FROM revision").fetchone()
    assert datetime.fromisoformat(when).tzinfo is not None


def test_what_is_hidden_of_a_meeting_stands_apart_and_is_not_counted(
    database: sqlite3.Connection, meeting: int, line: Line
) -> None:
    for number in (3, 2, 1):
        records.put_row(database, meeting, line(number))

    records.put_verdict(database, meeting, "s3", True)
    records.put_verdict(database, meeting, "s2", "2.")

    found = loaded(database)
    assert [(row.id, row.text) for row in found.rows if isinstance(row, Segment)] == [
        ("s1", "Line 1."),
        ("s2", "2."),
    ]
    assert [(row.id, row.text) for row in found.hidden] == [("s2/hidden", "Line"), ("s3", "Line 3.")]
    assert found.summary.segments == 2


def test_what_was_hidden_can_be_shown_again(database: sqlite3.Connection, meeting: int, line: Line) -> None:
    records.put_row(database, meeting, line(1))
    for verdict in (True, "Line", False):
        records.put_verdict(database, meeting, "s1", verdict)

    assert (loaded(database).rows, loaded(database).hidden) == ((line(1),), ())


def test_a_verdict_holds_while_its_line_is_kept_again_and_goes_with_it(
    database: sqlite3.Connection, meeting: int, line: Line
) -> None:
    records.put_row(database, meeting, line(1))
    records.put_verdict(database, meeting, "s1", True)
    records.put_row(database, meeting, line(1))
    assert loaded(database).hidden == (line(1),)

    records.follow(database, meeting, removed(line(1)))
    records.put_row(database, meeting, line(1))

    assert (loaded(database).rows, loaded(database).hidden) == ((line(1),), ())


def test_with_a_meeting_all_that_belongs_to_it_is_deleted(
    database: sqlite3.Connection, meeting: int, line: Line, gap: GapRow
) -> None:
    for row in (line(1), line(2), gap, SEAM):
        records.put_row(database, meeting, row)
    records.follow(database, meeting, removed(line(2)))
    records.put_verdict(database, meeting, "s1", True)

    database.execute("DELETE FROM meeting WHERE id = ?", (meeting,))

    tables = ("segment", "gap", "seam", "revision", "verdict")
    assert [database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables] == [0] * 5


def test_a_meeting_that_never_ended_lasts_until_its_last_row(
    database: sqlite3.Connection, started: datetime, line: Line, gap: GapRow
) -> None:
    meeting = records.add_meeting(database, "Weekly", "local", started)
    records.put_row(database, meeting, line(1))
    records.put_row(database, meeting, gap)

    summary = loaded(database).summary

    assert (summary.duration, summary.segments, summary.ended) == (gap.end, 1, False)


def test_an_ended_meeting_lasts_as_long_as_it_said(
    database: sqlite3.Connection, started: datetime, line: Line
) -> None:
    meeting = records.add_meeting(database, "Weekly", "local", started)
    records.put_row(database, meeting, line(1))

    assert records.end_meeting(database, meeting, 61.5)

    summary = loaded(database).summary
    assert (summary.duration, summary.ended, summary.started) == (61.5, True, started)


def test_the_newest_meeting_comes_first_and_is_the_default(
    database: sqlite3.Connection, started: datetime
) -> None:
    older, newer = (records.add_meeting(database, title, "local", started) for title in ("A", "B"))

    assert [summary.id for summary in records.summaries(database)] == [newer, older]
    assert loaded(database).summary.title == "B"
    assert loaded(database, older).summary.title == "A"


def test_a_meeting_with_rows_is_not_discarded(
    database: sqlite3.Connection, started: datetime, line: Line, gap: GapRow
) -> None:
    empty, spoken, unheard = (records.add_meeting(database, "", "local", started) for _ in range(3))
    records.put_row(database, spoken, line(1))
    records.put_row(database, unheard, gap)

    removed = [records.discard_meeting(database, meeting) for meeting in (empty, spoken, unheard)]

    assert removed == [True, False, False]
    assert [summary.id for summary in records.summaries(database)] == [unheard, spoken]


def test_a_seam_alone_is_no_reason_to_keep_a_meeting_but_an_older_text_is(
    database: sqlite3.Connection, started: datetime, line: Line
) -> None:
    seam_only, heard_again = (records.add_meeting(database, "", "local", started) for _ in range(2))
    records.put_row(database, seam_only, SEAM)
    records.put_row(database, heard_again, line(1))
    records.follow(database, heard_again, removed(line(1)))

    assert [records.discard_meeting(database, one) for one in (seam_only, heard_again)] == [True, False]


def test_the_number_of_a_discarded_meeting_is_not_given_again(
    database: sqlite3.Connection, started: datetime
) -> None:
    first = records.add_meeting(database, "", "local", started)
    records.discard_meeting(database, first)

    assert records.add_meeting(database, "", "local", started) > first


def test_changing_a_meeting_that_is_not_there_changes_nothing(database: sqlite3.Connection) -> None:
    assert not records.end_meeting(database, 7, 1.0)
    assert not records.rename_meeting(database, 7, "title")
    assert records.stored_meeting(database, None) is None


def test_a_start_without_a_zone_is_local_time(database: sqlite3.Connection, started: datetime) -> None:
    records.add_meeting(database, "", "local", started.replace(tzinfo=None))

    assert loaded(database).summary.started == started.replace(tzinfo=None).astimezone()


def test_a_line_whose_words_cannot_be_read_is_still_a_line(
    database: sqlite3.Connection, started: datetime, line: Line
) -> None:
    records.put_row(database, records.add_meeting(database, "", "local", started), line(1))
    database.execute("UPDATE segment SET words = '[{]'")

    assert loaded(database).rows == (msgspec.structs.replace(line(1), words=()),)

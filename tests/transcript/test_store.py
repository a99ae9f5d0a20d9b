import asyncio
import math
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, closing
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from captioner.streaming.errors import StoreError
from captioner.transcript.model import Change, GapRow, Segment
from captioner.transcript.store import Store

Line = Callable[[int], Segment]
FullDisk = Callable[[], AbstractContextManager[None]]


def with_store(
    path: Path, use: Callable[[Store], Coroutine[None, None, None]], retry_every: float = 3600
) -> None:
    """Run `use` with an open store and close it."""

    async def run() -> None:
        async with await Store.open(path, retry_every=retry_every) as store:
            await use(store)

    asyncio.run(run())


async def no_use(store: Store) -> None:
    """To open and close it is all."""


def test_a_meeting_is_saved_while_it_runs_and_loads_as_it_was(
    path: Path, started: datetime, line: Line, gap: GapRow
) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("Weekly", "local", started)
        kept = [await store.keep(meeting, row) for row in (line(0), line(1), gap, line(9))]
        running = await store.load(meeting)
        await store.end(meeting, 61.5)

        assert kept == [True] * 4
        assert running.rows == (line(0), line(1), gap, line(9))
        assert (running.summary.ended, running.summary.duration) == (False, line(9).end)
        assert (await store.load()).summary == (await store.meetings())[0]
        assert (await store.load()).summary.duration == 61.5

    with_store(path, use)


def test_a_gap_is_pending_while_its_meeting_runs_and_final_once_it_does_not(
    path: Path, started: datetime, line: Line
) -> None:
    pending = GapRow(5.0, 13.0, "no network", "pending")

    async def run(store: Store) -> None:
        meeting = await store.begin("Killed", "deepgram", started)
        await store.keep(meeting, line(1))
        await store.keep(meeting, pending)
        assert (await store.load()).rows == (line(1), pending)

    async def look(store: Store) -> None:
        assert (await store.load()).rows == (line(1), msgspec.structs.replace(pending, state="final"))

    with_store(path, run)
    with_store(path, look)


def test_the_changes_of_an_event_are_followed_together_or_not_at_all(
    path: Path, started: datetime, line: Line
) -> None:
    impossible = msgspec.structs.replace(line(2), start=math.nan)

    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        await store.keep(meeting, line(1))
        withdrawal = Change("removed", 0, line(1))
        with pytest.raises(StoreError, match="cannot be saved"):
            await store.follow(meeting, (withdrawal, Change("added", 0, impossible)))
        assert (await store.load(meeting)).rows == (line(1),)

        assert await store.follow(meeting, (withdrawal, Change("added", 0, line(2))))
        assert (await store.load(meeting)).rows == (line(2),)

    with_store(path, use)


def test_what_is_hidden_is_saved_beside_its_line_and_can_be_shown_again(
    path: Path, started: datetime, line: Line
) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        for number in (1, 2):
            await store.keep(meeting, line(number))
        assert await store.hide(meeting, {"s1": True, "s2": True})
        assert await store.hide(meeting, {"s2": False})
        assert await store.hide(meeting, {})

        stored = await store.load(meeting)
        assert (stored.rows, stored.hidden) == ((line(2),), (line(1),))
        with pytest.raises(StoreError, match="no meeting 9"):
            await store.hide(9, {"s1": True})

    with_store(path, use)


def test_what_is_hidden_on_a_full_disk_waits_with_its_line(
    path: Path, started: datetime, line: Line, full_disk: FullDisk
) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        with full_disk():
            await store.keep(meeting, line(1))
            assert not await store.hide(meeting, {"s1": True})
            assert store.unsaved == 1
        await store.settled()

        assert (await store.load(meeting)).hidden == (line(1),)

    with_store(path, use, retry_every=0.001)


def test_what_was_withdrawn_on_a_full_disk_does_not_come_back(
    path: Path, started: datetime, line: Line, full_disk: FullDisk
) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        with full_disk():
            await store.keep(meeting, line(1))
            kept = await store.follow(meeting, (Change("removed", 0, line(1)), Change("added", 0, line(2))))
            unsaved = store.unsaved
        await store.settled()

        assert (kept, unsaved) == (False, 2)
        assert (await store.load(meeting)).rows == (line(2),)

    with_store(path, use, retry_every=0.001)


def test_every_file_is_for_its_owner_only(path: Path, started: datetime) -> None:
    async def use(store: Store) -> None:
        await store.begin("Weekly", "local", started)
        await store.meetings()

        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        assert modes == dict.fromkeys(("captioner.db", "captioner.db-wal", "captioner.db-shm"), 0o600)

    with_store(path, use)
    assert list(path.parent.iterdir()) == [path]


def test_a_title_can_be_changed_and_holds_no_controls(path: Path, started: datetime) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("\x1b]0;evil", "local", started)
        await store.rename(meeting, "Budget\n2027")

        assert [summary.title for summary in await store.meetings()] == ["Budget 2027"]

    with_store(path, use)


def test_a_meeting_in_which_nothing_was_said_can_be_discarded(
    path: Path, started: datetime, line: Line
) -> None:
    async def use(store: Store) -> None:
        spoken, silent = [await store.begin("", "local", started) for _ in range(2)]
        await store.keep(spoken, line(1))

        assert [await store.discard(meeting) for meeting in (spoken, silent)] == [False, True]
        assert [summary.id for summary in await store.meetings()] == [spoken]

    with_store(path, use)


@pytest.mark.parametrize("meeting", [7, 10**30, -1])
def test_a_meeting_that_is_not_there_is_an_error_with_a_cure(path: Path, meeting: int) -> None:
    async def use(store: Store) -> None:
        with pytest.raises(
            StoreError, match=rf"There is no meeting {meeting}\. `captioner meetings` lists them"
        ):
            await store.load(meeting)
        with pytest.raises(StoreError, match="There is no meeting yet"):
            await store.load()

    with_store(path, use)


def test_writing_to_a_meeting_that_is_not_there_is_an_error(path: Path, line: Line) -> None:
    async def use(store: Store) -> None:
        for call in (store.keep(7, line(1)), store.end(7, 1.0), store.rename(7, "x")):
            with pytest.raises(StoreError, match="There is no meeting 7"):
                await call

    with_store(path, use)


def test_a_line_that_no_database_can_hold_is_an_error_and_the_next_is_kept(
    path: Path, started: datetime, line: Line
) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        for odd in (
            msgspec.structs.replace(line(1), start=math.nan),
            msgspec.structs.replace(line(1), text="\ud800"),
        ):
            with pytest.raises(StoreError, match="cannot be saved"):
                await store.keep(meeting, odd)

        assert await store.keep(meeting, line(1))

    with_store(path, use)


def test_lines_kept_at_the_same_time_are_all_there(path: Path, started: datetime, line: Line) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        kept = await asyncio.gather(*(store.keep(meeting, line(number)) for number in range(200)))

        assert all(kept)
        assert (await store.load(meeting)).rows == tuple(line(number) for number in range(200))

    with_store(path, use)


def test_two_programs_write_to_one_database(path: Path, started: datetime, line: Line) -> None:
    async def write(store: Store) -> int:
        meeting = await store.begin("", "local", started)
        assert all([await store.keep(meeting, line(number)) for number in range(20)])
        return meeting

    async def run() -> None:
        first, second = await asyncio.gather(Store.open(path), Store.open(path))
        async with first, second:
            meetings = await asyncio.gather(write(first), write(second))

            assert [len((await first.load(meeting)).rows) for meeting in meetings] == [20, 20]

    asyncio.run(run())


def test_a_cancelled_call_takes_its_line_not_back(path: Path, started: datetime, line: Line) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        call = asyncio.create_task(store.keep(meeting, line(1)))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await store.keep(meeting, line(2))

        assert (await store.load(meeting)).rows == (line(1), line(2))

    with_store(path, use)


def test_on_a_full_disk_lines_wait_and_are_all_there_when_there_is_room_again(
    path: Path, started: datetime, line: Line, full_disk: FullDisk
) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        before = await store.keep(meeting, line(0))
        with full_disk():
            during = [await store.keep(meeting, line(number)) for number in (1, 2)]
            ended = await store.end(meeting, 60.0)
            unsaved = store.unsaved
            with pytest.raises(StoreError, match="Free some space"):
                await store.begin("", "local", started)
        await store.settled()

        assert (before, during, ended, unsaved, store.unsaved) == (True, [False, False], False, 2, 0)
        stored = await store.load(meeting)
        assert stored.rows == (line(0), line(1), line(2))
        assert stored.summary.duration == 60.0

    with_store(path, use, retry_every=0.001)


def test_closing_on_a_full_disk_says_how_many_lines_are_lost(
    path: Path, started: datetime, line: Line, full_disk: FullDisk
) -> None:
    async def run() -> None:
        store = await Store.open(path, retry_every=3600)
        meeting = await store.begin("", "local", started)
        with full_disk():
            await store.keep(meeting, line(0))
            with pytest.raises(StoreError, match="1 line could not be saved"):
                await store.close()

    asyncio.run(run())


def test_a_damaged_database_is_replaced_and_the_person_can_be_told(path: Path, started: datetime) -> None:
    path.write_bytes(b"garbage" * 1000)

    async def use(store: Store) -> None:
        await store.begin("New", "local", started)

        assert store.recovered is not None
        assert store.recovered.read_bytes() == b"garbage" * 1000
        assert [summary.title for summary in await store.meetings()] == ["New"]

    with_store(path, use)


def test_where_nothing_can_be_written_at_the_start_lines_wait_until_it_can(
    path: Path, started: datetime, line: Line, full_disk: FullDisk
) -> None:
    path.write_bytes(b"garbage" * 1000)

    async def run() -> None:
        with full_disk():
            store = await Store.open(path, retry_every=0.001)
            with pytest.raises(StoreError, match="Free some space"):
                await store.begin("", "local", started)
            assert store.refusal is not None
        meeting = await store.begin("", "local", started)
        assert await store.keep(meeting, line(1))

        assert (store.refusal, store.recovered is not None) == (None, True)
        assert (await store.load()).rows == (line(1),)
        await store.close()

    asyncio.run(run())


def test_an_older_database_is_read_while_another_program_keeps_it_from_being_upgraded(path: Path) -> None:
    shutil.copyfile(Path(__file__).with_name("version_1.db"), path)

    async def run() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            store = await Store.open(path, busy_timeout=0.1)
            assert store.refusal is not None
            before = [await store.load(meeting.id) for meeting in await store.meetings()]
            other.rollback()
        await store.close()
        async with await Store.open(path) as store:
            assert [await store.load(meeting.id) for meeting in await store.meetings()] == before
            assert any(meeting.rows for meeting in before)

    asyncio.run(run())


def test_a_database_of_a_newer_program_is_not_even_opened(path: Path) -> None:
    with_store(path, no_use)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")

    with pytest.raises(StoreError, match="newer captioner"):
        with_store(path, no_use)


def test_damage_that_is_met_in_use_is_looked_for_at_the_next_start(
    path: Path, started: datetime, line: Line
) -> None:
    def break_a_page() -> None:
        content = path.read_bytes()
        page = content.index(b"Line 100.") // 4096 * 4096
        path.write_bytes(content[:page] + b"\xa5" * 4096 + content[page + 4096 :])

    async def fill(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        await asyncio.gather(*(store.keep(meeting, line(number)) for number in range(200)))

    async def stumble(store: Store) -> None:
        break_a_page()
        with pytest.raises(StoreError, match=r"is damaged\. Start captioner again"):
            await store.load()

    async def look(store: Store) -> None:
        assert store.recovered is not None
        assert len((await store.load()).rows) > 100

    with_store(path, fill)
    with_store(path, stumble)
    assert path.with_name("captioner.db.check").exists()
    with_store(path, look)


def test_a_closed_store_refuses_and_leaves_no_thread(path: Path, started: datetime) -> None:
    async def run() -> None:
        before = {thread.name for thread in threading.enumerate()}
        store = await Store.open(path)
        await store.close()
        await store.close()

        with pytest.raises(StoreError, match="closed"):
            await store.begin("", "local", started)
        with pytest.raises(StoreError, match="closed"):
            await store.meetings()
        assert "captioner store" not in {thread.name for thread in threading.enumerate()} - before

    asyncio.run(run())


KEEP_FOR_EVER = """
import asyncio, itertools, pathlib, sys
from datetime import datetime, UTC
from captioner.transcript.model import Segment
from captioner.transcript.store import Store

async def main():
    store = await Store.open(pathlib.Path(sys.argv[1]))
    meeting = await store.begin("Killed", "local", datetime.now(UTC))
    for number in itertools.count():
        row = Segment(f"s{number}", 0, None, float(number), number + 1.0, "text", is_final=True)
        assert await store.keep(meeting, row)
        print(row.id, flush=True)

asyncio.run(main())
"""


def test_a_killed_program_has_lost_nothing_that_it_reported_as_saved(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KEEP_FOR_EVER, path], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        reported = [program.stdout.readline() for _ in range(25)]
        program.kill()
        reported += program.stdout.readlines()
    assert program.returncode in (-signal.SIGKILL, 1)

    async def use(store: Store) -> None:
        meeting = await store.load()
        saved = [row.id for row in meeting.rows if isinstance(row, Segment)]

        assert saved[: len(reported)] == [name.strip() for name in reported if name.endswith("\n")]
        assert meeting.summary.duration == len(saved)
        assert not meeting.summary.ended

    with_store(path, use)

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from captioner.streaming.errors import StoreError
from captioner.transcript.database import prepare
from captioner.transcript.writer import Write, Writer

FullDisk = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    """A writer that tries again only when it is closed."""
    prepare(path, 1.0)
    writer = Writer(path, busy_timeout=1.0, retry_every=3600.0)
    yield writer
    writer.close()


def added(title: str, *, can_wait: bool = True) -> Write[bool]:
    """Something to write that shows in the order of `titles`."""

    def run(connection: sqlite3.Connection) -> bool:
        connection.execute("INSERT INTO meeting (title, engine, started) VALUES (?, '', '')", (title,))
        return True

    return Write(run, if_refused=False if can_wait else None, lines=1)


def titles(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [title for (title,) in connection.execute("SELECT title FROM meeting ORDER BY id")]
    finally:
        connection.close()


def test_what_is_answered_is_committed(writer: Writer, path: Path) -> None:
    assert writer.submit(added("one")).result()

    assert titles(path) == ["one"]


def test_what_is_asked_for_during_a_commit_is_written_together_in_its_order(
    writer: Writer, path: Path
) -> None:
    started, go_on = threading.Event(), threading.Event()
    threads: list[int] = []
    seen: list[int] = []

    def hold(connection: sqlite3.Connection) -> bool:
        threads.append(threading.get_ident())
        started.set()
        return go_on.wait(10)

    def look(connection: sqlite3.Connection) -> bool:
        # Another connection does not see the lines before this one: they belong to the same commit.
        seen.append(len(titles(path)))
        return True

    first = writer.submit(Write(hold, if_refused=False))
    started.wait(10)
    rest = [writer.submit(write) for write in (added("one"), added("two"), Write(look, if_refused=False))]
    go_on.set()

    assert all(future.result() for future in [first, *rest])
    assert (titles(path), seen) == (["one", "two"], [0])


def test_a_write_that_is_wrong_does_not_take_its_neighbours_with_it(writer: Writer, path: Path) -> None:
    def wrong(connection: sqlite3.Connection) -> bool:
        connection.execute("INSERT INTO meeting (title) VALUES (NULL)")
        return True

    writes = [writer.submit(write) for write in (added("one"), Write(wrong, if_refused=False), added("two"))]

    assert isinstance(writes[1].exception(), sqlite3.IntegrityError)
    assert writes[2].result()
    assert titles(path) == ["one", "two"]


def test_what_the_disk_refuses_is_kept_or_told(writer: Writer, full_disk: FullDisk, path: Path) -> None:
    with full_disk():
        answers = [writer.submit(added(title)).result() for title in ("one", "two")]
        refused = writer.submit(added("cannot wait", can_wait=False)).exception()

    assert answers == [False, False]
    assert writer.unsaved == 2
    assert isinstance(refused, StoreError)


def test_what_was_kept_is_written_in_its_order_when_there_is_room_again(
    writer: Writer, full_disk: FullDisk, path: Path
) -> None:
    with full_disk():
        for title in ("one", "two"):
            writer.submit(added(title)).result()
    kept = writer.submit(added("three")).result()
    settled = writer.settled()

    # Something that cannot wait is reason enough to try before the time.
    written = writer.submit(added("four", can_wait=False)).result()

    assert (kept, written, writer.unsaved, settled.result()) == (False, True, 0, None)
    assert titles(path) == ["one", "two", "three", "four"]


def test_another_program_that_writes_too_long_loses_nothing(path: Path) -> None:
    prepare(path, 1.0)
    writer = Writer(path, busy_timeout=0.0, retry_every=3600.0)
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")

    kept = writer.submit(added("one")).result()
    other.close()
    writer.close()

    assert (kept, titles(path)) == (False, ["one"])


def test_closing_says_what_is_lost(path: Path, full_disk: FullDisk) -> None:
    prepare(path, 1.0)
    writer = Writer(path, busy_timeout=1.0, retry_every=3600.0)

    with full_disk():
        for title in ("one", "two"):
            writer.submit(added(title)).result()
        settled = writer.settled()
        with pytest.raises(StoreError, match="2 lines could not be saved"):
            writer.close()

    assert isinstance(settled.exception(), StoreError)


def test_a_kept_write_whose_meeting_is_gone_is_dropped(path: Path, full_disk: FullDisk) -> None:
    prepare(path, 1.0)
    writer = Writer(path, busy_timeout=1.0, retry_every=3600.0)
    orphan: Write[bool] = Write(
        lambda on: bool(on.execute("INSERT INTO gap VALUES (1, 9, 0, 1, '', '')")), False, 1
    )

    with full_disk():
        writer.submit(added("one")).result()  # what comes behind it is kept without being tried
        answer = writer.submit(orphan).result()
    writer.close()

    assert (answer, writer.unsaved) == (False, 0)

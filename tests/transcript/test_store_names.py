"""Names that a person gave to the speakers of a meeting, on disk."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, closing
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from captioner.streaming.errors import StoreError
from captioner.transcript.export.catalogue import EXPORTERS
from captioner.transcript.model import Segment
from captioner.transcript.salvage import salvage
from captioner.transcript.schema import connect, migrate
from captioner.transcript.store import Store

Line = Callable[[int], Segment]
FullDisk = Callable[[], AbstractContextManager[None]]


def with_store(path: Path, use: Callable[[Store], Coroutine[None, None, None]]) -> None:
    async def run() -> None:
        async with await Store.open(path, retry_every=0.001) as store:
            await use(store)

    asyncio.run(run())


async def names(store: Store, meeting: int | None = None) -> list[tuple[str | None, str | None]]:
    """Who speaks in each line of a meeting, and under which label."""
    rows = (await store.load(meeting)).rows
    return [(row.speaker, row.label) for row in rows if isinstance(row, Segment)]


def test_names_stand_beside_the_lines_of_a_meeting_and_can_be_taken_back(
    path: Path, started: datetime, line: Line
) -> None:
    async def use(store: Store) -> None:
        meeting, other = [await store.begin("", "local", started) for _ in range(2)]
        for number in (0, 1, 2):
            await store.keep(meeting, line(number))
        await store.keep(other, line(0))

        assert await store.name_speakers(meeting, {"You": "Ada\n", "Speaker 1": "Maya"})
        assert await names(store, meeting) == [("Ada", "You"), (None, None), ("Ada", "You")]
        assert (await store.load(other)).rows == (line(0),)
        assert await store.name_speakers(meeting, {"You": "You"})
        assert (await store.load(meeting)).rows == (line(0), line(1), line(2))
        with pytest.raises(StoreError, match="no meeting 9"):
            await store.name_speakers(9, {"You": "Ada"})

    with_store(path, use)


def test_a_line_that_comes_after_its_speaker_was_named_keeps_its_label(
    path: Path, started: datetime, line: Line
) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        await store.name_speakers(meeting, {"You": "Ada"})
        named = replace(line(0), speaker="Ada", label="You")
        await store.keep(meeting, named)

        assert (await store.load(meeting)).rows == (named,)
        await store.name_speakers(meeting, {"You": "You"})
        assert (await store.load(meeting)).rows == (line(0),)

    with_store(path, use)


def test_a_line_that_is_shown_in_part_has_the_name_in_both_parts(
    path: Path, started: datetime, line: Line
) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        await store.keep(meeting, line(0))
        await store.hide(meeting, {"s0": "Line"})
        await store.name_speakers(meeting, {"You": "Ada"})

        stored = await store.load(meeting)
        assert await names(store) == [("Ada", "You")]
        assert [(rest.text, rest.speaker) for rest in stored.hidden] == [("0.", "Ada")]

    with_store(path, use)


def test_a_name_given_on_a_full_disk_waits(
    path: Path, started: datetime, line: Line, full_disk: FullDisk
) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        with full_disk():
            await store.keep(meeting, line(0))
            assert not await store.name_speakers(meeting, {"You": "Ada"})
        await store.settled()

        assert await names(store) == [("Ada", "You")]

    with_store(path, use)


@pytest.mark.parametrize("name", sorted(EXPORTERS))
def test_what_is_exported_has_the_names(path: Path, started: datetime, line: Line, name: str) -> None:
    async def use(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        await store.keep(meeting, line(0))
        await store.name_speakers(meeting, {"You": "Adélaïde"})

        content = EXPORTERS[name].render(await store.load())
        text = content.decode() if isinstance(content, bytes) else content
        assert "Adélaïde" in text
        assert "You" not in text

    with_store(path, use)


def test_names_are_saved_from_a_damaged_database(
    path: Path, tmp_path: Path, started: datetime, line: Line
) -> None:
    fresh = tmp_path / "fresh.db"
    fresh.touch()

    async def keep(store: Store) -> None:
        meeting = await store.begin("", "local", started)
        await store.keep(meeting, line(0))
        await store.name_speakers(meeting, {"You": "Ada"})

    async def read(store: Store) -> None:
        assert await names(store) == [("Ada", "You")]

    with_store(path, keep)
    with closing(connect(fresh, 1.0)) as connection:
        migrate(connection)
        salvage(path, connection)
    with_store(fresh, read)


NAME_AND_DIE = """
import asyncio, os, pathlib, signal, sys
from datetime import datetime, UTC
from captioner.transcript.model import Segment
from captioner.transcript.store import Store

async def main():
    store = await Store.open(pathlib.Path(sys.argv[1]))
    meeting = await store.begin("Killed", "local", datetime.now(UTC))
    await store.keep(meeting, Segment("a", 0, "Speaker 1", 0.0, 1.0, "text", is_final=True))
    assert await store.name_speakers(meeting, {"Speaker 1": "Maya"})
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

asyncio.run(main())
"""


def test_a_program_that_is_killed_once_a_speaker_is_named_has_the_name(path: Path) -> None:
    died = subprocess.run([sys.executable, "-c", NAME_AND_DIE, path], check=False)
    assert died.returncode in (-getattr(signal, "SIGKILL", 0), signal.SIGTERM)

    async def use(store: Store) -> None:
        assert await names(store) == [("Maya", "Speaker 1")]

    with_store(path, use)

"""Somebody gets a name while the meeting runs: the database, the transcript, every screen."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from captioner.meeting.listener import Listener
from captioner.meeting.notices import Notices
from captioner.meeting.plan import Plan
from captioner.meeting.record import Record
from captioner.streaming import Client, StreamEvent, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, Row, Segment, Transcript
from captioner.transcript.store import Store
from tests.tape import Tape


class Screen(Listener):
    """Who is seen to speak, and the names that were in the database by then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.names: list[str | None] = []
        self.saved: list[list[str]] = []

    def changed(self, change: Change) -> None:
        assert isinstance(change.row, Segment)
        if change.kind == "added":
            self.names.insert(change.index, change.row.speaker)
            return
        self.names[change.index] = change.row.speaker
        with closing(sqlite3.connect(self._path)) as connection:
            self.saved.append(
                [name for (name,) in connection.execute("SELECT name FROM speaker ORDER BY id")]
            )


def _record(screen: Screen, store: Store) -> Record:
    plan = Plan(
        title="Weekly",
        engine="scripted",
        session=Client(ScriptedEngine()).listen.stream(StreamingOptions()),
        open_source=lambda start: Tape(start, 1),
        source_names=lambda: (),
        now=lambda: 0,
        assembler=Assembler(Transcript(), "balanced", {0: "You"}, voices=(1,)),
        store=store,
    )
    return Record(plan, [screen], Notices(lambda notices: None))


def _final(name: str, start: float, voice: int | None) -> StreamEvent.Transcript:
    channel = 0 if voice is None else 1
    return StreamEvent.Transcript(
        name, 1, name, start, start + 1.0, is_final=True, channel_index=channel, speaker=voice
    )


def _speakers(rows: tuple[Row, ...]) -> list[str | None]:
    return [row.speaker for row in rows if isinstance(row, Segment)]


def test_a_name_is_in_the_database_before_it_is_seen_and_holds_for_later_lines(tmp_path: Path) -> None:
    path = tmp_path / "captioner.db"
    screen = Screen(path)

    async def scene() -> list[str | None]:
        async with await Store.open(path) as store:
            record = _record(screen, store)
            async with record.kept():
                await record.apply(_final("a", 1.0, None))
                await record.apply(_final("b", 3.0, 0))
                await record.rename_speaker("Speaker 1", "Maya\u202e")
                await record.apply(_final("c", 5.0, 0))
                await record.rename_speaker("You", "Ada")
            return _speakers((await store.load()).rows)

    saved = asyncio.run(scene())

    assert saved == screen.names == ["Ada", "Maya", "Maya"]
    assert screen.saved == [["Maya"], ["Maya", "Ada"]]


def test_who_spoke_is_found_out_late_and_the_names_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "captioner.db"
    screen = Screen(path)

    async def scene() -> list[str | None]:
        async with await Store.open(path) as store:
            record = _record(screen, store)
            async with record.kept():
                for number, voice in enumerate((0, 1)):
                    await record.apply(_final(f"s{number}", 2.0 * number, voice))
                await record.rename_speaker("Speaker 1", "Maya")
                await record.rename_speaker("Speaker 2", "Priya")
                await record.apply(StreamEvent.SpeakersRevised({"s0": 1, "s1": 0}))
                assert screen.names == ["Priya", "Maya"]
                await record.rename_speaker("Maya", "")
            return _speakers((await store.load()).rows)

    saved = asyncio.run(scene())

    assert saved == screen.names == ["Priya", "Speaker 1"]


def test_a_name_that_is_given_before_the_meeting_could_begin_is_saved_with_it(tmp_path: Path) -> None:
    path = tmp_path / "captioner.db"
    screen = Screen(path)

    async def scene() -> list[str | None]:
        async with await Store.open(path, retry_every=0.01, busy_timeout=0.05) as store:
            record = _record(screen, store)
            with closing(sqlite3.connect(path, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                await record.settle()
                await record.apply(_final("a", 1.0, 0))
                await record.rename_speaker("Speaker 1", "Maya")
                assert record.id is None
                await record.rename_speaker("Maya", "Priya")
                other.execute("ROLLBACK")
            await record.settle()
            return _speakers((await store.load()).rows)

    assert asyncio.run(scene()) == ["Priya"]


def test_a_name_that_nobody_has_is_not_even_noted(tmp_path: Path) -> None:
    path = tmp_path / "captioner.db"
    screen = Screen(path)

    async def scene() -> None:
        async with await Store.open(path) as store:
            record = _record(screen, store)
            async with record.kept():
                await record.apply(_final("a", 1.0, 0))
                await record.rename_speaker("Maya", "Ada")

    asyncio.run(scene())

    assert (screen.names, screen.saved) == (["Speaker 1"], [])
    with closing(sqlite3.connect(path)) as connection:
        assert not connection.execute("SELECT * FROM speaker").fetchall()

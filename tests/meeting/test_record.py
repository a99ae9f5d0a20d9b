"""Transcript, database, screens: in this order."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from captioner.meeting.listener import Listener, Notice
from captioner.meeting.notices import Notices
from captioner.meeting.plan import Plan
from captioner.meeting.record import Record
from captioner.streaming import AnyEvent, Client, StreamEvent, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, GapRow, Transcript
from captioner.transcript.store import Store
from tests.tape import Tape

LOST = StreamEvent.Gap(10.0, 20.0, "The sound device was unplugged", "final")
LONGER = StreamEvent.Gap(10.0, 30.0, "The sound device was unplugged", "final")


@dataclass
class Screen(Listener):
    """What is told, by its kind."""

    told: list[str] = field(default_factory=list[str])
    notices: list[str] = field(default_factory=list[str])

    def heard(self, event: AnyEvent) -> None:
        self.told.append(event.type)

    def changed(self, change: Change) -> None:
        self.told.append(change.kind)

    def notices_changed(self, notices: tuple[Notice, ...]) -> None:
        self.notices = [notice.title for notice in notices]


def _record(screen: Screen, store: Store | None = None) -> Record:
    plan = Plan(
        title="Weekly",
        engine="scripted",
        session=Client(ScriptedEngine()).listen.stream(StreamingOptions()),
        open_source=lambda start: Tape(start, 1),
        source_names=lambda: (),
        now=lambda: 0,
        assembler=Assembler(Transcript(), "balanced"),
        store=store,
    )
    return Record(plan, [screen], Notices(screen.notices_changed))


def test_an_event_is_told_before_what_it_changes_unless_it_is_no_news() -> None:
    screen = Screen()

    async def scene() -> None:
        record = _record(screen)
        await record.apply(LOST)
        await record.apply(LONGER, is_news=False)

    asyncio.run(scene())

    assert screen.told == ["gap", "added", "updated"]


def test_what_changes_is_in_the_database_once_it_was_applied(tmp_path: Path) -> None:
    async def scene() -> list[object]:
        async with await Store.open(tmp_path / "captioner.db") as store:
            record = _record(Screen(), store)
            async with record.kept():
                await record.apply(LOST)
                await record.apply(LONGER, is_news=False)
                await record.rename("Budget")
                stored = await store.load()
            return [stored.summary.title, *stored.rows]

    saved = asyncio.run(scene())

    assert saved == ["Budget", GapRow(10.0, 30.0, LOST.cause)]


def test_without_a_database_there_is_no_number_and_nothing_to_settle() -> None:
    screen = Screen()

    async def scene() -> int | None:
        record = _record(screen)
        async with record.kept():
            await record.apply(LOST)
        return record.id

    assert asyncio.run(scene()) is None
    assert screen.notices == []

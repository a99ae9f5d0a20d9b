"""A meeting whose microphone hears the loudspeaker: what is told, what is saved, and there and back."""

import asyncio
from pathlib import Path

import numpy as np

from captioner.meeting.listener import Listener, Notice
from captioner.meeting.notices import Notices
from captioner.meeting.plan import Plan
from captioner.meeting.record import Record
from captioner.streaming import Client, StreamEvent, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, Segment, StoredMeeting, Transcript
from captioner.transcript.store import Store
from tests.audio.voices import frames, heard, voice
from tests.tape import Tape

ITEM = "The first item is the budget for next year."
ANSWER = "That is far too much for us."


class Screen(Listener):
    """The texts that are seen, and whose they are."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.names: list[str | None] = []
        self.notice: Notice | None = None

    def changed(self, change: Change) -> None:
        assert isinstance(change.row, Segment)
        if change.kind == "added":
            self.rows.insert(change.index, change.row.text)
            self.names.insert(change.index, change.row.speaker)
        elif change.kind == "removed":
            self.rows.pop(change.index)
            self.names.pop(change.index)
        else:
            self.rows[change.index] = change.row.text
            self.names[change.index] = change.row.speaker

    def notices_changed(self, notices: tuple[Notice, ...]) -> None:
        self.notice = notices[0] if notices else None


def _record(screen: Screen, store: Store, patience: float | None = 4.0) -> Record:
    plan = Plan(
        title="Weekly",
        engine="scripted",
        session=Client(ScriptedEngine()).listen.stream(StreamingOptions()),
        open_source=lambda start: Tape(start, 1),
        source_names=lambda: (),
        now=lambda: 0,
        assembler=Assembler(Transcript(), "balanced", {0: "You", 1: "Others"}),
        store=store,
        patience=patience,
    )
    return Record(plan, [screen], Notices(screen.notices_changed))


def _hear(record: Record) -> None:
    """Thirty seconds of the others, who are heard by the microphone, too."""
    system = voice(30.0, 1, 190.0)
    for frame in frames(
        heard(system, 0.25, 0.04) + np.random.default_rng(3).normal(0, 0.0005, 480_000), system
    ):
        for ear in record.ears:
            ear(frame)


def _final(name: str, text: str, start: float, channel: int) -> StreamEvent.Transcript:
    return StreamEvent.Transcript(name, 1, text, start, start + 4.0, is_final=True, channel_index=channel)


async def _heard_twice(folder: Path, screen: Screen) -> tuple[StoredMeeting, StoredMeeting]:
    """A meeting in which one line is heard twice; as it is saved when that is known, and after a toggle."""
    async with await Store.open(folder / "captioner.db") as store:
        record = _record(screen, store)
        async with record.kept():
            _hear(record)
            await record.apply(_final("m1", ITEM, 8.0, 0))
            await record.apply(_final("s1", ITEM, 8.0, 1))
            await record.apply(_final("s2", ANSWER, 14.0, 1))
            await record.judge()
            before = await store.load()
            await record.toggle_doubled()
        return before, await store.load()


def test_a_line_heard_twice_is_saved_and_not_seen(tmp_path: Path) -> None:
    screen = Screen()

    saved, _ = asyncio.run(_heard_twice(tmp_path, screen))

    assert [row.text for row in saved.rows if isinstance(row, Segment)] == [ITEM, ANSWER]
    assert [(line.id, line.text) for line in saved.hidden] == [("m1", ITEM)]


def test_it_is_said_how_many_lines_are_hidden_and_they_can_be_seen(tmp_path: Path) -> None:
    screen = Screen()

    _, saved = asyncio.run(_heard_twice(tmp_path, screen))

    assert screen.rows == [ITEM, ITEM, ANSWER]
    assert screen.notice == Notice(
        "twice:shown",
        "The call is heard twice",
        "1 line is shown: heard through your loudspeaker. Headphones help.",
        "info",
        ("doubled",),
    )
    assert [line.id for line in saved.hidden] == ["m1"]


def test_hiding_them_again_leaves_one_of_each(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        async with await Store.open(tmp_path / "captioner.db") as store:
            record = _record(screen, store)
            _hear(record)
            await record.apply(_final("s1", ITEM, 8.0, 1))
            await record.apply(_final("m1", ITEM, 8.0, 0))
            assert (screen.rows, screen.notice and screen.notice.code) == ([ITEM], "twice")
            await record.toggle_doubled()
            await record.toggle_doubled()

    screen = Screen()
    asyncio.run(scene(screen))

    assert (screen.rows, screen.notice and screen.notice.code) == ([ITEM], "twice")


def test_a_line_that_waits_is_told_at_the_end(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        async with await Store.open(tmp_path / "captioner.db") as store:
            record = _record(screen, store)
            _hear(record)
            await record.apply(_final("m1", ITEM, 25.9, 0))
            await record.judge()
            assert screen.rows == []
            await record.judge(is_heard=False)

    screen = Screen()
    asyncio.run(scene(screen))

    assert (screen.rows, screen.notice) == ([ITEM], None)


def test_a_new_name_shows_no_line_that_is_hidden_and_none_that_waits(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> StoredMeeting:
        async with await Store.open(tmp_path / "captioner.db") as store:
            record = _record(screen, store)
            async with record.kept():
                _hear(record)
                for name, channel in (("s1", 1), ("m1", 0)):
                    await record.apply(_final(name, ITEM, 8.0, channel))
                await record.apply(_final("m2", ANSWER, 25.9, 0))
                await record.rename_speaker("You", "Ada")
                await record.rename_speaker("Others", "Maya")
                assert screen.rows == [ITEM]
                assert screen.names == ["Maya"]
                await record.judge(is_heard=False)
            return await store.load()

    screen = Screen()
    saved = asyncio.run(scene(screen))

    assert screen.names == ["Maya", "Ada"]
    assert [line.speaker for line in saved.rows if isinstance(line, Segment)] == ["Maya", "Ada"]
    assert [(line.id, line.speaker) for line in saved.hidden] == [("m1", "Ada")]


def test_a_hidden_line_that_is_shown_has_the_name_that_was_given_meanwhile(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        async with await Store.open(tmp_path / "captioner.db") as store:
            record = _record(screen, store)
            _hear(record)
            await record.apply(_final("s1", ITEM, 8.0, 1))
            await record.apply(_final("m1", ITEM, 8.0, 0))
            await record.rename_speaker("You", "Ada")
            await record.toggle_doubled()
            assert screen.names == ["Others", "Ada"]
            await record.rename_speaker("Ada", "")
            assert screen.names == ["Others", "You"]
            await record.toggle_doubled()

    screen = Screen()
    asyncio.run(scene(screen))

    assert screen.names == ["Others"]


def test_with_one_channel_nobody_waits(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> int:
        async with await Store.open(tmp_path / "captioner.db") as store:
            record = _record(screen, store, patience=None)
            await record.apply(_final("m1", ITEM, 8.0, 0))
            return len(record.ears)

    screen = Screen()
    assert asyncio.run(scene(screen)) == 0
    assert screen.rows == [ITEM]

"""One meeting over a scripted engine and a played source."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from captioner.meeting.listener import Listener, Notice, State
from captioner.meeting.meeting import Meeting
from captioner.meeting.plan import Plan
from captioner.streaming import SAMPLE_RATE, AnyEvent, Client, StreamEvent, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine, ScriptedLink, spoken
from captioner.streaming.errors import SourceError
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, Row, Segment, Transcript
from captioner.transcript.store import Store
from tests.tape import Tape

SCRIPT = (*spoken("Yes we can", 1.0, 2.0), *spoken("No we cannot", 3.0, 4.0))


@dataclass
class Diary(Listener):
    """Everything a meeting told, in order."""

    events: list[AnyEvent] = field(default_factory=list[AnyEvent])
    finals: list[Segment] = field(default_factory=list[Segment])
    states: list[State] = field(default_factory=list[State])
    notices: list[Notice] = field(default_factory=list[Notice])
    on_event: Callable[[AnyEvent], None] = lambda event: None

    def heard(self, event: AnyEvent) -> None:
        self.events.append(event)
        self.on_event(event)

    def changed(self, change: Change) -> None:
        if isinstance(change.row, Segment) and change.row.is_final:
            self.finals.append(change.row)

    def state_changed(self, state: State) -> None:
        self.states.append(state)

    def notices_changed(self, notices: tuple[Notice, ...]) -> None:
        self.notices += notices


def _plan(
    open_source: Callable[[int], Tape], store: Store | None = None, engine: ScriptedEngine | None = None
) -> Plan:
    clock = iter(range(0, 10**9, 10 * SAMPLE_RATE))
    return Plan(
        title="Weekly",
        engine="scripted",
        session=Client(engine or ScriptedEngine(SCRIPT)).listen.stream(StreamingOptions()),
        open_source=open_source,
        source_names=lambda: ("system",),
        now=lambda: next(clock),
        assembler=Assembler(Transcript(), "balanced", {0: "You"}),
        store=store,
    )


def test_a_source_that_ends_is_heard_to_its_last_word_and_saved(tmp_path: Path) -> None:
    async def scene() -> tuple[Diary, list[str], float]:
        diary = Diary()
        async with await Store.open(tmp_path / "captioner.db") as store:
            await Meeting(_plan(lambda start: Tape(start, 5), store), [diary]).run()
            stored = await store.load()
        return diary, [row.text for row in stored.rows if isinstance(row, Segment)], stored.summary.duration

    diary, saved, duration = asyncio.run(scene())

    assert [segment.text for segment in diary.finals] == saved == ["Yes we can", "No we cannot"]
    assert {segment.speaker for segment in diary.finals} == {"You"}
    assert duration == 5.0
    assert diary.states == [State.STARTING, State.LISTENING, State.STOPPING, State.IDLE]
    assert isinstance(diary.events[-1], StreamEvent.Closed)


def test_a_final_is_in_the_database_when_it_is_told(tmp_path: Path) -> None:
    seen: list[bool] = []

    class Reader(Listener):
        def changed(self, change: Change) -> None:
            if isinstance(change.row, Segment) and change.row.is_final:
                with sqlite3.connect(tmp_path / "captioner.db") as connection:
                    texts = [row[0] for row in connection.execute("SELECT text FROM segment")]
                connection.close()
                seen.append(change.row.text in texts)

    async def scene() -> None:
        async with await Store.open(tmp_path / "captioner.db") as store:
            await Meeting(_plan(lambda start: Tape(start, 5), store), [Reader()]).run()

    asyncio.run(scene())

    assert seen == [True, True]


def test_paused_the_source_is_closed_and_resumed_it_goes_on_at_the_clock() -> None:
    tapes: list[Tape] = []

    def open_source(start: int) -> Tape:
        tapes.append(Tape(start, 2.5, endless=True))
        return tapes[-1]

    async def scene() -> tuple[Diary, bool]:
        diary = Diary()
        meeting = Meeting(_plan(open_source), [diary])
        running = asyncio.create_task(meeting.run())
        await _until(lambda: "Yes we can" in [segment.text for segment in diary.finals])
        meeting.pause()
        await _until(lambda: meeting.state is State.PAUSED)
        was_open = tapes[0].is_open
        meeting.resume()
        await _until(lambda: len(diary.finals) == 2)
        meeting.stop()
        await running
        return diary, was_open

    diary, was_open = asyncio.run(scene())

    assert not was_open
    assert [tape.start for tape in tapes] == [0, 10 * SAMPLE_RATE]
    assert diary.finals[1].start > 10  # the pause lies between the two lines
    assert not any(tape.is_open for tape in tapes)


def test_a_source_that_fails_ends_the_meeting_after_its_last_words() -> None:
    diary = Diary()
    unplugged = SourceError("The microphone was unplugged", "Choose another")

    with pytest.raises(SourceError, match="unplugged"):
        asyncio.run(Meeting(_plan(lambda start: Tape(start, 5, fails=unplugged)), [diary]).run())

    assert [segment.text for segment in diary.finals] == ["Yes we can", "No we cannot"]


def test_a_damaged_recording_is_heard_as_far_as_it_goes_and_reported() -> None:
    diary = Diary()
    tape = Tape(0, 2.5, damage="only the first 2.5 s could be read")

    with pytest.raises(SourceError, match=r"first 2\.5 s"):
        asyncio.run(Meeting(_plan(lambda start: tape), [diary]).run())

    assert [segment.text for segment in diary.finals] == ["Yes we can"]


def test_a_meeting_in_which_nothing_was_said_leaves_no_row(tmp_path: Path) -> None:
    async def scene() -> int:
        async with await Store.open(tmp_path / "captioner.db") as store:
            await Meeting(_plan(lambda start: Tape(start, 0.5), store)).run()
            return len(await store.meetings())

    assert asyncio.run(scene()) == 0


def test_a_new_title_is_saved_at_once(tmp_path: Path) -> None:
    async def scene() -> str:
        async with await Store.open(tmp_path / "captioner.db") as store:
            meeting = Meeting(_plan(lambda start: Tape(start, 2.5, endless=True), store))
            running = asyncio.create_task(meeting.run())
            await _until(lambda: meeting.state is State.LISTENING)
            await meeting.rename("Budget")
            title = (await store.meetings())[0].title
            meeting.stop()
            await running
            return title

    assert asyncio.run(scene()) == "Budget"


async def _until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - any condition, not only events
            await asyncio.sleep(0.005)


def test_rows_of_a_database_that_refuses_are_told_in_their_place_and_saved_later(tmp_path: Path) -> None:
    path = tmp_path / "captioner.db"
    shown: list[Row] = []  # what a window makes of the changes
    was_unsaved: list[bool] = []

    class Window(Listener):
        def changed(self, change: Change) -> None:
            if change.kind == "added":
                shown.insert(change.index, change.row)
            else:
                shown[change.index] = change.row
            was_unsaved.append(isinstance(change.row, Segment) and not change.row.saved)

    async def scene() -> list[str]:
        async with await Store.open(path, retry_every=0.05, busy_timeout=0.05) as store:
            lock = sqlite3.connect(path, isolation_level=None)
            lock.execute("BEGIN EXCLUSIVE")
            meeting = Meeting(_plan(lambda start: Tape(start, 5, endless=True), store), [Window()])
            running = asyncio.create_task(meeting.run())
            await _until(lambda: any(was_unsaved))
            lock.execute("ROLLBACK")
            lock.close()
            await _until(lambda: meeting.id is not None)
            meeting.stop()
            await running
            return [row.text for row in (await store.load()).rows if isinstance(row, Segment)]

    assert asyncio.run(scene()) == ["Yes we can", "No we cannot"]
    rows = [row for row in shown if isinstance(row, Segment)]
    assert [(row.text, row.saved) for row in rows] == [("Yes we can", True), ("No we cannot", True)]


def test_stopped_while_the_engine_is_starting_it_ends_at_once() -> None:
    class Slow(ScriptedEngine):
        async def connect(self, options: StreamingOptions) -> ScriptedLink:
            await asyncio.Event().wait()
            raise AssertionError

    async def scene() -> State:
        meeting = Meeting(_plan(lambda start: Tape(start, 5, endless=True), engine=Slow()))
        running = asyncio.create_task(meeting.run())
        await _until(lambda: meeting.levels != ())
        meeting.stop()
        async with asyncio.timeout(1):
            await running
        return meeting.state

    assert asyncio.run(scene()) is State.IDLE


def test_what_breaks_a_listener_comes_out_and_nothing_else() -> None:
    class Broken(Listener):
        def heard(self, event: AnyEvent) -> None:
            if event.type == "transcript":
                raise BrokenPipeError("nobody reads")

    with pytest.raises(BrokenPipeError, match="nobody reads"):
        asyncio.run(Meeting(_plan(lambda start: Tape(start, 5, endless=True)), [Broken()]).run())


def test_a_device_that_is_missing_after_a_pause_is_said_and_the_pause_goes_on() -> None:
    opened: list[int] = []
    told: list[Notice] = []

    def open_source(start: int) -> Tape:
        opened.append(start)
        if len(opened) == 2:
            raise SourceError("The microphone is gone", "Connect it")
        return Tape(start, 2.5, endless=True)

    class Board(Listener):
        def notices_changed(self, notices: tuple[Notice, ...]) -> None:
            told.extend(notices)

    async def scene() -> State:
        meeting = Meeting(_plan(open_source), [Board()])
        running = asyncio.create_task(meeting.run())
        await _until(lambda: meeting.state is State.LISTENING)
        meeting.pause()
        await _until(lambda: meeting.state is State.PAUSED)
        meeting.resume()
        await _until(lambda: meeting.state is State.PAUSED and bool(told))
        meeting.resume()
        await _until(lambda: meeting.state is State.LISTENING)
        meeting.stop()
        await running
        return meeting.state

    assert asyncio.run(scene()) is State.IDLE
    assert told[0].title == "The microphone is gone"


def test_a_speaker_can_be_named_while_the_meeting_runs_and_when_it_is_over(tmp_path: Path) -> None:
    async def scene() -> tuple[Diary, list[str | None]]:
        diary = Diary()
        renaming: list[asyncio.Task[None]] = []
        async with await Store.open(tmp_path / "captioner.db") as store:
            meeting = Meeting(_plan(lambda start: Tape(start, 5), store), [diary])

            def name_at_the_first_final(event: AnyEvent) -> None:
                if isinstance(event, StreamEvent.Transcript) and event.is_final and not renaming:
                    renaming.append(asyncio.create_task(meeting.rename_speaker("You", "Ada")))

            diary.on_event = name_at_the_first_final
            await meeting.run()
            await asyncio.gather(*renaming)
            diary.finals.clear()
            await meeting.rename_speaker("Ada", "Maya")
            stored = await store.load()
        return diary, [row.speaker for row in stored.rows if isinstance(row, Segment)]

    diary, saved = asyncio.run(scene())

    assert saved == ["Maya", "Maya"]
    assert [(line.text, line.speaker) for line in diary.finals] == [
        ("Yes we can", "Maya"),
        ("No we cannot", "Maya"),
    ]


def test_another_reading_mode_holds_from_the_next_line_on() -> None:
    sentence = "one two three four five six seven eight nine ten"
    engine = ScriptedEngine((*spoken(sentence, 1.0, 5.0), *spoken(sentence, 6.0, 10.0)))
    shown: dict[str, set[str]] = {}

    class Reader(Listener):
        meeting: Meeting

        def changed(self, change: Change) -> None:
            if isinstance(change.row, Segment) and change.row.is_final:
                self.meeting.choose_mode("instant")
            elif isinstance(change.row, Segment):
                shown.setdefault(change.row.id, set()).add(change.row.committed)

    async def scene() -> None:
        reader = Reader()
        reader.meeting = Meeting(_plan(lambda start: Tape(start, 11), engine=engine), [reader])
        await reader.meeting.run()

    asyncio.run(scene())

    balanced, instant = shown.values()
    assert len(balanced) > 1
    assert instant == {""}

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from captioner.meeting.saving import Saving
from captioner.streaming.events import AnyEvent, GapEvent, GapFilledEvent, SupersededEvent, TranscriptEvent
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, Row, Segment, Transcript
from captioner.transcript.store import Store

STARTED = datetime(2026, 11, 5, tzinfo=UTC)


class Scene:
    """A transcript, and what of it is in the database."""

    def __init__(self, path: Path, store: Store) -> None:
        self._path = path
        self._assembler = Assembler(Transcript(), "balanced")
        self.saving = Saving(store, self._assembler)

    async def tell(self, event: AnyEvent) -> list[Change]:
        return list(await self.saving.follow(self._assembler.apply(event)))

    async def begin(self) -> None:
        await self.saving.begin("Weekly", "local", STARTED)

    def texts(self, table: str = "segment") -> list[str]:
        with closing(sqlite3.connect(self._path)) as connection:
            return [text for (text,) in connection.execute(f"SELECT text FROM {table} ORDER BY start_time")]


def play(folder: Path, act: Callable[[Scene], Awaitable[None]]) -> None:
    async def run() -> None:
        path = folder / "captioner.db"
        async with await Store.open(path, retry_every=0.01, busy_timeout=0.05) as store:
            await act(Scene(path, store))

    asyncio.run(run())


def final(name: str, text: str, start: float) -> TranscriptEvent:
    return TranscriptEvent(name, 1, text, start, start + 2.0, is_final=True)


def is_saved(row: Row) -> bool:
    return isinstance(row, Segment) and row.saved


def test_a_text_stays_in_the_database_until_the_one_that_replaces_it_is_there(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.begin()
        for at, word in enumerate(("one", "two")):
            await scene.tell(final(word, word, 2.0 * at))

        await scene.tell(SupersededEvent(("one", "two"), 0.0, 4.0))
        assert scene.texts() == ["one", "two"]
        await scene.tell(final("new one", "One.", 0.0))
        assert scene.texts() == ["One.", "two"]
        await scene.tell(final("new two", "Two.", 2.5))
        assert (scene.texts(), scene.texts("revision")) == (["One.", "Two."], ["one", "two"])

    play(tmp_path, act)


def test_a_text_that_nothing_replaces_is_withdrawn_at_the_end(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.begin()
        await scene.tell(final("a", "noise", 0.0))
        await scene.tell(SupersededEvent(("a",), 0.0, 2.0))

        await scene.saving.end(60.0)

        assert (scene.texts(), scene.texts("revision")) == ([], ["noise"])

    play(tmp_path, act)


def test_what_is_still_said_is_not_saved_and_a_hole_is_as_long_as_it_is(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.begin()
        await scene.tell(TranscriptEvent("a", 1, "still", 0.0, 1.0))
        await scene.tell(GapEvent(3.0, 9.0, "no network", "pending"))
        await scene.tell(GapFilledEvent(3.0, 9.0))

        assert (scene.texts(), scene.texts("(SELECT cause AS text, * FROM gap)")) == ([], [])

    play(tmp_path, act)


def test_rows_of_a_meeting_that_could_not_be_begun_are_saved_in_their_order_once_it_can(
    tmp_path: Path,
) -> None:
    async def act(scene: Scene) -> None:
        first = await scene.tell(final("a", "one", 0.0))
        await scene.tell(SupersededEvent(("a",), 0.0, 2.0))
        await scene.tell(final("b", "One.", 0.0))
        assert ([is_saved(change.row) for change in first], scene.saving.unsaved) == ([False], 2)
        assert "2 lines could not be saved" in str(scene.saving.lost)

        await scene.begin()

        assert (scene.texts(), scene.texts("revision"), scene.saving.unsaved) == (["One."], ["one"], 0)
        assert scene.saving.lost is None
        assert [(change.kind, is_saved(change.row)) for change in scene.saving.settle()] == [
            ("updated", True)
        ]

    play(tmp_path, act)


def test_what_is_hidden_is_saved_also_of_a_meeting_that_is_begun_later(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.tell(final("a", "one", 0.0))
        await scene.saving.hide({"a": True})
        await scene.begin()
        await scene.tell(final("b", "two", 2.0))
        await scene.saving.hide({"b": "tw"})

        assert scene.texts("(SELECT segment_id AS text, id AS start_time FROM verdict)") == ["a", "b"]
        assert scene.texts() == ["one", "two"]

    play(tmp_path, act)


def test_a_meeting_that_is_refused_is_begun_later(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        with closing(sqlite3.connect(tmp_path / "captioner.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            await scene.begin()
            assert scene.saving.meeting_id is None
            assert "locked by another program" in str(scene.saving.refusal)

        await scene.begin()

        assert scene.saving.meeting_id == 1

    play(tmp_path, act)

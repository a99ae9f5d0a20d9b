"""The saved meetings between the database and the panel."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from captioner.app.commands import Commands
from captioner.app.library import Library
from captioner.streaming.errors import CaptionerError, StoreError
from captioner.transcript.model import Segment
from captioner.transcript.store import DATABASE
from captioner.ui.panel import Panel
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme


@dataclass
class Desk:
    """A library with its panel; `refused`: what could not be done, `current`: the meeting of the Now page."""

    folder: Path
    panel: Panel
    current: int | None = None

    def __post_init__(self) -> None:
        self.refused: list[CaptionerError] = []
        self.commands = Commands(self.refused.append)
        self.library = Library(self.folder, self.panel, self.commands, lambda: self.current)

    def play(self, scene: Callable[[], Awaitable[None]]) -> None:
        """Carry out wishes while the scene lasts, over a database of one meeting of one line."""

        async def whole() -> None:
            await self.library.open()
            assert self.library.store
            meeting = await self.library.store.begin("Weekly", "local", datetime(2026, 11, 5, tzinfo=UTC))
            await self.library.store.keep(meeting, Segment("a", 0, "You", 1.0, 2.0, "Hello.", is_final=True))
            working = asyncio.create_task(self.commands.work())
            try:
                async with asyncio.timeout(5):
                    await scene()
            finally:
                working.cancel()
                await self.library.close()

        asyncio.run(whole())


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    theme = Theme(qapp, "light")
    panel = Panel(theme, SpeakerSlots())
    yield Desk(tmp_path, panel)
    panel.deleteLater()
    theme.deleteLater()


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - any condition, not only events
        await asyncio.sleep(0.001)


def test_the_opened_library_lists_what_is_saved(desk: Desk) -> None:
    async def scene() -> None:
        desk.panel.open_page("library")
        await _until(lambda: desk.panel.library.count.text() == "1 meeting")

    desk.play(scene)

    assert desk.refused == []


def test_a_chosen_meeting_is_read(desk: Desk) -> None:
    async def scene() -> None:
        desk.panel.meeting_opened.emit(1)
        await _until(lambda: desk.panel.library.opened == 1)

    desk.play(scene)

    assert [getattr(row, "text", "") for row in desk.panel.library.transcript.model.rows] == ["Hello."]


def test_a_meeting_that_is_gone_is_said_and_not_opened(desk: Desk) -> None:
    async def scene() -> None:
        desk.panel.meeting_opened.emit(9)
        await _until(lambda: desk.refused)

    desk.play(scene)

    assert "no meeting 9" in str(desk.refused[0])
    assert desk.panel.library.opened is None


@pytest.mark.parametrize("is_current", [True, False])
def test_the_current_and_a_saved_meeting_are_exported_where_the_person_says(
    desk: Desk, is_current: bool
) -> None:
    async def scene() -> None:
        desk.current = 1 if is_current else None
        desk.library.choose_export(None if is_current else 1, "txt")
        assert desk.library.save_dialog
        desk.library.save_dialog.path_chosen.emit(str(desk.folder / "out.txt"))
        await _until((desk.folder / "out.txt").exists)
        desk.library.save_dialog.close()

    desk.play(scene)

    assert "[00:01] You: Hello." in (desk.folder / "out.txt").read_text()


def test_before_the_first_meeting_there_is_nothing_to_export(desk: Desk) -> None:
    desk.panel.now.export_requested.emit("txt")

    assert desk.library.save_dialog is None


def test_a_place_that_cannot_be_written_is_said(desk: Desk) -> None:
    async def scene() -> None:
        desk.panel.meeting_export_requested.emit(1, "json")
        assert desk.library.save_dialog
        desk.library.save_dialog.path_chosen.emit(str(desk.folder / "none" / "out.json"))
        await _until(lambda: desk.refused)
        desk.library.save_dialog.close()

    desk.play(scene)

    assert "cannot be written" in desk.refused[0].message


def test_without_a_database_wishes_do_nothing(desk: Desk) -> None:
    async def scene() -> None:
        await desk.library.show_all()
        await desk.library.show_one(1)
        await desk.library.close()

    asyncio.run(scene())

    assert desk.panel.page == "now"
    assert desk.panel.library.opened is None


def test_opening_a_sound_database_moves_none_away_and_a_folder_in_its_place_is_an_error(desk: Desk) -> None:
    async def scene() -> Path | None:
        moved = await desk.library.open()
        await desk.library.close()
        return moved

    assert asyncio.run(scene()) is None
    for path in desk.folder.glob(f"{DATABASE}*"):
        path.unlink()
    (desk.folder / DATABASE).mkdir()
    with pytest.raises(StoreError):
        asyncio.run(scene())

"""Choices are written down soon, and once for all that were made meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from captioner.app import saving
from captioner.app.saving import Saving
from captioner.settings.choices import Settings
from captioner.settings.file import SettingsFile


class Desk:
    """Choices that change under a file. `told`: what could not be written."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings()
        self.told: list[str] = []
        self.file = SettingsFile(folder / "settings.toml")
        self.saving = Saving(self.file, lambda: self.settings, lambda error: self.told.append(error.message))

    def choose(self, size: int) -> None:
        self.settings = replace(self.settings, style=replace(self.settings.style, size=size))
        self.saving.ask()

    def written(self) -> int:
        return self.file.load().style.size

    async def follow(self, scene: Callable[[], Awaitable[None]]) -> None:
        working = asyncio.create_task(self.saving.work())
        async with asyncio.timeout(5):
            await scene()
        working.cancel()
        await asyncio.wait({working})


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(saving, "GATHERING", 0.05)
    return Desk(tmp_path)


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - any condition, not only events
        await asyncio.sleep(0.01)


def test_a_slider_that_is_drawn_writes_the_file_once_with_the_newest_choice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    monkeypatch.setattr(SettingsFile, "save", lambda file, chosen: written.append(chosen.style.size))

    async def scene() -> None:
        for size in range(101, 161):
            desk.choose(size)
            await asyncio.sleep(0)
        await _until(lambda: written)

    asyncio.run(desk.follow(scene))

    assert written == [160]


def test_a_change_after_the_file_was_written_is_written_too(desk: Desk) -> None:
    async def scene() -> None:
        for size in (120, 60):
            desk.choose(size)
            await _until(lambda size=size: desk.written() == size)

    asyncio.run(desk.follow(scene))

    assert desk.told == []


def test_what_cannot_be_written_is_told_and_the_next_change_is_tried_again(desk: Desk) -> None:
    in_the_way = desk.file.path.with_suffix(".toml.new")
    in_the_way.mkdir()

    async def scene() -> None:
        desk.choose(120)
        await _until(lambda: desk.told)
        in_the_way.rmdir()
        desk.choose(60)
        await _until(lambda: desk.written() == 60)

    asyncio.run(desk.follow(scene))

    assert len(desk.told) == 1

"""Levels for the page of the sound: when devices are open without a meeting, and what is said of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from captioner.app.preview import Name, Preview, Wish
from captioner.audio.source import Loss
from captioner.streaming import AudioFrame
from captioner.streaming.errors import SourceError
from captioner.ui.sound_page import SoundPage
from captioner.ui.theme import Theme
from tests.app.qt_loop import run_on_qt
from tests.tape import Tape


class LoudTape(Tape):
    """A square wave for as long as it is listened to; `loss` is what a device says that went away."""

    loss: Loss | None = None

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        while self.loss is None:
            yield AudioFrame(self.start, np.full((320, 1), 8000, np.int16))
            self.start += 320
            await asyncio.sleep(0.01)
        await asyncio.Event().wait()


@dataclass
class Desk:
    """A preview with its page. `opened`: every device, in the order in which they were."""

    qt: QApplication
    page: SoundPage
    wish: Wish = field(default_factory=lambda: {"system": None, "microphone": "camera"})
    refused: str = ""

    def __post_init__(self) -> None:
        self.opened: list[tuple[Name, str | None]] = []
        self.tapes: list[LoudTape] = []
        self.preview = Preview(lambda: dict(self.wish), self._open)
        self.preview.attach(self.page)

    def _open(self, name: Name, device: str | None) -> LoudTape:
        if name == self.refused:
            raise SourceError("The system does not allow it", "Ask it")
        self.opened.append((name, device))
        self.tapes.append(LoudTape(0, 0))
        return self.tapes[-1]

    @property
    def open_now(self) -> int:
        return sum(tape.is_open for tape in self.tapes)

    def look(self, scene: Callable[[], Awaitable[None]]) -> None:
        """Run the preview while the scene lasts; afterwards every device is closed."""

        async def whole() -> None:
            running = asyncio.create_task(self.preview.run())
            try:
                async with asyncio.timeout(5):
                    await scene()
            finally:
                running.cancel()
                await asyncio.wait({running})
            assert self.open_now == 0

        run_on_qt(self.qt, whole())


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - any condition, not only events
        await asyncio.sleep(0.005)


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    page = SoundPage(Theme(qapp, "light"))
    yield Desk(qapp, page)
    page.deleteLater()


def test_levels_move_while_the_page_is_shown_and_that_is_said(desk: Desk) -> None:
    async def scene() -> None:
        desk.page.show()
        await until(lambda: desk.page.system.meter.lit and desk.page.microphone.meter.lit)
        assert desk.page.open.isVisible()

    desk.look(scene)

    assert desk.opened == [("system", None), ("microphone", "camera")]


def test_no_device_is_open_while_the_page_is_not_shown(desk: Desk) -> None:
    async def scene() -> None:
        await asyncio.sleep(0.1)
        assert desk.opened == []
        desk.page.show()
        await until(lambda: desk.open_now == 2)
        desk.page.hide()
        await until(lambda: desk.open_now == 0 and not desk.page.open.isVisibleTo(desk.page))
        await asyncio.sleep(0.1)

    desk.look(scene)

    assert len(desk.opened) == 2


def test_a_meeting_that_begins_takes_the_devices_and_gives_them_back(desk: Desk) -> None:
    async def scene() -> None:
        desk.page.show()
        await until(lambda: desk.open_now == 2)
        wish, desk.wish = desk.wish, {}
        await until(lambda: desk.open_now == 0 and not desk.page.open.isVisible())
        desk.wish = wish
        await until(lambda: desk.open_now == 2)

    desk.look(scene)


def test_another_choice_is_heard_instead(desk: Desk) -> None:
    async def scene() -> None:
        desk.page.show()
        await until(lambda: desk.page.system.meter.lit)
        desk.wish = {"microphone": "headset"}
        await until(lambda: len(desk.opened) == 3)
        await until(lambda: desk.open_now == 1)
        await until(lambda: desk.page.system.meter.lit == 0)

    desk.look(scene)

    assert desk.opened[-1] == ("microphone", "headset")


def test_a_device_that_is_refused_says_why_and_the_other_one_is_heard(desk: Desk) -> None:
    desk.refused = "microphone"

    async def scene() -> None:
        desk.page.show()
        await until(lambda: desk.page.system.meter.lit)
        await until(lambda: desk.page.microphone.problem.text() == "The system does not allow it")
        assert desk.page.microphone.meter.lit == 0
        desk.page.hide()
        await until(lambda: not desk.page.microphone.problem.text())

    desk.look(scene)


def test_a_device_that_is_not_refused_any_more_is_heard(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("captioner.app.preview.RETRY", 0.05)
    desk.refused = "microphone"

    async def scene() -> None:
        desk.page.show()
        await until(lambda: desk.page.microphone.problem.text() == "The system does not allow it")
        desk.refused = ""
        await until(lambda: desk.page.microphone.meter.lit)
        assert not desk.page.microphone.problem.text()

    desk.look(scene)

    assert desk.opened == [("system", None), ("microphone", "camera")]


def test_a_device_that_goes_is_not_loud_any_more(desk: Desk) -> None:
    async def scene() -> None:
        desk.page.show()
        await until(lambda: desk.page.system.meter.lit)
        desk.tapes[0].loss = Loss(0, "unplugged", "The sound device was unplugged")
        await until(lambda: desk.page.system.problem.text() == "The sound device was unplugged")
        await until(lambda: desk.page.system.meter.lit == 0)
        assert desk.page.microphone.meter.lit

    desk.look(scene)

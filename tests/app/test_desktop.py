"""The page that says what captions can do here, and the test of the captions themselves."""

import asyncio
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from captioner.app import desktop
from captioner.app.captions import Captions
from captioner.app.commands import Commands
from captioner.settings.choices import Settings
from captioner.ui.desktop.abilities import Ability
from captioner.ui.desktop_page import DesktopPage
from captioner.ui.panel import Panel
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme
from captioner.ui.tray import Tray
from tests.app.qt_loop import run_on_qt


class Desk:
    """A page, and the captions it asks about: hidden, and not to be clicked through."""

    def __init__(self, qapp: QApplication) -> None:
        theme, slots, settings = Theme(qapp, "dark"), SpeakerSlots(), Settings(captions_visible=False)
        panel, tray = Panel(theme, slots), Tray(theme)
        self.captions = Captions(theme, slots, panel, tray, lambda: settings, lambda **_: None)
        self.captions.show_chosen()
        self.commands = Commands(lambda error: pytest.fail(str(error)))
        self.page = DesktopPage(theme)
        desktop.DesktopCheck(self.captions, self.commands).attach(self.page)

    def answer(self, qapp: QApplication) -> None:
        """Carry out what was wished for."""

        async def scene() -> None:
            done = asyncio.Event()

            async def tell() -> None:
                done.set()

            self.commands.do(tell)
            working = asyncio.create_task(self.commands.work(), name="commands")
            await done.wait()
            working.cancel()

        run_on_qt(qapp, scene())


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(desktop, "SETTLING", 0)
    desk = Desk(qapp)
    yield desk
    desk.captions.end()


def test_it_is_said_what_captions_can_do_and_where_nothing_can_be_read_back_there_is_no_test(
    desk: Desk, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")

    desk.page.abilities_requested.emit()
    desk.answer(qapp)

    assert not all(ability.works for ability in desk.page.abilities.shown)
    assert desk.page.test.isHidden()


def test_captions_are_shown_for_the_test_and_are_afterwards_as_they_were(
    desk: Desk, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay, found = desk.captions.overlay, [Ability("on top", True, "nothing covers them")]
    seen: list[tuple[int, tuple[int, int], bool, bool]] = []

    def proved(window: int, place: tuple[int, int]) -> list[Ability]:
        seen.append((window, place, overlay.isVisible(), overlay.is_click_through))
        return found

    monkeypatch.setattr(desktop, "proved", proved)

    desk.page.test_requested.emit()
    desk.answer(qapp)

    assert seen == [(int(overlay.winId()), (overlay.x(), overlay.y()), True, True)]
    assert overlay.y() > 0
    assert desk.page.test.results.shown == tuple(found)
    assert (overlay.isVisible(), overlay.is_click_through) == (False, False)

"""The captions put together with their keys, the tray and their other windows."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from captioner.app.captions import Captions
from captioner.settings.choices import Settings
from captioner.settings.style import CaptionStyle
from captioner.ui.desktop.shortcuts import KEYS
from captioner.ui.panel import Panel
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.status import Status
from captioner.ui.theme import Theme
from captioner.ui.tray import Tray
from tests.app.qt_loop import run_on_qt


class Desk:
    """Captions whose choices are kept here, as the program keeps them. `hints`: what was answered."""

    def __init__(self, qapp: QApplication) -> None:
        theme, slots = Theme(qapp, "dark"), SpeakerSlots()
        self.settings = Settings()
        self.panel = Panel(theme, slots)
        self.tray = Tray(theme)
        self.captions = Captions(theme, slots, self.panel, self.tray, lambda: self.settings, self.change)
        self.hints: list[Status] = []
        self.captions.hinted.connect(self.hints.append)

    def change(self, **values: object) -> None:
        self.settings = replace(self.settings, **values)  # type: ignore[arg-type]
        self.captions.show_chosen()

    def press(self, *names: str) -> None:
        for name in names:
            self.captions.keys.pressed.emit(name)

    def has_keys(self) -> None:
        self.captions.refused = {}


@pytest.fixture
def desk(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    desk = Desk(qapp)
    desk.captions.show_chosen()
    yield desk
    desk.captions.end()


def test_a_key_hides_captions_and_brings_them_back(desk: Desk) -> None:
    desk.press("captions")
    assert not desk.captions.overlay.isVisible()
    assert not desk.tray.captions.isChecked()

    desk.press("captions")
    assert desk.captions.overlay.isVisible()


def test_clicks_go_through_and_how_to_end_that_is_said_with_the_key_that_works(desk: Desk) -> None:
    desk.has_keys()

    desk.press("click_through")

    assert desk.captions.overlay.is_click_through
    assert desk.tray.through.isChecked()
    (hint,) = desk.hints
    assert KEYS["click_through"] in hint.detail
    assert "tray" not in hint.detail
    desk.press("click_through")
    assert not desk.captions.overlay.is_click_through
    assert "again" in desk.hints[-1].word


def test_where_only_the_tray_would_end_it_the_tray_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)

    desk.captions.overlay.click_through_requested.emit(True)

    assert desk.settings.click_through
    assert "the tray" in desk.hints[0].detail
    assert KEYS["click_through"] not in desk.hints[0].detail


def test_what_nothing_could_end_is_refused_and_the_reason_said(desk: Desk) -> None:
    desk.captions.overlay.click_through_requested.emit(True)

    assert not desk.settings.click_through
    assert not desk.captions.overlay.is_click_through
    assert desk.hints[0].kind == "error"
    assert "key" in desk.hints[0].detail


def test_captions_that_let_clicks_through_take_them_again_where_nothing_would_end_it(desk: Desk) -> None:
    desk.change(click_through=True)

    assert not desk.captions.overlay.is_click_through
    assert not desk.tray.through.isChecked()


def test_the_key_of_the_transcript_pressed_twice_leads_on_to_the_toolbar(desk: Desk) -> None:
    desk.change(captions_visible=False)

    desk.press("panel")
    assert desk.panel.isVisible()
    assert not desk.captions.overlay.toolbar.isVisible()
    desk.press("panel")

    assert desk.captions.overlay.isVisible()
    assert desk.captions.overlay.toolbar.isVisible()


def test_the_key_of_the_meeting_starts_it_as_the_panel_does(desk: Desk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.panel.now.start_requested):
        desk.press("pause")


def test_the_studio_changes_the_captions_and_shows_what_was_changed_elsewhere(desk: Desk) -> None:
    desk.tray.studio_requested.emit()
    studio = desk.captions._studio
    assert studio
    assert studio.isVisible()

    studio.style_changed.emit(CaptionStyle(size=150))
    assert desk.settings.style.size == 150
    desk.captions.overlay.style_changed.emit(CaptionStyle(size=150, lines=5))

    assert studio.style_shown.lines == 5


def test_the_details_show_the_reading_mode_of_the_moment(desk: Desk) -> None:
    desk.change(reading_mode="steady")

    desk.captions.overlay.details_requested.emit()

    assert desk.captions._details
    assert "Steady" in desk.captions._details.text


def test_the_desktop_is_asked_about_motion_without_being_waited_for(
    desk: Desk, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("captioner.app.captions.is_motion_reduced", lambda: True)
    assert desk.captions.overlay._moves

    run_on_qt(qapp, desk.captions.ask_about_motion())

    assert not desk.captions.overlay._moves


@pytest.mark.parametrize(
    ("motion", "is_still", "moves"),
    [("system", False, True), ("system", True, False), ("full", True, True), ("reduced", False, False)],
)
def test_motion_is_as_chosen_or_as_the_desktop_says(
    motion: str, is_still: bool, moves: bool, desk: Desk
) -> None:
    desk.captions._is_still = is_still

    desk.change(motion=motion)

    assert desk.captions.overlay._moves is moves


def test_a_tray_that_comes_later_lets_clicks_through_as_chosen_and_one_that_goes_ends_it(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.captions._looking.setInterval(10)
    monkeypatch.setattr(desk.captions.keys, "grab", lambda keys: dict.fromkeys(keys, "taken"))
    desk.settings = replace(desk.settings, click_through=True)
    desk.captions.begin()
    assert not desk.captions.overlay.is_click_through

    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    qtbot.waitUntil(lambda: desk.captions.overlay.is_click_through)
    assert desk.tray.through.isChecked()
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    qtbot.waitUntil(lambda: not desk.captions.overlay.is_click_through)

    assert desk.settings.click_through


@pytest.mark.parametrize("is_at_the_top", [False, True])
def test_the_studio_begins_where_captions_cover_none_of_it(desk: Desk, is_at_the_top: bool) -> None:
    overlay = desk.captions.overlay
    screen = overlay.screen().availableGeometry()
    overlay.move(screen.left(), screen.top() if is_at_the_top else screen.bottom() - overlay.height())

    desk.captions.open_studio()

    assert desk.captions._studio
    assert not desk.captions._studio.geometry().intersects(overlay.geometry())


def test_the_studio_has_all_of_its_room_while_captions_are_hidden(desk: Desk) -> None:
    desk.change(captions_visible=False)
    desk.captions.overlay.move(0, 400)

    desk.captions.open_studio()

    assert desk.captions._studio
    assert desk.captions._studio.height() > 400

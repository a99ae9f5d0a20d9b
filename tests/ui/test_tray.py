from itertools import combinations
from typing import get_args

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from captioner.meeting.listener import State
from captioner.ui.status import Status, StatusKind, reconnecting
from captioner.ui.theme import Theme
from captioner.ui.tray import Tray
from captioner.ui.tray_icon import Silhouette, tray_icon

WISHES = {
    "Pause": "pause_requested",
    "Stop and save": "stop_requested",
    "Show captions": "captions_toggled",
    "Click through captions": "click_through_requested",
    "Caption toolbar": "toolbar_requested",
    "Caption style": "studio_requested",
    "Transcript": "panel_requested",
    "Details": "details_requested",
    "Settings": "settings_requested",
    "Quit": "quit_requested",
}


@pytest.fixture
def tray(theme: Theme, qtbot: QtBot) -> Tray:
    tray = Tray(theme)
    qtbot.addWidget(tray.menu)
    return tray


def entries(tray: Tray) -> dict[str, QAction]:
    actions = [action for action in tray.menu.actions() if action.isVisible() and not action.isSeparator()]
    return {action.text().replace("&", ""): action for action in actions if action.isEnabled()}


def test_every_entry_asks_for_its_wish(tray: Tray, qtbot: QtBot):
    tray.set_state(State.LISTENING)

    assert list(entries(tray)) == list(WISHES)
    for words, action in entries(tray).items():
        with qtbot.waitSignal(getattr(tray, WISHES[words])):
            action.trigger()


@pytest.mark.parametrize(("state", "word"), [(State.IDLE, "Start"), (State.PAUSED, "Resume")])
def test_the_first_entry_fits_the_state(tray: Tray, state: State, word: str):
    tray.set_state(state)

    assert next(iter(entries(tray))) == word


def test_the_head_says_what_goes_on(tray: Tray):
    tray.set_state(State.LISTENING)
    tray.set_meeting("Q&A <b>")
    tray.set_elapsed(2052)

    assert not tray.header.isEnabled()
    assert tray.header.text() == "Q&&A <b>  ·  Listening  ·  34:12"


def test_only_keys_that_work_are_named(tray: Tray):
    tray.set_keys({"pause": "Ctrl+Alt+P", "click_through": "Ctrl+Alt+T"})

    named = {action.text().replace("&", ""): action.shortcut().toString() for action in tray.menu.actions()}
    assert {words: keys for words, keys in named.items() if keys} == {
        "Start": "Ctrl+Alt+P",
        "Pause": "Ctrl+Alt+P",
        "Resume": "Ctrl+Alt+P",
        "Click through captions": "Ctrl+Alt+T",
    }


@pytest.mark.parametrize("is_on", [True, False])
def test_the_ticks_follow_what_is_chosen(tray: Tray, is_on: bool):
    tray.set_captions_visible(is_on)
    tray.set_click_through(not is_on)

    assert tray.captions.isChecked() is is_on
    assert tray.through.isChecked() is not is_on


def test_a_click_asks_for_the_panel(tray: Tray, qtbot: QtBot):
    with qtbot.waitSignal(tray.panel_requested):
        tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)


@pytest.mark.parametrize("size", [16, 22, 48])
def test_every_silhouette_is_told_apart_in_one_colour(qapp: QApplication, size: int):
    icons = [tray_icon(silhouette, "#000000") for silhouette in get_args(Silhouette)]
    shapes = [icon.pixmap(size, size).toImage() for icon in icons]

    assert len(shapes) == 6
    assert all(one != other for one, other in combinations(shapes, 2))


@pytest.mark.parametrize("kind", get_args(StatusKind))
def test_every_state_has_a_silhouette_and_a_colour(tray: Tray, kind: StatusKind):
    tray.show_status(Status(kind, "Word"))

    assert not tray.icon.icon().isNull()
    assert "Word" in tray.icon.toolTip()


def test_the_tool_tip_says_what_is_kept_and_what_comes_next(tray: Tray):
    tray.set_meeting("Weekly")
    tray.show_status(reconnecting(6.4, 1.6, None))

    assert tray.icon.toolTip().endswith(
        "Weekly  ·  Reconnecting  ·  6 s of sound kept  ·  Local engine in 2 s"
    )
    assert tray.header.text() == "Weekly  ·  Reconnecting"


def test_figures_that_tick_do_not_draw_the_icon_anew(tray: Tray):
    tray.show_status(reconnecting(6.4, None, 3.0))
    icon = tray.icon.icon().cacheKey()

    tray.show_status(reconnecting(7.4, None, 2.0))

    assert tray.icon.icon().cacheKey() == icon
    assert "7 s of sound kept" in tray.icon.toolTip()


def test_trouble_has_a_shape_of_its_own(tray: Tray):
    tray.set_state(State.LISTENING)
    calm = tray.icon.icon().pixmap(16, 16).toImage()

    tray.show_status(Status("no_sound", "No sound"))

    assert tray.icon.icon().pixmap(16, 16).toImage() != calm

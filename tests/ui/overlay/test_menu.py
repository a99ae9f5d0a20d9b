from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from captioner.meeting.listener import State
from captioner.ui.overlay.menu import CaptionMenu
from captioner.ui.theme import Theme


@pytest.fixture
def menu(theme: Theme) -> Iterator[CaptionMenu]:
    menu = CaptionMenu(theme)
    yield menu
    menu.deleteLater()


def entry(menu: CaptionMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text().replace("&", "") == text)


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Hide captions", "hide_requested"),
        ("Caption style", "studio_requested"),
        ("Transcript", "panel_requested"),
        ("Details", "details_requested"),
        ("Settings", "settings_requested"),
        ("Hold captions", "hold_toggled"),
    ],
)
def test_every_entry_is_a_wish(menu: CaptionMenu, qtbot: QtBot, text: str, signal: str):
    with qtbot.waitSignal(getattr(menu, signal), timeout=1000):
        entry(menu, text).trigger()


@pytest.mark.parametrize("is_on", [False, True])
@pytest.mark.parametrize(
    ("switch", "signal"), [("through", "click_through_requested"), ("lock", "lock_requested")]
)
def test_a_switch_shows_what_is_and_asks_for_the_other(
    menu: CaptionMenu, qtbot: QtBot, switch: str, signal: str, is_on: bool
):
    action: QAction = getattr(menu, switch)
    action.setChecked(is_on)

    with qtbot.waitSignal(getattr(menu, signal), timeout=1000) as asked:
        action.trigger()

    assert asked.args == [not is_on]


def test_no_two_entries_share_a_letter(menu: CaptionMenu):
    for state in State:
        menu.set_state(state)
        texts = [action.text() for action in menu.actions() if action.text() and action.isVisible()]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(letters) == len(set(letters)), (state, texts)

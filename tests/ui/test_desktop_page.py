import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from captioner.ui.desktop.abilities import Ability
from captioner.ui.desktop_page import AbilityList, DesktopPage
from captioner.ui.theme import Theme

ABOVE = Ability("on top", True, "Openbox keeps them above other windows")
NO_KEYS = Ability("keys everywhere", False, "there is no screen", "Use the icon in the tray")


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> DesktopPage:
    page = DesktopPage(theme)
    qtbot.addWidget(page)
    return page


def _said(shown: AbilityList) -> list[str]:
    """What is read aloud when Tab goes through it."""
    every = shown.findChildren(QWidget)
    return [each.accessibleName() for each in every if each.focusPolicy() & Qt.FocusPolicy.TabFocus]


def test_it_asks_each_time_it_is_shown(page: DesktopPage, qtbot: QtBot) -> None:
    for _ in range(2):
        with qtbot.waitSignal(page.abilities_requested):
            page.show()
        page.hide()


def test_what_works_and_what_does_not_is_told_without_colours(page: DesktopPage) -> None:
    page.show_abilities([ABOVE, NO_KEYS], can_test=True)

    assert _said(page.abilities) == [
        "On top: Works. Openbox keeps them above other windows",
        "Keys everywhere: Does not work. there is no screen. Use the icon in the tray",
    ]


def test_what_is_found_later_takes_the_place_of_what_was_found(page: DesktopPage, qtbot: QtBot) -> None:
    page.show_abilities([ABOVE, NO_KEYS], can_test=True)

    page.show_abilities([NO_KEYS], can_test=True)

    qtbot.waitUntil(lambda: len(_said(page.abilities)) == 1)
    assert page.abilities.shown == (NO_KEYS,)


def test_a_test_can_be_made_again_when_it_has_come_to_an_end(page: DesktopPage, qtbot: QtBot) -> None:
    page.show()

    with qtbot.waitSignal(page.test_requested):
        qtbot.mouseClick(page.test.button, Qt.MouseButton.LeftButton)
    assert not page.test.button.isEnabled()
    page.show_results([ABOVE])

    assert page.test.button.isEnabled()
    assert page.test.results.isVisible()
    assert page.test.results.shown == (ABOVE,)


def test_where_no_window_can_be_read_back_there_is_no_button_for_it(page: DesktopPage) -> None:
    page.show()
    page.show_abilities([NO_KEYS], can_test=False)

    assert not page.test.button.isVisible()

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from captioner.ui.studio.one_of import Segments
from captioner.ui.theme import Theme


@pytest.fixture
def strength(theme: Theme, qtbot: QtBot) -> Segments:
    strength = Segments(theme, "Strength", {"solid": "Solid", "half": "Half", "none": "None"})
    qtbot.addWidget(strength)
    strength.show_choice("half")
    strength.show()
    return strength


def chosen(strength: Segments) -> list[str]:
    return [value for value, option in strength.options.items() if option.isChecked()]


def test_a_click_anywhere_on_an_option_chooses_it(strength: Segments, qtbot: QtBot):
    option = strength.options["none"]

    with qtbot.waitSignal(strength.chosen, timeout=1000) as told:
        qtbot.mouseClick(option, Qt.MouseButton.LeftButton, pos=option.rect().bottomRight() - QPoint(1, 1))

    assert told.args == ["none"]
    assert chosen(strength) == ["none"]


def test_what_is_shown_from_outside_is_not_told(strength: Segments, qtbot: QtBot):
    with qtbot.assertNotEmitted(strength.chosen):
        strength.show_choice("solid")

    assert chosen(strength) == ["solid"]


@pytest.mark.parametrize("value", [None, "a quarter"])
def test_none_may_be_chosen(strength: Segments, value: str | None):
    strength.show_choice(value)

    assert chosen(strength) == []


@pytest.mark.parametrize(("value", "stop"), [("half", "half"), ("none", "none"), (None, "solid")])
def test_tab_stops_once_and_where_the_choice_is(strength: Segments, value: str | None, stop: str):
    strength.show_choice(value)

    by_tab = Qt.FocusPolicy.TabFocus
    assert [name for name, option in strength.options.items() if option.focusPolicy() & by_tab == by_tab] == [
        stop
    ]


def test_an_option_is_read_aloud_with_what_it_is_of(strength: Segments):
    assert strength.options["half"].accessibleName() == "Strength: Half"

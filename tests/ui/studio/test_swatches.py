import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog
from pytestqt.qtbot import QtBot

from captioner.ui.studio.swatches import PURE, READABLE, Swatches
from captioner.ui.theme import Theme


@pytest.fixture
def swatches(qtbot: QtBot, theme: Theme) -> Swatches:
    swatches = Swatches(theme, "Text colour")
    qtbot.addWidget(swatches)
    swatches.show_choice("#FFFFFF")
    swatches.show()
    return swatches


@pytest.mark.parametrize("colour", READABLE[1:])
def test_each_of_eight_colours_is_one_click_away(swatches: Swatches, qtbot: QtBot, colour: str):
    with qtbot.waitSignal(swatches.chosen) as chosen:
        qtbot.mouseClick(swatches.options[colour], Qt.MouseButton.LeftButton)

    assert chosen.args == [colour]


def test_what_is_shown_is_not_told(swatches: Swatches, qtbot: QtBot):
    with qtbot.assertNotEmitted(swatches.chosen):
        swatches.show_choice("#fff27a")

    assert swatches.options["#FFF27A"].isChecked()


def test_arrows_go_from_colour_to_colour(swatches: Swatches, qtbot: QtBot):
    swatches.activateWindow()
    swatches.options["#FFFFFF"].setFocus()

    with qtbot.waitSignal(swatches.chosen) as chosen:
        qtbot.keyClick(swatches.options["#FFFFFF"], Qt.Key.Key_Right)

    assert chosen.args == ["#FFF27A"]


def test_a_colour_of_ones_own_is_shown_as_the_chosen_one(swatches: Swatches):
    swatches.show_choice("#FF8800")

    assert not any(option.isChecked() for option in swatches.options.values())
    assert swatches.more.accessibleDescription() == "Chosen: #FF8800"
    assert swatches.more.grab().toImage().pixelColor(7, 16) == QColor("#FF8800")

    swatches.show_choice("#000000")
    assert swatches.more.accessibleDescription() == ""


def test_the_pure_values_of_broadcasts_are_in_the_menu(swatches: Swatches, qtbot: QtBot):
    actions = [
        action for action in swatches.more.menu_of_colours.actions() if action.text().startswith("Pure")
    ]
    chosen: list[str] = []
    swatches.chosen.connect(chosen.append)

    for action in actions:
        action.trigger()

    assert tuple(chosen) == PURE


@pytest.mark.parametrize("before", ["#FF8800", "#F2A0F0"])
def test_any_other_colour_is_chosen_in_a_dialog_that_does_not_block(
    swatches: Swatches, qtbot: QtBot, before: str
):
    swatches.show_choice(before)
    swatches.more.any_colour.trigger()
    dialog = swatches.more.findChild(QColorDialog)
    assert isinstance(dialog, QColorDialog)
    assert dialog.currentColor() == QColor(before)

    dialog.setCurrentColor(QColor("#12ab34"))
    with qtbot.waitSignal(swatches.chosen) as chosen:
        dialog.accept()

    assert chosen.args == ["#12AB34"]

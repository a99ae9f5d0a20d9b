import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from captioner.ui.overlay.rename import SHADOW, RenamePopup
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme

Renamed = list[tuple[str, str]]


@pytest.fixture
def popup(qtbot: QtBot, theme: Theme, slots: SpeakerSlots) -> RenamePopup:
    for name in ("Maya", "Jonas"):
        slots.slot(name)
    popup = RenamePopup(theme, slots)
    qtbot.addWidget(popup)
    return popup


@pytest.fixture
def renamed(popup: RenamePopup) -> Renamed:
    told: Renamed = []
    popup.renamed.connect(lambda old, new: told.append((old, new)))
    return told


def type_over(qtbot: QtBot, popup: RenamePopup, text: str) -> None:
    """The name that stands there is selected: what is typed replaces it."""
    qtbot.keyClick(popup.field, Qt.Key.Key_Delete)
    qtbot.keyClicks(popup.field, text)


def test_enter_keeps_what_was_typed_over_the_name(qtbot: QtBot, popup: RenamePopup, renamed: Renamed):
    popup.open_at(QPoint(200, 400), "Maya")
    assert popup.field.text() == popup.field.selectedText() == "Maya"

    type_over(qtbot, popup, "  Priya ")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)

    assert (renamed, popup.isVisible()) == ([("Maya", "Priya")], False)


def test_the_button_keeps_it_too(qtbot: QtBot, popup: RenamePopup, renamed: Renamed):
    popup.open_at(QPoint(200, 400), "Maya")
    type_over(qtbot, popup, "Priya")

    qtbot.keyClick(popup.field, Qt.Key.Key_Tab)
    assert popup.focusWidget() is popup.button
    qtbot.keyClick(popup.button, Qt.Key.Key_Space)

    assert (renamed, popup.isVisible()) == ([("Maya", "Priya")], False)


def test_escape_leaves_without_a_change(qtbot: QtBot, popup: RenamePopup, renamed: Renamed):
    popup.open_at(QPoint(200, 400), "Maya")
    type_over(qtbot, popup, "Priya")

    qtbot.keyClick(popup.field, Qt.Key.Key_Escape)

    assert (renamed, popup.isVisible()) == ([], False)


def test_it_goes_when_the_person_goes_elsewhere(
    qtbot: QtBot, popup: RenamePopup, renamed: Renamed, theme: Theme
):
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    popup.open_at(QPoint(200, 400), "Maya")
    qtbot.waitUntil(popup.isActiveWindow)

    other.activateWindow()
    qtbot.waitUntil(popup.isHidden)

    assert renamed == []


def test_the_same_name_again_is_no_wish_and_an_empty_one_is(
    qtbot: QtBot, popup: RenamePopup, renamed: Renamed
):
    popup.open_at(QPoint(200, 400), "Maya")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert renamed == []

    popup.open_at(QPoint(200, 400), "Maya")
    type_over(qtbot, popup, "")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert renamed == [("Maya", "")]


def test_it_says_before_that_two_speakers_will_be_one(qtbot: QtBot, popup: RenamePopup):
    popup.open_at(QPoint(200, 400), "Maya")
    assert popup.hint.text() == "In all lines of this meeting"

    type_over(qtbot, popup, "Jonas")

    assert popup.hint.text() == popup.field.accessibleDescription() == "One speaker with Jonas"


@pytest.mark.parametrize("corner", ["topLeft", "topRight", "bottomLeft", "bottomRight"])
def test_all_of_it_is_on_the_screen_and_the_name_stays_free(popup: RenamePopup, corner: str):
    screen = QGuiApplication.primaryScreen().availableGeometry()
    point = getattr(screen, corner)()

    popup.open_at(point, "Maya")

    box = popup.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
    assert screen.contains(box)
    assert not box.contains(point)


def test_every_control_has_a_name(popup: RenamePopup):
    assert (popup.field.accessibleName(), popup.button.accessibleName()) == ("Name of the speaker", "Rename")

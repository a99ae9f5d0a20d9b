"""What the tools are made of; what they do together is tested with the toolbar."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from captioner.ui.overlay.plates import Handle, Tip, Tool
from captioner.ui.theme import Theme


@pytest.fixture
def bar(qtbot: QtBot) -> QWidget:
    bar = QWidget()
    qtbot.addWidget(bar)
    bar.resize(400, 52)
    return bar


def ask(control: QWidget) -> None:
    QApplication.sendEvent(control, QHelpEvent(QEvent.Type.ToolTip, QPoint(1, 1), QPoint(1, 1)))


def tip_of(bar: QWidget, control: QWidget) -> Tip:
    tip = Tip(bar)
    tip.watch(control)
    return tip


def test_a_tool_says_which_keys_press_it_too(bar: QWidget, theme: Theme):
    tool = Tool(theme, "lock", bar)

    tool.show_as("lock", "Lock", "Ctrl+Alt+L")

    assert (tool.accessibleName(), tool.toolTip()) == ("Lock", "Lock (Ctrl+Alt+L)")


@pytest.mark.parametrize("change", ["on", "off", "icon"])
def test_how_a_tool_stands_can_be_seen(bar: QWidget, theme: Theme, change: str):
    tool = Tool(theme, "lock", bar)
    tool.resize(tool.sizeHint())
    before = tool.grab().toImage()

    match change:
        case "on":
            tool.set_on(True)
        case "off":
            tool.setEnabled(False)
        case _:
            tool.show_as("panel", "Panel")

    assert tool.grab().toImage() != before


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_another_button_drags_nothing(bar: QWidget, button: Qt.MouseButton):
    handle, begun = Handle(bar), list[QPoint]()
    handle.drag_begun.connect(begun.append)

    QTest.mousePress(handle, button, pos=QPoint(5, 5))
    QTest.mouseMove(handle, QPoint(60, 5))

    assert begun == []


def test_a_drag_is_told_once(bar: QWidget):
    handle, begun = Handle(bar), list[QPoint]()
    handle.drag_begun.connect(begun.append)

    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    for x in (30, 60, 90):
        QTest.mouseMove(handle, QPoint(x, 5))

    assert begun == [handle.mapToGlobal(QPoint(5, 5))]


def test_a_handle_that_is_locked_says_so_and_names_no_keys(bar: QWidget):
    handle = Handle(bar)
    assert "Arrow keys" in handle.accessibleDescription()

    handle.set_locked(True)

    assert handle.accessibleName() == "Locked in place"
    assert handle.accessibleDescription() == handle.toolTip() == ""


@pytest.mark.parametrize("x", [-60, 780])
def test_a_tip_stays_on_the_screen(bar: QWidget, theme: Theme, x: int):
    tool = Tool(theme, "lock", bar)
    tip = tip_of(bar, tool)
    tool.setToolTip("Lock place and size of the captions")
    bar.move(x, 300)
    bar.show()

    ask(tool)

    room = bar.screen().availableGeometry()
    assert room.left() <= tip.geometry().left()
    assert tip.geometry().right() <= room.right()


def test_who_has_nothing_to_say_shows_no_tip(bar: QWidget, theme: Theme):
    tool = Tool(theme, "lock", bar)
    tip = tip_of(bar, tool)

    ask(tool)

    assert not tip.isVisible()

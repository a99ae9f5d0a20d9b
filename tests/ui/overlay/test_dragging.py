"""Drags step by step: without a window system nobody else moves the window."""

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from captioner.ui.overlay.dragging import Dragging
from captioner.ui.overlay.placing import NOWHERE

START = QPoint(300, 200)


class Window(QWidget):
    """What became of a drag, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.dragging = Dragging(self)
        self.told: list[object] = []
        self.dragging.begun.connect(lambda edges: self.told.append(edges))
        self.dragging.stepped.connect(self.told.append)
        self.dragging.ended.connect(lambda: self.told.append("ended"))


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    return window


def test_a_hand_that_trembles_drags_nothing(window: Window):
    window.dragging.press(START, NOWHERE)
    window.dragging.follow(START + QPoint(1, 1), is_down=True)

    assert not window.dragging.release()
    assert window.told == []


def test_a_drag_tells_how_far_it_went_from_where_the_button_went_down(window: Window):
    window.dragging.press(START, NOWHERE)
    window.dragging.follow(START + QPoint(20, 0), is_down=True)
    window.dragging.follow(START + QPoint(40, 10), is_down=True)

    assert window.dragging.release()
    assert window.told == [NOWHERE, QPoint(40, 10), "ended"]
    assert not window.dragging.is_active


def test_by_an_edge_it_tells_which(window: Window):
    window.dragging.press(START, Qt.Edge.LeftEdge)
    window.dragging.follow(START + QPoint(20, 0), is_down=True)
    window.dragging.release()

    assert window.told == [Qt.Edge.LeftEdge, "ended"]


def test_a_handle_elsewhere_begins_it_at_once(window: Window):
    window.show()
    window.dragging.take(START)
    assert QWidget.mouseGrabber() is window
    window.dragging.follow(START + QPoint(2, 1), is_down=True)
    window.dragging.release()

    assert window.told == [NOWHERE, QPoint(2, 1), "ended"]
    assert QWidget.mouseGrabber() is None


def test_a_click_after_a_drag_is_a_click_again(window: Window):
    window.dragging.take(START)
    window.dragging.release()

    window.dragging.press(START, NOWHERE)

    assert not window.dragging.release()


def test_a_window_that_nobody_dragged_may_move(window: Window):
    window.dragging.went_on()

    assert not settling(window)


@pytest.mark.parametrize("last", ["it went on", "the pointer is there without the button"])
def test_a_drag_by_the_window_manager_ends_by_nothing_moving(window: Window, qtbot: QtBot, last: str):
    window.dragging.is_active = True
    if last == "it went on":
        window.dragging.went_on()
    else:
        window.dragging.follow(START, is_down=False)

    assert settling(window)
    assert window.told == []
    qtbot.waitUntil(lambda: window.told == ["ended"], timeout=2000)


def test_a_pointer_that_rests_with_the_button_down_has_ended_nothing(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    held = [Qt.MouseButton.LeftButton]
    monkeypatch.setattr(QGuiApplication, "mouseButtons", lambda: held[0] if held else Qt.MouseButton.NoButton)
    window.dragging.is_active = True
    window.dragging.went_on()
    qtbot.waitUntil(lambda: not settling(window), timeout=2000)
    assert window.told == []

    held.clear()
    window.dragging.release()

    qtbot.waitUntil(lambda: window.told == ["ended"], timeout=2000)


def settling(window: Window) -> bool:
    """Whether the end of a drag is waited for."""
    (timer,) = window.dragging.findChildren(QTimer)
    return timer.isActive()

"""The tools beside the captions: what they offer, where they stand, and that they work without a mouse."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from captioner.meeting.listener import State
from captioner.ui.overlay.plates import Tip
from captioner.ui.overlay.toolbar import AWAY, HEIGHT, Toolbar
from captioner.ui.theme import Theme

SCREEN = QRect(100, 50, 1600, 900)
BOX = QRect(500, 600, 800, 200)


@pytest.fixture
def bar(theme: Theme) -> Iterator[Toolbar]:
    bar = Toolbar(theme)
    bar.set_moves(False)
    yield bar
    bar.hide()
    bar.deleteLater()


def controls(bar: Toolbar) -> list[QWidget]:
    return [bar.handle, *bar.tools]


@pytest.mark.parametrize(
    ("state", "name", "signal"),
    [
        (State.IDLE, "Start", "start_requested"),
        (State.LISTENING, "Pause", "pause_requested"),
        (State.RECONNECTING, "Pause", "pause_requested"),
        (State.FALLBACK, "Pause", "pause_requested"),
        (State.PAUSED, "Resume", "resume_requested"),
    ],
)
def test_the_first_tool_does_what_is_possible(
    bar: Toolbar, qtbot: QtBot, state: State, name: str, signal: str
):
    bar.set_state(state)

    assert bar.meeting.accessibleName() == name
    with qtbot.waitSignal(getattr(bar, signal), timeout=1000):
        bar.meeting.click()


@pytest.mark.parametrize("state", [State.STARTING, State.STOPPING])
def test_while_nothing_is_possible_the_first_tool_is_off(bar: Toolbar, state: State):
    bar.set_state(state)

    assert not bar.meeting.isEnabled()


def test_every_tool_is_a_wish(bar: Toolbar, qtbot: QtBot):
    for tool, signal in (
        (bar.style_button, bar.studio_requested),
        (bar.click_through, bar.click_through_requested),
        (bar.panel, bar.panel_requested),
        (bar.hide_button, bar.hide_requested),
    ):
        with qtbot.waitSignal(signal, timeout=1000):
            tool.click()


def test_a_lock_shows_what_is_and_asks_for_the_other(bar: Toolbar, qtbot: QtBot):
    with qtbot.waitSignal(bar.lock_toggled, check_params_cb=lambda wish: wish is True, timeout=1000):
        bar.lock.click()
    assert bar.lock.accessibleName() == "Lock place and size"

    bar.set_locked(True)

    assert bar.lock.accessibleName() == "Unlock place and size"
    assert bar.handle.accessibleName() == "Locked in place"
    with qtbot.waitSignal(bar.lock_toggled, check_params_cb=lambda wish: wish is False, timeout=1000):
        bar.lock.click()


def test_only_keys_that_work_here_are_named(bar: Toolbar):
    assert bar.panel.toolTip() == "Transcript"

    bar.set_keys({"panel": "Ctrl+Alt+O"})

    assert bar.panel.toolTip() == "Transcript (Ctrl+Alt+O)"
    assert bar.hide_button.toolTip() == "Hide captions"


def test_every_tool_has_a_name_a_tool_tip_and_room_for_a_finger(bar: Toolbar):
    for control in controls(bar):
        assert control.accessibleName()
        assert control.toolTip()
        assert min(control.width(), control.height()) >= 40


@pytest.mark.parametrize(
    "box", [BOX, QRect(500, 600, 320, 80), QRect(101, 60, 320, 80), QRect(1300, 60, 400, 880)]
)
def test_tools_stand_outside_the_box_and_on_the_screen(bar: Toolbar, box: QRect):
    bar.place_beside(box, SCREEN)

    assert SCREEN.contains(bar.geometry())
    assert not bar.geometry().intersects(box) or box.height() > SCREEN.height() - 2 * (HEIGHT + AWAY)
    parts = [control.geometry() for control in controls(bar)]
    assert all(bar.rect().contains(part) for part in parts)
    assert not any(one.intersects(other) for one in parts for other in parts if one is not other)


def test_above_is_better_than_below(bar: Toolbar):
    bar.place_beside(BOX, SCREEN)
    assert bar.geometry() == QRect(500, 600 - AWAY - HEIGHT, 800, HEIGHT)

    bar.place_beside(BOX.translated(0, -500), SCREEN)
    assert bar.geometry() == QRect(500, 300 + AWAY, 800, HEIGHT)


def test_beside_a_narrow_box_the_handle_keeps_its_icon_only(bar: Toolbar):
    bar.place_beside(QRect(500, 600, 320, 100), SCREEN)

    assert bar.handle.width() >= bar.handle.minimumSizeHint().width()
    assert bar.handle.width() < bar.handle.sizeHint().width()


def test_the_handle_tells_where_a_drag_began_and_a_press_is_none(bar: Toolbar, qtbot: QtBot):
    begun: list[QPoint] = []
    bar.drag_begun.connect(begun.append)
    bar.appear()
    middle = bar.handle.rect().center()

    QTest.mousePress(bar.handle, Qt.MouseButton.LeftButton, pos=middle)
    assert begun == []
    QTest.mouseMove(bar.handle, middle + QPoint(40, 0))
    QTest.mouseRelease(bar.handle, Qt.MouseButton.LeftButton, pos=middle)

    assert begun == [bar.handle.mapToGlobal(middle)]


def test_the_handle_moves_by_arrow_keys_and_not_while_locked(bar: Toolbar):
    steps: list[QPoint] = []
    bar.nudged.connect(steps.append)

    QTest.keyClick(bar.handle, Qt.Key.Key_Left)
    QTest.keyClick(bar.handle, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    bar.set_locked(True)
    QTest.keyClick(bar.handle, Qt.Key.Key_Left)

    assert steps == [QPoint(-16, 0), QPoint(0, 1)]


def test_the_keyboard_reaches_every_tool_and_esc_leaves(bar: Toolbar, qtbot: QtBot):
    bar.set_state(State.LISTENING)
    bar.take_focus()
    qtbot.waitUntil(bar.meeting.hasFocus, timeout=2000)
    reached = {bar.focusWidget()}
    for _ in controls(bar):
        QTest.keyClick(bar.focusWidget(), Qt.Key.Key_Tab)
        reached.add(bar.focusWidget())

    assert reached == set(controls(bar))
    with qtbot.waitSignal(bar.left, timeout=1000):
        QTest.keyClick(bar.focusWidget(), Qt.Key.Key_Escape)
    assert not bar.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_and_space_press_a_tool(bar: Toolbar, qtbot: QtBot, key: Qt.Key):
    with qtbot.waitSignal(bar.studio_requested, timeout=1000):
        QTest.keyClick(bar.style_button, key)


def test_it_takes_no_focus_before_it_is_asked(bar: Toolbar):
    bar.appear()

    assert bar.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert bar.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)


def test_it_fades_in_after_a_moment_and_a_pointer_that_passes_by_brings_nothing(theme: Theme, qtbot: QtBot):
    bar = Toolbar(theme)
    qtbot.addWidget(bar)

    bar.appear()
    assert not bar.isVisible()
    bar.vanish()
    bar.appear()
    qtbot.waitUntil(lambda: bar.strength == 1.0, timeout=3000)
    bar.vanish()
    assert bar.isVisible()

    qtbot.waitUntil(lambda: not bar.isVisible(), timeout=3000)


def test_with_reduced_motion_it_is_there_and_gone_at_once(bar: Toolbar):
    bar.appear()
    assert bar.isVisible()
    assert bar.strength == 1.0

    bar.vanish()
    assert not bar.isVisible()


def test_a_lock_that_is_on_can_be_seen(bar: Toolbar):
    before = bar.lock.grab().toImage()

    bar.set_locked(True)

    assert bar.lock.grab().toImage() != before


@pytest.mark.parametrize("box", [BOX, BOX.translated(0, -500)])
def test_tool_tips_stand_away_from_the_text(bar: Toolbar, box: QRect):
    bar.place_beside(box, SCREEN)
    bar.appear()
    (tip,) = bar.findChildren(Tip)

    QApplication.sendEvent(bar.panel, QHelpEvent(QEvent.Type.ToolTip, QPoint(1, 1), QPoint(1, 1)))

    assert tip.isVisible()
    assert not tip.geometry().intersects(box)
    assert not tip.geometry().intersects(bar.geometry())
    QApplication.sendEvent(bar.panel, QEvent(QEvent.Type.Leave))
    assert not tip.isVisible()

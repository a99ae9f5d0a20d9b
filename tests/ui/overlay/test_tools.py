from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QWheelEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from captioner.meeting.listener import State
from captioner.settings.choices import Settings
from captioner.settings.place import Place
from captioner.settings.style import CaptionStyle
from captioner.transcript.model import Change, Segment
from captioner.ui.overlay.menu import CaptionMenu
from captioner.ui.overlay.screens import screen_layout
from captioner.ui.overlay.window import Overlay
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme

NAMES = "abcdefgh"


@pytest.fixture
def overlay(qtbot: QtBot, theme: Theme, slots: SpeakerSlots) -> Iterator[Overlay]:
    """Eight lines said, three of them shown."""
    overlay = Overlay(theme, slots)
    qtbot.addWidget(overlay)
    place = Place(60, 300)
    overlay.set_settings(Settings(style=CaptionStyle(size=70), places={screen_layout(): place}))
    overlay.set_moves(False)
    overlay.set_state(State.LISTENING)
    overlay.show()
    for index, name in enumerate(NAMES):
        overlay.apply(Change("added", index, Segment(name, 1, None, index, index + 1, name, True)))
    qtbot.waitUntil(lambda: overlay.visible_text == ["f", "g", "h"])
    yield overlay
    overlay.toolbar.hide()


def enter(widget: QWidget) -> None:
    point = QPointF(20, 20)
    QCoreApplication.sendEvent(widget, QEnterEvent(point, point, point))


def leave(widget: QWidget) -> None:
    QCoreApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def turn(widget: QWidget, angle: int) -> None:
    point = QPointF(20, 20)
    event = QWheelEvent(
        point,
        point,
        QPoint(),
        QPoint(0, angle),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(widget, event)


def test_with_the_pointer_the_tools_come_and_outside_of_the_text(overlay: Overlay, qtbot: QtBot):
    enter(overlay)

    qtbot.waitUntil(overlay.toolbar.isVisible)
    assert not overlay.toolbar.geometry().intersects(overlay.box)


def test_on_the_tools_the_pointer_holds_captions_as_on_the_text(overlay: Overlay, qtbot: QtBot):
    enter(overlay)
    qtbot.waitUntil(lambda: overlay.accessibleDescription().startswith("Held"))

    leave(overlay)
    enter(overlay.toolbar)
    qtbot.wait(400)
    assert overlay.toolbar.isVisible()
    assert overlay.accessibleDescription().startswith("Held")

    leave(overlay.toolbar)
    qtbot.waitUntil(lambda: not overlay.toolbar.isVisible())
    qtbot.waitUntil(lambda: not overlay.accessibleDescription().startswith("Held"))


def test_the_wheel_looks_back_line_by_line_and_not_beyond_the_first(overlay: Overlay, qtbot: QtBot):
    enter(overlay)
    turn(overlay, 120)
    qtbot.waitUntil(lambda: overlay.visible_text == ["e", "f", "g"])

    turn(overlay, 120 * 90)
    qtbot.waitUntil(lambda: overlay.visible_text == ["a", "b", "c"])
    qtbot.wait(20)
    turn(overlay, -120)
    qtbot.waitUntil(lambda: overlay.visible_text == ["b", "c", "d"])


def test_a_pointer_in_the_menu_has_not_left(overlay: Overlay, qtbot: QtBot):
    enter(overlay)
    qtbot.waitUntil(lambda: overlay.accessibleDescription().startswith("Held"))

    QCoreApplication.sendEvent(
        overlay, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(20, 20), QPoint(90, 90))
    )
    leave(overlay)
    qtbot.wait(400)
    assert overlay.accessibleDescription().startswith("Held")

    for menu in overlay.findChildren(CaptionMenu):
        menu.close()
    qtbot.waitUntil(lambda: not overlay.accessibleDescription().startswith("Held"))


def test_fine_wheels_add_up(overlay: Overlay, qtbot: QtBot):
    enter(overlay)
    for _ in range(3):
        turn(overlay, 40)

    qtbot.waitUntil(lambda: overlay.visible_text == ["e", "f", "g"])


def test_page_keys_look_back_while_the_tools_have_the_keyboard(overlay: Overlay, qtbot: QtBot):
    overlay.enter_toolbar()

    qtbot.keyClick(overlay.toolbar.meeting, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: overlay.visible_text == ["d", "e", "f"])
    qtbot.keyClick(overlay.toolbar.meeting, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: overlay.visible_text == ["f", "g", "h"])


@pytest.mark.parametrize("key", [Qt.Key.Key_End, Qt.Key.Key_Escape])
def test_one_key_leads_to_the_newest_at_once(overlay: Overlay, qtbot: QtBot, key: Qt.Key):
    overlay.enter_toolbar()
    qtbot.keyClick(overlay.toolbar.meeting, Qt.Key.Key_PageUp)
    overlay.apply(Change("added", 8, Segment("i", 1, None, 9, 10, "i", True)))
    qtbot.waitUntil(lambda: overlay.visible_text == ["d", "e", "f"])

    qtbot.keyClick(overlay.toolbar.meeting, key)

    qtbot.waitUntil(lambda: overlay.visible_text == ["g", "h", "i"])


def test_the_tools_go_where_the_captions_go(overlay: Overlay, qtbot: QtBot):
    overlay.enter_toolbar()
    before = overlay.toolbar.pos()

    with qtbot.waitSignal(overlay.placed) as told:
        qtbot.keyClick(overlay.toolbar.handle, Qt.Key.Key_Up)

    assert overlay.toolbar.pos() - before == QPoint(0, -16)
    assert told.args == [Place(60, 284)]


def test_locked_captions_cannot_be_nudged(overlay: Overlay, qtbot: QtBot):
    overlay.set_locked(True)

    with qtbot.assertNotEmitted(overlay.placed, wait=30):
        overlay.nudge(QPoint(0, -16))


def test_the_tools_go_with_the_captions(overlay: Overlay, qtbot: QtBot):
    overlay.enter_toolbar()

    overlay.hide()

    qtbot.waitUntil(lambda: not overlay.toolbar.isVisible())


@pytest.mark.parametrize(
    ("tool", "wish"),
    [("meeting", "pause"), ("style_button", "studio"), ("panel", "panel"), ("hide_button", "hide")],
)
def test_each_tool_asks_for_what_it_says(overlay: Overlay, qtbot: QtBot, tool: str, wish: str):
    with qtbot.waitSignal(getattr(overlay, f"{wish}_requested")):
        getattr(overlay.toolbar, tool).click()


def test_click_through_and_lock_are_wishes_with_a_side(overlay: Overlay, qtbot: QtBot):
    for tool, signal in (
        ("click_through", overlay.click_through_requested),
        ("lock", overlay.lock_requested),
    ):
        with qtbot.waitSignal(signal) as told:
            getattr(overlay.toolbar, tool).click()
        assert told.args == [True]

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from captioner.settings.place import Place
from captioner.settings.style import CaptionStyle
from captioner.ui.overlay import floating
from captioner.ui.overlay.box import SHADOW
from captioner.ui.overlay.floating import FloatingBox
from captioner.ui.overlay.screens import screen_layout

STYLE = CaptionStyle(size=60)
"""Small: screens without a window system have 800 × 800 pixels."""
LINE = 22
"""How much higher one line more makes the box."""


@pytest.fixture
def box(qtbot: QtBot, qapp: QGuiApplication) -> FloatingBox:
    box = FloatingBox(qapp, STYLE)
    qtbot.addWidget(box)
    box.show()
    return box


def drag(qtbot: QtBot, box: FloatingBox, start: QPoint, by: QPoint) -> None:
    """Press at a point of the window, move, let go."""
    qtbot.mousePress(box, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(box, start + QPoint(12, 12))
    # The window may have moved below the pointer: what counts is where the pointer is on the desktop.
    qtbot.mouseMove(box, box.mapFromGlobal(box.mapToGlobal(start) + by))
    qtbot.mouseRelease(box, Qt.MouseButton.LeftButton)


def put(box: FloatingBox, x: int, y: int, width: int | None = None) -> None:
    box.set_places({screen_layout(): Place(x, y, width)})


def corner(box: FloatingBox) -> QPoint:
    """The lower right corner, in the window."""
    return box.rect().bottomRight() - QPoint(SHADOW + 2, SHADOW + 2)


def test_it_never_takes_the_keyboard(box: FloatingBox):
    flags = box.windowFlags()

    assert flags & Qt.WindowType.WindowDoesNotAcceptFocus
    assert flags & Qt.WindowType.WindowStaysOnTopHint
    assert flags & Qt.WindowType.FramelessWindowHint
    assert box.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert box.focusPolicy() == Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize("corner", [(-5000, -5000), (90000, 90000), (-20, 100)])
def test_all_of_it_is_moved_into_the_screen(box: FloatingBox, corner: tuple[int, int]):
    put(box, *corner)

    assert QGuiApplication.primaryScreen().availableGeometry().contains(box.box)


def test_the_place_is_the_upper_left_corner_of_the_box(box: FloatingBox):
    put(box, 100, 110)

    assert box.box.topLeft() == QPoint(100, 110)


def test_a_place_of_other_screens_does_not_move_it(box: FloatingBox):
    before = box.box

    box.set_places({"640x480+0+0": Place(3, 4)})

    assert box.box == before


def test_it_tells_where_a_drag_ended(box: FloatingBox, qtbot: QtBot):
    put(box, 60, 100)

    with qtbot.waitSignal(box.placed) as told:
        drag(qtbot, box, QPoint(200, 60), QPoint(25, 20))

    assert box.box.topLeft() == QPoint(85, 120)
    assert told.args == [Place(85, 120)]


def test_a_handle_elsewhere_moves_it_too(box: FloatingBox, qtbot: QtBot):
    put(box, 60, 100)
    grip = QPoint(300, 50)

    box.take(grip)
    qtbot.mouseMove(box, box.mapFromGlobal(grip + QPoint(30, 40)))
    with qtbot.waitSignal(box.placed) as told:
        qtbot.mouseRelease(box, Qt.MouseButton.LeftButton)

    assert told.args == [Place(90, 140)]


def test_a_click_is_no_drag(box: FloatingBox, qtbot: QtBot):
    with qtbot.assertNotEmitted(box.placed):
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(200, 60))


def test_a_corner_draws_width_and_lines(box: FloatingBox, qtbot: QtBot):
    put(box, 60, 100)
    before, told = box.box, []
    box.placed.connect(told.append)

    with qtbot.waitSignal(box.style_changed) as changed:
        drag(qtbot, box, corner(box), QPoint(40, 2 * LINE))

    assert changed.args == [replace(STYLE, lines=5)]
    assert told == [Place(60, 100, before.width() + 40)]
    assert box.box.topLeft() == before.topLeft()
    assert box.box.height() == before.height() + 2 * LINE


def test_between_two_lines_the_height_does_not_change(box: FloatingBox, qtbot: QtBot):
    put(box, 60, 100)
    before = box.box.height()

    with qtbot.assertNotEmitted(box.style_changed):
        drag(qtbot, box, corner(box), QPoint(40, LINE // 3))

    assert box.box.height() == before


def test_it_is_drawn_to_no_less_than_one_line_and_no_more_than_eight(box: FloatingBox, qtbot: QtBot):
    put(box, 60, 100)
    for by, lines in ((QPoint(-9000, -9000), 1), (QPoint(9000, 9000), 8)):
        with qtbot.waitSignal(box.style_changed) as changed:
            drag(qtbot, box, corner(box), by)

        assert changed.args == [replace(STYLE, lines=lines)]
        assert QGuiApplication.primaryScreen().availableGeometry().contains(box.box)


def test_its_left_edge_draws_the_width_and_the_right_one_stays(box: FloatingBox, qtbot: QtBot):
    put(box, 100, 100)
    right = box.box.right()

    drag(qtbot, box, QPoint(SHADOW + 2, box.height() // 2), QPoint(-40, 0))

    assert (box.box.left(), box.box.right()) == (60, right)


def test_locked_it_is_neither_moved_nor_drawn(box: FloatingBox, qtbot: QtBot):
    box.set_locked(True)
    before = box.box

    for start in (QPoint(200, 60), corner(box)):
        drag(qtbot, box, start, QPoint(40, 90))

    assert box.box == before


def test_larger_captions_make_a_larger_box_that_stays_on_its_foot(box: FloatingBox):
    foot, height = box.box.bottom(), box.box.height()

    box.set_style(CaptionStyle(size=90))

    assert box.box.height() > height
    assert abs(box.box.bottom() - foot) <= 1


def test_a_width_that_was_drawn_outlives_another_size(box: FloatingBox):
    put(box, 100, 100, 480)

    box.set_style(CaptionStyle(size=70))

    assert box.box.width() == 480


def test_another_line_length_takes_the_place_of_a_drawn_width(box: FloatingBox):
    put(box, 100, 100, 330)

    box.set_style(replace(STYLE, line_length="wide"))

    assert box.box.width() > 330


def test_where_it_was_put_another_height_is_kept_too(box: FloatingBox, qtbot: QtBot):
    put(box, 60, 400)

    with qtbot.waitSignal(box.placed) as told:
        box.set_style(replace(STYLE, lines=5))

    assert told.args == [Place(box.box.x(), box.box.y())]
    assert box.box.y() < 400


def test_nobody_put_it_anywhere_so_no_place_is_kept(box: FloatingBox, qtbot: QtBot):
    with qtbot.assertNotEmitted(box.placed, wait=30):
        box.set_style(replace(STYLE, lines=5))


def test_told_its_own_place_it_stays(box: FloatingBox, qtbot: QtBot):
    put(box, 60, 100)
    drag(qtbot, box, QPoint(200, 60), QPoint(5000, 5000))
    before = box.box

    put(box, before.x(), before.y())

    assert box.box == before


def test_click_through_is_set_once_more_whenever_it_comes_to_the_screen(box: FloatingBox, qtbot: QtBot):
    def is_through() -> bool:
        return bool(box.windowHandle().flags() & Qt.WindowType.WindowTransparentForInput)

    qtbot.waitExposed(box)
    box.set_click_through(True)
    assert is_through()

    box.hide()
    box.windowHandle().setFlag(Qt.WindowType.WindowTransparentForInput, False)
    with qtbot.waitSignal(box.mapped):
        box.show()
    assert is_through()

    box.set_click_through(False)
    assert not is_through()


def test_it_stays_where_it_was_put_whatever_is_said_while_it_comes(qtbot: QtBot, box: FloatingBox):
    put_at = box.box

    box.move(0, 0)  # as Qt hears it now and then of openbox

    qtbot.waitUntil(lambda: box.box == put_at)


def test_of_more_lines_than_the_screen_shows_it_has_those_that_there_is_room_for(
    box: FloatingBox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(floating, "screen_rooms", lambda: [QRect(0, 0, 800, 150)])

    box.set_style(replace(STYLE, lines=8))

    assert box.lines == 4
    assert box.box.height() <= 150


def test_drawn_wider_it_keeps_lines_that_this_screen_does_not_show(
    qtbot: QtBot, box: FloatingBox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(floating, "screen_rooms", lambda: [QRect(0, 0, 800, 150)])
    box.set_style(replace(STYLE, lines=8))
    put(box, 10, 10)

    with qtbot.assertNotEmitted(box.style_changed), qtbot.waitSignal(box.placed):
        drag(qtbot, box, QPoint(box.width() - SHADOW - 2, box.height() // 2), QPoint(60, 0))


def test_where_nobody_blends_windows_there_is_no_frame_around_the_box(box: FloatingBox):
    inside = QRect(QPoint(SHADOW, SHADOW), box.box.size())
    box.set_blended(False)
    assert box.mask().boundingRect() == inside
    assert not box.mask().contains(inside.topLeft())

    box.set_style(replace(STYLE, lines=1))
    assert box.mask().boundingRect() == QRect(inside.topLeft(), box.box.size())

    box.set_blended(True)
    assert box.mask().isEmpty()

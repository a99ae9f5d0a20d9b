"""The captions' window as a desktop has it, under window managers that differ."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from captioner.ui.overlay.box import SHADOW
from tests.end_to_end import display
from tests.end_to_end.call_window import COLOUR
from tests.end_to_end.captions import TOOLS, call, captions, choose, kept, tool, tools
from tests.end_to_end.monitors import can_be_plugged, two_monitors
from tests.end_to_end.program import CAPTIONS, program

pytestmark = pytest.mark.e2e


def is_seen(screen: display.PrivateDisplay, box: display.Geometry) -> bool:
    """Whether the captions are what is seen where their box is, at its four corners and in its middle."""
    picture = screen.picture()
    columns = (box.x + 20, box.x + box.width // 2, box.x + box.width - 20)
    rows = (box.y + 6, box.y + box.height - 6)
    return all(QColor(picture.pixel(x, y)).lightness() < 60 for x in columns for y in rows)


def active(screen: display.PrivateDisplay) -> str:
    return screen.xdotool("getactivewindow")


def test_captions_are_above_a_maximised_window_on_every_workspace_and_leave_it_the_keyboard(
    desk: display.PrivateDisplay, folder: Path
):
    desk.xdotool("set_num_desktops", 2)
    with program(desk, folder), call(desk) as window:
        _, box = captions(desk)
        assert QColor(desk.picture().pixel(5, 450)) == QColor(COLOUR)
        assert is_seen(desk, box)
        assert active(desk) == window

        desk.drag(box.x + box.width // 2, box.y + 30, 60, -60)
        assert active(desk) == window

        desk.xdotool("set_desktop", 1)
        display.until(lambda: QColor(desk.picture().pixel(5, 450)) != QColor(COLOUR))
        assert is_seen(desk, captions(desk)[1])


def test_clicks_go_through_whenever_that_is_wished_for_and_else_do_not(
    desk: display.PrivateDisplay, folder: Path
):
    choose(folder, "click_through = true\n")
    with program(desk, folder), call(desk) as window:
        _, box = captions(desk)

        def clicks() -> int:
            before = int(desk.title(window).split()[1])
            for share in (1, 2, 3):
                desk.click(box.x + box.width * share // 4, box.y + box.height // 2)
            return int(desk.title(window).split()[1]) - before

        display.until(lambda: clicks() == 3)
        assert clicks() == 3

        for _ in range(2):
            desk.xdotool("key", "ctrl+alt+c")
            display.until(lambda: not desk.window(CAPTIONS))
            desk.xdotool("key", "ctrl+alt+c")
            display.until(lambda: desk.window(CAPTIONS))
            display.until(lambda: captions(desk)[1] == box)
            display.until(lambda: clicks() == 3)

        desk.xdotool("key", "ctrl+alt+t")
        display.until(lambda: kept(folder)["click_through"] is False)
        assert clicks() == 0
        desk.xdotool("key", "ctrl+alt+t")
        display.until(lambda: kept(folder)["click_through"] is True)
        assert clicks() == 3


def test_it_is_dragged_and_drawn_wider_and_for_more_lines_and_is_so_after_a_restart(
    desk: display.PrivateDisplay, folder: Path
):
    with program(desk, folder):
        _, first = captions(desk)
        desk.drag(first.x + first.width // 2, first.y + first.height // 3, -60, -200)
        display.until(lambda: kept(folder).get("places"))
        _, moved = captions(desk)
        line = (moved.height - 30) // 4
        desk.drag(moved.x + moved.width - 6, moved.y + moved.height - 6, 100, 2 * line)
        display.until(lambda: kept(folder).get("style", {}).get("lines", 3) > 3)
        _, drawn = captions(desk)
        places = kept(folder)["places"]

    assert moved.x - first.x == pytest.approx(-60, abs=25)
    assert moved.y - first.y == pytest.approx(-200, abs=25)
    assert (moved.width, moved.height) == (first.width, first.height)
    assert (drawn.x, drawn.y) == (moved.x, moved.y)
    assert drawn.width - moved.width == pytest.approx(100, abs=25)
    assert [each["width"] for each in places.values()] == [drawn.width]
    with program(desk, folder):
        assert captions(desk)[1] == drawn


def test_on_a_finely_scaled_screen_it_is_drawn_wider_without_losing_lines(
    screen: display.PrivateDisplay, folder: Path
):
    scale = 1.5
    with program(screen, folder, env={"QT_SCALE_FACTOR": str(scale)}):
        window, _ = captions(screen)
        before = screen.geometry(window)
        inset = round(SHADOW * scale) + 3
        screen.drag(before.x + before.width - inset, before.y + before.height // 2, -90, 0)
        display.until(lambda: kept(folder).get("places"))
        after = screen.geometry(window)

    assert before.width - after.width == pytest.approx(90, abs=25)
    assert abs(after.height - before.height) <= 1  # half a pixel, this way or that
    assert kept(folder).get("style", {}).get("lines", 3) == 3


def test_locked_it_stays(screen: display.PrivateDisplay, folder: Path):
    choose(folder, "locked = true\n")
    with program(screen, folder):
        _, before = captions(screen)
        screen.drag(before.x + before.width // 2, before.y + 30, 90, -120)
        screen.drag(before.x + 2, before.y + before.height // 2, -90, 0)

        assert captions(screen)[1] == before


@pytest.mark.skipif(not can_be_plugged(), reason="libXrandr is not installed")
def test_without_its_monitor_it_is_seen_and_with_it_it_is_back(desk: display.PrivateDisplay, folder: Path):
    choose(folder, "[style]\nsize = 60\nlines = 2\n")
    with two_monitors(desk.env["DISPLAY"]) as monitors, program(desk, folder):
        _, box = captions(desk)
        desk.drag(box.x + box.width // 2, box.y + 12, 500, -200)
        display.until(lambda: kept(folder).get("places"))
        _, right = captions(desk)
        assert right.x >= 800

        monitors.unplug()
        display.until(lambda: captions(desk)[1].x + right.width <= 800)
        assert is_seen(desk, captions(desk)[1])

        monitors.plug()
        display.until(lambda: captions(desk)[1] == right)


@pytest.mark.skipif(shutil.which("picom") is None, reason="picom is not installed")
def test_without_a_compositor_no_black_frame_is_around_it(desk: display.PrivateDisplay, folder: Path):
    choose(
        folder,
        "click_through = true\
",
    )
    with program(desk, folder), call(desk) as window:
        _, box = captions(desk)
        around = [(box.x - 3, box.y + 40), (box.x + box.width + 3, box.y + 40), (box.x + 1, box.y + 1)]

        def colours() -> list[QColor]:
            return [QColor(desk.picture().pixel(x, y)) for x, y in around]

        display.until(lambda: colours() == [QColor(COLOUR)] * 3)
        desk.click(box.x + box.width // 2, box.y + box.height // 2)
        display.until(lambda: desk.title(window) == "Call 1")

        with display.compositor(desk):
            display.until(lambda: QColor(COLOUR) not in colours())  # the shadow is back
        display.until(lambda: colours() == [QColor(COLOUR)] * 3)


def test_with_the_pointer_come_tools_that_cover_no_text_and_move_the_captions(
    desk: display.PrivateDisplay, folder: Path
):
    with program(desk, folder), call(desk) as window:
        _, box = captions(desk)
        desk.xdotool("mousemove", box.x + box.width // 2, box.y + 30)
        display.until(lambda: tools(desk))
        found = tools(desk)
        assert found
        assert found.y + found.height <= box.y
        assert active(desk) == window

        desk.drag(found.x + 30, found.y + found.height // 2, -80, -90)
        display.until(lambda: kept(folder).get("places"))
        after = captions(desk)[1]
        assert after.x - box.x == pytest.approx(-80, abs=25)
        assert after.y - box.y == pytest.approx(-90, abs=25)

        desk.xdotool("mousemove", 5, 5)
        display.until(lambda: not tools(desk))
        assert active(desk) == window


def test_the_tools_are_entered_and_left_by_the_keyboard(desk: display.PrivateDisplay, folder: Path):
    with program(desk, folder), call(desk):
        _, box = captions(desk)
        desk.xdotool("key", "ctrl+alt+o", "key", "ctrl+alt+o")
        display.until(lambda: desk.window(TOOLS) == active(desk))

        desk.xdotool("key", "shift+Tab")
        desk.xdotool("key", "Up")
        display.until(lambda: captions(desk)[1].y == box.y - 16)
        desk.xdotool("key", "Escape")
        display.until(lambda: not tools(desk))


def test_captions_are_hidden_by_their_tools_and_come_back_where_they_were(
    desk: display.PrivateDisplay, folder: Path
):
    with program(desk, folder):
        _, box = captions(desk)
        desk.xdotool("mousemove", box.x + box.width // 2, box.y + 30)
        display.until(lambda: tools(desk))
        desk.click(*tool(desk, 1))
        display.until(lambda: not desk.window(CAPTIONS))

        desk.xdotool("key", "ctrl+alt+c")
        display.until(lambda: desk.window(CAPTIONS))
        display.until(lambda: captions(desk)[1] == box)

"""The captions' window as a desktop has it, under window managers that differ."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage

from captioner.ui.overlay.box import SHADOW
from captioner.ui.overlay.plates import INSET, Tool
from tests.end_to_end import display
from tests.end_to_end.call_window import COLOUR
from tests.end_to_end.monitors import can_be_plugged, two_monitors
from tests.end_to_end.program import CAPTIONS, program

pytestmark = pytest.mark.e2e

CALL, TOOLS, STUDIO = "^Call [0-9]+$", "^Caption tools$", "^Caption style "

on_openbox = pytest.mark.skipif(
    not display.is_installed(), reason="Xvfb, openbox, xdotool, xprop or scrot is not installed"
)


@pytest.fixture(params=display.MANAGERS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[display.PrivateDisplay]:
    """A screen under each window manager."""
    if not display.is_installed(request.param):
        pytest.skip(f"Xvfb, {request.param}, xdotool, xprop or scrot is not installed")
    with display.private_display(tmp_path, manager=request.param) as screen:
        yield screen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the program keeps what it keeps."""
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


@contextmanager
def call(screen: display.PrivateDisplay) -> Generator[str]:
    """A maximised window that counts its clicks, in front and with the keyboard; its id."""
    script = Path(__file__).with_name("call_window.py")
    running = subprocess.Popen([sys.executable, str(script)], env=screen.env)
    try:
        display.until(lambda: screen.window(CALL))
        window = screen.window(CALL)
        assert window
        screen.xdotool("windowactivate", "--sync", window)
        display.until(lambda: screen.geometry(window).width > 1300)
        yield window
    finally:
        running.terminate()
        running.wait()


def captions(screen: display.PrivateDisplay) -> tuple[str, display.Geometry]:
    """The window of the captions, and where the box is. For a moment of its coming it is not to be seen."""
    seen: list[str | None] = []
    display.until(lambda: seen.append(screen.window(CAPTIONS)) or seen[-1])
    window = seen[-1]
    assert window
    found = screen.geometry(window)
    return window, display.Geometry(
        found.x + SHADOW, found.y + SHADOW, found.width - 2 * SHADOW, found.height - 2 * SHADOW
    )


def kept(folder: Path) -> dict[str, Any]:
    """The settings as they are saved."""
    path = folder / "settings.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def choose(folder: Path, text: str) -> None:
    """Settings to start with."""
    (folder / "settings.toml").write_text(text)


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
            assert clicks() == 3

        desk.xdotool("key", "ctrl+alt+t")
        display.until(lambda: kept(folder)["click_through"] is False)
        assert clicks() == 0
        desk.xdotool("key", "ctrl+alt+t")
        display.until(lambda: kept(folder)["click_through"] is True)
        assert clicks() == 3


def test_it_is_dragged_by_its_text_and_stands_there_after_a_restart(
    desk: display.PrivateDisplay, folder: Path
):
    with program(desk, folder):
        _, before = captions(desk)
        desk.drag(before.x + before.width // 2, before.y + before.height // 3, 90, -120)
        display.until(lambda: kept(folder).get("places"))
        _, after = captions(desk)

    assert (after.x - before.x, after.y - before.y) == (
        pytest.approx(90, abs=25),
        pytest.approx(-120, abs=25),
    )
    assert (after.width, after.height) == (before.width, before.height)
    with program(desk, folder):
        assert captions(desk)[1] == after


def test_it_is_drawn_wider_and_for_more_lines_and_is_so_after_a_restart(
    desk: display.PrivateDisplay, folder: Path
):
    with program(desk, folder):
        _, first = captions(desk)
        desk.drag(first.x + first.width // 2, first.y + 30, -60, -200)
        display.until(lambda: kept(folder).get("places"))
        _, before = captions(desk)
        line = (before.height - 30) // 4
        desk.drag(before.x + before.width - 3, before.y + before.height - 3, 100, 2 * line)
        display.until(lambda: kept(folder).get("style", {}).get("lines", 3) > 3)
        _, after = captions(desk)
        places = kept(folder)["places"]

    assert (after.x, after.y) == (before.x, before.y)
    assert after.width - before.width == pytest.approx(100, abs=25)
    assert [each["width"] for each in places.values()] == [after.width]
    with program(desk, folder):
        assert captions(desk)[1] == after


def test_locked_it_stays(desk: display.PrivateDisplay, folder: Path):
    choose(folder, "locked = true\n")
    with program(desk, folder):
        _, before = captions(desk)
        desk.drag(before.x + before.width // 2, before.y + 30, 90, -120)
        desk.drag(before.x + 2, before.y + before.height // 2, -90, 0)

        assert captions(desk)[1] == before


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


# The tools


def tools(screen: display.PrivateDisplay) -> display.Geometry | None:
    """Where the captions' tools are, if they are there."""
    window = screen.window(TOOLS)
    return screen.geometry(window) if window else None


def tool(screen: display.PrivateDisplay, number: int) -> tuple[int, int]:
    """The middle of a tool, counted from the right: 1 hides the captions."""
    found = tools(screen)
    assert found
    middle = INSET + Tool.SIDE // 2
    return found.x + found.width - middle - (number - 1) * (Tool.SIDE + Tool.APART), found.y + middle


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


# How they look

TEXT, BEHIND, BOX = QColor("#FFFF00"), QColor("#106010"), QColor("#A02080")


def over(below: QColor, above: QColor, strength: float) -> QColor:
    """What is seen of a colour over another."""

    def mixed(one: int, other: int) -> int:
        return round(one * (1 - strength) + other * strength)

    pairs = zip(below.getRgb()[:3], above.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(mixed(one, other) for one, other in pairs))


def text_of(screen: display.PrivateDisplay) -> QImage:
    """The part of the screen where the captions' text is."""
    _, box = captions(screen)
    return screen.picture().copy(box.x + 30, box.y + 8, box.width - 60, box.height // 2)


def count(picture: QImage, colour: QColor) -> int:
    """How many pixels have a colour, or one next to it."""

    def is_it(x: int, y: int) -> bool:
        pairs = zip(picture.pixelColor(x, y).getRgb(), colour.getRgb(), strict=True)  # type: ignore[arg-type]
        return all(abs(one - other) <= 4 for one, other in pairs)

    return sum(is_it(x, y) for x in range(picture.width()) for y in range(picture.height()))


def styled(folder: Path, text: float, behind: float, box: float, edge: str = "none") -> None:
    """A style with these strengths."""
    choose(
        folder,
        f'[style]\ntext = "{TEXT.name()}"\ntext_strength = {text}\nbehind = "{BEHIND.name()}"\n'
        f'behind_strength = {behind}\nbox = "{BOX.name()}"\nbox_strength = {box}\nedge = "{edge}"\n',
    )


@pytest.mark.engine
@pytest.mark.skipif(
    not display.is_installed(), reason="Xvfb, openbox, xdotool, xprop or scrot is not installed"
)
@pytest.mark.skipif(shutil.which("picom") is None, reason="picom is not installed")
@pytest.mark.parametrize(("text", "behind", "box"), [(1, 1, 1), (0.5, 0.5, 0.5), (1, 0.5, 0), (1, 0, 1)])
def test_text_ground_and_box_are_seen_in_their_colours_and_strengths(
    screen: display.PrivateDisplay, folder: Path, text: float, behind: float, box: float
):
    styled(folder, text, behind, box)
    boxed = over(QColor(COLOUR), BOX, box)
    ground = over(boxed, BEHIND, behind)
    letters = over(ground, TEXT, text)

    with display.compositor(screen), program(screen, folder, "demo"), call(screen):
        display.until(lambda: count(text_of(screen), letters) > 200)
        seen = text_of(screen)

    assert count(seen, boxed) > 2000
    assert count(seen, ground) > 1000


def sides(picture: QImage) -> tuple[int, int]:
    """How many dark pixels have letters to the lower right of them, and how many to the upper left."""

    def is_text(x: int, y: int) -> bool:
        colour = picture.pixelColor(x, y)
        return colour.red() > 200 and colour.green() > 200 and colour.blue() < 90

    dark = [
        (x, y)
        for x in range(3, picture.width() - 3)
        for y in range(3, picture.height() - 3)
        if picture.pixelColor(x, y).lightness() < 30
    ]
    before = sum(is_text(x + 1, y + 1) or is_text(x + 2, y + 2) for x, y in dark)
    behind = sum(is_text(x - 1, y - 1) or is_text(x - 2, y - 2) for x, y in dark)
    return before, behind


@pytest.mark.engine
@pytest.mark.skipif(
    not display.is_installed(), reason="Xvfb, openbox, xdotool, xprop or scrot is not installed"
)
@pytest.mark.parametrize("edge", ["none", "raised", "depressed", "uniform", "drop_shadow"])
def test_each_edge_is_seen_where_it_belongs(screen: display.PrivateDisplay, folder: Path, edge: str):
    styled(folder, 1, 0, 1, edge)

    with program(screen, folder, "demo"):
        display.until(lambda: count(text_of(screen), TEXT) > 300)
        before, behind = sides(text_of(screen))

    match edge:
        case "none":
            assert (before, behind) == (0, 0)
        case "depressed":
            assert before > 2 * behind > 0
        case "uniform":
            assert 0.5 < before / behind < 2
        case _:
            assert behind > 2 * before > 0


def test_what_is_chosen_in_the_studio_is_seen_at_once(desk: display.PrivateDisplay, folder: Path):
    with program(desk, folder):
        _, box = captions(desk)
        desk.xdotool("mousemove", box.x + box.width // 2, box.y + 30)
        display.until(lambda: tools(desk))
        desk.click(*tool(desk, 5))
        display.until(lambda: desk.window(STUDIO))
        studio = desk.window(STUDIO)
        assert studio
        before = text_of(desk)

        for _ in range(6):  # through the studio by the keyboard, until a tile is another
            desk.press(studio, "Tab")
            desk.press(studio, "Right")
            if kept(folder).get("style"):
                break

        display.until(lambda: kept(folder).get("style"))
        display.until(lambda: text_of(desk) != before)

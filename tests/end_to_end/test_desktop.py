"""Keys while another program has the keyboard, and what the desktop makes of the captions' window."""

from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from captioner.ui.desktop.abilities import proved
from captioner.ui.desktop.x11 import X11
from tests.end_to_end import display
from tests.end_to_end.captions import TOOLS, call, kept
from tests.end_to_end.program import CAPTIONS, PANEL, program

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="module", params=display.MANAGERS)
def desk(request: pytest.FixtureRequest, folder: Path) -> Generator[display.PrivateDisplay]:
    """A screen under each window manager, with the program on it; every test leaves it as it was."""
    if not display.is_installed(request.param):
        pytest.skip(f"Xvfb, {request.param}, xdotool, xprop or scrot is not installed")
    with display.private_display(folder, manager=request.param) as screen, program(screen, folder):
        display.until(lambda: screen.xdotool("getactivewindow"))
        yield screen


def _leave(screen: display.PrivateDisplay) -> None:
    """Nothing of the program has the keyboard."""
    screen.xdotool("windowminimize", screen.window(PANEL) or "")
    display.until(lambda: not screen.window(PANEL))


def test_captions_are_hidden_and_brought_back_from_any_program(desk: display.PrivateDisplay) -> None:
    _leave(desk)

    desk.xdotool("key", "ctrl+alt+c")
    display.until(lambda: not desk.window(CAPTIONS))
    desk.xdotool("key", "ctrl+alt+c")

    display.until(lambda: desk.window(CAPTIONS))


def test_clicks_go_through_and_come_back_by_a_key(desk: display.PrivateDisplay, folder: Path) -> None:
    _leave(desk)
    window = int(desk.window(CAPTIONS) or 0)

    with closing(X11(desk.env["DISPLAY"])) as x11:
        assert not x11.lets_clicks_through(window)
        desk.xdotool("key", "ctrl+alt+t")
        display.until(lambda: x11.lets_clicks_through(window))
        display.until(lambda: kept(folder).get("click_through"))
        desk.xdotool("key", "ctrl+alt+t")
        display.until(lambda: not x11.lets_clicks_through(window))


def test_the_transcript_comes_to_the_front_and_has_the_keyboard(desk: display.PrivateDisplay) -> None:
    _leave(desk)
    with call(desk) as other:
        desk.click(700, 200)
        assert desk.xdotool("getactivewindow") == other

        desk.xdotool("key", "ctrl+alt+o")

        display.until(lambda: desk.window(PANEL) and desk.window(PANEL) == desk.xdotool("getactivewindow"))


def test_the_same_key_twice_leads_into_the_toolbar_and_escape_out_of_it(
    desk: display.PrivateDisplay,
) -> None:
    desk.xdotool("key", "ctrl+alt+o")
    desk.xdotool("key", "ctrl+alt+o")

    display.until(lambda: desk.window(TOOLS) and desk.window(TOOLS) == desk.xdotool("getwindowfocus"))
    desk.xdotool("key", "Escape")
    display.until(lambda: desk.window(TOOLS) != desk.xdotool("getwindowfocus"))


def test_what_is_read_back_of_the_captions_is_what_was_asked_for(desk: display.PrivateDisplay) -> None:
    _leave(desk)
    window = int(desk.window(CAPTIONS) or 0)
    box = desk.geometry(str(window))

    def look(x: int, y: int) -> list[bool]:
        found = proved(window, (x, y), lambda: X11(desk.env["DISPLAY"]))
        return [ability.works for ability in found]

    display.until(lambda: look(box.x, box.y) == [True, True, True, False])
    assert look(box.x, box.y + 9) == [True, True, False, False]
    desk.xdotool("key", "ctrl+alt+t")
    display.until(lambda: all(look(box.x, box.y)))
    desk.xdotool("key", "ctrl+alt+t")
    display.until(lambda: not all(look(box.x, box.y)))


def test_captions_that_come_back_are_on_every_workspace_again(desk: display.PrivateDisplay) -> None:
    with closing(X11(desk.env["DISPLAY"])) as x11:
        display.until(lambda: x11.is_on_all_desktops(int(desk.window(CAPTIONS) or 0)))
        desk.xdotool("key", "ctrl+alt+c")
        display.until(lambda: not desk.window(CAPTIONS))
        desk.xdotool("key", "ctrl+alt+c")
        display.until(lambda: desk.window(CAPTIONS))

        display.until(lambda: x11.is_on_all_desktops(int(desk.window(CAPTIONS) or 0)))

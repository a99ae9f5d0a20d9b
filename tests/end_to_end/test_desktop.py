"""Keys while another program has the keyboard, and what the desktop makes of the captions' window."""

import subprocess
import sys
import tomllib
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from captioner.ui.desktop.abilities import proved
from captioner.ui.desktop.x11 import X11
from tests.end_to_end import display
from tests.end_to_end.program import CAPTIONS, PANEL, program

pytestmark = pytest.mark.e2e

CALL = "^Call [0-9]+$"
TOOLS = "^Caption tools$"


@pytest.fixture(params=display.MANAGERS)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[display.PrivateDisplay]:
    """A screen under each window manager, with the program on it."""
    if not display.is_installed(request.param):
        pytest.skip(f"Xvfb, {request.param}, xdotool, xprop or scrot is not installed")
    with (
        display.private_display(tmp_path, manager=request.param) as screen,
        program(screen, tmp_path / "data"),
    ):
        display.until(lambda: screen.xdotool("getactivewindow"))
        yield screen


def _kept(folder: Path) -> dict[str, Any]:
    path = folder / "data" / "settings.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def _leave(screen: display.PrivateDisplay) -> None:
    """Nothing of the program has the keyboard."""
    screen.xdotool("windowminimize", screen.window(PANEL) or "")
    display.until(lambda: not screen.window(PANEL))


@contextmanager
def call(screen: display.PrivateDisplay) -> Generator[str]:
    """Another program's window, in front and with the keyboard; its id."""
    script = Path(__file__).with_name("call_window.py")
    running = subprocess.Popen([sys.executable, str(script)], env=screen.env)
    try:
        display.until(lambda: screen.window(CALL))
        window = screen.window(CALL)
        assert window
        screen.xdotool("windowactivate", "--sync", window)
        yield window
    finally:
        running.terminate()
        running.wait()


def test_captions_are_hidden_and_brought_back_from_any_program(desk: display.PrivateDisplay) -> None:
    _leave(desk)

    desk.xdotool("key", "ctrl+alt+c")
    display.until(lambda: not desk.window(CAPTIONS))
    desk.xdotool("key", "ctrl+alt+c")

    display.until(lambda: desk.window(CAPTIONS))


def test_clicks_go_through_and_come_back_by_a_key(desk: display.PrivateDisplay, tmp_path: Path) -> None:
    _leave(desk)
    window = int(desk.window(CAPTIONS) or 0)

    with closing(X11(desk.env["DISPLAY"])) as x11:
        assert not x11.lets_clicks_through(window)
        desk.xdotool("key", "ctrl+alt+t")
        display.until(lambda: x11.lets_clicks_through(window))
        display.until(lambda: _kept(tmp_path).get("click_through"))
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


def test_captions_that_come_back_are_on_every_workspace_again(desk: display.PrivateDisplay) -> None:
    with closing(X11(desk.env["DISPLAY"])) as x11:
        display.until(lambda: x11.is_on_all_desktops(int(desk.window(CAPTIONS) or 0)))
        desk.xdotool("key", "ctrl+alt+c")
        display.until(lambda: not desk.window(CAPTIONS))
        desk.xdotool("key", "ctrl+alt+c")
        display.until(lambda: desk.window(CAPTIONS))

        display.until(lambda: x11.is_on_all_desktops(int(desk.window(CAPTIONS) or 0)))

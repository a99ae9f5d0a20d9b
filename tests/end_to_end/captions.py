"""The captions on a screen of our own, the window of another program below them, and what they keep."""

import subprocess
import sys
import tomllib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from captioner.ui.overlay.box import SHADOW
from captioner.ui.overlay.plates import INSET, Tool
from tests.end_to_end import display
from tests.end_to_end.program import CAPTIONS

TOOLS = "^Caption tools$"
_CALL = "^Call [0-9]+$"


@contextmanager
def call(screen: display.PrivateDisplay) -> Generator[str]:
    """A maximised window that counts its clicks, in front and with the keyboard; its id."""
    script = Path(__file__).with_name("call_window.py")
    running = subprocess.Popen([sys.executable, str(script)], env=screen.env)
    try:
        display.until(lambda: screen.window(_CALL))
        window = screen.window(_CALL)
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


def kept(folder: Path) -> dict[str, Any]:
    """The settings as they are saved."""
    path = folder / "settings.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def choose(folder: Path, text: str) -> None:
    """Settings to start with."""
    (folder / "settings.toml").write_text(text)

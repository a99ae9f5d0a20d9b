"""A screen of our own: Xvfb with a window manager, driven by xdotool, seen by scrot."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QColor, QImage


def is_installed() -> bool:
    """Whether everything that is needed is there."""
    return all(shutil.which(name) for name in ("Xvfb", "openbox", "xdotool", "scrot"))


@dataclass(frozen=True)
class Geometry:
    """A window's place and size in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class PrivateDisplay:
    """A running screen. `env` is what a program needs to appear on it."""

    env: Mapping[str, str]
    folder: Path

    def xdotool(self, *words: str | int) -> str:
        """One order, and its answer; empty where nothing was found."""
        done = subprocess.run(
            ["xdotool", *map(str, words)], env=dict(self.env), capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    def window(self, title: str) -> str | None:
        """The id of the visible window whose title matches."""
        found = self.xdotool("search", "--onlyvisible", "--name", title).splitlines()
        return found[-1] if found else None

    def geometry(self, window: str) -> Geometry:
        """Where a window is."""
        pairs = (
            line.split("=") for line in self.xdotool("getwindowgeometry", "--shell", window).splitlines()
        )
        values = {name: int(value) for name, value in pairs if value.lstrip("-").isdecimal()}
        return Geometry(values["X"], values["Y"], values["WIDTH"], values["HEIGHT"])

    def press(self, window: str, keys: str) -> None:
        """Give a window the keyboard and press keys, as xdotool names them."""
        self.xdotool("windowactivate", "--sync", window)
        self.xdotool("key", "--clearmodifiers", keys)

    def drag(self, x: int, y: int, by: int) -> None:
        """Take hold at a point and move right and up; slow enough for a window manager."""
        self.xdotool("mousemove", x, y)
        self.xdotool("mousedown", 1)
        for step in range(1, 11):
            time.sleep(0.02)
            self.xdotool("mousemove", x + by * step // 10, y - by * step // 10)
        time.sleep(0.1)
        self.xdotool("mouseup", 1)

    def picture(self) -> QImage:
        """What is on the screen now."""
        path = self.folder / "screen.png"
        subprocess.run(["scrot", "-o", str(path)], env=dict(self.env), check=True)
        return QImage(str(path))


def bright_pixels(picture: QImage, part: Geometry) -> int:
    """How many pixels of a part of the screen are almost white: the text of captions."""
    return sum(
        QColor(picture.pixel(x, y)).lightness() > 230
        for x in range(max(0, part.x), min(picture.width(), part.x + part.width))
        for y in range(max(0, part.y), min(picture.height(), part.y + part.height))
    )


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for something that happens in another process."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


@contextmanager
def private_display(folder: Path, env: Mapping[str, str] | None = None) -> Generator[PrivateDisplay]:
    """Start a screen of 1400 × 900 with openbox; ends everything it started."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    hidden = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY")
    whole = {name: value for name, value in (env or os.environ).items() if name not in hidden}
    whole["DISPLAY"] = f":{number}"
    manager = subprocess.Popen(["openbox"], env=whole, stderr=subprocess.DEVNULL)
    try:
        yield PrivateDisplay(whole, folder)
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()

"""A screen of our own: Xvfb with a window manager, driven by xdotool, seen by scrot."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QColor, QImage

MANAGERS = {
    "openbox": ("openbox",),
    # Without a bus of its own xfwm4 finds no settings and knows nothing of the standard for such windows.
    "xfwm4": ("dbus-run-session", "--", "xfwm4", "--compositor=off"),
}
"""How each window manager is started."""


def is_installed(manager: str = "openbox") -> bool:
    """Whether everything that is needed is there."""
    needed = ("Xvfb", "xdotool", "xprop", "scrot", manager, MANAGERS[manager][0])
    return all(shutil.which(name) for name in needed)


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

    def title(self, window: str) -> str:
        """A window's title."""
        return self.xdotool("getwindowname", window)

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

    def properties(self, window: str, *names: str) -> str:
        """What a window says of itself, as xprop prints it; "-root" = the window manager of itself."""
        whose = (window,) if window == "-root" else ("-id", window)
        done = subprocess.run(
            ["xprop", *whose, *names], env=dict(self.env), capture_output=True, text=True, check=False
        )
        return done.stdout

    def drag(self, x: int, y: int, right: int, down: int) -> None:
        """Take hold at a point and move; slow enough for a window manager."""
        self.xdotool("mousemove", x, y)
        self.xdotool("mousedown", 1)
        for step in range(1, 21):
            self.xdotool("mousemove", x + right * step // 20, y + down * step // 20)
            far = max(abs(right), abs(down)) * step / 20
            time.sleep(0.3 if 10 <= far < 35 else 0.02)  # now it may be handed over to the window manager
        time.sleep(0.3)
        self.xdotool("mouseup", 1)

    def click(self, x: int, y: int) -> None:
        """One click, slow enough to be one."""
        self.xdotool("mousemove", x, y, "mousedown", 1, "sleep", "0.1", "mouseup", 1)

    def picture(self) -> QImage:
        """What is on the screen now."""
        path = self.folder / "screen.png"
        subprocess.run(["scrot", "-o", str(path)], env=dict(self.env), check=True)
        return QImage(str(path))


@contextmanager
def compositor(screen: PrivateDisplay) -> Generator[None]:
    """Somebody who blends what is translucent with what is below."""
    running = subprocess.Popen(
        ["picom", "--backend", "xrender", "--config", "/dev/null"], env=screen.env, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        running.terminate()
        running.wait()


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
def private_display(
    folder: Path, env: Mapping[str, str] | None = None, manager: str = "openbox"
) -> Generator[PrivateDisplay]:
    """Start a screen of 1400 × 900 with a window manager; ends everything it started."""
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
    own = {**whole, "XDG_CONFIG_HOME": str(folder / "desktop"), "NO_AT_BRIDGE": "1"}
    managing = subprocess.Popen(MANAGERS[manager], env=own, stderr=subprocess.DEVNULL, start_new_session=True)
    screen = PrivateDisplay(whole, folder)
    try:
        until(lambda: "_NET_WM_MOVERESIZE" in screen.properties("-root", "_NET_SUPPORTED"))
        yield screen
    finally:
        os.killpg(managing.pid, signal.SIGTERM)
        managing.wait()
        server.terminate()
        server.wait()

"""Whether windows can be shown: asked before Qt, which ends the program without a word where they cannot."""

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

_X11_TCP = 6000


def has_display(env: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a screen that answers. A platform that was chosen for Qt by hand is believed."""
    if sys.platform != "linux" or env.get("QT_QPA_PLATFORM"):
        return True
    return _x11_answers(env.get("DISPLAY", "")) or _wayland_answers(env)


def _x11_answers(display: str) -> bool:
    host, _, number = display.rpartition(":")
    number = number.split(".")[0]
    if not number.isdecimal():
        return False
    if host not in ("", "unix"):
        return _answers(socket.AF_INET, (host, _X11_TCP + int(number)))
    path = f"/tmp/.X11-unix/X{number}"
    # Linux servers listen in the abstract namespace as well; the file may be out of a container's sight.
    return _answers(socket.AF_UNIX, path) or _answers(socket.AF_UNIX, f"\0{path}")


def _wayland_answers(env: Mapping[str, str]) -> bool:
    name = env.get("WAYLAND_DISPLAY")
    if not name:
        return False
    return _answers(socket.AF_UNIX, str(Path(env.get("XDG_RUNTIME_DIR", "/nonexistent")) / name))


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(2.0)
        try:
            client.connect(address)
        except OSError:
            return False
    return True

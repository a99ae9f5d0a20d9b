"""Prints what this machine lacks: a line each, what is missing and then the packages that carry it.

Run by setup.sh with whatever Python it has found, so it imports nothing but the standard library. Usage:
`python3 missing.py run|test`; "run" is what the program needs, "test" adds what the checks need.
Packages are Debian's names; where Ubuntu has renamed one, the new name comes first and the old one after it.
"""

import ctypes
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

# Asked for by opening them, not by asking dpkg: that is what Qt will do, and it is true on every system.
# Without the xcb ones Qt starts only off screen, and its message blames xcb-cursor whichever is missing.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0t64 libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libportaudio.so.2": "libportaudio2",
    "libpulse.so.0": "libpulse0",
}
COMMANDS = {"parec": "pulseaudio-utils"}
# The tests start a display, a window manager and both sound servers of their own.
TEST_COMMANDS = {
    "Xvfb": "xvfb",
    "xauth": "xauth",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "scrot": "scrot",
    "pulseaudio": "pulseaudio",
    "pactl": "pulseaudio-utils",
    "pipewire": "pipewire",
    "wireplumber": "wireplumber",
    "pipewire-pulse": "pipewire-pulse",
    "espeak-ng": "espeak-ng",
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


def opens(library: str) -> bool:
    """True if the dynamic linker finds the library and everything that it needs in turn."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font() -> bool:
    """True if any outline font is installed: without one, Qt paints empty boxes."""
    for folder in FONT_FOLDERS:
        for _, _, names in os.walk(Path(folder).expanduser()):
            if any(name.endswith((".ttf", ".otf", ".ttc")) for name in names):
                return True
    return False


def missing(purpose: str) -> Iterator[tuple[str, str]]:
    """What is missing for "run" or "test", each with its packages, likeliest first."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        yield "venv", f"python3.{sys.version_info.minor}-venv"
    if sys.platform != "linux":
        return
    for library, packages in LIBRARIES.items():
        if not opens(library):
            yield library, packages
    commands = COMMANDS | TEST_COMMANDS if purpose == "test" else COMMANDS
    for command, packages in commands.items():
        if shutil.which(command) is None:
            yield command, packages
    if not has_font():
        yield "font", "fonts-dejavu-core"


if __name__ == "__main__":
    for what, packages in missing(sys.argv[1]):
        print(what, packages)

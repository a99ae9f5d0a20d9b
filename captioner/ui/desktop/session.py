"""By what the windows are shown here, found without Qt: the check-up asks, too."""

import os
import sys
from collections.abc import Mapping
from typing import Literal

Session = Literal["x11", "xwayland", "wayland", "windows", "macos", "none"]
"""`xwayland`: a Wayland desktop that shows our windows by X11. `none`: no screen, or one that nobody sees."""

_SYSTEMS: dict[str, Session] = {"win32": "windows", "darwin": "macos"}


def session(env: Mapping[str, str] = os.environ, system: str = sys.platform) -> Session:
    """As the window program would be shown in this environment: by X11 wherever it can be had."""
    if system in _SYSTEMS:
        return _SYSTEMS[system]
    chosen = env.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if not chosen:
        chosen = "xcb" if env.get("DISPLAY") else "wayland"
    is_wayland = bool(env.get("WAYLAND_DISPLAY"))
    if chosen == "xcb" and env.get("DISPLAY"):
        return "xwayland" if is_wayland else "x11"
    return "wayland" if chosen.startswith("wayland") and is_wayland else "none"

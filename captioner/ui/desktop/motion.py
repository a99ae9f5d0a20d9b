"""Whether the person asked the desktop for less movement."""

import subprocess
from collections.abc import Callable, Sequence
from typing import Any

from captioner.ui.desktop.session import Session, session

PATIENCE = 1.0
"""Seconds for each answer; a desktop that says nothing has said nothing."""

_CLIENT_AREA_ANIMATION = 0x1042

_PORTAL = (
    *("gdbus", "call", "--session", "--dest", "org.freedesktop.portal.Desktop"),
    *("--object-path", "/org/freedesktop/portal/desktop"),
    *("--method", "org.freedesktop.portal.Settings.ReadOne"),
)
_LINUX: Sequence[tuple[Sequence[str], Sequence[str]]] = (
    ((*_PORTAL, "org.freedesktop.appearance", "reduced-motion"), ("(<uint32 1>,)",)),
    ((*_PORTAL, "org.kde.kdeglobals.KDE", "AnimationDurationFactor"), ("(<'0'>,)", "(<0.0>,)")),
    (("gsettings", "get", "org.gnome.desktop.interface", "enable-animations"), ("false",)),
)
"""What is asked, and the answers that mean less movement. The first is KDE's and GNOME's common word for it,
which older desktops do not know."""

_MACOS = (("defaults", "read", "com.apple.universalaccess", "reduceMotion"), ("1",))


def is_motion_reduced(
    where: Session | None = None, ask: "Callable[[Sequence[str]], str] | None" = None
) -> bool:
    """Ask the desktop: takes as long as that, so call it in a thread. False where nothing answers."""
    ask = ask or _asked
    match where or session():
        case "windows":
            return not _is_animated()
        case "macos":
            return ask(_MACOS[0]) in _MACOS[1]
        case "none":
            return False
        case _:
            return any(ask(words) in answers for words, answers in _LINUX)


def _asked(words: Sequence[str]) -> str:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _is_animated() -> bool:
    import ctypes  # nobody else needs it at the start

    user32: Any = getattr(ctypes, "windll").user32  # noqa: B009 - only Windows has it
    is_on = ctypes.c_int32(True)
    user32.SystemParametersInfoW(_CLIENT_AREA_ANIMATION, 0, ctypes.byref(is_on), 0)
    return bool(is_on)

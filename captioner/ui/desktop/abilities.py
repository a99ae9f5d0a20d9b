"""What a window of captions can do on this desktop: asked without Qt, or read back from one that is shown."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from captioner.ui.desktop.session import Session, session
from captioner.ui.desktop.shortcuts import KEYS, WHY_NOT
from captioner.ui.desktop.x11 import X11
from captioner.ui.desktop.x11_keys import X11Keys

_BY_TRAY = "Use the icon in the tray"
_BY_X11 = "Install Xwayland, and leave QT_QPA_PLATFORM unset"
_OTHER_MANAGER = "Use another window manager"
_FULL_SCREEN_FIRST = ("Openbox", "KWin")
"""They put a full-screen window that has the keyboard even above those that are to be above all."""
_NEAR = 2
"""Pixels by which a place may be rounded."""


@dataclass(frozen=True, slots=True)
class Ability:
    """One thing that captions should do: whether they can here, and what to do where they cannot."""

    what: str
    works: bool
    words: str
    remedy: str = ""


_SHARING = Ability(
    "hidden from sharing",
    False,
    "whoever shares the whole screen shows captions, too",
    "Share one window instead",
)
_WAYLAND = (
    Ability("on top", False, "Wayland lets no program ask for it", _BY_X11),
    Ability("every workspace", False, "Wayland lets no program ask for it", _BY_X11),
    Ability("own place", False, "Wayland puts windows where it likes and does not say where", _BY_X11),
    Ability("layer-shell", False, "the Qt of this program has no part for it", _BY_X11),
    Ability("click-through", True, "clicks reach what is below them"),
    Ability("see-through", True, "what is below them shines through"),
    Ability("keys everywhere", False, WHY_NOT["wayland"], _BY_TRAY),
)
_WINDOWS = (
    Ability("on top", True, "above all but programs that have the screen for themselves"),
    Ability("every workspace", False, "Windows lets no program ask for it", "Pin them in the task view"),
    Ability("own place", True, "they stay where they are put"),
    Ability("click-through", True, "clicks reach what is below them"),
    Ability("see-through", True, "what is below them shines through"),
)
_MACOS = (
    Ability("on top", True, "above all but programs in full screen"),
    Ability(
        "every workspace",
        False,
        "captioner does not ask macOS for it yet",
        "Assign it to all desktops in the Dock",
    ),
    Ability("own place", True, "they stay where they are put"),
    Ability("click-through", True, "clicks reach what is below them"),
    Ability("see-through", True, "what is below them shines through"),
    Ability("keys everywhere", False, WHY_NOT["macos"], "Use the icon in the menu bar"),
)


def abilities(
    where: Session | None = None,
    refused: Mapping[str, str] | None = None,
    connect: Callable[[], X11] = X11,
) -> list[Ability]:
    """What works here, in the order in which people ask for it. [] = there is no screen.

    `refused`: which of `KEYS` the program that runs could not have, and why; None = try them now.
    """
    where = where or session()
    match where:
        case "x11" | "xwayland":
            return [*_by_x11(where, refused, connect), _SHARING]
        case "wayland":
            return [*_WAYLAND, _SHARING]
        case "windows":
            return [*_WINDOWS, *([] if refused is None else [_keys(refused)]), _SHARING]
        case "macos":
            return [*_MACOS, _SHARING]
        case "none":
            return []


def proved(window: int, place: tuple[int, int], connect: Callable[[], X11] = X11) -> list[Ability]:
    """What became of a window of ours that X11 shows and that should let clicks through.

    `place`: where it should be, in pixels of the screen.
    """
    try:
        x11 = connect()
    except OSError as error:
        return [Ability("captions", False, str(error), "Start the program again")]
    with closing(x11):
        found = x11.place(window)
        is_put = found is not None and all(abs(a - b) <= _NEAR for a, b in zip(found, place, strict=True))
        where = f"they are at {found}, not at {place}"
        return [
            _proof("on top", x11.is_above(window), "nothing covers them", "a window covers them"),
            _proof("every workspace", x11.is_on_all_desktops(window), "they are on all", "they are on one"),
            _proof("own place", is_put, "they are where they were put", where),
            _proof("click-through", x11.lets_clicks_through(window), "clicks pass", "they keep clicks"),
        ]


def _proof(what: str, works: bool, words: str, otherwise: str) -> Ability:
    return Ability(what, works, words) if works else Ability(what, works, otherwise, _OTHER_MANAGER)


def _by_x11(
    where: Session, refused: Mapping[str, str] | None, connect: Callable[[], X11]
) -> Iterator[Ability]:
    try:
        x11 = connect()
    except OSError as error:
        yield Ability("captions", False, str(error), "Look at DISPLAY")
        return
    with closing(x11):
        by = (x11.manager or "no window manager") + (", by Xwayland," if where == "xwayland" else "")
        but = ", but below a full-screen window you work in" if x11.manager in _FULL_SCREEN_FIRST else ""
        yield _managed(x11, "on top", "_NET_WM_STATE_ABOVE", f"{by} keeps captions above other windows{but}")
        yield _managed(x11, "every workspace", "_NET_WM_DESKTOP", f"{by} shows them on all")
        yield Ability("own place", True, "they stay where they are put")
        yield _shaped(x11)
        yield _blended(x11)
        if where in WHY_NOT:
            yield Ability("keys everywhere", False, WHY_NOT[where], _BY_TRAY)
        else:
            yield _keys(_tried(x11) if refused is None else refused)


def _managed(x11: X11, what: str, atom: str, words: str) -> Ability:
    if x11.manager and x11.supports(atom):
        return Ability(what, True, words)
    who = f"{x11.manager} does not do that" if x11.manager else "there is no window manager"
    return Ability(what, False, who, _OTHER_MANAGER)


def _shaped(x11: X11) -> Ability:
    if x11.has_extension("SHAPE"):
        return Ability("click-through", True, "clicks reach what is below them")
    return Ability(
        "click-through", False, "this screen knows no windows without a shape", "Use another X server"
    )


def _blended(x11: X11) -> Ability:
    if x11.has_compositor:
        return Ability("see-through", True, "what is below them shines through")
    words = "nobody blends windows here: their box is opaque"
    return Ability("see-through", False, words, "Switch on the desktop's effects, or start picom")


def _keys(refused: Mapping[str, str]) -> Ability:
    what, ours = "keys everywhere", ", ".join(keys for name, keys in KEYS.items() if name not in refused)
    if not refused:
        return Ability(what, True, ours)
    words = "; ".join(f"{KEYS[name]}: {why}" for name, why in refused.items())
    return Ability(what, False, words, f"{ours} work" if ours else _BY_TRAY)


def _tried(x11: X11) -> dict[str, str]:
    keys = X11Keys(x11)
    refused = {name: why for name, wished in KEYS.items() if (why := keys.take(wished))}
    keys.leave()
    return refused

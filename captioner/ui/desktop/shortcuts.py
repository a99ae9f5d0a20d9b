"""The keys that work while another program has the keyboard: what each does, and where there are none."""

from collections.abc import Mapping

from captioner.ui.desktop.session import Session

KEYS: Mapping[str, str] = {
    "pause": "Ctrl+Alt+P",
    "captions": "Ctrl+Alt+C",
    "click_through": "Ctrl+Alt+T",
    "panel": "Ctrl+Alt+O",
    "hold": "Ctrl+Alt+H",
}

TAKEN = "another program has this key"
MISSING = "this keyboard has no such key"

WHY_NOT: Mapping[Session, str] = {
    "xwayland": "Wayland gives keys only to the program in front",
    "wayland": "Wayland gives keys only to the program in front",
    "macos": "macOS gives keys only to programs that may watch the whole keyboard",
    "none": "there is no screen",
}

"""By what windows are shown, from nothing but the environment."""

import pytest

from captioner.ui.desktop.session import Session, session

BOTH = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ({"DISPLAY": ":0"}, "x11"),
        (BOTH, "xwayland"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        (BOTH | {"QT_QPA_PLATFORM": "wayland;xcb"}, "wayland"),
        (BOTH | {"QT_QPA_PLATFORM": "xcb:nograb"}, "xwayland"),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "none"),
        ({"QT_QPA_PLATFORM": "xcb"}, "none"),
        ({}, "none"),
    ],
)
def test_linux_shows_windows_by_x11_wherever_it_can_be_had(env: dict[str, str], found: Session) -> None:
    assert session(env, "linux") == found


def test_other_systems_have_one_way() -> None:
    assert [session({}, "win32"), session(BOTH, "darwin")] == ["windows", "macos"]

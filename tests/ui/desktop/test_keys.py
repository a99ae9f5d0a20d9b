"""Keys on Qt's loop: told by name, and told honestly where there are none."""

from contextlib import closing

import pytest
from pytestqt.qtbot import QtBot

from captioner.ui.desktop.keys import GlobalKeys
from captioner.ui.desktop.shortcuts import KEYS, TAKEN, WHY_NOT
from captioner.ui.desktop.x11 import X11
from captioner.ui.desktop.x11_keys import X11Keys
from tests.end_to_end.display import PrivateDisplay


def test_a_key_is_told_by_the_name_of_what_it_does(on_screen: PrivateDisplay, qtbot: QtBot) -> None:
    keys = GlobalKeys()
    heard: list[str] = []
    keys.pressed.connect(heard.append)

    assert keys.grab(KEYS) == {}
    on_screen.xdotool("key", "ctrl+alt+t", "ctrl+alt+h")

    qtbot.waitUntil(lambda: heard == ["click_through", "hold"])
    keys.release()


def test_only_what_another_program_has_is_refused(on_screen: PrivateDisplay, qtbot: QtBot) -> None:
    keys = GlobalKeys()
    heard: list[str] = []
    keys.pressed.connect(heard.append)
    with closing(X11(on_screen.env["DISPLAY"])) as other:
        X11Keys(other).take(KEYS["click_through"])

        assert keys.grab(KEYS) == {"click_through": TAKEN}
        on_screen.xdotool("key", "ctrl+alt+t", "ctrl+alt+c")

        qtbot.waitUntil(lambda: heard == ["captions"])
    keys.release()


def test_who_hears_a_key_may_leave_all_of_them(on_screen: PrivateDisplay, qtbot: QtBot) -> None:
    keys = GlobalKeys()
    keys.grab(KEYS)
    keys.pressed.connect(keys.release)

    with qtbot.waitSignal(keys.pressed):
        on_screen.xdotool("key", "ctrl+alt+t", "ctrl+alt+h")

    assert keys.grab(KEYS) == {}  # they were free again
    keys.release()


def test_a_screen_that_is_gone_is_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":65000")

    assert GlobalKeys().grab(KEYS) == dict.fromkeys(KEYS, "no X server answers")


def test_wayland_is_answered_with_why_not(
    on_screen: PrivateDisplay, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")

    assert GlobalKeys().grab(KEYS) == dict.fromkeys(KEYS, WHY_NOT["xwayland"])

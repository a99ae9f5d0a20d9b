"""Grabbed keys, on real screens of our own."""

import shutil
import subprocess
from contextlib import closing

import pytest

from captioner.ui.desktop.shortcuts import MISSING, TAKEN
from captioner.ui.desktop.x11 import X11
from captioner.ui.desktop.x11_keys import X11Keys
from tests.end_to_end.display import PrivateDisplay, until


@pytest.fixture
def keys(x11: X11) -> X11Keys:
    return X11Keys(x11)


def _heard(keys: X11Keys) -> list[str]:
    heard: list[str] = []
    until(lambda: heard.extend(keys.pressed()) or heard)
    return heard


def test_a_grabbed_key_comes_and_others_do_not(screen: PrivateDisplay, keys: X11Keys) -> None:
    assert keys.take("Ctrl+Alt+P") == ""
    assert keys.take("Ctrl+Alt+O") == ""

    screen.xdotool("key", "ctrl+p", "alt+p", "ctrl+alt+x", "ctrl+alt+o", "ctrl+alt+p")

    heard = _heard(keys)
    until(lambda: heard.extend(keys.pressed()) or len(heard) >= 2)
    assert heard == ["Ctrl+Alt+O", "Ctrl+Alt+P"]


@pytest.mark.parametrize("lock", ["Num_Lock", "Caps_Lock"])
def test_a_lock_that_is_on_changes_nothing(screen: PrivateDisplay, keys: X11Keys, lock: str) -> None:
    keys.take("Ctrl+Alt+P")

    screen.xdotool("key", lock)
    screen.xdotool("key", "ctrl+alt+p")
    screen.xdotool("key", lock)

    assert _heard(keys) == ["Ctrl+Alt+P"]


def test_a_key_that_is_held_counts_once(screen: PrivateDisplay, keys: X11Keys) -> None:
    keys.take("Ctrl+Alt+P")
    keys.take("Ctrl+Alt+H")

    screen.xdotool("keydown", "ctrl", "keydown", "alt", "keydown", "p", "sleep", "1.2", "keyup", "p")
    screen.xdotool("key", "h", "keyup", "alt", "keyup", "ctrl")

    heard = _heard(keys)
    until(lambda: heard.extend(keys.pressed()) or heard[-1] == "Ctrl+Alt+H")
    assert heard == ["Ctrl+Alt+P", "Ctrl+Alt+H"]


def test_what_another_program_has_is_told_and_comes_free_again(screen: PrivateDisplay, keys: X11Keys) -> None:
    with closing(X11(screen.env["DISPLAY"])) as other:
        assert X11Keys(other).take("Ctrl+Alt+T") == ""
        assert keys.take("Ctrl+Alt+T") == TAKEN

    until(lambda: keys.take("Ctrl+Alt+T") == "")


def test_keys_that_are_left_are_anybodys(screen: PrivateDisplay, keys: X11Keys) -> None:
    keys.take("Ctrl+Alt+T")

    keys.leave()

    with closing(X11(screen.env["DISPLAY"])) as other:
        assert X11Keys(other).take("Ctrl+Alt+T") == ""


def test_a_letter_that_no_key_has_is_told(keys: X11Keys) -> None:
    assert keys.take("Ctrl+Alt+ß") == MISSING


def test_another_layout_of_the_keyboard_moves_the_key_with_its_letter(
    screen: PrivateDisplay, keys: X11Keys
) -> None:
    keys.take("Ctrl+Alt+P")

    before = keys._codes[ord("p")]
    _choose_layout(screen, "dvorak")
    try:
        until(lambda: [*keys.pressed()] or keys._codes[ord("p")] != before)
        screen.xdotool("key", "ctrl+alt+p")
        assert _heard(keys) == ["Ctrl+Alt+P"]
    finally:
        _choose_layout(screen, "us")


class Counting(X11):
    """Counts how often the keyboard was learnt and a key was let go."""

    learnt = let_go = 0

    def symbols(self) -> dict[int, set[int]]:
        self.learnt += 1
        return super().symbols()

    def ungrab(self, code: int, modifiers: int) -> None:
        self.let_go += 1
        super().ungrab(code, modifiers)


def test_a_change_that_leaves_the_keys_where_they_are_lets_none_of_them_go(screen: PrivateDisplay) -> None:
    with closing(Counting(screen.env["DISPLAY"])) as x11:
        keys = X11Keys(x11)
        keys.take("Ctrl+Alt+P")

        _choose_layout(screen, "us")
        until(lambda: [*keys.pressed()] or x11.learnt > 1)

        assert x11.let_go == 0
        screen.xdotool("key", "ctrl+alt+p")
        assert _heard(keys) == ["Ctrl+Alt+P"]


def _choose_layout(screen: PrivateDisplay, layout: str) -> None:
    if not shutil.which("setxkbmap"):
        pytest.skip("setxkbmap is not installed")
    subprocess.run(["setxkbmap", layout], env=dict(screen.env), check=True)

"""What desktops answer when they are asked for less movement."""

import ctypes
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from captioner.ui.desktop.motion import is_motion_reduced


@pytest.mark.parametrize(
    ("asked", "answer", "is_reduced"),
    [
        ("reduced-motion", "(<uint32 1>,)", True),
        ("reduced-motion", "(<uint32 0>,)", False),
        ("AnimationDurationFactor", "(<'0'>,)", True),
        ("AnimationDurationFactor", "(<'1'>,)", False),
        ("enable-animations", "false", True),
        ("enable-animations", "true", False),
    ],
)
def test_each_desktop_is_asked_in_its_own_words(asked: str, answer: str, is_reduced: bool) -> None:
    def ask(words: Sequence[str]) -> str:
        return answer if asked in words else ""

    assert is_motion_reduced("x11", ask) is is_reduced


def test_macos_is_asked_in_its_own_words() -> None:
    assert is_motion_reduced("macos", lambda words: "1" if "reduceMotion" in words else "")


@pytest.mark.parametrize("is_animated", [0, 1])
def test_windows_is_asked_by_its_own_call(monkeypatch: pytest.MonkeyPatch, is_animated: int) -> None:
    def tell(what: int, unused: int, answer: Any, flags: int) -> None:
        assert (what, unused, flags) == (0x1042, 0, 0)
        ctypes.cast(answer, ctypes.POINTER(ctypes.c_int32))[0] = is_animated

    played = SimpleNamespace(user32=SimpleNamespace(SystemParametersInfoW=tell))
    monkeypatch.setattr(ctypes, "windll", played, raising=False)

    assert is_motion_reduced("windows") is not bool(is_animated)


def test_without_a_screen_nobody_is_asked() -> None:
    def ask(words: Sequence[str]) -> str:
        raise AssertionError(words)

    assert not is_motion_reduced("none", ask)


def test_where_nobody_can_be_asked_motion_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not is_motion_reduced("x11")


def test_a_desktop_that_does_not_answer_is_left_after_a_while(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("gdbus", "gsettings"):
        (tmp_path / name).write_text("#!/bin/sh\nexec /bin/sleep 600\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("captioner.ui.desktop.motion.PATIENCE", 0.05)

    assert not is_motion_reduced("x11")

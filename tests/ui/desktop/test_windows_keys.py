"""Windows' own keys, with the three calls of Windows that they need played."""

import ctypes
from ctypes import wintypes
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QByteArray
from pytestqt.qtbot import QtBot
from shiboken6.Shiboken import VoidPtr

from captioner.ui.desktop.shortcuts import TAKEN
from captioner.ui.desktop.windows_keys import WindowsKeys

HOT_KEY = 0x0312


class User32:
    """`taken`: letters that another program has. `typed`: what AltGr types here. `held`: by number."""

    def __init__(self) -> None:
        self.taken = ""
        self.typed: dict[str, str] = {}
        self.held: dict[int, tuple[str, int]] = {}

    def RegisterHotKey(self, window: int, number: int, modifiers: int, key: int) -> bool:
        if chr(key) in self.taken:
            return False
        self.held[number] = chr(key), modifiers
        return True

    def UnregisterHotKey(self, window: int, number: int) -> None:
        del self.held[number]

    def ToUnicode(self, key: int, scan: int, down: Any, text: Any, size: int, flags: int) -> int:
        assert down[0x11]
        assert down[0x12]
        text.value = self.typed.get(chr(key), "")
        return len(text.value)


@pytest.fixture
def user32(monkeypatch: pytest.MonkeyPatch) -> User32:
    user32 = User32()
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(user32=user32), raising=False)
    return user32


@pytest.fixture
def keys(user32: User32, qtbot: QtBot) -> WindowsKeys:
    keys = WindowsKeys()
    qtbot.addWidget(keys)
    return keys


def _tell(keys: WindowsKeys, number: int, message: int = HOT_KEY) -> None:
    told = wintypes.MSG(message=message, wParam=number)
    keys.nativeEvent(QByteArray(b"windows_generic_MSG"), VoidPtr(ctypes.addressof(told)))  # type: ignore[arg-type]


def test_the_key_whose_number_comes_is_told(keys: WindowsKeys, user32: User32) -> None:
    heard: list[str] = []
    keys.pressed.connect(heard.append)

    assert [keys.take("Ctrl+Alt+P"), keys.take("Ctrl+Alt+T")] == ["", ""]
    for number, message in ((1, HOT_KEY), (0, HOT_KEY), (7, HOT_KEY), (0, 0x0100)):
        _tell(keys, number, message)

    assert heard == ["Ctrl+Alt+T", "Ctrl+Alt+P"]
    no_repeat, alt, ctrl = 0x4000, 1, 2
    assert user32.held[0] == ("P", no_repeat | alt | ctrl)


def test_what_another_program_has_is_told(keys: WindowsKeys, user32: User32) -> None:
    user32.taken = "T"

    assert keys.take("Ctrl+Alt+T") == TAKEN
    assert keys.take("Ctrl+Alt+H") == ""


def test_who_writes_with_altgr_keeps_that_letter(keys: WindowsKeys, user32: User32) -> None:
    user32.typed = {"O": "ó"}

    assert "ó" in keys.take("Ctrl+Alt+O")
    assert user32.held == {}


def test_all_keys_are_left(keys: WindowsKeys, user32: User32) -> None:
    keys.take("Ctrl+Alt+P")
    keys.take("Ctrl+Alt+T")

    keys.leave()

    assert user32.held == {}

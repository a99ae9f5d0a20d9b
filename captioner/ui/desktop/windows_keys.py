"""Keys that are ours wherever the keyboard is, by Windows."""

import ctypes
from ctypes import wintypes
from typing import Any

from PySide6.QtCore import QByteArray, Signal
from PySide6.QtWidgets import QWidget

from captioner.ui.desktop.shortcuts import TAKEN

_MODIFIERS = {"Alt": 1, "Ctrl": 2, "Shift": 4, "Super": 8}
_NO_REPEAT = 0x4000
_HOT_KEY = 0x0312
_CONTROL, _ALT = 0x11, 0x12
_IS_DOWN = 0x80
_LEAVE_STATE = 1 << 2  # of the keyboard as it is, since Windows 10


class WindowsKeys(QWidget):
    """A window that is never shown and gets the keys. `pressed(str)`: the keys, as they were asked for."""

    pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._user32: Any = getattr(ctypes, "windll").user32  # noqa: B009 - only Windows has it
        self._grabbed: list[str] = []

    def take(self, keys: str) -> str:
        """Have these keys from now on. Returns why not; "" = they are ours."""
        *names, letter = keys.split("+")
        if {"Ctrl", "Alt"} == set(names) and (typed := self._typed(ord(letter))):
            return f"with AltGr this key types {typed}"
        modifiers = sum(_MODIFIERS[name] for name in names) | _NO_REPEAT
        if not self._user32.RegisterHotKey(int(self.winId()), len(self._grabbed), modifiers, ord(letter)):
            return TAKEN
        self._grabbed.append(keys)
        return ""

    def give_keyboard(self, window: int) -> None:
        """Nothing to do: Windows lets whoever gets a key of its own come to the front."""

    def leave(self) -> None:
        """Leave all of them to others."""
        for number in range(len(self._grabbed)):
            self._user32.UnregisterHotKey(int(self.winId()), number)
        self._grabbed.clear()

    def nativeEvent(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> object:
        found = wintypes.MSG.from_address(int(message))
        if found.message == _HOT_KEY and found.wParam < len(self._grabbed):
            self.pressed.emit(self._grabbed[found.wParam])
        return super().nativeEvent(kind, message)

    def _typed(self, key: int) -> str:
        """What AltGr, which is Ctrl and Alt, types with it: such a key must stay with who writes."""
        down = (ctypes.c_ubyte * 256)()
        down[_CONTROL] = down[_ALT] = _IS_DOWN
        text = ctypes.create_unicode_buffer(8)
        count = self._user32.ToUnicode(key, 0, down, text, len(text), _LEAVE_STATE)
        return text.value if count > 0 and text.value.isprintable() else ""

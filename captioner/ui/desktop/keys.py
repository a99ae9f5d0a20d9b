"""Keys that work while another program has the keyboard."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from captioner.ui.desktop.session import Session, session
from captioner.ui.desktop.shortcuts import WHY_NOT

if TYPE_CHECKING:  # one of them is imported, where it can be had
    from captioner.ui.desktop.windows_keys import WindowsKeys
    from captioner.ui.desktop.x11_ear import X11Ear


class GlobalKeys(QObject):
    """`pressed(name)`, wherever the keyboard is."""

    pressed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: dict[str, str] = {}
        self._ear: X11Ear | WindowsKeys | None = None

    def grab(self, keys: Mapping[str, str]) -> dict[str, str]:
        """Have these keys, by the names of what they do. Returns what cannot be had, and why."""
        self.release()
        where = session()
        if where in WHY_NOT:
            return dict.fromkeys(keys, WHY_NOT[where])
        try:
            ear = self._make_ear(where)
        except OSError as error:
            return dict.fromkeys(keys, str(error))
        self._ear = ear
        ear.pressed.connect(self._on_pressed)
        refused: dict[str, str] = {}
        for name, combination in keys.items():
            if why := ear.take(combination):
                refused[name] = why
            else:
                self._names[combination] = name
        return refused

    def _make_ear(self, where: Session) -> "X11Ear | WindowsKeys":
        if where == "windows":
            from captioner.ui.desktop.windows_keys import WindowsKeys

            return WindowsKeys()
        from captioner.ui.desktop.x11_ear import X11Ear

        return X11Ear(self)

    def give_keyboard(self, window: int) -> None:
        """Let a window of ours have the keyboard because of the key that was just pressed."""
        if self._ear:
            self._ear.give_keyboard(window)

    def _on_pressed(self, combination: str) -> None:
        if name := self._names.get(combination):
            self.pressed.emit(name)

    def release(self) -> None:
        """Leave all keys to others."""
        if self._ear is not None:
            self._ear.leave()
            self._ear.deleteLater()
            self._ear = None
        self._names.clear()

"""Keys that work while another program has the keyboard."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from captioner.ui.desktop.session import session
from captioner.ui.desktop.shortcuts import WHY_NOT
from captioner.ui.desktop.windows_keys import WindowsKeys
from captioner.ui.desktop.x11 import X11
from captioner.ui.desktop.x11_keys import X11Keys


class GlobalKeys(QObject):
    """`pressed(name)`, wherever the keyboard is."""

    pressed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._names: dict[str, str] = {}
        self._ear: _X11Ear | WindowsKeys | None = None

    def grab(self, keys: Mapping[str, str]) -> dict[str, str]:
        """Have these keys, by the names of what they do. Returns what cannot be had, and why."""
        self.release()
        where = session()
        if where in WHY_NOT:
            return dict.fromkeys(keys, WHY_NOT[where])
        try:
            ear = WindowsKeys() if where == "windows" else _X11Ear(self)
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

    def give_keyboard(self, window: int) -> None:
        """Let a window of ours have the keyboard because of the key that was just pressed.

        Qt knows nothing of that key: what it asks for is older than what the person did in another program,
        and some window managers then leave the keyboard there.
        """
        if isinstance(self._ear, _X11Ear):
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


class _X11Ear(QObject):
    """The connection on Qt's loop: no thread waits for it."""

    pressed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._x11 = X11()
        self._keys = X11Keys(self._x11)
        self._notifier = QSocketNotifier(self._x11.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)
        # What came while something was asked is read already: the notifier would not tell.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._read)

    def take(self, keys: str) -> str:
        why = self._keys.take(keys)
        self._soon.start()
        return why

    def give_keyboard(self, window: int) -> None:
        self._x11.give_keyboard(window, self._keys.time)

    def leave(self) -> None:
        self._soon.stop()
        self._notifier.setEnabled(False)
        self._keys.leave()
        self._x11.close()

    def _read(self) -> None:
        pressed = list(self._keys.pressed())
        if self._x11.is_lost:
            self._notifier.setEnabled(False)  # it would be readable for ever
        for keys in pressed:  # the last thing: whoever hears it may close us
            self.pressed.emit(keys)

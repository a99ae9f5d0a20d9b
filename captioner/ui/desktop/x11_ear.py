"""Keys that are ours wherever the keyboard is, by X11."""

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Signal

from captioner.ui.desktop.x11 import X11
from captioner.ui.desktop.x11_keys import X11Keys


class X11Ear(QObject):
    """The connection on Qt's loop: no thread waits for it. `pressed(str)`: the keys, as they were asked."""

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
        """Have these keys from now on. Returns why not; "" = they are ours."""
        why = self._keys.take(keys)
        self._soon.start()
        return why

    def give_keyboard(self, window: int) -> None:
        """Let a window of ours have the keyboard because of the key that was just pressed.

        Qt knows nothing of that key: what it asks for is older than what the person did in another program,
        and some window managers then leave the keyboard there.
        """
        self._x11.give_keyboard(window, self._keys.time)

    def leave(self) -> None:
        """Leave all of them to others."""
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

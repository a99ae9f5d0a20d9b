"""Whether somebody blends windows, so that what is translucent can be seen through."""

from contextlib import closing

from PySide6.QtCore import QObject, QTimer, Signal

from captioner.ui.desktop.session import session

_LOOKING_MS = 2000
"""A desktop's effects are switched on and off while we run, and nobody is told; to look takes 0.3 ms."""


class Blending(QObject):
    """`changed(is_blended)`: at `begin` where nobody does it, later whenever that changes. Only X11 has
    desktops without."""

    changed = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._is_blended = True
        self._looking = QTimer(self, interval=_LOOKING_MS)
        self._looking.timeout.connect(self._look)

    def begin(self) -> None:
        """Look now, and from time to time."""
        if session() in ("x11", "xwayland"):
            self._look()
            self._looking.start()

    def end(self) -> None:
        """Look no more."""
        self._looking.stop()

    def _look(self) -> None:
        from captioner.ui.desktop.x11 import X11

        try:
            connection = X11()
        except OSError:
            return
        with closing(connection) as x11:
            is_blended = x11.has_compositor
        if is_blended != self._is_blended:
            self._is_blended = is_blended
            self.changed.emit(is_blended)

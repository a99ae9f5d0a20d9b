"""A frameless window moved and drawn larger by the mouse."""

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from captioner.ui.overlay.placing import NOWHERE

_SETTLED_MS = 400
"""A system move ends by nothing moving any more: its last step may come behind the button's release."""


class Dragging(QObject):
    """Follows the mouse from a press: by the window manager where it can, step by step where it cannot.

    `Begun Stepped* Ended` per drag. `begun(edges)`: the window may change now, by these edges, by none = it
    moves. `stepped(by)`: our own step wants it so far from where it began. `ended()`: the person let go.
    """

    begun = Signal(object)
    stepped = Signal(QPoint)
    ended = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._pressed: QPoint | None = None
        self._start: QPoint | None = None
        self.edges = NOWHERE
        self.is_active = False
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._end)

    @property
    def is_in_lines(self) -> bool:
        """Whether a window manager can draw it line by line. Where a line is no whole number of pixels, it
        would take one away at each step."""
        return self._window.devicePixelRatioF().is_integer()

    def press(self, at: QPoint, edges: Qt.Edge) -> None:
        """The button went down at a point of the desktop; nothing moves yet."""
        self._pressed, self.edges = at, edges

    def follow(self, to: QPoint, *, is_down: bool) -> None:
        """The pointer is there now, `is_down` with the button: its release may have gone to who moved us."""
        if self._start is not None:
            self.stepped.emit(to - self._start)
        elif self.is_active and not is_down:
            self._settled.start()
        elif (
            self._pressed is not None
            and (to - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        ):
            self._begin(self._pressed)

    def release(self) -> bool:
        """The button is up again. Returns whether it was a drag."""
        was_active, self._pressed = self.is_active, None
        if self._start is not None:
            self._start = None
            self._window.releaseMouse()  # of a handle's drag; otherwise nothing is grabbed
            self._end()
        elif was_active:
            self._settled.start()
        return was_active

    def take(self, at: QPoint) -> None:
        """Move it from now on: the button went down on a handle in another window.

        By our own steps: a window manager would be told the place where the pointer was last on this window.
        """
        self.edges, self._start, self.is_active = NOWHERE, at, True
        self.begun.emit(self.edges)
        self._window.grabMouse()

    def went_on(self) -> None:
        """The window was moved or resized."""
        if self.is_active and self._start is None:
            self._settled.start()

    def _begin(self, at: QPoint) -> None:
        self._pressed, self.is_active = None, True
        self.begun.emit(self.edges)
        self._start = None if self._is_done_for_us() else at

    def _is_done_for_us(self) -> bool:
        handle = self._window.windowHandle()
        if handle is None:
            return False
        if not self.edges:
            return handle.startSystemMove()
        return self.is_in_lines and handle.startSystemResize(self.edges)

    def _end(self) -> None:
        # A pointer that rests with the button down has not ended anything; the release comes here again.
        if self.is_active and not QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            self.is_active = False
            self.ended.emit()

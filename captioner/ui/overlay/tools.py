"""What the pointer does over the captions: it holds them, looks back, and finds tools beside them."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QMenu

from captioner.ui.overlay.floating import FloatingBox
from captioner.ui.overlay.placing import screen_of
from captioner.ui.overlay.reading import Reading
from captioner.ui.overlay.screens import screen_rooms
from captioner.ui.overlay.toolbar import Toolbar

_NOTCH = 120
"""What a wheel tells for one step of its own; finer ones tell less and are added up."""


class Tools(QObject):
    """Follows the pointer over the box and its toolbar, which together are one place to it."""

    def __init__(self, window: FloatingBox, toolbar: Toolbar, reading: Reading) -> None:
        super().__init__(window)
        self._window = window
        self._toolbar = toolbar
        self._reading = reading
        self._turned = 0
        self._is_entered = False
        self._menu: QMenu | None = None
        reading.left.connect(self._vanish)
        toolbar.left.connect(reading.end_paging)
        toolbar.drag_begun.connect(window.take)
        toolbar.nudged.connect(window.nudge)
        window.installEventFilter(self)
        toolbar.installEventFilter(self)

    def enter(self) -> None:
        """Give the toolbar the keyboard: the person asked for it."""
        self._place()
        self._toolbar.appear()
        self._toolbar.take_focus()
        self._is_entered = True

    def stay_while(self, menu: QMenu) -> None:
        """A pointer on the menu has not left the captions."""
        self._menu = menu
        menu.aboutToHide.connect(self._end_menu)

    def _end_menu(self) -> None:
        self._menu = None
        if not self._window.underMouse() and not self._toolbar.underMouse():
            self._go()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        match event.type():
            case QEvent.Type.Enter:
                self._come()
            case QEvent.Type.Leave if self._menu is None:
                self._go()
            case QEvent.Type.Wheel if isinstance(event, QWheelEvent):
                self._turn(event.angleDelta().y())
            case QEvent.Type.Move | QEvent.Type.Resize if watched is self._window:
                self._place()
            case QEvent.Type.Hide if watched is self._window:
                self._reading.hover(False)
                self._toolbar.vanish()
            case QEvent.Type.KeyPress if isinstance(event, QKeyEvent) and watched is self._toolbar:
                return self._press(event.key())
            case _:
                pass
        return super().eventFilter(watched, event)

    def _come(self) -> None:
        self._place()
        self._toolbar.appear()
        self._reading.hover(True)

    def _go(self) -> None:
        self._reading.hover(False)
        if not self._toolbar.isVisible():
            self._toolbar.vanish()  # a pointer that only passed by calls nothing up

    def _vanish(self) -> None:
        self._is_entered = self._is_entered and self._toolbar.isActiveWindow()
        if not self._is_entered:
            self._toolbar.vanish()

    def _place(self) -> None:
        box = self._window.box
        self._toolbar.place_beside(box, screen_of(box, screen_rooms()))

    def _turn(self, angle: int) -> None:
        self._turned += angle
        lines = int(self._turned / _NOTCH)
        self._turned -= lines * _NOTCH
        if lines:
            self._reading.look_back(lines)

    def _press(self, key: int) -> bool:
        """Whether it was a key of ours: pages while the toolbar has the keyboard."""
        page = max(1, self._window.lines - 1)
        match key:
            case Qt.Key.Key_PageUp:
                self._reading.look_back(page)
            case Qt.Key.Key_PageDown:
                self._reading.look_back(-page)
            case Qt.Key.Key_End:
                self._reading.newest()
            case Qt.Key.Key_Escape:
                self._reading.newest()
                return False  # the toolbar gives the keyboard back
            case _:
                return False
        return True

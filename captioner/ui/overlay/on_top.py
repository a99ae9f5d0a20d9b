"""A window over everything else, without the keyboard: what window systems must be told, and when."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainterPath, QRegion, QShowEvent
from PySide6.QtWidgets import QWidget


class OnTop(QWidget):
    """A frameless, translucent window that lets the mouse through if that is wished for.

    `mapped()`: it came to the screen.
    """

    mapped = Signal()

    def __init__(self) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        flags |= Qt.WindowType.WindowDoesNotAcceptFocus | Qt.WindowType.NoDropShadowWindowHint
        super().__init__(None, flags)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._is_mapped = False
        self._is_click_through = False
        self._is_blended = True
        self._outline = QPainterPath()

    def set_click_through(self, is_on: bool) -> None:
        """Let the mouse through to what is below."""
        if is_on != self._is_click_through:
            self._is_click_through = is_on
            self._pass_mouse()

    @property
    def is_click_through(self) -> bool:
        """Whether the mouse goes through."""
        return self._is_click_through

    def set_blended(self, is_blended: bool) -> None:
        """Whether somebody blends windows here. Else what lies around the outline would be a black frame."""
        self._is_blended = is_blended
        self._cut()

    def set_outline(self, outline: QPainterPath) -> None:
        """What is left of the window where nobody blends it with what is below."""
        self._outline = outline
        self._cut()

    def _cut(self) -> None:
        if self._is_blended:
            self.clearMask()
        else:
            self.setMask(QRegion(self._outline.toFillPolygon().toPolygon()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.windowHandle().installEventFilter(self)

    def hideEvent(self, event: QHideEvent) -> None:
        self._is_mapped = False
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        handle = self.windowHandle()
        if watched is handle and event.type() == QEvent.Type.Expose and handle.isExposed() != self._is_mapped:
            self._is_mapped = handle.isExposed()
            if self._is_mapped:
                self._pass_mouse()
                self.mapped.emit()
        return super().eventFilter(watched, event)

    def _pass_mouse(self) -> None:
        # Window managers that put a frame around every window know it only of one that is on the screen.
        if self._is_mapped:
            handle = self.windowHandle()
            handle.setFlag(Qt.WindowType.WindowTransparentForInput, False)
            handle.setFlag(Qt.WindowType.WindowTransparentForInput, self._is_click_through)

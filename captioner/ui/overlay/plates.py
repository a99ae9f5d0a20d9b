"""What the tools of the captions are made of. Dark on every desktop, as they stand over pictures."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QApplication, QWidget

from captioner.ui.button import IconButton
from captioner.ui.fonts import ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.theme import Theme
from captioner.ui.tokens import DARK, LIGHT

INSET = 6
"""Pixels between a plate's edge and what is on it."""

_ROUND = 12
_ICON = 20
_SIDE = 14
_STEP = 16
"""Pixels that one press of an arrow key moves the captions; with Shift 1."""
_STEPS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}

_TIP_ENDS = (
    QEvent.Type.Leave,
    QEvent.Type.FocusOut,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Hide,
    QEvent.Type.ToolTipChange,
)


def paint_plate(painter: QPainter, place: QRect) -> None:
    """A ground that stands out from any picture."""
    painter.setPen(QPen(QColor(DARK.control), 1))
    painter.setBrush(QColor(DARK.window))
    painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)


def _paint_ring(painter: QPainter, place: QRect) -> None:
    painter.setPen(QPen(QColor(DARK.focus), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), 8, 8)


class Tool(IconButton):
    """A square button on a plate. Space and Enter press it; it takes the focus from the keyboard only."""

    SIDE = 40
    APART = 4

    def __init__(self, theme: Theme, icon: str, parent: QWidget) -> None:
        super().__init__(theme, icon, "")
        self.setParent(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._is_on = False

    def show_as(self, icon: str, name: str, keys: str = "") -> None:
        """Be this tool, pressed also by these global keys."""
        self._icon_name = icon
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({keys})" if keys else name)
        self.update()

    def set_on(self, is_on: bool) -> None:
        """Show that what it switches is on."""
        self._is_on = is_on
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.SIDE, self.SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if ground := self._ground():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        ink = DARK.accent_text if self._is_on else DARK.text if self.isEnabled() else DARK.text3
        place = QRectF((self.width() - _ICON) / 2, (self.height() - _ICON) / 2, _ICON, _ICON)
        draw_icon(painter, self._icon_name or "more", place, ink)
        if self.hasFocus():
            _paint_ring(painter, self.rect())

    def _ground(self) -> str | None:
        if self.isDown():
            return DARK.line
        if self.underMouse() and self.isEnabled():
            return DARK.hover
        return DARK.accent_bg if self._is_on else None


class Handle(QWidget):
    """What the captions are moved by: dragged with the mouse, or with arrow keys while it has the focus."""

    drag_begun = Signal(QPoint)
    nudged = Signal(QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._is_locked = False
        self._pressed: QPoint | None = None
        self._font = ui_font(14, 500)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_locked(False)

    def set_locked(self, is_locked: bool) -> None:
        """Say whether it can be dragged."""
        self._is_locked = is_locked
        self._pressed = None
        self._words = self.tr("Locked in place") if is_locked else self.tr("Drag here to move")
        self.setAccessibleName(self._words)
        keys = self.tr("Arrow keys move the captions by 16 pixels, with Shift by 1")
        self.setAccessibleDescription("" if is_locked else keys)
        self.setToolTip("" if is_locked else keys)
        self.setCursor(Qt.CursorShape.ArrowCursor if is_locked else Qt.CursorShape.SizeAllCursor)
        self.update()

    def sizeHint(self) -> QSize:
        words = max(
            QFontMetricsF(self._font).horizontalAdvance(text)
            for text in (self.tr("Drag here to move"), self.tr("Locked in place"))
        )
        return QSize(round(words) + 3 * _SIDE + _ICON, Tool.SIDE + 2 * INSET)

    def minimumSizeHint(self) -> QSize:
        return QSize(_ICON + 2 * _SIDE, Tool.SIDE + 2 * INSET)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._is_locked:
            self._pressed = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pressed, here = self._pressed, event.globalPosition().toPoint()
        if pressed is not None and (here - pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.drag_begun.emit(pressed)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self._is_locked:
            super().keyPressEvent(event)
            return
        is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.nudged.emit(step if is_fine else step * _STEP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = DARK.text3 if self._is_locked else DARK.text
        place = QRectF(_SIDE, (self.height() - _ICON) / 2, _ICON, _ICON)
        draw_icon(painter, "lock" if self._is_locked else "drag", place, ink)
        if self.width() >= self.sizeHint().width():
            painter.setFont(self._font)
            painter.setPen(QColor(ink))
            box = QRectF(2 * _SIDE + _ICON - 4, 0, self.width(), self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self._words)
        if self.hasFocus():
            _paint_ring(painter, self.rect().adjusted(INSET, INSET, -INSET, -INSET))


class Tip(QWidget):
    """Names what the pointer rests on or the keyboard has reached, on the side that is away from the text."""

    def __init__(self, bar: QWidget) -> None:
        flags = Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint
        super().__init__(bar, flags | Qt.WindowType.WindowTransparentForInput)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._bar = bar
        self._font = ui_font(13, 500)
        self._words = ""
        self.is_above = True

    def watch(self, control: QWidget) -> None:
        """Say the tool-tip of this control from now on."""
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget):
            if event.type() in (QEvent.Type.ToolTip, QEvent.Type.FocusIn):
                self._name(watched)
                return event.type() == QEvent.Type.ToolTip
            if event.type() in _TIP_ENDS:
                self.hide()
        return False

    def _name(self, control: QWidget) -> None:
        self._words = control.toolTip()
        if not self._words:
            return
        metrics = QFontMetricsF(self._font)
        self.resize(round(metrics.horizontalAdvance(self._words)) + 2 * _SIDE, round(metrics.height()) + 16)
        self.move(self._beside(control))
        self.show()
        self.update()

    def _beside(self, control: QWidget) -> QPoint:
        room = control.screen().availableGeometry()
        bar = self._bar.geometry()
        middle = control.mapToGlobal(control.rect().center()).x()
        left = max(room.left(), min(middle - self.width() // 2, room.right() + 1 - self.width()))
        return QPoint(left, bar.top() - 8 - self.height() if self.is_above else bar.bottom() + 9)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(LIGHT.control), 1))
        painter.setBrush(QColor(LIGHT.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(self._font)
        painter.setPen(QColor(LIGHT.text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, self._words)

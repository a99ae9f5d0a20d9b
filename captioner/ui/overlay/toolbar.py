"""The tools of the captions. They appear outside the box, so that they never cover text."""

from collections.abc import Mapping

from PySide6.QtCore import QEasingCurve, QEvent, QPoint, QRect, QSize, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QGraphicsOpacityEffect, QWidget

from captioner.meeting.listener import HEARING, State
from captioner.ui.overlay.plates import INSET, Handle, Tip, Tool, paint_plate
from captioner.ui.theme import Theme

HEIGHT = 2 * INSET + Tool.SIDE
AWAY = 10
"""Pixels between the tools and the box: less than the box's window reaches, so the pointer is never lost."""

_FADE_MS = 150
_APART = 8


class Toolbar(QWidget):
    """A handle to move the captions by and a button for each tool, above the box or below it.

    It has no keyboard until `take_focus`. `drag_begun(at)`: the handle is dragged, the button went down at
    this point of the desktop. `nudged(by)`: the handle is moved by arrow keys. `lock_toggled(is_locked)`: a
    wish. `left()`: it gave the keyboard back.
    """

    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    studio_requested = Signal()
    click_through_requested = Signal()
    lock_toggled = Signal(bool)
    panel_requested = Signal()
    hide_requested = Signal()
    drag_begun = Signal(QPoint)
    nudged = Signal(QPoint)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        flags |= Qt.WindowType.WindowDoesNotAcceptFocus | Qt.WindowType.NoDropShadowWindowHint
        super().__init__(None, flags)
        self._state = State.IDLE
        self._is_locked = False
        self._moves = True
        self._is_active = False
        self._keys: Mapping[str, str] = {}
        self._plates = _Plates(self)
        self.handle = Handle(self._plates)
        self.meeting = Tool(theme, "play", self._plates)
        self.style_button = Tool(theme, "style", self._plates)
        self.click_through = Tool(theme, "clickthru", self._plates)
        self.lock = Tool(theme, "lock", self._plates)
        self.panel = Tool(theme, "panel", self._plates)
        self.hide_button = Tool(theme, "close", self._plates)
        self.tools = (
            self.meeting,
            self.style_button,
            self.click_through,
            self.lock,
            self.panel,
            self.hide_button,
        )
        self._tip = Tip(self)
        self._waiting = QTimer(self, singleShot=True, interval=_FADE_MS)
        self._waiting.timeout.connect(lambda: self._fade_to(1.0))
        self._fade = QVariantAnimation(self, duration=_FADE_MS)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._build()

    def _build(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_AlwaysShowToolTips)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setWindowTitle(self.tr("Caption tools"))
        self.setAccessibleName(self.tr("Caption tools"))
        for control in (self.handle, *self.tools):
            self._tip.watch(control)
        self.handle.drag_begun.connect(self.drag_begun)
        self.handle.nudged.connect(self.nudged)
        self.meeting.clicked.connect(self._go_on)
        self.style_button.clicked.connect(self.studio_requested)
        self.click_through.clicked.connect(self.click_through_requested)
        self.lock.clicked.connect(lambda: self.lock_toggled.emit(not self._is_locked))
        self.panel.clicked.connect(self.panel_requested)
        self.hide_button.clicked.connect(self.hide_requested)
        self._fade.valueChanged.connect(self._plates.set_strength)
        self._fade.finished.connect(self._end_fade)
        self._plates.set_strength(0.0)
        self._name()
        self.place_beside(QRect(0, 0, 640, 100), QRect(0, 0, 1280, 720))

    # What it shows

    def set_state(self, state: State) -> None:
        """Offer to start, pause or resume, whichever is possible."""
        self._state = state
        self._name()

    def set_locked(self, is_locked: bool) -> None:
        """Show whether the captions can be moved."""
        self._is_locked = is_locked
        self._name()

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """The global keys that work here, for the tool-tips: "pause", "click_through" and so on."""
        self._keys = dict(keys)
        self._name()

    def set_moves(self, moves: bool) -> None:
        """Fade in and out, or be there at once."""
        self._moves = moves

    def _name(self) -> None:
        icon, words = "pause", self.tr("Pause")
        if self._state not in HEARING:
            icon = "play"
            words = self.tr("Resume") if self._state is State.PAUSED else self.tr("Start")
        self.meeting.show_as(icon, words, self._keys.get("pause", ""))
        self.meeting.setEnabled(self._state not in (State.STARTING, State.STOPPING))
        self.style_button.show_as("style", self.tr("Caption style"))
        through = self.tr("Let clicks through to what is below")
        self.click_through.show_as("clickthru", through, self._keys.get("click_through", ""))
        self.lock.show_as(
            "lock", self.tr("Unlock place and size") if self._is_locked else self.tr("Lock place and size")
        )
        self.lock.set_on(self._is_locked)
        self.handle.set_locked(self._is_locked)
        self.panel.show_as("panel", self.tr("Transcript"), self._keys.get("panel", ""))
        self.hide_button.show_as("close", self.tr("Hide captions"), self._keys.get("captions", ""))

    def _go_on(self) -> None:
        match self._state:
            case State.PAUSED:
                self.resume_requested.emit()
            case State.IDLE:
                self.start_requested.emit()
            case _:
                self.pause_requested.emit()

    @property
    def strength(self) -> float:
        """How far it has faded in: 0 = cannot be seen, 1 = is there."""
        return self._plates.strength

    # Where it stands

    def place_beside(self, box: QRect, screen: QRect) -> None:
        """Stand above the box, or below it where the screen has no room above."""
        width = min(max(box.width(), self._least_width), screen.width())
        left = max(screen.left(), min(box.left(), screen.right() + 1 - width))
        above, below = box.top() - AWAY - HEIGHT, box.bottom() + 1 + AWAY
        top = above
        if above < screen.top():
            top = below if below + HEIGHT <= screen.bottom() + 1 else screen.top()
        self._tip.is_above = top != below
        self._tip.hide()
        self.setFixedSize(width, HEIGHT)
        self.move(left, top)
        self._lay_out()

    @property
    def _tools_width(self) -> int:
        return len(self.tools) * Tool.SIDE + (len(self.tools) - 1) * Tool.APART + 2 * INSET

    @property
    def _least_width(self) -> int:
        return self._tools_width + _APART + self.handle.minimumSizeHint().width()

    def _lay_out(self) -> None:
        room = self.width() - self._tools_width - _APART
        self._plates.setGeometry(self.rect())
        self.handle.setGeometry(0, 0, min(self.handle.sizeHint().width(), room), HEIGHT)
        plate = QRect(self.width() - self._tools_width, 0, self._tools_width, HEIGHT)
        for place, tool in enumerate(self.tools):
            tool.setGeometry(
                plate.left() + INSET + place * (Tool.SIDE + Tool.APART), INSET, Tool.SIDE, Tool.SIDE
            )
        self._plates.places = [self.handle.geometry(), plate]
        # Between the two the mouse reaches what is below.
        self.setMask(QRegion(self.handle.geometry()) + QRegion(plate))

    # Coming and going

    def appear(self) -> None:
        """Be there a moment later."""
        if self.isVisible() and self._fade.endValue() == 1.0:
            return
        if self._moves:
            self._waiting.start()
        else:
            self._fade_to(1.0)

    def vanish(self) -> None:
        """Go."""
        self._waiting.stop()
        if self.isVisible():
            self._fade_to(0.0)

    def take_focus(self) -> None:
        """Take the keyboard: the person asked for it. Tab goes on, Esc leaves."""
        self._fade_to(1.0)
        self._accept_focus(True)
        self.activateWindow()
        first = next(tool for tool in self.tools if tool.isEnabled())
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def _fade_to(self, strength: float) -> None:
        self._waiting.stop()
        self._fade.stop()
        self._fade.setStartValue(self._plates.strength)
        self._fade.setEndValue(strength)
        if strength and not self.isVisible():
            self.show()
        if self._moves:
            self._fade.start()
        else:
            self._plates.set_strength(strength)
            self._end_fade()

    def _end_fade(self) -> None:
        if not self._plates.strength:
            self.hide()

    def _accept_focus(self, does_accept: bool) -> None:
        # Not by the widget's flags: those would take the window off the screen.
        self.windowHandle().setFlag(Qt.WindowType.WindowDoesNotAcceptFocus, not does_accept)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.vanish()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            was_active, self._is_active = self._is_active, self.isActiveWindow()
            if was_active and not self._is_active:
                self._accept_focus(False)
                self.vanish()
                self.left.emit()


class _Plates(QWidget):
    """The two grounds and all that stands on them, as strong as the fade has come."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.places: list[QRect] = []
        self.strength = 0.0
        self._effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(self._effect)

    def set_strength(self, strength: float) -> None:
        """0 = cannot be seen, 1 = is there."""
        self.strength = strength
        self._effect.setOpacity(strength)
        self._effect.setEnabled(strength < 1)

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place in self.places:
            paint_plate(painter, place)

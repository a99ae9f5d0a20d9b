"""Captions over everything else: three lines in a box that never moves by itself or takes the keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QHideEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from captioner.meeting.listener import State
from captioner.settings.place import Place
from captioner.settings.style import CaptionStyle
from captioner.transcript.model import Row, Segment
from captioner.transcript.wording import clock
from captioner.ui.fonts import said_font
from captioner.ui.loudness import Loudness
from captioner.ui.meeting_menu import MeetingMenu
from captioner.ui.overlay.box import SHADOW, BoxSize, box_pixmap
from captioner.ui.overlay.lines import CaptionLine, CaptionLines
from captioner.ui.overlay.painter import paint_lines
from captioner.ui.overlay.strip import StatusStrip
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.status import Status, look_of, status_of
from captioner.ui.theme import Theme
from captioner.ui.throttle import Throttle
from captioner.ui.tokens import CAPTION_TAIL, DARK

_TEXT_GAP_MS = 67
"""15 updates a second: faster than words come, slow enough for the eye and the processor."""
_SETTLED_MS = 300
_ROWS_LOOKED_AT = 12
_FROM_EDGE = 56


class Overlay(QWidget):
    """The caption box. It shows rows, a status and a level; it asks for everything else by signals.

    `placed(Place)`: a drag ended there.
    """

    placed = Signal(object)
    panel_requested = Signal()
    settings_requested = Signal()
    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    hide_requested = Signal()

    def __init__(self, theme: Theme, slots: SpeakerSlots, style: CaptionStyle | None = None) -> None:
        flags = Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        flags |= Qt.WindowType.WindowDoesNotAcceptFocus | Qt.WindowType.NoDropShadowWindowHint
        super().__init__(None, flags)
        self._theme = theme
        self._slots = slots
        self._style = style or CaptionStyle()
        self._rows: tuple[Row, ...] = ()
        self._lines: list[CaptionLine] = []
        self._state = State.IDLE
        self._status = status_of(State.IDLE)
        self._time = ""
        self._loudness = Loudness(self)
        self._loudness.changed.connect(lambda: self.update(self._size.strip_rect))
        self._box: tuple[str | None, float, QPixmap] | None = None
        self._pressed_at: QPoint | None = None
        self._grip: QPoint | None = None
        self._was_dragged = False
        self._throttle = Throttle(self, _TEXT_GAP_MS, self._lay_out)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._end_drag)
        self._build()

    def _build(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWindowTitle(self.tr("Captions"))
        self.setAccessibleName(self.tr("Captions"))
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self._measure()
        self.place(None)

    # What it shows

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show the newest of these rows, at most 15 times a second."""
        self._rows = tuple(rows[-_ROWS_LOOKED_AT:])
        for row in self._rows:
            if isinstance(row, Segment) and row.speaker:
                self._slots.slot(row.speaker)
        self._throttle.wish()

    def set_state(self, state: State) -> None:
        """Which of start, pause and resume the menu offers. The strip is told by `show_status`."""
        self._state = state
        self.update(self._size.text_rect)

    def show_status(self, status: Status) -> None:
        """Show a line of state in the strip."""
        if status != self._status:
            self._status = status
            said = (status.word, status.detail, status.ahead)
            self.setAccessibleDescription(". ".join(part.removesuffix(".") for part in said if part))
            self.update()

    def set_elapsed(self, seconds: float | None) -> None:
        """Show how long the meeting runs; None = nothing to count."""
        time = "" if seconds is None else clock(seconds)
        if time != self._time:
            self._time = time
            self.update(self._size.strip_rect)

    def set_levels(self, system: float | None, microphone: float | None) -> None:
        """Show the louder of the two in dBFS; None = this source is off."""
        loudest = max((level for level in (system, microphone) if level is not None), default=None)
        self._loudness.set_db(loudest, while_shown=self.isVisible())

    def set_style(self, style: CaptionStyle) -> None:
        """Look like this. The box keeps the middle of its lower edge."""
        if style != self._style:
            self._style = style
            foot = self.geometry().center().x(), self.geometry().bottom()
            self._measure()
            self.move(self._clamped(QPoint(foot[0] - self.width() // 2, foot[1] - self.height() + 1)))

    def place(self, place: Place | None) -> None:
        """Put it where it was left, moved into the screen; None = above the middle of the lower edge."""
        corner = QPoint(place.x - SHADOW, place.y - SHADOW) if place else self._first_place()
        self._was_dragged = False
        self.move(self._clamped(corner))

    @property
    def visible_text(self) -> list[str]:
        """The lines as they stand in the box, names included; for tests and for reading aloud."""
        return [f"{line.name} {line.text}".strip() for line in self._lines]

    # Measures

    def _measure(self) -> None:
        px = self._style.px
        screen = self.screen().availableGeometry()
        self._size = BoxSize.of(px, screen.width(), self._style.lines)
        gutter = round(px * 1.1)
        self._breaker = CaptionLines(px, self._size.text_rect.width() - gutter, CAPTION_TAIL)
        self._strip = StatusStrip(self._size)
        self._box = None
        box = self._size.box
        self.setFixedSize(box.width() + 2 * SHADOW, box.height() + 2 * SHADOW)
        self._lay_out()

    def _first_place(self) -> QPoint:
        screen = QGuiApplication.primaryScreen().availableGeometry()
        x = screen.center().x() - self.width() // 2
        return QPoint(x, screen.bottom() - self.height() - _FROM_EDGE + SHADOW)

    def _clamped(self, corner: QPoint) -> QPoint:
        """The nearest corner at which the whole box is on a screen."""
        middle = corner + QPoint(self.width() // 2, self.height() // 2)
        screen = QGuiApplication.screenAt(middle) or self.screen()
        room = screen.availableGeometry().adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW)
        x = max(room.left(), min(corner.x(), room.right() + 1 - self.width()))
        y = max(room.top(), min(corner.y(), room.bottom() + 1 - self.height()))
        return QPoint(x, y)

    def _lay_out(self) -> None:
        self._lines = self._breaker.newest(self._rows, self._style.lines)
        self.update(self._size.text_rect.adjusted(-2, -2, 2, 2))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawPixmap(0, 0, self._box_pixmap())
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        if event.rect().intersects(self._size.text_rect):
            self._paint_text(painter, self._size.text_rect)
        if event.rect().intersects(self._size.strip_rect):
            self._strip.paint(painter, self._status, self._time, self._loudness.value)

    def _box_pixmap(self) -> QPixmap:
        tint = look_of(self._status.kind, DARK).tint
        ratio = self.devicePixelRatioF()
        if self._box is None or self._box[:2] != (tint, ratio):
            self._box = (tint, ratio, box_pixmap(self._size, tint, ratio))
        return self._box[2]

    def _paint_text(self, painter: QPainter, room: QRect) -> None:
        if self._lines:
            paint_lines(painter, self._lines, self._breaker, self._size, self._slots)
            return
        painter.setFont(said_font(round(self._size.px * 0.8)))
        painter.setPen(QColor(CAPTION_TAIL))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, self._hint())

    def _hint(self) -> str:
        match self._state:
            case State.IDLE:
                return self.tr("Captions start when you do.")
            case State.STARTING:
                return self.tr("One moment.")
            case State.PAUSED:
                return ""
            case State.RECONNECTING:
                return self.tr("The sound is kept until it is text.")
            case _:
                return self.tr("Nobody has spoken yet.")

    # Mouse

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def menu(self) -> MeetingMenu:
        """The menu for the state it is in; a wish chosen there comes out of our own signals."""
        menu = MeetingMenu(self._theme, self)
        menu.start_requested.connect(self.start_requested)
        menu.pause_requested.connect(self.pause_requested)
        menu.resume_requested.connect(self.resume_requested)
        menu.stop_requested.connect(self.stop_requested)
        menu.addSeparator()
        menu.add(self.tr("&Hide captions"), "caption", self.hide_requested)
        menu.addSeparator()
        menu.add(self.tr("&Transcript"), "panel", self.panel_requested)
        menu.add(self.tr("S&ettings"), "settings", self.settings_requested)
        menu.set_state(self._state)
        return menu

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.globalPosition().toPoint()
        if self._grip is not None:
            self.move(self._clamped(here - self._grip))
        elif (
            self._pressed_at is not None
            and (here - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        ):
            self._begin_drag(self._pressed_at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None
        if self._grip is not None:
            self._grip = None
            self._end_drag()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.panel_requested.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        if self._was_dragged and self._grip is None:
            self._settled.start()

    def _begin_drag(self, start: QPoint) -> None:
        """Let the window manager move it; where it cannot, follow the pointer ourselves."""
        self._pressed_at = None
        self._was_dragged = True
        handle = self.windowHandle()
        if handle is None or not handle.startSystemMove():
            self._grip = start - self.pos()

    def _end_drag(self) -> None:
        """The drag is over. A system move gives no sign of its end but that nothing moves any more."""
        if not self._was_dragged:
            return
        self.move(self._clamped(self.pos()))
        self.placed.emit(Place(self.x() + SHADOW, self.y() + SHADOW))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.move(self._clamped(self.pos()))

    def hideEvent(self, event: QHideEvent) -> None:
        self._loudness.rest()
        super().hideEvent(event)

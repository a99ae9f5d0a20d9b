"""The box's window: over everything else, on every workspace, without the keyboard, where it was put."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent, QMoveEvent, QResizeEvent, QShowEvent

from captioner.settings.place import Place
from captioner.settings.style import CaptionStyle
from captioner.ui.overlay.box import MOST_LINES, SHADOW, BoxSize
from captioner.ui.overlay.dragging import Dragging
from captioner.ui.overlay.on_top import OnTop
from captioner.ui.overlay.placing import (
    NOWHERE,
    anchored,
    cursor_at,
    drawn_size,
    edges_at,
    first_place,
    kept_in,
    on_foot,
    screen_of,
)
from captioner.ui.overlay.screens import ScreenWatch, screen_layout, screen_rooms

_PLACED_MS = 200
"""After this a window manager has placed what came to the screen, and said where."""


class FloatingBox(OnTop):
    """A box with its shadow. Its size depends on style and width alone; what is in it paints a subclass.

    `placed(Place)`: the person put it there, or made it this wide. `style_changed(CaptionStyle)`: the person
    drew it for another number of lines. `measured()`: it has another size or look.
    """

    placed = Signal(object)
    style_changed = Signal(object)
    measured = Signal()

    def __init__(self, app: QGuiApplication, style: CaptionStyle) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self._style = style
        self._places: Mapping[str, Place] = {}
        self._width: int | None = None
        self._is_locked = False
        self._made = style, self._sized(screen_rooms()[0])
        self.set_outline(self._size.shape)
        self._dragging = Dragging(self)
        self._dragging.begun.connect(self._begin_drag)
        self._dragging.stepped.connect(self._step)
        self._dragging.ended.connect(self._end_drag)
        self._told = QTimer(self, singleShot=True, interval=0)
        self._told.timeout.connect(self._tell_place)
        self._arriving = QTimer(self, singleShot=True, interval=_PLACED_MS)
        self._arriving.timeout.connect(self._stay)
        self.mapped.connect(self._arriving.start)
        self._watch = ScreenWatch(app, self)
        self._watch.changed.connect(self._stand)
        self._fit(first_place(self._size.box.size(), screen_rooms()[0]))

    # What the person chose

    def set_style(self, style: CaptionStyle) -> None:
        """Look like this. The box keeps the middle of its lower edge.

        Another line length takes the place of a width that was drawn.
        """
        if style == self._style:
            return
        if style.line_length != self._style.line_length:
            self._width = None
        self._style = style
        self._measure()
        self._fit(on_foot(self.box, self._size.box.size()))
        if screen_layout() in self._places:
            self._told.start()  # later: whoever told the style is still telling it to others

    def set_places(self, places: Mapping[str, Place]) -> None:
        """Stand where these screens' place is, if it is another than before."""
        layout = screen_layout()
        is_other = places.get(layout) != self._places.get(layout)
        self._places = dict(places)
        if is_other and places.get(layout) != self._place:
            self._stand()

    def set_locked(self, is_locked: bool) -> None:
        """Neither move nor be drawn by the mouse."""
        self._is_locked = is_locked

    @property
    def box(self) -> QRect:
        """The box on the desktop, without its shadow."""
        return self.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)

    @property
    def is_locked(self) -> bool:
        """Whether the mouse can neither move nor draw it."""
        return self._is_locked

    @property
    def lines(self) -> int:
        """How many lines it has: the style's, or what the screen has room for."""
        return self._size.lines

    # Where it stands

    @property
    def _place(self) -> Place:
        return Place(self.box.x(), self.box.y(), self._width)

    def _stand(self) -> None:
        """Where these screens' place is, moved into a screen; where none is known, as near as can be."""
        place = self._places.get(screen_layout())
        if place:
            self._width = place.width
        box = QRect(QPoint(place.x, place.y), self._size.box.size()) if place else self.box
        self._measure(box)
        self._fit(QRect(box.topLeft(), self._size.box.size()))

    def _measure(self, near: QRect | None = None) -> None:
        screen = screen_of(near or self.box, screen_rooms())
        width = self._width and min(self._width, screen.width())
        made = self._style, self._sized(screen, width)
        if made != self._made:
            self._made = made
            self.set_outline(self._size.shape)
            self.measured.emit()

    def _sized(self, screen: QRect, width: int | None = None) -> BoxSize:
        return BoxSize.of(self._style, screen.width(), width).within(screen.height())

    @property
    def _size(self) -> BoxSize:
        return self._made[1]

    def _fit(self, box: QRect) -> None:
        """Take this place and size, moved into a screen."""
        box = self._stood = kept_in(box, screen_rooms())
        window = box.adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW)
        self.setFixedSize(window.size())
        self.move(window.topLeft())

    def _stay(self) -> None:
        # Window managers move what comes to the screen half outside; and of openbox Qt sometimes hears
        # of a place in between, but not of the last one.
        if not self._dragging.is_active:
            self._fit(self._stood)

    def _tell_place(self) -> None:
        self.placed.emit(self._place)

    # By the mouse

    def edges_under(self, point: QPoint) -> Qt.Edge:
        """The edges by which a point of the window takes hold of the box; none while it is locked."""
        return NOWHERE if self._is_locked else edges_at(point, self._size.box)

    def _begin_drag(self, edges: Qt.Edge) -> None:
        self._before = self.box
        self._drawn_lines = self._style.lines
        if edges and self._dragging.is_in_lines:
            self._loosen()

    def _loosen(self) -> None:
        """Let the window manager draw it, in whole lines."""
        least, most = (replace(self._style, lines=lines) for lines in (1, MOST_LINES))
        screen = screen_of(self.box, screen_rooms())
        rim = 2 * SHADOW
        low, high = BoxSize.of(least, screen.width(), 0), BoxSize.of(most, screen.width(), 0)
        self.setSizeIncrement(1, low.line)
        self.setBaseSize(0, low.height - low.line + rim)
        self.setMinimumSize(low.width + rim, low.height + rim)
        self.setMaximumSize(screen.width() + rim, high.height + rim)

    def _step(self, by: QPoint) -> None:
        """Our own step of a drag, where the window manager does not do it."""
        edges = self._dragging.edges
        if not edges:
            self._fit(self._before.translated(by))
            return
        self._draw(drawn_size(self._before, edges, by))
        self._fit(anchored(self._before, edges, self._size.box.size()))

    def _draw(self, box: QSize) -> None:
        """Be as wide as this, and high enough for the nearest number of lines."""
        screen = screen_of(self.box, screen_rooms())
        if box.width() != self._before.width():
            self._width = min(box.width(), screen.width())
        is_higher = box.height() != self._before.height()
        lines = self._size.lines_in(box.height()) if is_higher else self._drawn_lines
        self._style = replace(self._style, lines=lines)
        self._measure()
        if self._width is not None:
            self._width = self._size.width

    def _end_drag(self) -> None:
        self._measure()
        self._fit(QRect(self.box.topLeft(), self._size.box.size()))
        if self._style.lines != self._drawn_lines:
            self.style_changed.emit(self._style)  # first: whoever keeps the place tells the style it knows
        self.placed.emit(self._place)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._is_locked:
            self._dragging.press(
                event.globalPosition().toPoint(), self.edges_under(event.position().toPoint())
            )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        is_down = bool(event.buttons() & Qt.MouseButton.LeftButton)
        self._dragging.follow(event.globalPosition().toPoint(), is_down=is_down)
        if not self._dragging.is_active:
            self._show_cursor(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._dragging.release():
            self.clicked(event.position())

    def take(self, at: QPoint) -> None:
        """Be moved from now on: the button went down at a handle outside, here on the desktop."""
        if not self._is_locked:
            self._dragging.take(at)

    def nudge(self, by: QPoint) -> None:
        """Be moved by this much."""
        if not self._is_locked:
            self._fit(self.box.translated(by))
            self._told.start()

    def clicked(self, at: QPointF) -> None:
        """A click that was no drag. To be overridden."""

    def _show_cursor(self, point: QPoint) -> None:
        shape = Qt.CursorShape.ArrowCursor if self._is_locked else cursor_at(self.edges_under(point))
        if shape != self.cursor().shape():
            self.setCursor(shape)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._dragging.went_on()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._dragging.is_active and self._dragging.edges:
            self._dragging.went_on()
            self._draw(self.box.size())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit(self._stood)  # hidden, it was given back by its window manager at the screen's corner

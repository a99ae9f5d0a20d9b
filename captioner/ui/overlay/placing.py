"""Where the box of captions may stand, and how it is drawn larger: geometry alone, in logical pixels."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize, Qt

NOWHERE = Qt.Edge(0)

_FROM_EDGE = 56
_REACH = 8
"""How near to an edge, inside or outside, it is taken hold of."""
_CORNER = 20


def first_place(size: QSize, screen: QRect) -> QRect:
    """Above the middle of the screen's lower edge."""
    left = screen.left() + (screen.width() - size.width()) // 2
    return QRect(QPoint(left, screen.bottom() + 1 - size.height() - _FROM_EDGE), size)


def screen_of(box: QRect, screens: Sequence[QRect]) -> QRect:
    """The screen that shows most of the box; the nearest one where none does."""

    def shown(screen: QRect) -> tuple[int, int]:
        seen = box & screen
        away = box.center() - _nearest(box.center(), screen)
        return max(0, seen.width()) * max(0, seen.height()), -away.manhattanLength()

    return max(screens, key=shown)


def kept_in(box: QRect, screens: Sequence[QRect]) -> QRect:
    """The nearest place at which the whole box is on one screen.

    Of a box that is too wide or too high the left and the lower part: there the newest words stand.
    """
    screen = screen_of(box, screens)
    x = max(screen.left(), min(box.left(), screen.right() + 1 - box.width()))
    y = min(screen.bottom() + 1 - box.height(), max(box.top(), screen.top()))
    return QRect(QPoint(x, y), box.size())


def on_foot(box: QRect, size: QSize) -> QRect:
    """A box of another size; the middle of its lower edge stays."""
    left = box.left() + (box.width() - size.width()) // 2
    return QRect(QPoint(left, box.bottom() + 1 - size.height()), size)


def edges_at(point: QPoint, box: QRect) -> Qt.Edge:
    """The edges by which a point takes hold of the box: two at a corner, none inside."""
    if not box.adjusted(-_REACH, -_REACH, _REACH, _REACH).contains(point):
        return NOWHERE
    away = {
        Qt.Edge.LeftEdge: point.x() - box.left(),
        Qt.Edge.RightEdge: box.right() - point.x(),
        Qt.Edge.TopEdge: point.y() - box.top(),
        Qt.Edge.BottomEdge: box.bottom() - point.y(),
    }
    if min(away.values()) >= _REACH:
        return NOWHERE
    edges = NOWHERE
    for edge, distance in away.items():
        if distance < _CORNER and (distance < _REACH or min(away.values()) < _REACH):
            edges |= edge
    return edges


def drawn_size(box: QRect, edges: Qt.Edge, by: QPoint) -> QSize:
    """The size the box would have, had these edges followed the pointer so far."""
    width, height = box.width(), box.height()
    if edges & Qt.Edge.LeftEdge:
        width -= by.x()
    elif edges & Qt.Edge.RightEdge:
        width += by.x()
    if edges & Qt.Edge.TopEdge:
        height -= by.y()
    elif edges & Qt.Edge.BottomEdge:
        height += by.y()
    return QSize(width, height)


def anchored(box: QRect, edges: Qt.Edge, size: QSize) -> QRect:
    """A box of another size; the edges that are not drawn stay where they are."""
    left = box.right() + 1 - size.width() if edges & Qt.Edge.LeftEdge else box.left()
    top = box.bottom() + 1 - size.height() if edges & Qt.Edge.TopEdge else box.top()
    return QRect(QPoint(left, top), size)


def cursor_at(edges: Qt.Edge) -> Qt.CursorShape:
    """The pointer that says what can be drawn here."""
    left, right = bool(edges & Qt.Edge.LeftEdge), bool(edges & Qt.Edge.RightEdge)
    top, bottom = bool(edges & Qt.Edge.TopEdge), bool(edges & Qt.Edge.BottomEdge)
    match (left or right, top or bottom):
        case (True, True):
            return Qt.CursorShape.SizeFDiagCursor if left == top else Qt.CursorShape.SizeBDiagCursor
        case (True, False):
            return Qt.CursorShape.SizeHorCursor
        case (False, True):
            return Qt.CursorShape.SizeVerCursor
        case _:
            return Qt.CursorShape.SizeAllCursor


def _nearest(point: QPoint, screen: QRect) -> QPoint:
    return QPoint(
        max(screen.left(), min(point.x(), screen.right())), max(screen.top(), min(point.y(), screen.bottom()))
    )

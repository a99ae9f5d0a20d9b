import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, QSize, Qt

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

LEFT, RIGHT = QRect(0, 0, 1920, 1080), QRect(1920, 200, 1280, 800)
BOX = QRect(500, 600, 600, 200)
EDGES = (Qt.Edge.LeftEdge, Qt.Edge.RightEdge, Qt.Edge.TopEdge, Qt.Edge.BottomEdge)
CORNERS = (EDGES[0] | EDGES[2], EDGES[1] | EDGES[2], EDGES[0] | EDGES[3], EDGES[1] | EDGES[3])

anywhere = st.integers(-9000, 9000)


@given(anywhere, anywhere, st.integers(200, 1200), st.integers(60, 700))
def test_wherever_it_was_left_all_of_it_is_on_one_screen(x: int, y: int, width: int, height: int):
    kept = kept_in(QRect(x, y, width, height), (LEFT, RIGHT))

    assert kept.size() == QSize(width, height)
    assert any(screen.contains(kept) for screen in (LEFT, RIGHT))


@given(st.integers(0, 1320), st.integers(0, 880))
def test_what_is_on_a_screen_stays_where_it_is(x: int, y: int):
    box = QRect(x, y, 600, 200)

    assert kept_in(box, (LEFT, RIGHT)) == box


def test_the_screen_that_shows_most_of_it_keeps_it():
    assert screen_of(QRect(1500, 300, 600, 200), (LEFT, RIGHT)) == LEFT
    assert screen_of(QRect(1700, 300, 600, 200), (LEFT, RIGHT)) == RIGHT


def test_beyond_all_screens_the_nearest_keeps_it():
    assert kept_in(QRect(5000, 300, 600, 200), (LEFT, RIGHT)) == QRect(2600, 300, 600, 200)


def test_of_what_is_larger_than_the_screen_the_newest_words_are_seen():
    kept = kept_in(QRect(100, 100, 2000, 1200), (LEFT,))

    assert (kept.left(), kept.bottom()) == (LEFT.left(), LEFT.bottom())


def test_the_first_place_is_above_the_middle_of_the_lower_edge():
    assert first_place(QSize(600, 200), LEFT) == QRect(660, 824, 600, 200)


def test_another_size_stands_on_the_same_foot():
    assert on_foot(BOX, QSize(400, 300)) == QRect(600, 500, 400, 300)


@pytest.mark.parametrize(
    ("point", "edges"),
    [
        (QPoint(500, 700), EDGES[0]),
        (QPoint(1105, 700), EDGES[1]),
        (QPoint(800, 595), EDGES[2]),
        (QPoint(800, 797), EDGES[3]),
        (QPoint(503, 612), CORNERS[0]),
        (QPoint(1090, 602), CORNERS[1]),
        (QPoint(496, 803), CORNERS[2]),
        (QPoint(1099, 785), CORNERS[3]),
        (QPoint(800, 700), NOWHERE),
        (QPoint(515, 615), NOWHERE),
        (QPoint(488, 700), NOWHERE),
    ],
)
def test_it_is_taken_hold_of_by_edges_and_corners(point: QPoint, edges: Qt.Edge):
    assert edges_at(point, BOX) == edges


@pytest.mark.parametrize("edges", [*EDGES, *CORNERS])
def test_the_edges_that_are_not_drawn_stay(edges: Qt.Edge):
    size = drawn_size(BOX, edges, QPoint(40, 30))
    drawn = anchored(BOX, edges, size)

    assert size != BOX.size()
    assert (drawn.left() != BOX.left()) == bool(edges & Qt.Edge.LeftEdge)
    assert (drawn.right() != BOX.right()) == bool(edges & Qt.Edge.RightEdge)
    assert (drawn.top() != BOX.top()) == bool(edges & Qt.Edge.TopEdge)
    assert (drawn.bottom() != BOX.bottom()) == bool(edges & Qt.Edge.BottomEdge)


def test_a_drawn_edge_follows_the_pointer():
    assert drawn_size(BOX, CORNERS[3], QPoint(40, 30)) == QSize(640, 230)
    assert drawn_size(BOX, CORNERS[0], QPoint(40, 30)) == QSize(560, 170)
    assert drawn_size(BOX, NOWHERE, QPoint(40, 30)) == BOX.size()


def test_the_pointer_says_what_can_be_drawn():
    assert [cursor_at(edges) for edges in CORNERS] == [
        Qt.CursorShape.SizeFDiagCursor,
        Qt.CursorShape.SizeBDiagCursor,
        Qt.CursorShape.SizeBDiagCursor,
        Qt.CursorShape.SizeFDiagCursor,
    ]
    assert cursor_at(EDGES[0]) == Qt.CursorShape.SizeHorCursor
    assert cursor_at(EDGES[3]) == Qt.CursorShape.SizeVerCursor
    assert cursor_at(NOWHERE) == Qt.CursorShape.SizeAllCursor

"""Edges of letters, on a block in place of a letter."""

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage

from captioner.settings.style import Edge
from captioner.ui.overlay.inking import REACH, Edged, blank_pixmap, edge_step, inked, painter_on

WHOLE = QRectF(0, 0, 60, 60)
BLOCK = QRectF(20, 20, 20, 20)
PX = 36
INK, EDGE = QColor("#ffffff"), QColor("#ff0000")


def block(edge: Edge, strength: float = 1.0, ratio: float = 1.0, ink: QColor = INK) -> QImage:
    """A picture of nothing but the block and its edge."""
    picture = blank_pixmap(WHOLE.size(), ratio)
    painter = painter_on(picture, QPointF())
    with inked(painter, WHOLE, Edged(edge, EDGE, PX), ratio, strength) as inner:
        inner.fillRect(BLOCK, ink)
    painter.end()
    return picture.toImage()


def sides(image: QImage) -> tuple[bool, bool, bool, bool]:
    """Whether anything stands a step left, right, above and below the block."""
    away = round(edge_step(PX))
    middle, low, high = 30, 20 - away, 40 + away - 1
    points = ((low, middle), (high, middle), (middle, low), (middle, high))
    return tuple(image.pixelColor(x, y).alpha() > 0 for x, y in points)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("edge", "expected"),
    [
        ("none", (False, False, False, False)),
        ("raised", (False, True, False, True)),
        ("depressed", (True, False, True, False)),
        ("uniform", (True, True, True, True)),
        ("drop_shadow", (False, True, False, True)),
    ],
)
def test_each_edge_stands_on_its_own_sides(qapp: object, edge: Edge, expected: tuple[bool, ...]):
    image = block(edge)

    assert sides(image) == expected
    assert image.pixelColor(30, 30) == INK


@pytest.mark.parametrize("edge", ["raised", "depressed", "uniform", "drop_shadow"])
def test_no_edge_goes_further_than_is_told(qapp: object, edge: Edge):
    image, reach = block(edge), REACH * edge_step(PX)

    found = [(x, y) for x in range(60) for y in range(60) if image.pixelColor(x, y).alpha()]

    assert min(min(point) for point in found) >= 20 - reach
    assert max(max(point) for point in found) < 40 + reach


def test_an_edge_has_its_own_colour_whatever_the_letters_have(qapp: object):
    image = block("uniform", ink=QColor("#3366cc"))

    assert image.pixelColor(18, 30) == EDGE


def test_letters_and_edge_are_weaker_together(qapp: object):
    """Letters of half strength do not show the edge below them."""
    image = block("uniform", strength=0.5)

    letter, edge = image.pixelColor(30, 30), image.pixelColor(18, 30)
    assert (letter.red(), letter.green()) == (255, 255)
    assert letter.alpha() == pytest.approx(128, abs=1)
    assert edge.alpha() == pytest.approx(128, abs=1)


def test_on_a_fine_screen_an_edge_is_as_wide_and_has_more_pixels(qapp: object):
    image = block("uniform", ratio=2.0)

    assert image.size().width() == 120
    assert image.pixelColor(2 * 18, 60) == EDGE
    assert image.pixelColor(2 * 16, 60).alpha() == 0

"""Captions as a picture: what a style says is what is seen."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from captioner.settings.presets import PRESETS, PresetName
from captioner.settings.style import CaptionStyle, Edge
from captioner.transcript.model import Segment
from captioner.ui.caption_picture import caption_picture, paint_word

SAMPLE = Segment(
    "s", 1, "Maya", 0.0, 4.0, "", False, committed="So pilot customers keep nine", tail="until March."
)
PURE = CaptionStyle(
    text="#FF00FF", behind="#00FF00", behind_strength=1.0, box="#0000FF", box_strength=1.0, size=150
)


def picture(style: CaptionStyle, width: int = 400, height: int = 200, scale: float = 1.0) -> QImage:
    return caption_picture(style, SAMPLE, width, height, 1.0, scale).toImage()


def share(image: QImage, colour: str) -> float:
    wanted = QColor(colour).rgb()
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return sum(image.pixel(x, y) == wanted for x, y in places) / len(places)


@pytest.mark.parametrize("colour", ["#FF00FF", "#00FF00", "#0000FF"])
def test_words_ground_and_box_have_their_colours(qapp: QApplication, colour: str):
    assert share(picture(PURE), colour) > 0.01


@pytest.mark.parametrize("scale", [0.5, 0.8, 1.25])
def test_a_smaller_picture_shows_the_same(qapp: QApplication, scale: float):
    outlined = replace(PURE, edge="uniform", text="#FFFFFF", behind_strength=0.0)
    whole = picture(outlined, 800, 400)

    scaled = picture(outlined, round(800 * scale), round(400 * scale), scale)

    assert bright(scaled) == pytest.approx(bright(whole), rel=0.1)


def bright(image: QImage) -> float:
    """The share of white, half-white counted half."""
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return sum(image.pixelColor(x, y).red() / 255 for x, y in places) / len(places)


@pytest.mark.parametrize("field", ["behind_strength", "box_strength"])
def test_a_ground_of_no_strength_is_not_there(qapp: QApplication, field: str):
    without = replace(PURE, **{field: 0.0})

    assert share(picture(without), "#00FF00" if field == "behind_strength" else "#0000FF") == 0


def test_half_a_box_lets_half_through(qapp: QApplication):
    image = picture(replace(PURE, box_strength=0.5))

    assert image.pixelColor(30, image.height() // 2).alpha() == pytest.approx(128, abs=2)


@pytest.mark.parametrize("edge", ["raised", "depressed", "uniform", "drop_shadow"])
def test_every_edge_looks_different(qapp: QApplication, edge: Edge):
    others: list[Edge] = ["none", "raised", "depressed", "uniform", "drop_shadow"]
    others.remove(edge)

    image = picture(replace(PURE, edge=edge))

    assert all(image != picture(replace(PURE, edge=other)) for other in others)


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize(("width", "height"), [(200, 40), (360, 100), (700, 400)])
def test_it_is_as_wide_as_the_room_and_not_higher_unless_one_line_is(
    qapp: QApplication, name: PresetName, width: int, height: int
):
    style = PRESETS[name]
    scale = 0.8

    size = caption_picture(style, SAMPLE, width, height, 1.0, scale).deviceIndependentSize()

    shadow = 2 * 14 * scale
    assert size.width() - shadow == pytest.approx(max(width, 320 * scale), abs=1)
    assert size.height() - shadow <= max(height, style.px * 2.5 * scale) + 1


def test_on_a_dense_screen_it_has_more_pixels_and_the_same_size(qapp: QApplication):
    plain, dense = caption_picture(PURE, SAMPLE, 400, 200, 1.0), caption_picture(PURE, SAMPLE, 400, 200, 2.0)

    assert dense.width() == 2 * plain.width()
    assert dense.deviceIndependentSize() == plain.deviceIndependentSize()


def test_a_word_stands_in_the_middle(qapp: QApplication):
    canvas = QPixmap(200, 60)
    canvas.fill(Qt.GlobalColor.black)
    painter = QPainter(canvas)
    paint_word(painter, QRectF(0, 0, 200, 60), "Aa", CaptionStyle(size=70))
    painter.end()

    image = canvas.toImage()
    inked = [x for x in range(200) for y in range(60) if image.pixelColor(x, y).lightness() > 128]
    assert (min(inked) + max(inked)) / 2 == pytest.approx(100, abs=3)

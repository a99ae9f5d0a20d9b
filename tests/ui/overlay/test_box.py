from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter

from captioner.settings.contrast import contrast
from captioner.settings.presets import PRESETS
from captioner.settings.style import CaptionStyle
from captioner.ui.fonts import caption_font, mean_advance
from captioner.ui.overlay.box import SHADOW, BoxSize, box_pixmap
from captioner.ui.overlay.look import Look
from captioner.ui.tokens import DARK

PLAIN = CaptionStyle()


def box_over(style: CaptionStyle, picture: str, tint: str | None = None) -> tuple[QImage, BoxSize]:
    """The box as a screen shows it over one colour."""
    size = BoxSize.of(style, 1920)
    pixmap = box_pixmap(size, Look.of(style), tint, 1.0)
    screen = QImage(pixmap.size(), QImage.Format.Format_RGB32)
    screen.fill(QColor(picture))
    painter = QPainter(screen)
    painter.drawPixmap(0, 0, pixmap)
    painter.end()
    return screen, size


@pytest.mark.parametrize(("length", "characters"), [("short", 32), ("normal", 42), ("wide", 56)])
def test_a_line_holds_about_as_many_characters_as_its_length_says(qapp: object, length: str, characters: int):
    style = replace(PLAIN, line_length=length)
    size = BoxSize.of(style, 4000)

    held = (size.text_rect.width() - Look.of(style).gutter) / mean_advance(caption_font("default", 27, 500))

    assert characters <= held <= characters + 7


def test_by_itself_it_takes_two_thirds_of_the_screen_and_drawn_as_much_as_one_likes(qapp: object):
    large = CaptionStyle(size=200, line_length="wide")

    assert BoxSize.of(large, 1366).width == round(1366 * 0.68)
    assert BoxSize.of(large, 1366, 1300).width == 1300
    assert BoxSize.of(large, 1366, 100).width == 320


@pytest.mark.parametrize("lines", range(1, 9))
def test_a_height_has_the_lines_it_was_made_of(qapp: object, lines: int):
    size = BoxSize.of(replace(PLAIN, lines=lines), 1920)

    assert size.lines_in(size.height) == lines
    assert size.lines_in(size.height + size.line // 3) == lines
    assert (size.lines_in(0), size.lines_in(5000)) == (1, 8)


def test_a_box_of_no_strength_leaves_nothing_but_the_strip(qapp: object):
    screen, size = box_over(CaptionStyle(box_strength=0.0), "#3366CC")

    assert screen.pixelColor(size.text_rect.center()) == QColor("#3366CC")
    assert screen.pixelColor(QPoint(SHADOW // 2, SHADOW + 40)) == QColor("#3366CC")
    assert screen.pixelColor(size.strip_rect.center()) != QColor("#3366CC")


def test_the_box_has_its_own_colour_and_strength(qapp: object):
    screen, size = box_over(CaptionStyle(box="#FF0000", box_strength=0.5), "#000000")

    assert abs(screen.pixelColor(size.text_rect.center()).red() - 128) <= 2


@pytest.mark.parametrize(
    "style", [*PRESETS.values(), CaptionStyle(box="#FF9A8A"), CaptionStyle(box="#8FA8FF")]
)
@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("picture", ["#FFFFFF", "#000000"])
def test_the_strip_can_be_read_whatever_the_style(
    qapp: object, style: CaptionStyle, strength: float, picture: str
):
    style = replace(style, box_strength=strength)
    screen, size = box_over(style, picture)

    ground = screen.pixelColor(size.strip_rect.center()).name()

    tokens = Look.of(style).tokens
    assert min(contrast(ground, colour) for colour in (tokens.text2, tokens.accent_text)) >= 4.5


def test_a_tint_lies_under_the_strip_alone(qapp: object):
    screen, size = box_over(PLAIN, "#FFFFFF", DARK.warn_bg)

    assert screen.pixelColor(size.strip_rect.center()).name().upper() == DARK.warn_bg
    assert screen.pixelColor(size.text_rect.center()).name().upper() != DARK.warn_bg

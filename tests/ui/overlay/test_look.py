from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QFontInfo

from captioner.settings.contrast import weakest
from captioner.settings.presets import PRESETS
from captioner.settings.style import CaptionStyle, FontStyle
from captioner.ui.fonts import caption_family, caption_font
from captioner.ui.overlay.look import Look
from captioner.ui.tokens import CAPTION_TAIL, DARK, LIGHT

COLOURS = st.sampled_from(["#FFFFFF", "#000000", "#FFF27A", "#0000FF", "#7F7F7F", "#FCF3DC", "#123456"])
STRENGTHS = st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0])
STYLES = st.builds(
    CaptionStyle,
    text=COLOURS,
    text_strength=st.sampled_from([0.5, 1.0]),
    behind=COLOURS,
    behind_strength=STRENGTHS,
    box=COLOURS,
    box_strength=STRENGTHS,
    edge=st.sampled_from(["none", "uniform", "drop_shadow"]),
)
FONTS: tuple[FontStyle, ...] = (
    "default",
    "mono_serif",
    "serif",
    "mono_sans",
    "sans",
    "casual",
    "cursive",
    "small_caps",
)


def tail_contrast(style: CaptionStyle) -> float:
    return weakest(replace(style, text=Look.of(style).tail.name())).ratio


@settings(max_examples=200, deadline=None, database=None)
@given(style=STYLES)
def test_where_words_are_easy_to_read_the_tail_can_be_read(qapp: object, style: CaptionStyle):
    words = weakest(style).ratio

    assert tail_contrast(style) >= (4.5 if words >= 7 else words * 4.5 / 7) - 0.01


@pytest.mark.parametrize("style", PRESETS.values(), ids=list(PRESETS))
def test_the_tail_of_every_preset_is_dimmer_than_its_words(qapp: object, style: CaptionStyle):
    assert tail_contrast(style) < weakest(style).ratio


def test_as_installed_the_tail_is_that_of_the_design(qapp: object):
    assert Look.of(CaptionStyle()).tail.name().upper() == CAPTION_TAIL


@pytest.mark.parametrize(
    ("style", "tokens"),
    [
        (CaptionStyle(), DARK),
        (CaptionStyle(text="#000000", box="#FFFFFF"), LIGHT),
        (CaptionStyle(text="#000000", box="#FFFFFF", behind="#FFF27A", behind_strength=1.0), LIGHT),
        (CaptionStyle(box="#FFFFFF", behind="#000000", behind_strength=0.9), DARK),
        (CaptionStyle(box_strength=0.0), DARK),
        (CaptionStyle(text="#000000", box_strength=0.0), LIGHT),
    ],
)
def test_names_stand_out_from_what_lies_behind_the_words(qapp: object, style: CaptionStyle, tokens: object):
    assert Look.of(style).tokens is tokens


def test_strengths_are_in_the_colours(qapp: object):
    look = Look.of(CaptionStyle(text_strength=0.5, behind_strength=0.25, box_strength=0.0))

    assert [look.text.alpha(), look.tail.alpha(), look.behind.alpha(), look.box.alpha()] == [128, 128, 64, 0]


@pytest.mark.parametrize("style", FONTS)
def test_every_font_style_is_shown_in_the_family_it_names(qapp: object, style: FontStyle):
    family = caption_family(style)

    shown = QFontInfo(caption_font(style, 27, 500)).family()

    assert shown.partition(" [")[0] == (family or QFontInfo(caption_font("default", 27, 500)).family())


def test_small_capitals_are_capitals(qapp: object):
    assert caption_font("small_caps", 27, 500).capitalization() == QFont.Capitalization.SmallCaps

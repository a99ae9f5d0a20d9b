"""Whether captions can be read, and what is done where they cannot."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.settings.contrast import (
    contrast,
    far_from,
    made_readable,
    weakest,
    weakest_name,
    worst_contrast,
)
from captioner.settings.style import CaptionStyle

NO_GROUND = CaptionStyle(behind_strength=0.0, box_strength=0.0)

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")
strengths = st.integers(0, 100).map(lambda percent: percent / 100)
styles = st.builds(
    CaptionStyle,
    text=colours,
    text_strength=st.integers(30, 100).map(lambda percent: percent / 100),
    behind=colours,
    behind_strength=strengths,
    box=colours,
    box_strength=strengths,
    edge=st.sampled_from(["none", "raised", "depressed", "uniform", "drop_shadow"]),
)


def test_contrast_is_that_of_the_standard():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_default_is_easy_to_read_and_weakest_on_a_white_slide():
    assert weakest(CaptionStyle()).ratio == pytest.approx(15.4, abs=0.1)
    assert weakest(CaptionStyle()).over == "light"


def test_two_half_grounds_add_up_as_a_screen_adds_them():
    style = CaptionStyle(behind="#000000", behind_strength=0.5, box="#000000", box_strength=0.5)

    assert worst_contrast(style) == pytest.approx(contrast("#FFFFFF", "#404040"), abs=0.05)


def test_half_transparent_words_are_read_less_well():
    half = replace(CaptionStyle(), text_strength=0.5)

    assert worst_contrast(half) < worst_contrast(CaptionStyle()) / 2


@pytest.mark.parametrize(("text", "over"), [("#FFFFFF", "light"), ("#000000", "dark"), ("#808080", "some")])
def test_without_a_ground_there_is_a_picture_that_hides_the_words(text: str, over: str):
    found = weakest(replace(NO_GROUND, text=text))

    assert found.ratio == pytest.approx(1.0)
    assert found.over == over


@given(styles, colours)
def test_no_picture_is_worse_than_white_black_or_the_words_themselves(style: CaptionStyle, picture: str):
    # A picture of one colour is a box of full strength under the box.
    mixed = [
        round(int(style.box[place : place + 2], 16) * style.box_strength)
        + int(picture[place : place + 2], 16) * (1 - style.box_strength)
        for place in (1, 3, 5)
    ]
    box = "#" + "".join(f"{min(255, round(part)):02X}" for part in mixed)
    on_picture = replace(style, box=box, box_strength=1.0)

    # One step of 8 bits between here and there is the rounding of this test.
    assert weakest(style).ratio <= weakest(on_picture).ratio * 1.2


def test_on_a_solid_ground_every_picture_is_the_same():
    solid = CaptionStyle(text="#888888", box="#444444", box_strength=1.0)

    assert weakest(solid).over == "all"


def test_an_outline_of_full_strength_counts_as_ground():
    outlined = replace(NO_GROUND, text="#FFF27A", edge="uniform")

    assert worst_contrast(outlined) == pytest.approx(contrast("#FFF27A", "#000000"))
    assert worst_contrast(replace(outlined, edge="drop_shadow")) < 1.2
    assert worst_contrast(replace(outlined, text_strength=0.5)) < 1.2


def test_the_names_of_speakers_count():
    blue = "#6C99F9"

    assert worst_contrast(CaptionStyle(), [blue]) == weakest_name(CaptionStyle(), blue).ratio
    assert worst_contrast(CaptionStyle(), [blue]) < worst_contrast(CaptionStyle())


def test_what_can_be_read_stays_as_it_is():
    assert made_readable(CaptionStyle()) == CaptionStyle()


@given(styles)
def test_every_style_is_made_readable(style: CaptionStyle):
    made = made_readable(style)

    assert worst_contrast(made) >= 7
    left_alone = ("box", "box_strength", "size", "font", "bold", "lines")
    assert all(getattr(made, name) == getattr(style, name) for name in left_alone)


def test_what_is_behind_the_words_gets_stronger_first_and_no_more_than_it_takes():
    faint = CaptionStyle(behind_strength=0.2, box_strength=0.0)

    made = made_readable(faint)

    assert made == replace(faint, behind_strength=made.behind_strength)
    assert worst_contrast(replace(made, behind_strength=made.behind_strength - 0.05)) < 7


def test_a_ground_that_nobody_saw_takes_the_colour_that_helps():
    dark_words = replace(NO_GROUND, text="#141B22", behind="#000000")

    made = made_readable(dark_words)

    assert made == replace(dark_words, behind="#FFFFFF", behind_strength=made.behind_strength)


def test_then_the_words_get_stronger():
    half = CaptionStyle(text_strength=0.5)

    made = made_readable(half)

    assert made.text_strength == 1.0
    assert (made.text, made.behind, made.edge) == (half.text, half.behind, half.edge)


def test_then_they_get_an_edge_and_keep_their_colours():
    pale = CaptionStyle(text="#FFF27A", behind="#FFFFFF", behind_strength=1.0)

    assert made_readable(pale) == replace(pale, edge="uniform")


def test_colours_change_last():
    grey = CaptionStyle(text="#777777", behind="#808080", behind_strength=1.0)

    made = made_readable(grey)

    assert (made.text, made.behind) != (grey.text, grey.behind)
    assert worst_contrast(made) >= 7


def test_names_that_cannot_be_read_are_helped_too():
    blue = ["#6C99F9"]
    see_through = CaptionStyle(box="#000000", box_strength=0.7)
    assert worst_contrast(see_through) >= 7
    assert worst_contrast(see_through, blue) < 4.5

    made = made_readable(see_through, speakers=lambda style: blue)

    assert worst_contrast(made, blue) >= 4.5
    assert made == replace(see_through, behind_strength=made.behind_strength)


@given(colours)
def test_black_or_white_stands_out_from_every_colour(colour: str):
    assert contrast(colour, far_from(colour)) >= 4.5

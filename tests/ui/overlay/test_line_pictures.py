from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captioner.settings.style import CaptionStyle, Edge, FontStyle
from captioner.transcript.model import Segment
from captioner.ui.overlay.box import BoxSize
from captioner.ui.overlay.line_pictures import LinePicture, LinePictures
from captioner.ui.overlay.lines import CaptionLine, CaptionLines
from captioner.ui.overlay.look import Look
from captioner.ui.speakers import SpeakerSlots

EDGES: tuple[Edge, ...] = ("none", "raised", "depressed", "uniform", "drop_shadow")


def line_of(look: Look, text: str) -> CaptionLine:
    row = Segment("a", 0, "Maya", 0.0, 1.0, "", committed=text)
    return CaptionLines(look, 700).newest([row], 1)[0]


def picture(style: CaptionStyle, line: CaptionLine | None = None) -> LinePicture:
    look = Look.of(style)
    pictures = LinePictures(look, BoxSize.of(style, 1400), SpeakerSlots())
    return pictures.of(line or line_of(look, "So pilot"), has_shape=True, marked=None, ratio=1.0)


def test_every_edge_looks_different(qapp: object):
    images = [picture(CaptionStyle(edge=edge)).pixmap.toImage() for edge in EDGES]

    assert all(one != other for number, one in enumerate(images) for other in images[:number])


@pytest.mark.parametrize(
    "change",
    [
        {"text": "#FFF27A"},
        {"text_strength": 0.5},
        {"behind_strength": 0.5},
        {"behind_strength": 0.5, "behind": "#FF9A8A"},
        {"bold": True},
        {"font": "serif"},
        {"font": "small_caps"},
        {"size": 120},
    ],
)
def test_every_part_of_a_style_is_seen(qapp: object, change: dict[str, object]):
    plain = picture(CaptionStyle()).pixmap.toImage()

    assert picture(replace(CaptionStyle(), **change)).pixmap.toImage() != plain


def test_a_picture_is_made_once(qapp: object):
    look = Look.of(CaptionStyle())
    pictures = LinePictures(look, BoxSize.of(look.style, 1400), SpeakerSlots())
    line = line_of(look, "So pilot")

    first = pictures.of(line, has_shape=True, marked=None, ratio=1.0)

    assert pictures.of(line, has_shape=True, marked=None, ratio=1.0) is first


def test_pictures_of_a_long_meeting_do_not_pile_up(qapp: object):
    look = Look.of(CaptionStyle())
    pictures = LinePictures(look, BoxSize.of(look.style, 1400), SpeakerSlots())
    line = line_of(look, "So pilot")

    for number in range(300):
        pictures.of(replace(line, segment=str(number)), has_shape=True, marked=None, ratio=1.0)

    assert pictures.count <= 40


@pytest.mark.parametrize(
    ("text", "then"),
    [
        ("So pilot", "So pilot customers"),
        ("So pilot customers keep", "So"),
        ("Wir prüfen das", "Wir prüfen das heute"),
        ("שלום לכולם היום", "שלום"),
        ("So pilot", "שלום"),
    ],
)
def test_a_line_that_changes_looks_as_if_it_had_never_been_another(qapp: object, text: str, then: str):
    look = Look.of(CaptionStyle(edge="uniform", behind_strength=0.5))
    pictures = LinePictures(look, BoxSize.of(look.style, 1400), SpeakerSlots())

    for line in [line_of(look, words) for words in (text, then, text)]:
        found = pictures.of(line, has_shape=True, marked=None, ratio=1.0).pixmap.toImage()
        assert found == picture(look.style, line).pixmap.toImage()


def test_a_squeezed_line_is_that_much_narrower(qapp: object):
    look = Look.of(CaptionStyle())
    line = line_of(look, "So pilot customers keep nine euros")
    wide, narrow = picture(look.style, line), picture(look.style, replace(line, squeeze=0.8))

    left = wide.words[0].left()
    assert narrow.words[-1].right() - left == pytest.approx((wide.words[-1].right() - left) * 0.8)


WORDS = (
    "So",
    "customers",
    "a" * 90,
    "שלום",
    "مرحبا",
    "日本語の字幕です。",
    "การประชุมครั้งนี้",
    "e\u0301" * 9,
    "👩‍🚀",
    "नमस्ते",
)


@settings(max_examples=80, deadline=None, database=None)
@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=40),
    size=st.integers(50, 200),
    font=st.sampled_from(["default", "mono_serif", "cursive", "small_caps"]),
    edge=st.sampled_from(EDGES),
    lines=st.integers(1, 8),
    width=st.none() | st.integers(320, 1900),
    name=st.sampled_from([None, "Maya", "Maya Lindqvist von der Stadtverwaltung", "דוד"]),
)
def test_whatever_text_style_and_width_words_stay_within_the_box(
    qapp: object,
    words: list[str],
    size: int,
    font: FontStyle,
    edge: Edge,
    lines: int,
    width: int | None,
    name: str | None,
):
    style = CaptionStyle(size=size, font=font, edge=edge, lines=lines)
    look, box = Look.of(style), BoxSize.of(style, 1920, width)
    pictures = LinePictures(look, box, SpeakerSlots())
    row = Segment("a", 0, name, 0.0, 1.0, "", committed=" ".join(words))

    shown = CaptionLines(look, box.text_rect.width()).newest([row], lines)

    assert len(shown) <= lines
    for line in shown:
        made = pictures.of(line, has_shape=True, marked=None, ratio=1.0)
        for part in (*made.words, *([made.name] if made.name else [])):
            assert part.left() >= -1
            assert part.right() <= box.text_rect.width() + 1


def test_every_letter_is_within_the_picture(qapp: object):
    for style in (CaptionStyle(size=200, edge="drop_shadow"), CaptionStyle(size=50, edge="uniform")):
        image = picture(style).pixmap.toImage()
        sides = [*((x, y) for x in range(image.width()) for y in (0, image.height() - 1))]
        sides += [(x, y) for y in range(image.height()) for x in (0, image.width() - 1)]
        assert all(image.pixelColor(x, y).alpha() == 0 for x, y in sides)

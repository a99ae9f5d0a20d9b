"""How lines go up, at times that the test says."""

import pytest

from captioner.ui.overlay.lines import CaptionLine
from captioner.ui.overlay.scrolling import Scrolling, moved_up

LINE = 0.12
"""Seconds in which a line goes up."""


def lines(text: str) -> list[CaptionLine]:
    """A line for each character, known by it; a space keeps a place."""
    return [CaptionLine("" if key == " " else key) for key in text]


@pytest.mark.parametrize(
    ("old", "new", "up"),
    [
        ("abc", "bcd", 1),
        ("abc", "cde", 2),
        ("abc", "abc", 0),
        ("ab ", "abc", 0),
        ("ab ", "bcd", 1),
        ("bcd", "abc", 0),
        ("abc", "xyz", 0),
        ("abc", "", 0),
        ("", "abc", 0),
        ("a  ", "bcd", 0),
    ],
)
def test_a_text_went_up_by_the_lines_that_are_gone_above(old: str, new: str, up: int):
    assert moved_up(lines(old), lines(new)) == up


def test_it_begins_fast_and_stands_after_its_time():
    scrolling = Scrolling()

    scrolling.begin(1, 5.0)
    offsets = [scrolling.offset]
    for part in (0.25, 0.5, 0.75):
        scrolling.advance(5.0 + part * LINE)
        offsets.append(scrolling.offset)
    scrolling.advance(5.0 + LINE)

    assert offsets[0] < 1
    assert offsets == sorted(offsets, reverse=True)
    assert offsets[1] < 0.5
    assert not scrolling.is_active
    assert scrolling.offset == 0


def test_lines_go_up_one_after_the_other():
    scrolling = Scrolling()

    scrolling.begin(1, 5.0)
    scrolling.begin(1, 5.0 + LINE / 2)
    scrolling.advance(5.0 + LINE)

    assert scrolling.lines == 1
    assert 0 < scrolling.offset < 1
    scrolling.advance(5.0 + 2 * LINE)
    assert not scrolling.is_active


def test_stopped_everything_is_in_its_place():
    scrolling = Scrolling()
    scrolling.begin(3, 5.0)

    scrolling.stop()

    assert scrolling.offset == 0
    assert not scrolling.is_active

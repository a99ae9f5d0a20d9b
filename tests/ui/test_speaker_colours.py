"""The eight colours told apart by every eye; CIEDE2000 after Machado 2009, at full strength."""

from itertools import combinations

import pytest

from captioner.settings.contrast import contrast
from captioner.ui.tokens import DARK, LIGHT, Tokens
from tests.ui.colour_difference import ciede2000, difference

LEAST = {
    "dark": {"normal": 22.4, "deutan": 14.5, "protan": 14.4, "tritan": 11.6},
    "light": {"normal": 20.1, "deutan": 12.6, "protan": 12.8, "tritan": 11.1},
}
both = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)


@both
@pytest.mark.parametrize("blindness", ["normal", "deutan", "protan", "tritan"])
def test_any_two_speakers_are_as_far_apart_as_is_said(tokens: Tokens, blindness: str):
    pairs = combinations(tokens.speakers, 2)

    least = min(difference(one, other, blindness) for one, other in pairs)

    assert least == pytest.approx(LEAST[tokens.name][blindness], abs=0.05)


@both
def test_every_speaker_can_be_read_on_every_ground_of_a_window(tokens: Tokens):
    grounds = (tokens.window, tokens.surface, tokens.raised, tokens.sunken, tokens.hover, tokens.accent_bg)

    assert min(contrast(colour, ground) for colour in tokens.speakers for ground in grounds) >= 4.5


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
        ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_difference_is_that_of_the_published_pairs(
    one: tuple[float, float, float], other: tuple[float, float, float], expected: float
):
    assert ciede2000(one, other) == pytest.approx(expected, abs=0.0001)
    assert ciede2000(other, one) == pytest.approx(expected, abs=0.0001)

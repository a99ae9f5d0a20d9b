"""Whether a caption style can be read: contrast after WCAG 2.2, over whatever lies under the captions."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from captioner.settings.style import CaptionStyle

EASY = 7.0
"""From here on words are easy to read (WCAG AAA)."""

READABLE = 4.5
"""Under this, words are hard to read (WCAG AA). The names of speakers need no more."""

Over = Literal["light", "dark", "some", "all"]
"""On which pictures words are read worst; "some" = on those that look like the words themselves."""

_BLACK, _WHITE = "#000000", "#FFFFFF"
_PICTURES: tuple[tuple[Over, str], ...] = (("light", _WHITE), ("dark", _BLACK))
_STEP = 5
"""In percent: a strength found by computing looks like one that a person chose."""

_ALIKE = 1.1
"""Contrasts that differ by less are the same to the eye."""

_Light = tuple[float, float, float]


class Weakest(NamedTuple):
    """The smallest contrast there is, 1 to 21, and on what."""

    ratio: float
    over: Over


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#RRGGBB` after WCAG 2.2, 1 to 21."""
    return _ratio(_luminance(_channels(one)), _luminance(_channels(other)))


def far_from(colour: str) -> str:
    """Black or white, whichever a colour stands out from better: the edge around letters of that colour."""
    return max((_BLACK, _WHITE), key=lambda pole: contrast(colour, pole))


def worst_contrast(style: CaptionStyle, speakers: Sequence[str] = ()) -> float:
    """The smallest contrast of words, and of names in the colours `speakers`, over any picture."""
    return min([weakest(style).ratio, *(weakest_name(style, colour).ratio for colour in speakers)])


def weakest(style: CaptionStyle) -> Weakest:
    """The words over any picture."""
    return _weakest(style, style.text, style.text_strength)


def weakest_name(style: CaptionStyle, colour: str) -> Weakest:
    """A name in its speaker's colour over any picture. Names are always painted in full strength."""
    return _weakest(style, colour, 1.0)


def made_readable(
    style: CaptionStyle,
    least: float = EASY,
    speakers: Callable[[CaptionStyle], Sequence[str]] = lambda style: (),
) -> CaptionStyle:
    """The style with words of at least this contrast (at most 21) and names of `READABLE`, changed as little
    as it takes: first what is behind the words gets stronger, then the words, then they get an edge; colours
    change last. `speakers` gives the names' colours in a style.
    """

    def is_enough(tried: CaptionStyle) -> bool:
        names = (weakest_name(tried, colour).ratio for colour in speakers(tried))
        return weakest(tried).ratio >= least and all(ratio >= READABLE for ratio in names)

    return next(filter(is_enough, _stronger(style)), _plainest(style))


def _stronger(style: CaptionStyle) -> Iterator[CaptionStyle]:
    """The style itself, then ones that are ever further from it."""
    yield style
    # What is fully transparent has no colour that anybody chose by sight.
    behind = style if style.behind_strength else replace(style, behind=far_from(style.text))
    for tried in (behind, replace(behind, text_strength=1.0)):
        yield from _with_more_behind(tried)
    yield replace(style, text_strength=1.0, edge="uniform")
    solid = replace(style, text_strength=1.0, behind=far_from(style.text))
    yield from _with_more_behind(solid)
    yield from _with_more_behind(replace(solid, text=far_from(solid.behind)))


def _with_more_behind(style: CaptionStyle) -> Iterator[CaptionStyle]:
    first = int(style.behind_strength * 100) // _STEP * _STEP + _STEP
    for percent in (*range(first, 100, _STEP), 100):
        yield replace(style, behind_strength=percent / 100)


def _plainest(style: CaptionStyle) -> CaptionStyle:
    return replace(style, text=_WHITE, text_strength=1.0, behind=_BLACK, behind_strength=1.0)


def _weakest(style: CaptionStyle, ink: str, strength: float) -> Weakest:
    """White and black bound every picture: the light of a ground grows with each channel of what lies under
    it. Where the ink is the lighter one on black and the darker one on white, some picture between hides it.
    """
    ratios: dict[Over, float] = {}
    differences: list[float] = []
    for over, picture in _PICTURES:
        box = _laid(style.box, style.box_strength, _channels(picture))
        ground = _laid(style.behind, style.behind_strength, box)
        seen = _luminance(_laid(ink, strength, ground))
        below = _luminance(ground)
        differences.append(seen - below)
        ratios[over] = _ratio(seen, below)
    worst = min(ratios, key=lambda over: ratios[over])
    if min(differences) < 0 < max(differences):
        found = Weakest(1.0, "some")
    else:
        is_alike = max(ratios.values()) < ratios[worst] * _ALIKE
        found = Weakest(ratios[worst], "all" if is_alike else worst)
    if style.edge == "uniform" and strength == 1.0:
        # An outline lies between letters and picture: they are read against the one that is better.
        found = max(found, Weakest(contrast(ink, far_from(style.text)), found.over))
    return found


def _laid(colour: str, strength: float, below: _Light) -> _Light:
    """What a screen shows where a colour lies on another: it mixes the sRGB values."""
    above = _channels(colour)
    red, green, blue = (a * strength + b * (1 - strength) for a, b in zip(above, below, strict=True))
    return red, green, blue


def _channels(colour: str) -> _Light:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _luminance(light: _Light) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in light)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _ratio(one: float, other: float) -> float:
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)

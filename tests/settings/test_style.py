import msgspec
import pytest

from captioner.settings.style import CaptionStyle


@pytest.mark.parametrize(("size", "px"), [(50, 13), (100, 27), (200, 54)])
def test_the_height_of_the_letters_goes_with_the_size(size: int, px: int):
    assert CaptionStyle(size=size).px == px


@pytest.mark.parametrize(
    "field",
    [
        {"text": "red"},
        {"text": "#FFF"},
        {"text_strength": 0.0},
        {"behind_strength": 1.1},
        {"size": 49},
        {"size": 201},
        {"lines": 0},
        {"lines": 9},
        {"font": "comic"},
        {"edge": "glow"},
    ],
)
def test_what_a_style_cannot_be_is_refused(field: dict[str, object]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(field, CaptionStyle)

"""Caption styles to begin with."""

from dataclasses import replace

import msgspec
import pytest

from captioner.settings.contrast import worst_contrast
from captioner.settings.presets import PRESETS, PresetName, preset_of, with_preset
from captioner.settings.style import CaptionStyle

every = pytest.mark.parametrize("name", PRESETS)


@every
def test_every_preset_is_easy_to_read_over_any_picture(name: PresetName):
    assert worst_contrast(PRESETS[name]) >= 7


@every
def test_every_preset_can_be_saved(name: PresetName):
    assert msgspec.convert(msgspec.to_builtins(PRESETS[name]), CaptionStyle) == PRESETS[name]


@every
def test_a_preset_is_known_again_and_leaves_the_number_of_lines_alone(name: PresetName):
    chosen = with_preset(CaptionStyle(text="#123456", lines=6, line_length="wide"), name)

    assert preset_of(chosen) == name
    assert (chosen.lines, chosen.line_length) == (6, "wide")


def test_a_style_of_ones_own_is_no_preset():
    assert preset_of(replace(CaptionStyle(), size=101)) is None


def test_no_two_presets_are_the_same():
    assert len(set(PRESETS.values())) == len(PRESETS)

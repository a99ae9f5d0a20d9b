"""Caption styles to begin with. Each is at least 7 to 1 over any picture."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from captioner.settings.style import CaptionStyle

PresetName = Literal["clear", "tv", "yellow", "paper", "large", "dyslexia", "low_vision"]

YELLOW = "#FFF27A"

PRESETS: Mapping[PresetName, CaptionStyle] = MappingProxyType(
    {
        "clear": CaptionStyle(),
        "tv": CaptionStyle(behind_strength=1.0, box="#000000", box_strength=0.0, font="mono_sans"),
        "yellow": CaptionStyle(
            text=YELLOW, behind_strength=0.75, box="#000000", box_strength=0.5, bold=True, edge="drop_shadow"
        ),
        "paper": CaptionStyle(text="#141B22", behind="#FFFFFF", box="#FFFFFF", box_strength=0.95),
        "large": CaptionStyle(box="#000000", box_strength=1.0, size=150, bold=True),
        # Dark on cream instead of black on white, and a little larger: what readers ask for.
        "dyslexia": CaptionStyle(text="#1B1B1B", behind="#FBF3DC", box="#FBF3DC", box_strength=1.0, size=115),
        "low_vision": CaptionStyle(
            text=YELLOW,
            behind_strength=1.0,
            box="#000000",
            box_strength=1.0,
            size=200,
            bold=True,
            edge="uniform",
        ),
    }
)


def with_preset(style: CaptionStyle, name: PresetName) -> CaptionStyle:
    """The preset with as many lines, and as long ones, as the person has: that is how much, not how."""
    return replace(PRESETS[name], lines=style.lines, line_length=style.line_length)


def preset_of(style: CaptionStyle) -> PresetName | None:
    """The preset that this is, None = the person's own style."""
    return next((name for name in PRESETS if with_preset(style, name) == style), None)

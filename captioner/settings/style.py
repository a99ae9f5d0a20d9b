"""How captions look: the set of 47 CFR 79.103 (c), as one frozen value."""

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

Colour = Annotated[str, Meta(pattern=r"^#[0-9A-Fa-f]{6}$")]
"""`#RRGGBB`."""

Strength = Annotated[float, Meta(ge=0.0, le=1.0)]
"""How opaque something is: 0 = transparent, 1 = solid."""

FontStyle = Literal["default", "mono_serif", "serif", "mono_sans", "sans", "casual", "cursive", "small_caps"]
Edge = Literal["none", "raised", "depressed", "uniform", "drop_shadow"]
LineLength = Literal["short", "normal", "wide"]

CAPTION_PX = 27
"""The height of the letters in pixels at size 100."""


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    """The look of captions.

    `text`, `behind` and `box` are three colours with their own strength: the letters, the ground right behind
    the words ("background" in the rule) and the box they stand in ("window" in the rule). `size` in percent.
    `lines`: how many the box has. `line_length`: how wide it is as long as nobody drew it wider.
    """

    text: Colour = "#FFFFFF"
    text_strength: Annotated[float, Meta(ge=0.3, le=1.0)] = 1.0
    behind: Colour = "#000000"
    behind_strength: Strength = 0.0
    box: Colour = "#0A0D10"
    box_strength: Strength = 0.9
    size: Annotated[int, Meta(ge=50, le=200)] = 100
    font: FontStyle = "default"
    bold: bool = False
    edge: Edge = "none"
    lines: Annotated[int, Meta(ge=1, le=8)] = 3
    line_length: LineLength = "normal"

    @property
    def px(self) -> int:
        """The height of the letters in pixels, 13 to 54."""
        return int(self.size * CAPTION_PX / 100)

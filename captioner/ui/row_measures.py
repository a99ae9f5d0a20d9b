"""Where the parts of a transcript's row stand."""

from dataclasses import dataclass

NARROW = 560
LEFT = 16
RIGHT = 24
PAD = 6
TIME = 62
NAME = 112
_COLUMN = 700 / 16
"""The text column is at most 85 characters wide: 700 pixels at a size of 16."""


@dataclass(frozen=True, slots=True)
class RowMeasures:
    """The places for a width and a text size. Narrow: the name above the text."""

    width: int
    px: int
    has_names: bool

    @property
    def is_narrow(self) -> bool:
        """Whether the name has a line of its own."""
        return self.width < NARROW and self.has_names

    @property
    def text_left(self) -> int:
        """Where the text begins."""
        return LEFT + TIME + (NAME if self.has_names and not self.is_narrow else 0)

    @property
    def text_width(self) -> int:
        """How long its lines may be."""
        return max(80, min(self.width - self.text_left - RIGHT, round(_COLUMN * self.px)))

    @property
    def line(self) -> int:
        """The distance from one line to the next."""
        return round(self.px * 1.5)

    @property
    def head(self) -> int:
        """The height of the name's own line."""
        return max(24, self.line) if self.is_narrow else 0

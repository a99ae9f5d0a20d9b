"""Where the captions stand on one arrangement of screens."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

Coordinate = Annotated[int, Meta(ge=-100_000, le=100_000)]
"""In logical pixels; no desktop is larger, and the windows' own numbers end not far beyond."""


@dataclass(frozen=True, slots=True)
class Place:
    """The upper left corner of the box on the desktop and its width, in logical pixels; how the box looks
    says how high it is. `width` None = as wide as the style's lines want it."""

    x: Coordinate
    y: Coordinate
    width: Annotated[int, Meta(ge=200, le=8000)] | None = None

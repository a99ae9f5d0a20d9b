"""The steps back in choosing a style."""

from collections.abc import Iterable
from dataclasses import fields, replace

from captioner.settings.style import CaptionStyle

_MOST = 100


class Steps:
    """What was changed, newest last. A step holds the fields it changed: what was changed elsewhere stays.

    A slider that is drawn changes a field many times in a row; that is one step.
    """

    def __init__(self) -> None:
        self._steps: list[dict[str, object]] = []
        self._drawn: str | None = None

    def __bool__(self) -> bool:
        return bool(self._steps)

    def keep(self, before: CaptionStyle, after: CaptionStyle, drawn: str | None = None) -> None:
        """Remember a change; `drawn` = the field that a slider changes."""
        if drawn is None or drawn != self._drawn:
            self._steps = [*self._steps[1 - _MOST :], _different(before, after)]
        self._drawn = drawn

    def back(self, style: CaptionStyle) -> CaptionStyle:
        """The style without the newest step, which is forgotten."""
        self._drawn = None
        return replace(style, **self._steps.pop()) if self._steps else style  # type: ignore[arg-type]


def _different(before: CaptionStyle, after: CaptionStyle) -> dict[str, object]:
    names: Iterable[str] = (field.name for field in fields(CaptionStyle))
    return {name: getattr(before, name) for name in names if getattr(before, name) != getattr(after, name)}

"""Lines that go up: how far they still have to go, one line at a time."""

from collections.abc import Sequence

from captioner.ui.overlay.lines import CaptionLine

_SECONDS = 0.12
_FIRST_STEP = 0.016
"""What a scroll has behind it when it begins: the first picture that is painted already moves."""


class Scrolling:
    """`offset`: how many lines the text still stands below its place."""

    def __init__(self) -> None:
        self.lines = 0
        self._since = 0.0
        self._part = 0.0

    @property
    def is_active(self) -> bool:
        """Whether anything still has to move."""
        return self.lines > 0

    @property
    def offset(self) -> float:
        """In lines, 0 = everything is in its place."""
        return self.lines - self._part if self.lines else 0.0

    def begin(self, lines: int, now: float) -> None:
        """So many lines more."""
        if not self.lines:
            self._since = now - _FIRST_STEP
        self.lines += lines
        self.advance(now)

    def advance(self, now: float) -> None:
        """Move on to this time."""
        while self.lines and now - self._since >= _SECONDS:
            self._since += _SECONDS
            self.lines -= 1
        left = 1 - (now - self._since) / _SECONDS
        self._part = 1 - left**3

    def stop(self) -> None:
        """Be where it belongs."""
        self.lines = 0


def moved_up(old: Sequence[CaptionLine], new: Sequence[CaptionLine]) -> int:
    """By how many lines a text went up; 0 where it did not, went down, or nothing of it is left."""
    if not old or not new or _stands(old[0], new[0]):
        return 0
    for up in range(1, len(old)):
        pairs = zip(old[up:], new, strict=False)
        if all(_is_same(before, now) for before, now in pairs) and any(map(_name, old[up:])):
            return up
    return 0


def _stands(first: CaptionLine, new: CaptionLine) -> bool:
    return _name(first) is not None and _name(first) == _name(new)


def _is_same(one: CaptionLine, other: CaptionLine) -> bool:
    """Whether two lines are one at two times; an empty one may have been filled."""
    return _name(one) is None or _name(one) == _name(other)


def _name(line: CaptionLine) -> tuple[str, int] | None:
    return (line.segment or line.note, line.number) if line.segment or line.note else None

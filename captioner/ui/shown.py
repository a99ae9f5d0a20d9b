"""What of a row is shown: the settled words, the dim tail behind them, and how Qt counts their letters."""

import re
from typing import NamedTuple

from captioner.transcript.model import Segment
from captioner.transcript.plain import plain
from captioner.transcript.script import joined

WORD = re.compile("[^ ]+")
"""A word of shown text: what single spaces part."""

_SIMPLE = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1eff\u2012-\u2027]*")


class WordPlace(NamedTuple):
    """A word on the screen: the id of its segment, and which of its shown words it is, from 0."""

    segment: str
    word: int


class Shown(NamedTuple):
    """A row's text: `settled` in the normal colour, `tail` dim behind it."""

    settled: str
    tail: str

    @property
    def text(self) -> str:
        """Both parts as they stand on the screen."""
        return joined(self.settled, self.tail)


def shown_live(segment: Segment) -> Shown:
    """A segment as captions show it: in the reading mode, also where the final differs."""
    if segment.committed or segment.tail:
        return Shown(plain(segment.committed), plain(segment.tail))
    return Shown(plain(segment.text), "") if segment.is_final else Shown("", plain(segment.text))


def shown_kept(segment: Segment) -> Shown:
    """A segment as the transcript shows it: the final's own text once there is one."""
    return Shown(plain(segment.text), "") if segment.is_final else shown_live(segment)


def is_simple(text: str) -> bool:
    """Whether each character is a letter or sign by itself, to the right of the one before: Latin, Greek,
    Cyrillic. Such a text is drawn from its front, whatever comes behind it."""
    return text.isascii() or _SIMPLE.fullmatch(text) is not None


def qt_length(text: str) -> int:
    """How many UTF-16 units Qt counts where Python counts characters."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2

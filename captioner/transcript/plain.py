"""Text from outside made harmless: one line of plain characters, whatever a server or a model sent."""

import re
import unicodedata

_BIDI_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BREAKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
# Soft hyphens, invisible operators, deprecated format characters, byte order mark, annotations, a place for
# an object.
_UNSEEN = "\u00ad\u180e\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffc\U0001d173-\U0001d17a"

_TABLE: dict[int, str | None] = {
    code: None for code in range(0x0, 0xA0) if unicodedata.category(chr(code)) == "Cc"
}
_TABLE.update(dict.fromkeys(map(ord, _BIDI_OVERRIDES)))
# Lone surrogates are no characters: neither SQLite nor a terminal takes them.
_TABLE.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
_TABLE.update({ord(character): " " for character in _BREAKS})

_SPACES = re.compile(" {2,}")
_HIDDEN = re.compile(f"[{_UNSEEN}]")
# Tags spell text that nobody sees. They have one use: the flags of England, Scotland and Wales.
_TAGS = re.compile("(\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f)|[\U000e0000-\U000e007f]")

_ZERO_WIDTH = frozenset("\u034f\u061c\u200b\u200c\u200d\u200e\u200f")
_JOINERS = frozenset("\u200c\u200d")
_VARIANTS = frozenset(map(chr, (*range(0x180B, 0x180E), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_MOST_MARKS = 6
"""Marks on one letter: Tibetan and pointed Hebrew need as many; more are a tower that covers other lines."""


def plain(text: str) -> str:
    """`text` on one line, without controls and bidi overrides, with single spaces and none at its ends.

    Line and paragraph breaks and tabs become a space; NUL, ESC and the like vanish. Spaces that mean
    something (no-break, ideographic) stay. Characters without width stay where a script or an emoji needs
    them, one at a time; a letter keeps its first marks.
    """
    text = text.translate(_TABLE)
    if not text.isascii():
        text = _bounded(_TAGS.sub(r"\1", _HIDDEN.sub("", text)))
    return _SPACES.sub(" ", text).strip(" ")


def _bounded(text: str) -> str:
    """Without what is piled up on a letter: marks, variants, and signs that have no width."""
    if not any(map(_is_piled, set(text))):
        return text
    kept: list[str] = []
    marks = 0
    for letter in text:
        before = kept[-1] if kept else " "
        if letter in _ZERO_WIDTH:
            if before in _ZERO_WIDTH or (letter in _JOINERS and before.isspace()):
                continue
        elif letter in _VARIANTS:
            if before.isspace() or before in _VARIANTS or before in _ZERO_WIDTH:
                continue
        elif _is_mark(letter):
            marks += 1
            if marks > _MOST_MARKS:
                continue
        else:
            marks = 0
            if letter.isspace() and before in _JOINERS:
                kept.pop()  # it would join with nothing
        kept.append(letter)
    if kept and kept[-1] in _JOINERS:
        kept.pop()
    return "".join(kept)


def _is_piled(letter: str) -> bool:
    """Whether it can stand on another letter, or has no width."""
    return letter in _ZERO_WIDTH or letter in _VARIANTS or _is_mark(letter)


def _is_mark(letter: str) -> bool:
    return letter > "\u02ff" and unicodedata.category(letter) in ("Mn", "Me")

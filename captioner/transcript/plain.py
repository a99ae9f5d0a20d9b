"""Text from outside made harmless: one line of plain characters, whatever a server or a model sent."""

import re
import unicodedata

_BIDI_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BREAKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"

_TABLE: dict[int, str | None] = {
    code: None for code in range(0x0, 0xA0) if unicodedata.category(chr(code)) == "Cc"
}
_TABLE.update(dict.fromkeys(map(ord, _BIDI_OVERRIDES)))
# Lone surrogates are no characters: neither SQLite nor a terminal takes them.
_TABLE.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
_TABLE.update({ord(character): " " for character in _BREAKS})

_SPACES = re.compile(" {2,}")


def plain(text: str) -> str:
    """`text` on one line, without controls and bidi overrides, with single spaces and none at its ends.

    Line and paragraph breaks and tabs become a space; NUL, ESC and the like vanish. Spaces that mean
    something (no-break, ideographic) stay.
    """
    return _SPACES.sub(" ", text.translate(_TABLE)).strip(" ")

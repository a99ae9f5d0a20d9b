"""Text as the pieces that come and go together while it is recognised, whatever its script. Pure.

In most scripts these are the words between spaces. Chinese, Japanese, Thai, Lao, Khmer and Burmese have no
spaces: there it is each grapheme cluster (Unicode Annex 29), which is what a reader takes for one character.
"""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the first window has no text yet: it does not wait for this one
    import regex

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = r"[^ \t\r\n\f\v]+"
_IS_UNSPACED = f"[{_UNSPACED}]"
_PIECE = rf"(?=[{_UNSPACED}])\X(?:(?=\p{{P}})\X)*|(?:(?![{_UNSPACED}])\X)+"
_ENDS_UNSPACED = rf"[{_UNSPACED}][\p{{M}}\p{{P}}]*$"
_BEGINS_UNSPACED = rf"(?V1)[{_UNSPACED}&&\p{{L}}]"

_OPENING = "\"'“”„‘’‚«»‹›([{¿¡.…—–"
_CLOSING = "\"'“”„‘’‚«»‹›)]}.,;:!?…—–-。，、！？：；"


class Piece(NamedTuple):
    """A word, or a character of a script without spaces with the
    punctuation behind it. `is_glued`: no space stands before it."""

    text: str
    is_glued: bool = False


def pieces(text: str) -> list[Piece]:
    """The pieces of a text in order. Nothing but the white space between them is left out."""
    words: list[str] = _pattern(_WORD).findall(text)
    if not _pattern(_IS_UNSPACED).search(text):
        return [Piece(word) for word in words]
    found: list[Piece] = []
    for word in words:
        if _pattern(_IS_UNSPACED).search(word):
            parts: list[str] = _pattern(_PIECE).findall(word)
            found += (Piece(part, is_glued=number > 0) for number, part in enumerate(parts))
        else:
            found.append(Piece(word))
    return found


def together(pieces: list[Piece]) -> str:
    """The pieces as text, with a space wherever one stood."""
    return "".join(piece.text if piece.is_glued else f" {piece.text}" for piece in pieces).lstrip(" ")


def joined(text: str, more: str) -> str:
    """`more` behind `text`, with a space between them unless their script has none."""
    if not text or not more:
        return text or more
    is_unspaced = _pattern(_BEGINS_UNSPACED).match(more) and _pattern(_ENDS_UNSPACED).search(text)
    return text + more if is_unspaced else f"{text} {more}"


def after(piece: Piece, next_piece: Piece) -> Piece:
    """`next_piece` as it stands behind a piece that was not before it."""
    is_glued = next_piece.is_glued and joined(piece.text, next_piece.text) == piece.text + next_piece.text
    return Piece(next_piece.text, is_glued)


def bare(word: str) -> str:
    """A word without its case and the punctuation at its edges: what two texts have to agree on.

    Signs that change what is meant stay ("-5", "$5", "5%"), and so does a word of punctuation only.
    """
    return word.lstrip(_OPENING).rstrip(_CLOSING).casefold() or word


def clusters(text: str) -> list[str]:
    """The grapheme clusters of a text in order."""
    return _pattern(r"\X").findall(text)


@cache
def _pattern(source: str) -> "regex.Pattern[str]":
    import regex

    return regex.compile(source)

"""Text as the pieces that come and go together while it is recognised, whatever its script. Pure.

In most scripts these are the words between spaces. Chinese, Japanese, Thai, Lao, Khmer and Burmese have no
spaces: there it is each grapheme cluster (Unicode Annex 29), which is what a reader takes for one character.
"""

from typing import NamedTuple

import regex

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(r"[^ \t\r\n\f\v]+")
_IS_UNSPACED = regex.compile(f"[{_UNSPACED}]")
_PIECE = regex.compile(rf"(?=[{_UNSPACED}])\X(?:(?=\p{{P}})\X)*|(?:(?![{_UNSPACED}])\X)+")
_ENDS_UNSPACED = regex.compile(rf"[{_UNSPACED}][\p{{M}}\p{{P}}]*$")
_BEGINS_UNSPACED = regex.compile(rf"[{_UNSPACED}&&\p{{L}}]", regex.V1)

_OPENING = "\"'“”„‘’‚«»‹›([{¿¡.…—–"
_CLOSING = "\"'“”„‘’‚«»‹›)]}.,;:!?…—–-。，、！？：；"


class Piece(NamedTuple):
    """A word, or a character of a script without spaces with the
    punctuation behind it. `is_glued`: no space stands before it."""

    text: str
    is_glued: bool = False


def pieces(text: str) -> list[Piece]:
    """The pieces of a text in order. Nothing but the white space between them is left out."""
    words: list[str] = _WORD.findall(text)
    if not _IS_UNSPACED.search(text):
        return [Piece(word) for word in words]
    found: list[Piece] = []
    for word in words:
        if _IS_UNSPACED.search(word):
            parts: list[str] = _PIECE.findall(word)
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
    is_unspaced = _ENDS_UNSPACED.search(text) and _BEGINS_UNSPACED.match(more)
    return text + more if is_unspaced else f"{text} {more}"


def bare(word: str) -> str:
    """A word without its case and the punctuation at its edges: what two texts have to agree on.

    Signs that change what is meant stay ("-5", "$5", "5%"), and so does a word of punctuation only.
    """
    return word.lstrip(_OPENING).rstrip(_CLOSING).casefold() or word

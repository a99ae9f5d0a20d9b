import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captioner.transcript.plain import plain


@pytest.mark.parametrize(
    ("hostile", "expected"),
    [
        ("a\x00b", "ab"),
        ("\x1b[31mred", "[31mred"),
        ("one\ntwo\r\nthree\ttab", "one two three tab"),
        ("para\u2029graph\u2028line", "para graph line"),
        ("abc\u202edef\u2066ghi\u2069", "abcdefghi"),
        ("half \ud800 a pair", "half \ufffd a pair"),
        ("  spaces   between ", "spaces between"),
    ],
)
def test_controls_and_breaks_do_not_get_through(hostile: str, expected: str) -> None:
    assert plain(hostile) == expected


@pytest.mark.parametrize("text", ["Ça va\u00a0?", "日本語\u3000です", "👩‍👩‍👧 e\u0301", "שלום\u200f"])
def test_what_people_write_stays(text: str) -> None:
    assert plain(text) == text


@settings(max_examples=200, deadline=None, database=None)
@given(st.text(st.characters(codec=None)))
def test_any_text_becomes_one_line_that_stays_as_it_is(text: str) -> None:
    clean = plain(text)

    assert plain(clean) == clean
    assert not {unicodedata.category(character) for character in clean} & {"Cc", "Cs", "Zl", "Zp"}
    clean.encode()

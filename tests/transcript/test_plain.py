import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captioner.transcript.plain import plain

NEEDED = [
    "می\u200cخواهم",  # Persian: two parts of a word that do not join
    "क्\u200dष",  # Devanagari: half a letter
    "❤\ufe0f\u200d🔥 👩🏽\u200d🚀 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "บ่ายสี่โมง",
    "בְּרֵאשִׁ֖ית",
    "བསྒྲུབས",
]
"""Characters without width, and marks on marks, that a script cannot do without."""


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
        ("ze\u200b\u200b\u200b\u200bro", "ze\u200bro"),
        ("\u200d lone \u200d joiners\u200d \u200c", "lone joiners"),
        ("\ufeffbyte\u2060or\u00adder\ufffcobject", "byteorderobject"),
        ("Z" + "\u0301" * 300 + "algo", "Z" + "\u0301" * 6 + "algo"),
        ("Z" + "\u0301\u200d" * 300 + "algo", "Z" + "\u0301\u200d" * 6 + "algo"),
        ("\u2764" + "\ufe0f" * 50, "\u2764\ufe0f"),
        ("\ufe0f alone", "alone"),
        ("a\U000e0041\U000e0042\U000e007fb", "ab"),
    ],
)
def test_controls_and_breaks_do_not_get_through(hostile: str, expected: str) -> None:
    assert plain(hostile) == expected


@pytest.mark.parametrize(
    "text", ["Ça va\u00a0?", "日本語\u3000です", "👩‍👩‍👧 e\u0301", "שלום\u200f", *NEEDED]
)
def test_what_people_write_stays(text: str) -> None:
    assert plain(text) == text


FLOOD = st.text(st.sampled_from("a \u200b\u200c\u200d\u200f\ufe0f\u0301\u00a0👩\U000e0041\u2060"))


@settings(max_examples=200, deadline=None, database=None)
@given(st.text(st.characters(codec=None)) | FLOOD)
def test_any_text_becomes_one_line_that_stays_as_it_is(text: str) -> None:
    clean = plain(text)

    assert plain(clean) == clean
    assert not {unicodedata.category(character) for character in clean} & {"Cc", "Cs", "Zl", "Zp"}
    clean.encode()

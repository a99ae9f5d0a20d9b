import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from captioner.transcript.script import joined, pieces, together

SCRIPTS = "ab é.,!?- 我爱你。カが゛ ขอบคุณ ນ ក្រុម မြန် 한국어 العَرَب \u05e9\u05c1 👩\u200d🚀🇩🇪"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So we keep nine.", ["So", "we", "keep", "nine."]),
        ("我爱你，中国。", ["我", "爱", "你，", "中", "国。"]),
        ("か\u3099んばって hello", ["か\u3099", "ん", "ば", "っ", "て", "hello"]),
        ("คุณ", ["คุ", "ณ"]),
        ("我用iPhone看", ["我", "用", "iPhone", "看"]),
        ("한국어 입니다", ["한국어", "입니다"]),
        ("👩\u200d🚀 🇩🇪", ["👩\u200d🚀", "🇩🇪"]),
    ],
)
def test_a_piece_is_a_word_or_a_character_of_a_script_without_spaces(text: str, expected: list[str]) -> None:
    assert [piece.text for piece in pieces(text)] == expected


@settings(max_examples=300, deadline=None, database=None)
@given(st.text(st.sampled_from(SCRIPTS), max_size=30))
def test_pieces_put_together_are_the_text_again(text: str) -> None:
    assert together(pieces(text)) == " ".join(text.split(" ")).strip() or "  " in text


@settings(max_examples=300, deadline=None, database=None)
@given(st.text(st.sampled_from(SCRIPTS), max_size=30))
def test_no_piece_splits_a_grapheme_cluster(text: str) -> None:
    clusters = regex.findall(r"\X", text)
    inside = [cluster for piece in pieces(text) for cluster in regex.findall(r"\X", piece.text)]

    assert inside == [cluster.lstrip(" ") for cluster in clusters if cluster != " "]


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("so", "we", "so we"),
        ("我爱", "你", "我爱你"),
        ("我爱。", "你", "我爱。你"),
        ("我", "love", "我 love"),
        ("", "a", "a"),
        ("a", "", "a"),
    ],
)
def test_text_is_joined_as_its_script_does(text: str, more: str, expected: str) -> None:
    assert joined(text, more) == expected

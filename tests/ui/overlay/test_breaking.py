import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QTextBoundaryFinder
from PySide6.QtGui import QFont

from captioner.transcript.plain import plain
from captioner.ui.fonts import said_font
from captioner.ui.overlay.breaking import NARROWEST, Broken, break_lines, cluster_start, one_line
from captioner.ui.shown import qt_length

WIDTH = 300.0
INDENT = 70.0
SCRIPTS = (
    "abc é e\u0301 ß 12,5 – …",
    "שלום עולם בְּרֵ",
    "مرحبا بكم",
    "日本語の字幕。か\u3099、",
    "การประชุมครั้งนี้",
    "नमस्ते क्षत्रिय",
    "👩‍🚀👩🏽‍🚀🇩🇪🏳️‍🌈",
    "\u200b\u200d\u00a0\u3000\u0301\u0301\u0301",
)
LETTERS = st.sampled_from("".join(SCRIPTS)) | st.characters(codec="utf-8")
WORDS = st.text(LETTERS, max_size=25) | st.sampled_from(["So", "pilot", "customers", "a" * 60, "日本語" * 12])
TEXTS = st.lists(WORDS, max_size=14).map(lambda words: plain(" ".join(words)))


@pytest.fixture(scope="module")
def font(qapp: object) -> QFont:
    return said_font(27, 500)


def texts_of(broken: Broken) -> list[str]:
    return [broken.text[piece.start : piece.end] for piece in broken.pieces]


def check(broken: Broken, font: QFont) -> None:
    """What holds for any text: nothing lost or doubled, no line too wide, no grapheme cluster split."""
    assert "".join(texts_of(broken)) == broken.text
    clusters = boundaries(broken.text)
    for piece, text in zip(broken.pieces, texts_of(broken), strict=True):
        assert text.strip(" ")
        assert piece.start in clusters
        layout = one_line(text.strip(" "), font, bool(broken.is_rtl))
        room = WIDTH - (INDENT if piece.start == 0 else 0)
        assert layout.lineAt(0).naturalTextWidth() * piece.squeeze <= room + 1
        alone = len(boundaries(text.strip(" "))) == 2  # a single letter wider than the box
        assert NARROWEST <= piece.squeeze <= 1 or alone


def boundaries(text: str) -> set[int]:
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    units = {0}
    while (place := finder.toNextBoundary()) >= 0:
        units.add(place)
    return {place for place in range(len(text) + 1) if qt_length(text[:place]) in units}


@settings(max_examples=150, deadline=None, database=None)
@given(interims=st.lists(TEXTS, min_size=1, max_size=5))
def test_whatever_is_said_and_corrected_lines_fit_and_no_cluster_is_split(font: QFont, interims: list[str]):
    broken = None
    for text in interims:
        broken = break_lines(text, font, WIDTH, INDENT, broken)
        check(broken, font)


@settings(max_examples=100, deadline=None, database=None)
@given(text=TEXTS, added=st.lists(WORDS, min_size=1, max_size=8))
def test_words_that_are_added_move_no_break_above_the_last_line(font: QFont, text: str, added: list[str]):
    broken = break_lines(text, font, WIDTH, INDENT)

    for count in range(1, len(added) + 1):
        longer = break_lines(plain(" ".join([text, *added[:count]])), font, WIDTH, INDENT, broken)
        if longer.text.startswith(broken.text):
            above = texts_of(broken)[:-1]
            assert texts_of(longer)[: len(above)] == above
        check(longer, font)
        broken = longer


PLAIN_WORDS = st.lists(st.text("abcdefghij", min_size=1, max_size=9), min_size=12, max_size=30, unique=True)


@settings(max_examples=100, deadline=None, database=None)
@given(words=PLAIN_WORDS, data=st.data())
def test_a_corrected_word_moves_no_other_over_a_break(font: QFont, words: list[str], data: st.DataObject):
    before = break_lines(" ".join(words), font, WIDTH, INDENT)
    number = data.draw(st.integers(0, len(words) - 1))
    # As long as the line has room for it, if need be set narrower.
    other = data.draw(st.sampled_from([words[number].title(), words[number][:-1] + "z", "i"]))

    after = break_lines(" ".join([*words[:number], other, *words[number + 1 :]]), font, WIDTH, INDENT, before)

    old, new = ([len(line.split()) for line in texts_of(broken)] for broken in (before, after))
    assert new[: len(old) - 1] == old[:-1]


def test_a_line_that_got_a_little_too_long_is_set_narrower(font: QFont):
    before = break_lines("So pilot customers keep nine euros until March", font, WIDTH, 0)
    first = texts_of(before)[0]

    after = break_lines(before.text.replace("So", "Somehow"), font, WIDTH, 0, before)

    assert texts_of(after)[0] == first.replace("So", "Somehow")
    assert after.pieces[0].squeeze < 1
    assert texts_of(after)[1:] == texts_of(before)[1:]


def test_a_line_that_got_much_too_long_takes_lines_and_the_rest_stays(font: QFont):
    before = break_lines("So pilot customers keep nine euros until the end of March", font, WIDTH, 0)
    lines = texts_of(before)

    after = break_lines(
        before.text.replace("So", "So as we said in spring all of the"), font, WIDTH, 0, before
    )

    assert texts_of(after)[-len(lines) + 1 :] == lines[1:]


def test_words_that_vanish_pull_nothing_up(font: QFont):
    before = break_lines("So pilot customers keep nine euros until the end of March", font, WIDTH, 0)
    lines = texts_of(before)

    after = break_lines(before.text.replace("pilot ", ""), font, WIDTH, 0, before)

    assert texts_of(after) == [lines[0].replace("pilot ", ""), *lines[1:]]


def test_a_text_without_spaces_keeps_its_breaks_when_a_letter_is_corrected(font: QFont):
    before = break_lines("日本語の字幕はここで折り返されるべきです。そして続きます。", font, WIDTH, 0)
    lines = texts_of(before)

    after = break_lines(before.text.replace("字幕は", "字幕、"), font, WIDTH, 0, before)

    assert texts_of(after) == [lines[0].replace("字幕は", "字幕、"), *lines[1:]]


def test_thai_is_broken_between_words(font: QFont):
    broken = break_lines("การประชุมครั้งนี้จะเริ่มในวันจันทร์หน้าและทุกคนต้องเข้าร่วม", font, WIDTH, 0)

    assert texts_of(broken)[0] == "การประชุม"


def test_a_direction_once_seen_stays_with_the_text(font: QFont):
    before = break_lines("שלום עולם זה מבחן של כתוביות בעברית והיום", font, WIDTH, 0)

    after = break_lines("OK " + before.text, font, WIDTH, 0, before)

    assert before.is_rtl
    assert after.is_rtl


@pytest.mark.parametrize(
    ("text", "place", "start"),
    [("abc", 2, 2), ("e\u0301a", 1, 0), ("a👩‍🚀b", 3, 1), ("a👩‍🚀b", 4, 4), ("🇩🇪🇫🇷", 3, 2), ("ab", 9, 2)],
)
def test_a_place_within_a_cluster_goes_to_its_start(text: str, place: int, start: int):
    assert cluster_start(text, place) == start

"""Which words come up softly, at times that the test says."""

import pytest

from captioner.ui.overlay.appearing import Appearing
from captioner.ui.overlay.lines import CaptionLine

SOFT = 0.1
"""Seconds that a word takes to come up."""


def line(text: str, first_word: int = 0, number: int = 0, key: str = "a") -> CaptionLine:
    return CaptionLine(key, number, text=text, first_word=first_word)


@pytest.fixture
def words() -> Appearing:
    """ "So pilot" is there."""
    words = Appearing()
    words.note([], [line("So pilot")], 0, 1.0)
    words.advance(2.0)
    return words


def test_only_words_that_are_added_come_up(words: Appearing):
    words.note([line("So pilot")], [line("So pilot customers")], 0, 3.0)

    assert words.opacity("a", 1) == 1
    assert 0 < words.opacity("a", 2) < 1
    assert words.has("a")


def test_a_word_is_seen_at_once_and_all_there_in_a_tenth_of_a_second(words: Appearing):
    words.note([line("So pilot")], [line("So pilot customers")], 0, 3.0)

    seen = [words.opacity("a", 2)]
    for part in (0.4, 0.8):
        words.advance(3.0 + part * SOFT)
        seen.append(words.opacity("a", 2))
    words.advance(3.0 + SOFT)

    assert seen == sorted(set(seen))
    assert words.opacity("a", 2) == 1
    assert not words.is_active


def test_a_guess_at_the_last_word_may_change_and_an_earlier_one_may_not(words: Appearing):
    words.note([line("So pilot")], [line("So pilots keep")], 0, 3.0)
    assert words.is_active
    words.advance(4.0)

    words.note([line("So pilots keep")], [line("So many keep nine")], 0, 5.0)

    assert not words.is_active


def test_words_that_come_fast_are_there_at_once(words: Appearing):
    words.note([line("So pilot")], [line("So pilot customers")], 0, 3.0)

    words.note([line("So pilot customers")], [line("So pilot customers keep")], 0, 3.0 + SOFT)

    assert not words.is_active


def test_a_word_on_a_line_of_its_own_comes_up_too(words: Appearing):
    old = [line("So pilot")]

    words.note(old, [*old, line("customers", 2, 1)], 0, 3.0)

    assert (words.opacity("a", 1) == 1) > (words.opacity("a", 2) == 1)


def test_lines_that_are_looked_back_at_were_seen_before(words: Appearing):
    words.note([line("So pilot")], [line("Before", key="0"), line("So pilot")], 0, 3.0)

    assert not words.is_active

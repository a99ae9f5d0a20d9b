import pytest

from captioner.meeting.alike import likeness, pair_words, spoken
from captioner.streaming.words import Word
from captioner.transcript.model import Segment


def line(text: str, start: float = 0.0, end: float = 5.0, words: tuple[Word, ...] = ()) -> Segment:
    return Segment("a", 0, None, start, end, text, words=words)


def paired(copy: Segment, original: Segment, lag: float = 0.0) -> list[tuple[str, str]]:
    one, other = spoken(copy, copy.text), spoken(original, original.text)
    return [(one[pair.copy].word, other[pair.original].word) for pair in pair_words(one, other, lag)]


def test_words_have_the_times_of_the_engine() -> None:
    words = (Word("we", "We", 1.0, 1.2), Word("start", "start.", 1.2, 1.9))

    one, other = spoken(line("We start.", words=words), "We start.")

    assert (one.word, one.start, other.word, other.end) == ("we", 1.0, "start", 1.9)


def test_without_times_they_lie_where_their_letters_do() -> None:
    one, other = spoken(line("abc defghijk", 2.0, 6.0), "abc defghijk")

    assert (one.start, one.end, other.start, other.end) == pytest.approx((2.0, 3.2308, 3.2308, 6.0), abs=0.1)


def test_each_word_is_paired_once_and_in_order() -> None:
    twice = paired(line("shall we start shall we start"), line("shall we start"))

    assert [one for one, _ in twice] == ["shall", "we", "start"]


@pytest.mark.parametrize(("start", "first"), [(0.0, 0), (2.5, 3)])
def test_of_words_that_are_said_twice_the_nearer_ones_are_paired(start: float, first: int) -> None:
    twice = "shall we start shall we start"

    pairs = pair_words(
        spoken(line(twice), twice), spoken(line(twice[:14], start, start + 2.5), twice[:14]), 0.0
    )

    assert [pair.copy for pair in pairs] == [first, first + 1, first + 2]


def test_words_that_were_misheard_are_paired_and_others_are_not() -> None:
    pairs = paired(line("a grain or two perhaps his good"), line("And a grain of tube perhabs is good."))

    assert pairs == [("a", "a"), ("grain", "grain"), ("perhaps", "perhabs"), ("good", "good")]


def test_the_same_words_at_another_time_are_others() -> None:
    assert paired(line("we start", 20.0, 21.0), line("we start", 0.0, 1.0)) == []
    assert paired(line("we start", 20.0, 21.0), line("we start", 0.0, 1.0), lag=20.0) != []


@pytest.mark.parametrize("pair", [("yes", "yet"), ("", ""), ("budget", "meeting"), ("i", "item")])
def test_short_and_different_words_are_not_alike(pair: tuple[str, str]) -> None:
    assert likeness(*pair) == 0

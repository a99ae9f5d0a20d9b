from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captioner.transcript.stabilise import ReadingMode, Shown, Stabiliser, end_of_match

MODES = get_args(ReadingMode)

# Few words, so that interims agree, differ in case and punctuation, and repeat themselves.
WORDS = st.sampled_from(["yes", "Yes,", "no", "no.", "the", "ice", "cream", "—", "e\u0301te\u0301", "I'm"])
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)
INTERIMS = st.lists(TEXTS, max_size=8)


def shown(mode: ReadingMode, *interims: str, final: str | None = None) -> Shown:
    """What stands on the screen after these interims, and after the final if there is one."""
    stabiliser = Stabiliser(mode)
    last = Shown("", "")
    for text in interims:
        last = stabiliser.update(text, is_final=False)
    return last if final is None else stabiliser.update(final, is_final=True)


def test_instant_commits_nothing_before_the_final() -> None:
    assert shown("instant", "hello", "hello wor", "hello world") == Shown("", "hello world")
    assert shown("instant", "hello wor", final="Hello, world.") == Shown("Hello, world.", "")


def test_balanced_commits_what_two_interims_in_a_row_agree_on() -> None:
    assert shown("balanced", "hello wor") == Shown("", "hello wor")
    assert shown("balanced", "hello wor", "hello world how") == Shown("hello", "world how")


def test_case_and_punctuation_are_no_disagreement() -> None:
    assert shown("balanced", "Hello", "“hello,” world") == Shown("“hello,”", "world")


@pytest.mark.parametrize(("before", "after"), [("5 of", "5% of"), ("5 of", "$5 of"), ("5 of", "-5 of")])
def test_a_sign_that_changes_the_meaning_is_a_disagreement(before: str, after: str) -> None:
    assert shown("balanced", before, after).committed == ""


def test_committed_words_are_kept_as_they_were_shown() -> None:
    text = shown("balanced", "Hello world", "Hello world and", "hello World, and more", "hello")

    assert text == Shown("Hello world and", "")


def test_an_interim_that_comes_twice_is_two_votes() -> None:
    assert shown("balanced", "good morning", "good morning") == Shown("good morning", "")


def test_balanced_is_corrected_once_by_the_final() -> None:
    assert shown("balanced", "ice cream", "ice cream is", final="I scream.") == Shown("I scream.", "")


def test_steady_waits_for_three_interims_and_shows_no_tail() -> None:
    assert shown("steady", "hello", "hello world") == Shown("", "")
    assert shown("steady", "hello", "hello world", "hello world how") == Shown("hello", "")


def test_steady_keeps_what_it_showed_and_appends_the_rest_of_the_final() -> None:
    interims = ("ice cream is", "ice cream is", "ice cream is")

    assert shown("steady", *interims, final="I scream is what I said.").committed == (
        "ice cream is what I said."
    )


@pytest.mark.parametrize(
    ("interim", "final", "expected"),
    [
        ("I gonna go", "I going to go home.", "I gonna go home."),
        ("it is not there", "it isn't there yet.", "it is not there yet."),
        ("a a a", "a a.", "a a a"),
        ("well I think so", "I think so too.", "well I think so too."),
    ],
)
def test_a_final_with_more_or_fewer_words_doubles_and_loses_none(
    interim: str, final: str, expected: str
) -> None:
    assert shown("steady", interim, interim, interim, final=final).committed == expected


def test_the_tail_follows_the_committed_words_when_the_engine_changes_their_number() -> None:
    text = shown("balanced", "I gonna go", "I gonna go", "I going to go home")

    assert text == Shown("I gonna go", "home")


def test_a_text_of_many_thousand_words_is_aligned_by_count() -> None:
    said = ["word"] * 20_000

    assert end_of_match(said, ["other", *said]) == 20_000


def test_nothing_changes_after_the_final() -> None:
    stabiliser = Stabiliser("balanced")
    stabiliser.update("The end.", is_final=True)

    assert stabiliser.update("Not the end", is_final=True) == Shown("The end.", "")


@settings(max_examples=300, deadline=None, database=None)
@given(INTERIMS, TEXTS)
def test_steady_never_changes_a_committed_character(interims: list[str], final: str) -> None:
    stabiliser = Stabiliser("steady")
    before = ""

    for text, is_final in [*((text, False) for text in interims), (final, True)]:
        after = stabiliser.update(text, is_final)

        assert after.committed.startswith(before)
        assert after.tail == ""
        before = after.committed


@settings(max_examples=300, deadline=None, database=None)
@given(INTERIMS, TEXTS)
def test_balanced_changes_committed_words_only_at_the_final(interims: list[str], final: str) -> None:
    stabiliser = Stabiliser("balanced")
    before = ""

    for text in interims:
        after = stabiliser.update(text, is_final=False)

        assert after.committed.startswith(before)
        before = after.committed
    assert stabiliser.update(final, is_final=True) == Shown(final, "")


@settings(max_examples=300, deadline=None, database=None)
@given(st.sampled_from(MODES), INTERIMS, TEXTS)
def test_no_mode_splits_a_word(mode: ReadingMode, interims: list[str], final: str) -> None:
    stabiliser = Stabiliser(mode)
    said = {word for text in [*interims, final] for word in text.split()}

    for text, is_final in [*((text, False) for text in interims), (final, True)]:
        after = stabiliser.update(text, is_final)

        assert set(after.committed.split() + after.tail.split()) <= said


@settings(max_examples=300, deadline=None, database=None)
@given(INTERIMS)
def test_balanced_shows_the_newest_interim_whole_when_it_only_grows(texts: list[str]) -> None:
    stabiliser = Stabiliser("balanced")
    words: list[str] = []

    for text in texts:
        words += text.split()
        after = stabiliser.update(" ".join(words), is_final=False)

        assert after.committed.split() + after.tail.split() == words

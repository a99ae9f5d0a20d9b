from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captioner.transcript.stabilise import Pace, ReadingMode, Shown, Stabiliser, end_of_match

MODES = get_args(ReadingMode)

# Few words, so that interims agree, differ in case and punctuation, and repeat themselves.
WORDS = st.sampled_from(["yes", "Yes,", "no", "no.", "the", "ice", "cream", "—", "e\u0301te\u0301", "I'm"])
TEXTS = st.lists(WORDS, max_size=8).map(" ".join)
INTERIMS = st.lists(TEXTS, max_size=8) | st.tuples(TEXTS, st.integers(3, 6), TEXTS).map(
    lambda parts: [parts[0]] * parts[1] + [parts[2]]
)


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


def test_balanced_commits_what_stays_the_same_for_half_a_second() -> None:
    interims = "so we keep", "so we keep nine", "so we keep nine euros"

    assert shown("balanced", *interims) == Shown("", "so we keep nine euros")
    assert shown("balanced", *interims, "so we keep nine euros a") == Shown("so we keep nine", "euros a")


def test_while_the_engine_takes_words_back_a_guess_waits_until_it_comes_again() -> None:
    interims = "a grain of wine", "a grain or tube", "a grain or two perhaps"

    assert shown("balanced", *interims) == Shown("", "a grain or")
    assert shown("balanced", *interims, "a grain or two perhaps is") == Shown("a grain", "or two perhaps")


def test_the_first_word_needs_one_vote_more_and_the_last_one_two() -> None:
    assert [shown("balanced", *["good morning"] * count).committed for count in (3, 4, 5)] == [
        "",
        "good",
        "good morning",
    ]


def test_a_word_that_changed_needs_more_votes_than_one_that_did_not() -> None:
    steadily = ["and mister hale has gone"] * 4

    assert shown("balanced", *steadily).committed == "and mister hale has"
    assert shown("balanced", "and mister howe has gone", *steadily[1:]).committed == "and mister"


def test_one_slip_of_the_engine_does_not_begin_the_count_anew() -> None:
    interims = ["a grain or two perhaps"] * 3

    assert shown("balanced", *interims, "an ingrain or two perhaps", *interims[:2]).committed.startswith(
        "a grain or"
    )


def test_an_interim_that_did_not_reach_so_far_is_no_vote_against_a_word() -> None:
    assert shown("balanced", "one", "one two", *["one two three four"] * 3).committed == "one two three"


@pytest.mark.parametrize(("step", "votes"), [(0.1, 6), (0.25, 3), (0.5, 2), (2.0, 2)])
def test_interims_that_come_more_slowly_need_fewer_votes(step: float, votes: int) -> None:
    stabiliser = Stabiliser("balanced")
    counts: list[int] = []

    for number in range(1, 12):
        # The second word stands neither first nor last, and nobody ever doubts it.
        after = stabiliser.update("one two three four", is_final=False, end=number * step)
        counts.append(len(after.committed.split()))

    assert counts.index(3) == votes  # the first word holds the others up by one


def test_case_and_punctuation_are_no_disagreement() -> None:
    interims = "Hello world", "“hello,” world", "hello world", "Hello. World", "hello"

    assert shown("balanced", *interims[:4]) == Shown("Hello.", "World")


@pytest.mark.parametrize("other", ["5%", "$5", "-5"])
def test_a_sign_that_changes_the_meaning_is_a_disagreement(other: str) -> None:
    assert shown("balanced", "5 of", "5 of", "5 of", f"{other} of").committed == ""


def test_committed_words_are_kept_as_they_were_shown() -> None:
    text = shown("balanced", *["Hello world and"] * 4, "hello World, and more", "hello")

    assert text == Shown("Hello world and", "")


def test_balanced_is_corrected_once_by_the_final() -> None:
    assert shown("balanced", *["ice cream is"] * 4, final="I scream.") == Shown("I scream.", "")


def test_steady_shows_no_tail() -> None:
    assert shown("steady", *["hello world"] * 3) == Shown("", "")
    assert shown("steady", *["hello world"] * 4) == Shown("hello", "")


def test_steady_keeps_what_it_showed_and_appends_the_rest_of_the_final() -> None:
    interims = ["ice cream is"] * 5

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
    assert shown("steady", *[interim] * 5, final=final).committed == expected


def test_the_tail_follows_the_committed_words_when_the_engine_changes_their_number() -> None:
    text = shown("balanced", *["I gonna go"] * 5, *["I going to go home"] * 2)

    assert text == Shown("I gonna go", "home")


def test_a_text_of_many_thousand_words_is_aligned_by_count() -> None:
    said = ["word"] * 20_000

    assert end_of_match(said, ["other", *said]) == 20_000


def test_scripts_without_spaces_are_settled_character_by_character() -> None:
    text = shown("balanced", *["我们保留九欧元"] * 3, *["我们保留九欧元到三月底"] * 2)

    assert text == Shown("我们保留九欧元", "到三月底")


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
def test_no_mode_splits_a_word_or_a_grapheme_cluster(
    mode: ReadingMode, interims: list[str], final: str
) -> None:
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


def test_the_pace_of_one_segment_is_that_of_the_next() -> None:
    pace = Pace()
    slow = Stabiliser("balanced", pace)
    for second in range(8):
        slow.update("one two", is_final=False, end=second)

    after = Stabiliser("balanced", pace)
    after.update("three four five", is_final=False, end=9.0)
    after.update("three four five", is_final=False, end=10.0)

    assert after.update("three four five", is_final=False, end=11.0).committed == "three four"


ENDLESS = " ".join(f"w{number}" for number in range(20_000))


def test_a_text_longer_than_anybody_speaks_is_not_settled_before_its_final() -> None:
    interims = ["so we keep"] * 5

    assert shown("instant", ENDLESS) == Shown("", ENDLESS)
    assert shown("balanced", *interims, f"so we keep {ENDLESS}") == Shown("so we keep", ENDLESS)
    assert shown("steady", *interims, f"so we keep {ENDLESS}") == Shown("so we keep", "")


@pytest.mark.parametrize("said_now", ["so we keep", "So, he keeps"])
def test_the_final_of_such_a_text_loses_and_doubles_no_word(said_now: str) -> None:
    interims, final = ["so we keep"] * 5, f"{said_now} {ENDLESS}"

    assert shown("steady", *interims, final=final) == Shown(f"so we keep {ENDLESS}", "")
    assert shown("balanced", *interims, final=final) == Shown(final, "")
    assert (
        shown("steady", *["你好"] * 6, final="您好" + "世界" * 11_000).committed == "你好" + "世界" * 11_000
    )


@pytest.mark.parametrize(("read", "final"), [("好🇩", "您您🇪"), ("好ᄀ", "您您ᅡ"), ("你a", "您您b")])
def test_in_steady_what_follows_another_character_does_not_join_it(read: str, final: str) -> None:
    assert shown("steady", *[read] * 6, final=final).committed.startswith(f"{read} ")

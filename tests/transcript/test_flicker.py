"""What counts as taken back, and from when to when a word is late."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from captioner.streaming.words import Word
from captioner.transcript.assemble import Assembler
from captioner.transcript.flicker import Figures, Flicker, Rewriting, WordTimes
from captioner.transcript.model import Change, GapRow, Segment, Transcript
from captioner.transcript.stabilise import ReadingMode
from tests.transcript.assembling import final, said


def line(committed: str, tail: str = "", **more: object) -> Segment:
    """A segment that shows this, and of which the engine says the same."""
    row = Segment("a", 0, None, 0.0, 4.0, f"{committed} {tail}".strip(), committed=committed, tail=tail)
    return replace(row, **more)


def followed(*rows: Segment) -> Flicker:
    """One row after the other, a second apart."""
    flicker = Flicker()
    for at, row in enumerate(rows):
        flicker.follow(Change("updated", 0, row), float(at))
    return flicker


def figures(*rows: Segment) -> Figures:
    return followed(*rows).figures()


def test_words_that_are_only_added_are_no_rewriting() -> None:
    shown = figures(line("", "we"), line("we", "keep"), line("we keep nine", is_final=True)).shown

    assert shown == Rewriting(updates=3, words=3)
    assert (shown.share, shown.erasure) == (0.0, 0.0)


def test_everything_from_the_first_word_that_differs_is_taken_back() -> None:
    shown = figures(line("", "we keep mine now"), line("we keep nine now", is_final=True)).shown

    assert (shown.updates, shown.rewrites, shown.erased) == (2, 1, 2)
    assert (shown.share, shown.erasure) == (0.5, 0.5)


def test_what_is_cut_off_is_taken_back_as_well() -> None:
    assert figures(line("", "we keep nine"), line("we", is_final=True)).shown.erased == 2


def test_committed_words_are_counted_apart_from_the_tail() -> None:
    told = figures(line("we", "keep mine"), line("we", "keep nine"), line("He keeps nine", is_final=True))

    assert (told.shown.erased, told.committed.erased) == (1 + 3, 1)
    assert (told.committed.updates, told.committed.rewrites) == (2, 1)


@pytest.mark.parametrize("after", ["We keep", "we keep,", "“we keep”", "WE KEEP?"])
def test_case_and_punctuation_are_no_rewriting_but_to_the_letter(after: str) -> None:
    shown = figures(line("", "we keep"), line(after, is_final=True)).shown

    assert (shown.rewrites, shown.erased) == (0, 0)
    assert shown.exact_rewrites == 1
    assert shown.exact_erasure > 0


@pytest.mark.parametrize(("before", "after"), [("5 of", "5% of"), ("5 of", "-5 of"), ("— no", "no")])
def test_a_sign_that_says_something_is_a_word_changed(before: str, after: str) -> None:
    assert figures(line("", before), line(after, is_final=True)).shown.erased == 2


def test_scripts_without_spaces_count_by_the_character() -> None:
    shown = figures(line("", "今天天气"), line("今天天空很好", is_final=True)).shown

    assert (shown.erased, shown.words) == (1, 6)


def test_a_line_that_moves_is_not_taken_back() -> None:
    flicker = followed(line("we keep"))
    moved = line("we keep nine", start=1.0, is_final=True)

    flicker.follow(Change("removed", 0, line("we keep")), 5.0)
    flicker.follow(Change("added", 1, moved), 5.0)

    assert flicker.figures().shown == Rewriting(updates=2, words=3)


@pytest.mark.parametrize("last", [None, GapRow(9.0, 10.0, ""), line("so", id="b")])
def test_a_line_that_is_withdrawn_is_taken_back_word_by_word(last: Segment | GapRow | None) -> None:
    flicker = followed(line("we", "keep"))

    flicker.follow(Change("removed", 0, line("we", "keep")), 5.0)
    if last:
        flicker.follow(Change("added", 0, last), 5.0)

    told = flicker.figures()
    assert (told.shown.erased, told.committed.erased) == (2, 1)


def test_a_final_that_is_cut_later_is_taken_back_and_its_words_are_told_once() -> None:
    flicker = followed(line("we keep nine", is_final=True))

    assert flicker.follow(Change("updated", 0, line("we", is_final=True)), 9.0) == ()
    assert flicker.figures().shown == Rewriting(2, 1, 2, 1, 2, words=3)


def test_a_change_of_anything_but_the_text_is_no_update() -> None:
    told = line("we keep", is_final=True)

    assert figures(told, replace(told, speaker="Maya"), replace(told, saved=False)).shown.updates == 1


def test_a_word_counts_from_when_it_was_first_seen_and_from_when_it_was_committed_for_good() -> None:
    flicker = followed(line("", "we keep"), line("we keep"), line("we", "kept"))

    words = flicker.follow(Change("updated", 0, line("we keep", is_final=True)), 9.0)

    assert words == [WordTimes("we", 4 * 2 / 6, 0.0, 1.0), WordTimes("keep", 4.0, 0.0, 9.0)]
    assert flicker.figures().early == 0.5


def test_the_same_word_said_twice_is_two_words() -> None:
    flicker = followed(line("", "no"), line("no", "no"))

    words = flicker.follow(Change("updated", 0, line("no no", is_final=True)), 9.0)

    assert [(word.shown, word.committed) for word in words] == [(0.0, 1.0), (1.0, 9.0)]


def test_the_engine_s_own_times_are_taken_where_it_gives_them() -> None:
    times = (Word("we", "we", 0.1, 0.3), Word("keep", "keep", 0.4, 0.8))
    flicker = followed(line("", "we"))

    flicker.follow(Change("updated", 0, line("we keep", is_final=True, words=times)), 1.0)

    told = flicker.figures()
    assert told.first_shown == pytest.approx(((0.0 - 0.3) + (1.0 - 0.8)) / 2)
    assert told.committed_after == pytest.approx(((1.0 - 0.3) + (1.0 - 0.8)) / 2)


def test_before_a_line_is_over_there_are_no_delays() -> None:
    told = figures(line("we", "keep"))

    assert (told.early, told.first_shown, told.committed_after) == (None, None, None)
    assert (told.shown.share, told.shown.erasure) == (0.0, 0.0)


def test_a_meeting_of_many_lines_is_counted_to_the_end() -> None:
    flicker = followed(*(line("we keep", id=str(number), is_final=True) for number in range(3000)))

    assert flicker.figures().shown == Rewriting(updates=3000, words=6000)


WORDS = st.sampled_from(["yes", "Yes,", "no", "the", "ice", "cream", "—"])
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(TEXTS, max_size=6), TEXTS, st.sampled_from(["instant", "balanced", "steady"]))
def test_whatever_is_said_steady_takes_nothing_back_and_no_figure_is_impossible(
    interims: list[str], last: str, mode: ReadingMode
) -> None:
    assembler, flicker = Assembler(Transcript(), mode), Flicker()
    events = [said("a", number, text) for number, text in enumerate(interims)]

    for at, event in enumerate([*events, final("a", 99, f"{last} end")]):
        for change in assembler.apply(event):
            flicker.follow(change, float(at))

    told = flicker.figures()
    assert told.shown.erased <= told.shown.exact_erased
    assert told.shown.rewrites <= told.shown.exact_rewrites <= told.shown.updates
    assert told.early is not None
    assert 0 <= told.early <= 1
    if mode == "steady":
        assert told.shown.exact_erased == told.committed.exact_erased == 0
    if mode == "instant":
        assert (told.committed.erased, told.early) == (0, 0)


def test_lines_longer_than_anybody_speaks_are_not_counted():
    assert figures(line("word " * 5_000), line("other " * 5_000)) == figures()

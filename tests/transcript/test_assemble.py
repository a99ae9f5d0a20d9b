import math

import pytest

from captioner.streaming.events import (
    ClosedEvent,
    EngineChangedEvent,
    GapEvent,
    GapFilledEvent,
    SessionSummary,
    SpeakersRevisedEvent,
    SpeechStartedEvent,
    SupersededEvent,
    UtteranceEndEvent,
)
from captioner.streaming.words import Word
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, GapRow, SeamRow, Segment, Transcript
from captioner.transcript.stabilise import ReadingMode
from tests.transcript.assembling import assembled, final, kinds, replayed, said, texts, times


def test_a_segment_is_added_replaced_by_its_id_and_frozen_by_its_final() -> None:
    rows, changes = assembled(
        said("a", 1, "hel"),
        said("a", 2, "hello"),
        final("a", 3, "Hello."),
        said("a", 4, "hello you"),
        final("a", 5, "Hello you."),
    )

    assert kinds(changes) == ["added", "updated", "updated", "", ""]
    assert texts(rows) == ["Hello."]


def test_what_is_shown_follows_the_reading_mode() -> None:
    interims = ("hello wor", "hello world", "hello world", "hello world")
    rows, _ = assembled(*(said("a", number, text) for number, text in enumerate(interims, 1)))

    assert rows[0] == Segment("a", 0, "You", 1.0, 2.0, "hello world", committed="hello", tail="world")


def test_a_line_appears_with_its_first_shown_word() -> None:
    _, changes = assembled(*(said("a", revision, "hello") for revision in range(1, 6)), mode="steady")

    assert kinds(changes) == ["", "", "", "", "added"]


def test_rows_stand_in_time_order_and_ties_in_order_of_arrival() -> None:
    rows, changes = assembled(
        final("late", 1, "late", 9.0), final("early", 1, "early", 1.0), final("tie", 1, "tie", 1.0)
    )

    assert texts(rows) == ["early", "tie", "late"]
    assert [change.index for (change,) in changes] == [0, 0, 1]


def test_a_line_that_is_still_said_keeps_its_place_among_its_neighbours() -> None:
    rows, changes = assembled(
        said("a", 1, "first", 1.0), said("b", 1, "second", 2.0), said("a", 2, "first of", 3.0)
    )

    assert texts(rows) == ["first of", "second"]
    assert (rows[0].start, kinds(changes)[-1]) == (1.0, "updated")


def test_a_final_stands_at_its_true_time_also_where_its_line_must_move() -> None:
    rows, changes = assembled(
        said("a", 1, "first", 1.0), said("b", 1, "second", 2.0), final("a", 2, "First.", 3.0)
    )

    assert (texts(rows), times(rows)) == (["second", "First."], [(2.0, 3.0), (3.0, 4.0)])
    assert kinds(changes)[-1] == "removed added"
    assert replayed(changes) == rows


def test_older_revisions_and_repeated_ones_are_ignored() -> None:
    rows, changes = assembled(said("a", 2, "new"), said("a", 1, "old"), said("a", 2, "new"))

    assert kinds(changes) == ["added", "", ""]
    # The repetition was no second vote either.
    assert rows == [Segment("a", 0, "You", 1.0, 2.0, "new", committed="", tail="new")]


def test_a_final_counts_whatever_its_revision() -> None:
    rows, _ = assembled(said("a", 7, "guess"), final("a", 3, "Settled."))

    assert texts(rows) == ["Settled."]


def test_an_empty_final_takes_a_shown_row_away_for_good() -> None:
    rows, changes = assembled(said("a", 1, "noise"), final("a", 2, " \n"), said("a", 3, "noise"))

    assert kinds(changes) == ["added", "removed", ""]
    assert rows == []


def test_empty_text_shows_nothing_and_takes_nothing_away_before_the_final() -> None:
    _, changes = assembled(said("a", 1, ""), final("b", 1, ""), said("c", 1, "yes"), said("c", 2, ""))

    assert kinds(changes) == ["", "", "added", ""]


@pytest.mark.parametrize(("start", "end"), [(math.nan, 1.0), (0.0, math.inf), (-1.0, 1.0), (0.0, -math.inf)])
def test_impossible_times_make_no_row(start: float, end: float) -> None:
    rows, changes = assembled(
        final("a", 1, "text", start, end=end),
        GapEvent(start, end, "lost", state="final"),
        GapFilledEvent(start, end),
    )

    assert (rows, kinds(changes)) == ([], ["", "", ""])


@pytest.mark.parametrize("start", [math.nan, math.inf, -1.0])
def test_an_engine_from_an_impossible_time_on_makes_no_seam(start: float) -> None:
    assert assembled(EngineChangedEvent("deepgram", "local", "lost", start)) == ([], [()])


def test_an_end_before_the_start_becomes_the_start() -> None:
    rows, _ = assembled(final("a", 1, "text", 5.0, end=4.0))

    assert times(rows) == [(5.0, 5.0)]


def test_the_engine_s_voices_win_over_the_channel_s_name_where_it_tells_them_apart() -> None:
    rows, _ = assembled(
        final("a", 1, "one", channel_index=0),
        final("b", 1, "two", channel_index=1),
        final("c", 1, "three", channel_index=2),
        final("d", 1, "four", channel_index=0, speaker=5),
        voices=(0,),
    )

    assert [row.speaker for row in rows if isinstance(row, Segment)] == ["You", None, None, "Speaker 1"]


def test_voices_are_numbered_in_the_order_in_which_they_first_speak() -> None:
    lines = [final(f"s{at}", 1, "text", float(at), speaker=voice) for at, voice in enumerate((7, 0, 7, 3))]

    rows, _ = assembled(*lines, voices=(0,))

    shown = [row.speaker for row in rows if isinstance(row, Segment)]
    assert shown == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 3"]


def test_a_voice_on_a_channel_that_is_one_person_keeps_the_person_s_name() -> None:
    rows, _ = assembled(
        final("a", 1, "one", speaker=3), final("b", 1, "two", 2.0, channel_index=1, speaker=3)
    )

    assert [row.speaker for row in rows if isinstance(row, Segment)] == ["You", None]


def test_a_row_begins_with_its_first_word_not_with_the_window_it_was_heard_in() -> None:
    word = Word("late", "Late.", 4.0, 4.5)

    rows, _ = assembled(final("a", 1, "Late.", 1.0, end=5.0, words=(word,)))

    assert times(rows) == [(4.0, 5.0)]


def test_controls_are_stripped_from_everything_that_is_shown() -> None:
    word = Word("e\x1bvil", "e\x1bvil,", 1.0, 1.5, speaker=0)
    timeless = Word("nan", "nan", math.nan, 1.5)
    rows, _ = assembled(
        final("a", 1, "e\x1bvil,\n \u202etext\x00", 1.0, words=(word, timeless)),
        GapEvent(3.0, 4.0, "re\nset", state="final"),
        names={0: "X\u2066"},
    )

    assert rows[0] == Segment(
        "a",
        0,
        "X",
        1.0,
        2.0,
        "evil, text",
        True,
        "evil, text",
        words=(Word("evil", "evil,", 1.0, 1.5, speaker=0),),
    )
    assert rows[1] == GapRow(3.0, 4.0, "re set")


def test_a_word_with_an_impossible_time_does_not_move_the_row() -> None:
    words = (Word("soon", "Soon", math.inf, math.inf), Word("far", "far", 99.0, 99.5))

    rows, _ = assembled(final("a", 1, "Soon far", 1.0, end=3.0, words=words))

    assert times(rows) == [(3.0, 3.0)]


def test_a_hole_is_a_row_once_and_its_pending_row_becomes_final() -> None:
    pending = GapEvent(2.0, 4.0, "no network", state="pending", channel_index=0)
    other_channel = GapEvent(2.0, 4.0, "no network", state="pending", channel_index=1)
    lost = GapEvent(2.0, 4.0, "no network", state="final")

    rows, changes = assembled(final("a", 1, "x", 3.0), pending, other_channel, lost, pending)

    assert kinds(changes) == ["added", "added", "", "updated", ""]
    assert rows[0] == GapRow(2.0, 4.0, "no network", "final")


def test_what_is_heard_of_a_hole_after_all_is_taken_out_of_it() -> None:
    rows, changes = assembled(
        GapEvent(10.0, 30.0, "no network", "pending"),
        final("late", 1, "heard late", 12.0),
        GapFilledEvent(10.0, 16.0),
        GapEvent(28.0, 30.0, "the engine said nothing", "final"),
    )

    assert texts(rows) == ["heard late", "16-28 pending", "28-30 final"]
    assert kinds(changes) == ["added", "added", "removed added", "updated added"]
    assert replayed(changes) == rows


def test_a_hole_that_is_pending_when_the_session_ends_is_final() -> None:
    rows, _ = assembled(GapEvent(10.0, 30.0, "no network", "pending"), ClosedEvent("left", SessionSummary()))

    assert texts(rows) == ["10-30 final"]


def test_another_engine_is_a_seam_before_what_it_says() -> None:
    rows, _ = assembled(
        final("a", 1, "before", 1.0),
        EngineChangedEvent("deepgram", "local", "no an\x07swer", 2.0),
        final("b", 1, "behind", 2.0),
    )

    assert texts(rows) == ["before", "deepgram>local", "behind"]
    assert rows[1] == SeamRow(2.0, "deepgram", "local", "no answer")


def test_a_seam_without_text_behind_it_is_replaced_by_the_next_one() -> None:
    rows, changes = assembled(
        EngineChangedEvent("a", "b", "lost", 2.0),
        EngineChangedEvent("a", "b", "lost", 2.0),
        GapEvent(3.0, 4.0, "lost", "final"),
        EngineChangedEvent("b", "c", "lost too", 5.0),
    )

    assert (texts(rows), kinds(changes)) == (["3-4 final", "a>c"], ["added", "", "added", "removed added"])


def test_an_engine_that_took_over_and_said_nothing_leaves_no_seam() -> None:
    rows, changes = assembled(
        final("a", 1, "before", 1.0),
        EngineChangedEvent("deepgram", "local", "no answer", 2.0),
        EngineChangedEvent("local", "deepgram", "it is back", 2.0),
    )

    assert (texts(rows), kinds(changes)) == (["before"], ["added", "added", "removed"])


def test_what_is_superseded_is_withdrawn_and_its_engine_not_listened_to_any_more() -> None:
    rows, changes = assembled(
        final("a", 1, "lokal one", 1.0),
        said("b", 1, "lokal two", 3.0),
        final("c", 1, "later", 9.0),
        SupersededEvent(("a", "b", "unknown"), 1.0, 5.0),
        final("b", 2, "lokal two", 3.0),
        said("unknown", 1, "lokal", 4.0),
        final("d", 1, "Local one, local two.", 1.0),
    )

    assert texts(rows) == ["Local one, local two.", "later"]
    assert kinds(changes) == ["added", "added", "added", "removed removed", "", "", "added"]
    assert replayed(changes) == rows


def test_voices_that_are_told_apart_anew_rename_their_lines_final_or_not() -> None:
    rows, changes = assembled(
        final("a", 1, "one", 1.0, speaker=0),
        final("b", 1, "two", 2.0, speaker=0),
        said("c", 1, "three", 3.0, speaker=0),
        final("mine", 1, "four", 4.0, channel_index=1),
        SpeakersRevisedEvent({"a": 0, "b": 1, "c": None, "mine": 1, "unknown": 2}),
        voices=(0,),
    )

    names = [row.speaker for row in rows if isinstance(row, Segment)]
    assert names == ["Speaker 1", "Speaker 2", "You", None]
    assert (kinds(changes)[-1], texts(rows)) == ("updated updated", ["one", "two", "three", "four"])


def test_other_events_change_nothing() -> None:
    _, changes = assembled(SpeechStartedEvent(1.0), UtteranceEndEvent(2.0, "pause"))

    assert kinds(changes) == ["", ""]


def test_a_row_can_be_marked_as_not_saved_yet() -> None:
    transcript = Transcript()
    assembler = Assembler(transcript, "balanced")
    assembler.apply(final("a", 1, "text"))

    change = assembler.mark_saved("a", False)

    assert change == Change("updated", 0, transcript.rows[0])
    assert [segment.saved for segment in transcript.segments()] == [False]
    assert assembler.mark_saved("a", False) is None
    assert assembler.mark_saved("unknown", False) is None


def test_rows_that_were_there_before_stay_as_they_are() -> None:
    old = Segment("a", 0, None, 1.0, 2.0, "old", is_final=True, committed="old")
    transcript = Transcript([old])

    change = Assembler(transcript, "balanced").apply(final("a", 1, "new"))

    assert (change, transcript.rows) == ((), [old])


@pytest.mark.parametrize("mode", ["instant", "balanced", "steady"])
def test_a_line_that_was_taken_back_and_never_ended_is_final_at_the_end_as_it_was_shown(mode: ReadingMode):
    interims = [said("a", number, "so we keep") for number in range(5)]

    rows, changes = assembled(*interims, said("a", 9, ""), ClosedEvent("left", SessionSummary()), mode=mode)

    (row,) = rows
    assert isinstance(row, Segment)
    assert (row.committed, row.tail, row.is_final, row.unconfirmed) == ("so we keep", "", True, True)
    assert kinds(changes)[-1] == "updated"

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captioner.streaming.events import (
    AnyEvent,
    ClosedEvent,
    GapEvent,
    SessionSummary,
    SpeechStartedEvent,
    TranscriptEvent,
    UtteranceEndEvent,
)
from captioner.streaming.words import Word
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, GapRow, Row, Segment, Transcript
from captioner.transcript.stabilise import ReadingMode


def said(segment_id: str, revision: int, text: str, start: float = 1.0, **more: Any) -> TranscriptEvent:
    return TranscriptEvent(segment_id, revision, text, start, more.pop("end", start + 1.0), **more)


def final(segment_id: str, revision: int, text: str, start: float = 1.0, **more: Any) -> TranscriptEvent:
    return said(segment_id, revision, text, start, is_final=True, **more)


def assembled(
    *events: AnyEvent,
    mode: ReadingMode = "balanced",
    names: dict[int, str | None] | None = None,
    voices: tuple[int, ...] = (),
) -> tuple[list[Row], list[Change | None]]:
    """The rows after these events, and what each of them changed."""
    transcript = Transcript()
    assembler = Assembler(transcript, mode, names or {0: "You", 1: None}, voices)
    changes = [assembler.apply(event) for event in events]
    return transcript.rows, changes


def kinds(changes: list[Change | None]) -> list[str | None]:
    return [change.kind if change else None for change in changes]


def texts(rows: list[Row]) -> list[str]:
    return [row.text if isinstance(row, Segment) else row.cause for row in rows]


def test_a_segment_is_added_replaced_by_its_id_and_frozen_by_its_final() -> None:
    rows, changes = assembled(
        said("a", 1, "hel"),
        said("a", 2, "hello"),
        final("a", 3, "Hello."),
        said("a", 4, "hello you"),
        final("a", 5, "Hello you."),
    )

    assert kinds(changes) == ["added", "updated", "updated", None, None]
    assert texts(rows) == ["Hello."]


def test_what_is_shown_follows_the_reading_mode() -> None:
    rows, _ = assembled(said("a", 1, "hello wor"), said("a", 2, "hello world"))

    assert rows[0] == Segment("a", 0, "You", 1.0, 2.0, "hello world", committed="hello", tail="world")


def test_a_line_appears_with_its_first_shown_word() -> None:
    _, changes = assembled(*(said("a", revision, "hello") for revision in (1, 2, 3)), mode="steady")

    assert kinds(changes) == [None, None, "added"]


def test_rows_stand_in_time_order_and_ties_in_order_of_arrival() -> None:
    rows, changes = assembled(
        final("late", 1, "late", 9.0), final("early", 1, "early", 1.0), final("tie", 1, "tie", 1.0)
    )

    assert texts(rows) == ["early", "tie", "late"]
    assert [change.index for change in changes if change] == [0, 0, 1]


def test_a_revised_start_does_not_move_a_row_past_its_neighbours() -> None:
    rows, changes = assembled(
        said("a", 1, "first", 1.0), said("b", 1, "second", 2.0), final("a", 2, "first", 3.0)
    )

    assert texts(rows) == ["first", "second"]
    assert [row.start for row in rows] == [2.0, 2.0]
    assert changes[-1] == Change("updated", 0, rows[0])


def test_older_revisions_and_repeated_ones_are_ignored() -> None:
    rows, changes = assembled(said("a", 2, "new"), said("a", 1, "old"), said("a", 2, "new"))

    assert kinds(changes) == ["added", None, None]
    # The repetition was no second vote either.
    assert rows == [Segment("a", 0, "You", 1.0, 2.0, "new", committed="", tail="new")]


def test_a_final_counts_whatever_its_revision() -> None:
    rows, _ = assembled(said("a", 7, "guess"), final("a", 3, "Settled."))

    assert texts(rows) == ["Settled."]


def test_an_empty_final_takes_a_shown_row_away_for_good() -> None:
    rows, changes = assembled(said("a", 1, "noise"), final("a", 2, " \n"), said("a", 3, "noise"))

    assert kinds(changes) == ["added", "removed", None]
    assert rows == []


def test_empty_text_shows_nothing_and_takes_nothing_away_before_the_final() -> None:
    _, changes = assembled(said("a", 1, ""), final("b", 1, ""), said("c", 1, "yes"), said("c", 2, ""))

    assert kinds(changes) == [None, None, "added", None]


@pytest.mark.parametrize(("start", "end"), [(math.nan, 1.0), (0.0, math.inf), (-1.0, 1.0), (0.0, -math.inf)])
def test_impossible_times_make_no_row(start: float, end: float) -> None:
    rows, changes = assembled(
        final("a", 1, "text", start, end=end), GapEvent(start, end, "lost", state="final")
    )

    assert (rows, changes) == ([], [None, None])


def test_an_end_before_the_start_becomes_the_start() -> None:
    rows, _ = assembled(final("a", 1, "text", 5.0, end=4.0))

    assert (rows[0].start, rows[0].end) == (5.0, 5.0)


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

    assert (rows[0].start, rows[0].end) == (4.0, 5.0)


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


def test_a_hole_is_a_row_once_and_its_pending_row_becomes_final() -> None:
    pending = GapEvent(2.0, 4.0, "no network", state="pending", channel_index=0)
    other_channel = GapEvent(2.0, 4.0, "no network", state="pending", channel_index=1)
    lost = GapEvent(2.0, 4.0, "no network", state="final")

    rows, changes = assembled(final("a", 1, "x", 3.0), pending, other_channel, lost, pending)

    assert kinds(changes) == ["added", "added", None, "updated", None]
    assert rows[0] == GapRow(2.0, 4.0, "no network", "final")


def test_other_events_change_nothing() -> None:
    _, changes = assembled(
        SpeechStartedEvent(1.0), UtteranceEndEvent(2.0, "pause"), ClosedEvent("finished", SessionSummary())
    )

    assert changes == [None, None, None]


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

    assert (change, transcript.rows) == (None, [old])


@st.composite
def meetings(draw: st.DrawFn) -> tuple[list[str], list[AnyEvent]]:
    """The ids of some segments in time order, and all their events in any order, some of them twice."""
    count = draw(st.integers(1, 6))
    events: list[AnyEvent] = []
    for number in range(count):
        revisions = draw(st.lists(st.sampled_from(["a", "a b", "a c", ""]), max_size=4))
        shift = draw(st.floats(0.0, 0.9))
        made = [said(f"s{number}", revision, text, number + shift) for revision, text in enumerate(revisions)]
        made.append(final(f"s{number}", len(revisions), f"text {number}", number + shift))
        events += made + draw(st.lists(st.sampled_from(made), max_size=3))
    events.append(GapEvent(draw(st.floats(0.0, 9.0)), 10.0, "lost", state="final"))
    return [f"s{number}" for number in range(count)], draw(st.permutations(events))


@settings(max_examples=200, deadline=None, database=None)
@given(meetings(), st.sampled_from(["instant", "balanced", "steady"]))
def test_any_order_and_repetition_gives_each_final_once_in_time_order(
    meeting: tuple[list[str], list[AnyEvent]], mode: ReadingMode
) -> None:
    ids, events = meeting

    rows, changes = assembled(*events, mode=mode)

    segments = [row for row in rows if isinstance(row, Segment)]
    assert [segment.id for segment in segments] == ids
    assert [segment.text for segment in segments] == [f"text {number}" for number in range(len(ids))]
    assert all(segment.is_final and segment.tail == "" for segment in segments)
    assert rows == sorted(rows, key=lambda row: row.start)
    assert replayed(changes) == rows


def replayed(changes: list[Change | None]) -> list[Row]:
    """The rows of somebody who was told the changes only."""
    rows: list[Row] = []
    for change in changes:
        match change:
            case Change("added", index, row):
                rows.insert(index, row)
            case Change("updated", index, row):
                rows[index] = row
            case Change("removed", index, row):
                assert rows.pop(index) == row
            case _:
                pass
    return rows

"""Whatever is told of a transcript: who reads is not disturbed, and in Steady nothing read is taken back."""

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from captioner.transcript.model import Change, GapRow, Row, SeamRow, Segment
from captioner.ui.overlay.feed import CaptionFeed
from captioner.ui.shown import shown_live

IDS = ["a", "b", "c"]
PARTS = ["so", "So,", " ", "e", "\u0301", "é", "你好", "เก้า", "👩", "\u200d", "🚀", "🇩", "\u200fש"]
TEXTS = st.lists(st.sampled_from(PARTS), max_size=5).map("".join)


def said(key: str, start: float, text: str = "words", channel: int = 1, *, is_final: bool = True) -> Segment:
    return Segment(key, channel, None, start, start + 2, text, is_final, committed=text)


def fed(*changes: Change, is_steady: bool = False) -> CaptionFeed:
    feed = CaptionFeed(is_steady=is_steady)
    for change in changes:
        feed.apply(change)
    return feed


def added(*rows: Row) -> list[Change]:
    return [Change("added", 0, row) for row in rows]


def removed(*rows: Row) -> list[Change]:
    return [Change("removed", 0, row) for row in rows]


def names(feed: CaptionFeed) -> list[str]:
    return [row.id if isinstance(row, Segment) else "gap" for row in feed.rows]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    key, start, channel = draw(st.sampled_from(IDS)), draw(st.integers(0, 9)), draw(st.integers(0, 1))
    length, is_final = draw(st.integers(0, 9)), draw(st.booleans())
    text, committed, tail = draw(TEXTS), draw(TEXTS), draw(TEXTS)
    row = Segment(key, channel, None, start, start + length, text, is_final, committed, tail)
    return Change(draw(st.sampled_from(["added", "updated", "removed"])), 0, row)


@settings(max_examples=150)
@given(st.lists(changes(), max_size=30))
def test_in_steady_no_committed_character_ever_changes_or_goes(told: list[Change]):
    feed = CaptionFeed(is_steady=True)
    read: dict[str, list[str]] = {}

    for change in told:
        feed.apply(change)
        segments = [row for row in feed.rows if isinstance(row, Segment)]
        now = {row.id: regex.findall(r"\X", shown_live(row).settled) for row in segments}
        assert all(now.get(key, [])[: len(text)] == text for key, text in read.items())
        read = now


@given(st.lists(changes(), max_size=30), st.booleans())
def test_lines_never_change_places(told: list[Change], is_steady: bool):
    feed = CaptionFeed(is_steady=is_steady)
    order: list[str] = []

    for change in told:
        feed.apply(change)
        order += [name for name in names(feed) if name not in order]
        assert [name for name in order if name in names(feed)] == names(feed)


@given(st.lists(st.tuples(st.integers(0, 1), TEXTS), max_size=12))
def test_what_is_told_in_its_time_is_shown_as_it_is(lines: list[tuple[int, str]]):
    rows = [said(f"s{place}", place * 2.0, text, channel) for place, (channel, text) in enumerate(lines)]

    assert list(fed(*added(*rows)).rows) == rows


def test_lines_stand_in_the_order_in_which_they_came_to_be_seen():
    feed = fed(*added(said("call", 10), said("you", 9, channel=0)))

    assert names(feed) == ["call", "you"]


def test_a_line_older_than_what_was_read_of_its_channel_is_left_out():
    feed = fed(*added(said("a", 10), said("b", 20), said("backfill", 14)))
    feed.apply(Change("updated", 1, said("backfill", 14, "better words")))

    assert names(feed) == ["a", "b"]


def test_a_line_of_another_channel_may_be_a_little_late_but_not_more():
    feed = fed(*added(said("call", 30), said("quick", 24, channel=0), said("backfill", 15, channel=0)))

    assert names(feed) == ["call", "quick"]


def test_a_line_that_moves_in_the_transcript_keeps_its_place():
    first, moved = said("a", 10, is_final=False), said("a", 12)

    feed = fed(*added(first, said("you", 11, channel=0)), *removed(first), *added(moved))

    assert feed.rows[0] == moved
    assert names(feed) == ["a", "you"]


def test_lines_that_another_engine_hears_again_late_stay_as_they_were_read():
    old, newer = (said("a", 10, "old"), said("b", 13, "words")), said("c", 20)

    feed = fed(*added(*old, newer), *removed(*old), *added(said("d", 10.2, "better words")))

    assert names(feed) == ["a", "b", "c"]


def test_the_newest_lines_are_replaced_when_another_engine_hears_them_again():
    old = said("a", 10, "old"), said("b", 13, "words"), said("c", 16, "here")

    feed = fed(*added(*old), *removed(*old), *added(said("d", 10.2, "better words")))

    assert names(feed) == ["d"]


def test_in_steady_the_newest_lines_stay_and_nothing_is_said_twice():
    old = said("a", 10, "old"), said("b", 13, "words")

    feed = fed(*added(*old), *removed(*old), *added(said("c", 10.2), said("d", 16)), is_steady=True)

    assert names(feed) == ["a", "b", "d"]


def test_a_copy_of_the_call_goes_while_it_is_live():
    copy = said("echo", 11, channel=0, is_final=False)

    feed = fed(*added(said("call", 10), copy), *removed(copy))

    assert names(feed) == ["call"]


def test_in_steady_a_final_that_differs_is_appended_to():
    feed = fed(*added(said("a", 1, "So pilot customers", is_final=False)), is_steady=True)
    feed.apply(Change("updated", 0, said("a", 1, "So pilots, customers keep nine euros.")))

    assert shown_live(only(feed)).settled == "So pilot customers keep nine euros."


@pytest.mark.parametrize(
    ("read", "said_now"), [("e", "e\u0301"), ("👩", "👩\u200d🚀"), ("🇩", "🇩🇪"), ("ก", "กา้")]
)
def test_in_steady_no_mark_joins_a_character_that_was_read(read: str, said_now: str):
    feed = fed(*added(said("a", 1, read, is_final=False)), is_steady=True)
    feed.apply(Change("updated", 0, said("a", 1, f"{said_now} more")))

    assert regex.findall(r"\X", shown_live(only(feed)).settled)[0] == read
    assert shown_live(only(feed)).settled.endswith(" more")


def test_in_steady_words_do_not_come_twice_when_only_the_speaker_is_another():
    read = said("a", 0, "one")
    final = replace(read, text="two one two", committed="two one two")
    feed = fed(*added(read), Change("updated", 0, final), is_steady=True)
    before = shown_live(feed.rows[0])  # type: ignore[arg-type]

    feed.apply(Change("updated", 0, replace(final, speaker="Maya")))

    (row,) = feed.rows
    assert isinstance(row, Segment)
    assert (row.speaker, shown_live(row)) == ("Maya", before)


def test_steady_can_be_chosen_while_a_line_is_said():
    feed = fed(*added(said("a", 1, "So pilot", is_final=False)))
    feed.set_steady(True)
    feed.apply(Change("updated", 0, replace(said("a", 1, "A pilot"), committed="A", tail="pilot goes")))

    assert shown_live(only(feed)) == ("So pilot", "goes")


def test_a_gap_goes_when_it_is_filled_and_a_seam_is_not_shown():
    gap = GapRow(12, 20, "lost", "pending")
    feed = fed(*added(said("a", 10), gap, SeamRow(20, "deepgram", "local", "lost"), said("b", 20)))

    assert names(feed) == ["a", "gap", "b"]
    feed.apply(Change("removed", 1, gap))
    assert names(feed) == ["a", "b"]


def test_at_least_two_thousand_lines_can_be_looked_back_at_and_memory_is_bounded():
    feed = fed(*added(*[said(f"s{number}", number) for number in range(2500)]))
    assert len(feed.rows) == 2000

    feed.apply(Change("added", 0, said("long", 3000, "word " * 60_000)))
    assert names(feed) == ["long"]


def test_rows_are_the_same_object_until_something_changes():
    feed = fed(*added(said("a", 10), said("b", 20)))
    before = feed.rows
    feed.apply(Change("updated", 0, said("unknown", 1)))
    assert feed.rows is before

    feed.clear()
    assert not feed.rows


def only(feed: CaptionFeed) -> Segment:
    (row,) = feed.rows
    assert isinstance(row, Segment)
    return row


def test_a_line_that_was_withdrawn_but_stays_follows_a_new_name_and_back():
    read, newer = replace(said("a", 0), speaker="Speaker 1"), replace(said("b", 20), speaker="Speaker 2")
    feed = fed(*added(read, newer), *removed(read))

    feed.rename("Speaker 1", "Maya")
    assert [row.speaker for row in feed.rows if isinstance(row, Segment)] == ["Maya", "Speaker 2"]

    feed.rename("Maya", "")
    assert feed.rows[0] == read


@pytest.mark.parametrize("text", ["word " * 9_000, "x" * 45_000, "👩\u200d🚀" * 15_000, "你" * 45_000])
def test_of_a_line_longer_than_anybody_speaks_the_end_is_shown(text: str):
    row = replace(said("a", 0, text.strip()), tail="and a guess")

    (shown,) = fed(*added(row)).rows

    assert isinstance(shown, Segment)
    assert 9_000 < len(shown.committed) <= 20_000
    assert row.committed.endswith(shown.committed)
    assert shown.committed[0] == row.committed[0]
    assert shown.tail == "and a guess"

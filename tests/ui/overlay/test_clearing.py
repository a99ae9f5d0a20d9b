"""Captions that go by themselves, on a clock that the test moves."""

import pytest
from msgspec.structs import replace

from captioner.transcript.model import GapRow, Segment
from captioner.ui.overlay.clearing import Clearing
from tests.clock import Clock

LEAST = 2.0
"""Seconds for which the full text can be read."""


def said(text: str, key: str = "a") -> Segment:
    return Segment(key, 0, None, 0.0, 1.0, "", committed=text)


@pytest.fixture
def clearing(clock: Clock) -> Clearing:
    clearing = Clearing(clock)
    clearing.set_after(8)
    return clearing


def test_captions_go_when_nothing_was_said_for_so_long(clearing: Clearing, clock: Clock):
    rows = (said("So pilot"), GapRow(1.0, 2.0, "lost"))
    assert clearing.shown(rows) == rows
    assert clearing.due == 108

    clock.now = 107.9
    assert clearing.shown(rows) == rows
    clock.now = 108

    assert clearing.shown(rows) == ()
    assert clearing.due is None


def test_every_word_begins_the_wait_anew(clearing: Clearing, clock: Clock):
    clearing.shown((said("So"),))
    clock.now = 107

    clearing.shown((said("So pilot"),))

    assert clearing.due == 115


def test_who_speaks_is_no_word(clearing: Clearing, clock: Clock):
    row = said("So pilot")
    clearing.shown((row,))
    clock.now = 107

    clearing.shown((replace(row, speaker="Maya"),))

    assert clearing.due == 108


def test_a_word_that_comes_then_brings_only_what_is_new(clearing: Clearing, clock: Clock):
    clearing.shown((said("So pilot"),))
    clock.now = 108
    clearing.shown((said("So pilot"),))

    first, second = clearing.shown((said("So pilots keep nine"), said("Yes", "b")))

    assert isinstance(first, Segment)
    assert first.committed == "keep nine"
    assert second == said("Yes", "b")
    clock.now = 116
    assert clearing.shown((said("So pilots keep nine"), said("Yes", "b"))) == ()
    assert clearing.shown((said("So pilots keep"), said("Yes", "b"))) == ()


def test_nobody_is_given_less_time_than_it_takes_to_read(clearing: Clearing, clock: Clock):
    clearing.set_after(0)
    rows = (said("So pilot"),)
    clearing.shown(rows)

    clock.now += LEAST

    assert clearing.shown(rows) == rows


def test_what_went_comes_back_when_it_is_asked_for(clearing: Clearing, clock: Clock):
    rows = (said("So pilot"),)
    clearing.shown(rows)
    clock.now = 108
    clearing.shown(rows)

    clearing.restore()

    assert clearing.shown(rows) == rows
    assert clearing.due == 116


def test_unless_it_is_wished_for_they_stay(clearing: Clearing, clock: Clock):
    rows = (said("So pilot"),)
    clearing.shown(rows)
    clock.now = 108
    clearing.shown(rows)

    clearing.set_after(None)

    assert clearing.shown(rows) is rows
    assert clearing.due is None
    clearing.set_after(8)
    assert clearing.shown(rows) == rows

"""The words of the line that says what is going on."""

from typing import get_args

import pytest

from captioner.meeting.listener import Notice, State
from captioner.ui.status import (
    Status,
    StatusKind,
    catching_up,
    fallback_listens,
    held,
    in_trouble,
    is_back,
    is_improved,
    look_of,
    reconnecting,
    status_of,
    while_reading,
)
from captioner.ui.tokens import DARK, LIGHT


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_word_and_a_look(state: State):
    status = status_of(state)

    assert status.word
    assert look_of(status.kind, DARK).colour != look_of(status.kind, LIGHT).colour


def test_no_two_troubles_share_icon_and_colour():
    looks = [look_of(kind, DARK) for kind in get_args(StatusKind)]

    assert len({(look.icon, look.colour) for look in looks}) == len(looks)


@pytest.mark.parametrize(("left", "words"), [(7.2, "8 s"), (0.0, "1 s"), (125, "2 min 5 s")])
def test_what_comes_is_counted_up_to_its_last_second(left: float, words: str):
    assert reconnecting(0, None, left).ahead == f"Next try in {words}"
    assert reconnecting(0, left, 3.0).ahead == f"Local engine in {words}"
    assert fallback_listens("local", "it broke", left).ahead == f"Next try in {words}"


def test_nothing_is_promised_that_is_not_due():
    assert reconnecting(3, None, None).ahead == ""
    assert fallback_listens("local", "it broke", None).ahead == ""


def test_the_cause_is_short_enough_for_a_line():
    shown = fallback_listens("local", "Deepgram does not know this key (401): INVALID_AUTH", None)

    assert shown.detail == "Deepgram does not know this key. No words lost."


def test_the_engine_that_is_back_is_called_by_its_name():
    assert is_back("deepgram", "captions.example.org", 0).word == "Back on captions.example.org"
    assert is_back("local", "On this computer", 0).word == "Back on the local engine"
    assert is_improved("deepgram", "Deepgram", 41.7).detail == "42 s heard again and improved"


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("lost:system", "Device lost"),
        ("silent:microphone", "No sound"),
        ("unheard:system", "Nothing understood"),
    ],
)
def test_a_source_that_is_not_heard_has_a_short_word_too(code: str, short: str):
    status = in_trouble(Notice(code, "A long title", "Captions go on with\u202e evil."))

    assert (status.kind, status.word, status.short) == ("no_sound", "A long title", short)
    assert status.detail == "Captions go on with evil."


def test_where_nothing_at_all_is_heard_it_is_an_error():
    assert in_trouble(Notice("lost:system", "The sound server stopped", "", "error")).kind == "error"


@pytest.mark.parametrize(("waiting", "words"), [(0, ""), (1, "+1 word"), (14, "+14 words")])
def test_what_has_not_been_read_is_counted_in_words(waiting: int, words: str):
    for status in (held(waiting), catching_up(waiting)):
        assert (status.ahead, status.is_behind) == (words, waiting > 0)


def test_the_strip_says_that_captions_are_held_and_how_they_go_on():
    listening = status_of(State.LISTENING)

    assert while_reading(listening, "live", 0) == listening
    assert while_reading(listening, "held", 14) == held(14)
    assert while_reading(listening, "catching_up", 3) == catching_up(3)
    assert "move away" in held(14).detail
    assert "same key" in while_reading(listening, "held", 14, is_by_key=True).detail


def test_an_answer_to_the_person_is_said_while_captions_are_held_or_caught_up_with():
    answer = Status("good", "Clicks go through", is_answer=True)

    for phase in ("held", "catching_up"):
        assert while_reading(answer, phase, 14).word == "Clicks go through"
        assert while_reading(answer, phase, 14).ahead == "+14 words"


@pytest.mark.parametrize("kind", ["reconnecting", "fallback", "no_sound", "error", "paused"])
def test_trouble_is_said_all_the_same_and_what_waits_stands_behind_it(kind: StatusKind):
    trouble = Status(kind, "Word", "Detail", "Next try in 8 s")

    for phase in ("held", "catching_up"):
        assert while_reading(trouble, phase, 14) == Status(
            kind, "Word", "Detail", "+14 words", is_behind=True
        )
        assert while_reading(trouble, phase, 0) == trouble

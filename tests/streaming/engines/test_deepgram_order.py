"""Finals that come twice, overlapping or out of order: every word once, in the order of its time."""

import json
from typing import Any

import pytest

from captioner.streaming import StreamEvent
from captioner.streaming.engines.deepgram_hearing import Hearing
from captioner.streaming.engines.deepgram_order import (
    PARKED_MESSAGES,
    QUIET_SECONDS,
    SOON_SECONDS,
)
from captioner.streaming.engines.deepgram_wire import Results, UtteranceEnd, decode
from captioner.streaming.engines.engine import LinkMessage, Progress
from tests import deepgram_messages as build


def _results(text: str, start: float, end: float, **fields: Any) -> Results:
    message = decode(json.dumps(build.results(text, start, end - start, **fields)))
    assert isinstance(message, Results)
    return message


def _interim(text: str, start: float, end: float, **fields: Any) -> Results:
    return _results(text, start, end, is_final=False, **fields)


def _heard(hearing: Hearing, *messages: Results | UtteranceEnd) -> list[LinkMessage]:
    said: list[LinkMessage] = []
    for message in messages:
        said += hearing.results(message) if isinstance(message, Results) else hearing.utterance_end(message)
    return said


def _texts(said: list[LinkMessage], *, finals: bool = True) -> list[str]:
    return [
        event.transcript
        for event in said
        if isinstance(event, StreamEvent.Transcript) and event.is_final is finals and event.transcript
    ]


def _horizon(said: list[LinkMessage]) -> float:
    """How far the port says that all is settled."""
    ends = [event.end for event in said if isinstance(event, StreamEvent.Transcript) and event.is_final]
    return max([0.0, *ends, *(message.settled for message in said if isinstance(message, Progress))])


def test_a_final_that_has_overtaken_another_waits_for_it() -> None:
    hearing = Hearing(1)
    early = _heard(hearing, _results("One.", 0, 1), _results("Three.", 2, 3), _results("Four.", 3, 4))

    rest = _heard(hearing, _results("Two.", 1, 2))

    assert (_texts(early), _horizon(early)) == (["One."], 1.0)
    assert (_texts(rest), _horizon(rest)) == (["Two.", "Three.", "Four."], 4.0)
    assert hearing.patience is None


def test_what_waits_counts_as_heard() -> None:
    said = _heard(Hearing(1), _results("Three.", 2, 3))

    assert said == [Progress(0, 3.0, 0.0)]


def test_the_end_of_an_utterance_waits_with_its_words() -> None:
    hearing = Hearing(1)
    late = _results("One.", 0, 2)

    said = _heard(hearing, _results("Two.", 2, 3), UtteranceEnd(3.0, (0, 1)), late)

    assert _texts(said) == ["One.", "Two."]
    assert said[-1] == StreamEvent.UtteranceEnd(3.0, "word_gap")


@pytest.mark.parametrize("again", [(0.0, 1.0), (1.0, 2.0), (0.5, 1.5), (0.0, 2.04)])
def test_a_final_of_time_that_is_final_already_says_nothing(again: tuple[float, float]) -> None:
    said = _heard(Hearing(1), _results("Yes.", 0, 1), _results("No.", 1, 2), _results("Yes. No.", *again))

    assert _texts(said) == ["Yes.", "No."]


def test_equal_texts_at_different_times_are_two() -> None:
    said = _heard(Hearing(1), _results("yes.", 0, 1), _results("yes.", 1, 2))

    assert _texts(said) == ["yes.", "yes."]


def test_of_a_final_that_overlaps_only_the_new_words_remain() -> None:
    said = _heard(Hearing(1), _results("one two", 0, 2), _results("two three four", 1, 4, speaker=1))

    event = said[1]
    assert isinstance(event, StreamEvent.Transcript)
    assert (event.transcript, event.start, event.end, event.speaker) == ("three four", 2.0, 4.0, 1)
    assert [(word.word, word.start) for word in event.words] == [("three", 2.0), ("four", 3.0)]


def test_words_of_a_script_without_spaces_are_joined_without_them() -> None:
    signs = [{"word": sign, "start": 0.5 * at, "end": 0.5 * at + 0.5} for at, sign in enumerate("今日は晴")]

    said = _heard(Hearing(1), _results("x", 0, 1), _results("今日は晴", 0, 2, words=signs))

    assert _texts(said) == ["x", "は晴"]


@pytest.mark.parametrize(
    ("start", "texts"), [(0.5, ["One.", "Two."]), (0.9, ["One.", "Two."]), (0.0, ["One."])]
)
def test_a_text_without_the_times_of_its_words_counts_as_one_word(start: float, texts: list[str]) -> None:
    said = _heard(Hearing(1), _results("One.", 0, 1), _results("Two.", start, 1.8, words=[]))

    assert _texts(said) == texts


def test_windows_that_a_server_rounds_still_touch() -> None:
    said = _heard(
        Hearing(1), _results("One.", 0, 1.0), _results("Two.", 1.04, 2), _results("three four", 1.96, 4)
    )

    assert _texts(said) == ["One.", "Two.", "three four"]


def test_windows_that_are_very_short_are_heard_once_each() -> None:
    short = [_results(f"{at}", at / 50, (at + 1) / 50) for at in range(5)]

    said = _heard(Hearing(1), *(message for message in short for _ in range(2)))

    assert _texts(said) == ["0", "1", "2", "3", "4"]


def test_a_final_that_does_not_tell_its_time_is_passed_on() -> None:
    said = _heard(Hearing(1), _results("One.", 0, 1), _results("Two.", 0, 0), _interim("Three", 0, 0))

    assert _texts(said) == ["One.", "Two."]
    assert _texts(said, finals=False) == ["Three"]


def test_a_late_interim_says_nothing() -> None:
    said = _heard(Hearing(1), _results("One.", 0, 2), _interim("One", 0, 1.5), _interim("Two", 2, 3))

    assert _texts(said, finals=False) == ["Two"]


def test_an_interim_that_overlaps_shows_only_what_is_not_final() -> None:
    said = _heard(
        Hearing(1), _results("one two", 0, 2), _interim("two three", 1, 3), _interim("one two", 0, 2.1)
    )

    assert _texts(said, finals=False) == ["three"]


def test_an_interim_behind_a_hole_waits_and_one_of_the_hole_is_shown() -> None:
    said = _heard(
        Hearing(1),
        _results("Two.", 2, 3),
        _interim("Three", 3, 4),
        _interim("One", 0, 2),
        _results("One.", 0, 2),
        _interim("Three", 3, 4),
    )

    assert _texts(said) == ["One.", "Two."]
    assert _texts(said, finals=False) == ["One", "Three"]


def test_a_hole_that_is_not_filled_holds_back_ten_seconds_of_sound_at_most() -> None:
    hearing = Hearing(1)

    early = _heard(hearing, *(_results(f"{at}", at, at + 1) for at in range(2, 12)))
    late = _heard(hearing, _interim("12", 12, 12.5))

    assert _texts(early) == []
    assert _texts(late) == [f"{at}" for at in range(2, 12)]
    assert _texts(late, finals=False) == ["12"]


def test_a_hole_that_is_not_filled_holds_back_so_many_messages_at_most() -> None:
    many = [_results(f"{at}", at / 10, (at + 1) / 10) for at in range(1, PARKED_MESSAGES + 2)]

    said = _heard(Hearing(1), *many)

    assert _texts(said) == [f"{at}" for at in range(1, PARKED_MESSAGES + 2)]


def test_ends_of_utterances_behind_a_hole_are_bounded_too() -> None:
    hearing = Hearing(1)

    said = _heard(hearing, _results("Two.", 2, 3), *[UtteranceEnd(5.0, (0, 1))] * PARKED_MESSAGES)

    assert _texts(said) == ["Two."]


def test_what_fills_a_hole_too_late_is_heard_all_the_same_and_once() -> None:
    hearing = Hearing(1)
    late = _results("one", 0.75, 2)

    said = _heard(hearing, _results("two", 2, 13), late, late, _results("zero one", 0, 2))

    assert _texts(said) == ["two", "one", "zero"]
    assert _horizon(said) == 13.0


def test_silence_that_fills_a_hole_too_late_takes_nothing_back() -> None:
    said = _heard(Hearing(1), _results("two", 2, 13), _interim("three", 13, 14), _results("", 0, 2))

    assert [event.transcript for event in said if isinstance(event, StreamEvent.Transcript)] == [
        "two",
        "three",
    ]


def test_a_server_that_passes_silence_over_is_hardly_waited_for() -> None:
    hearing = Hearing(1)

    early = _heard(hearing, _interim("One", 3, 4), _results("One.", 3, 4.5))
    patience = hearing.patience
    late = _heard(hearing, _interim("Two", 6, 7))

    assert (_texts(early), patience) == ([], SOON_SECONDS)
    assert (_texts(late), _texts(late, finals=False), hearing.patience) == (["One."], ["Two"], None)


def test_a_hole_in_which_an_interim_began_is_waited_for() -> None:
    hearing = Hearing(1)

    said = _heard(
        hearing,
        _results("", 0, 1),
        _interim("One", 1, 2),
        _interim("Two", 3, 4),
        _results("Two.", 3, 4.5),
    )

    assert (_texts(said), hearing.patience) == ([], QUIET_SECONDS)


def test_channels_wait_for_themselves_only() -> None:
    hearing = Hearing(2)

    said = _heard(hearing, _results("Mine.", 2, 3), _results("Theirs.", 0, 1, channel=1))

    assert (_texts(said), hearing.patience) == (["Theirs."], SOON_SECONDS)
    assert _texts(list(hearing.release())) == ["Mine."]
    assert hearing.patience is None


def test_what_waits_is_released_in_order_at_the_end() -> None:
    hearing = Hearing(1)
    _heard(hearing, _results("Five.", 5, 6), UtteranceEnd(6.0, (0, 1)), _results("Three.", 3, 4))

    said = list(hearing.release())

    assert _texts(said) == ["Three.", "Five."]
    assert isinstance(said[-1], StreamEvent.UtteranceEnd)
    assert list(hearing.release()) == []


def test_finals_of_a_server_that_does_not_tile_are_passed_on_as_they_come() -> None:
    messages = (_results("Two.", 2, 3), _results("Two.", 2, 3), _results("One.", 0, 2), _interim("0", 0, 1))

    said = _heard(Hearing(1, finals_tile=False), *messages)

    assert _texts(said) == ["Two.", "Two.", "One."]
    assert _texts(said, finals=False) == ["0"]


def test_a_window_of_sound_that_was_never_sent_tells_nothing_about_time() -> None:
    hearing = Hearing(1)
    hearing.given = 2.0

    said = _heard(hearing, _results("a", 7, 8), _results("b", 0, 1e9), _results("c", 0, 1e9))
    hearing.given = 4.0
    said += _heard(hearing, _results("d", 2, 4))

    assert _texts(said) == ["a", "b", "d"]


def test_what_lies_in_the_silence_that_nobody_sent_is_put_in_order_too() -> None:
    hearing = Hearing(1)
    hearing.skipped = 0.5

    said = _heard(hearing, _results("", 0, 0.4), _results("b", 1.5, 2.5), _results("a", 0.4, 1.5))

    assert _texts(said) == ["a", "b"]
    assert _horizon(said) == 2.0

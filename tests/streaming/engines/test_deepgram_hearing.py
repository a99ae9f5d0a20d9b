"""Windows of text become segments and utterances (PROTOCOL P6)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import StreamEvent
from captioner.streaming.engines.deepgram_hearing import Hearing
from captioner.streaming.engines.deepgram_wire import Results, SpeechStarted, UtteranceEnd, decode
from captioner.streaming.engines.engine import LinkMessage, Malformed, Progress
from tests import deepgram_messages as build


def _results(text: str, start: float, end: float, **fields: Any) -> Results:
    message = decode(json.dumps(build.results(text, start, end - start, **fields)))
    assert isinstance(message, Results)
    return message


def _interim(text: str, start: float, end: float, **fields: Any) -> Results:
    return _results(text, start, end, is_final=False, **fields)


def _heard(hearing: Hearing, *messages: Results | UtteranceEnd | SpeechStarted) -> list[LinkMessage]:
    said: list[LinkMessage] = []
    for message in messages:
        match message:
            case Results():
                said += hearing.results(message)
            case UtteranceEnd():
                said += hearing.utterance_end(message)
            case SpeechStarted():
                said += hearing.speech_started(message)
    return said


def _lines(said: list[LinkMessage]) -> list[tuple[str, str, bool]]:
    return [
        (event.segment_id, event.transcript, event.is_final)
        for event in said
        if isinstance(event, StreamEvent.Transcript)
    ]


def _ends(said: list[LinkMessage]) -> list[tuple[float, str]]:
    return [(event.end, event.cause) for event in said if isinstance(event, StreamEvent.UtteranceEnd)]


def test_an_interim_replaces_the_one_before_and_a_final_freezes_the_segment() -> None:
    said = _heard(
        Hearing(1),
        _interim("Yes", 0, 1),
        _interim("Yes we", 0, 2),
        _results("Yes we can.", 0, 2.5),
        _interim("And", 2.5, 3),
    )

    assert _lines(said) == [
        ("0.0", "Yes", False),
        ("0.0", "Yes we", False),
        ("0.0", "Yes we can.", True),
        ("0.1", "And", False),
    ]


def test_a_final_carries_all_that_the_message_says() -> None:
    message = _results("Yes we", 1, 2, speech_final=True, speaker=1, language="en", from_finalize=True)

    event = _heard(Hearing(1), _results("", 0, 1), message)[1]

    assert isinstance(event, StreamEvent.Transcript)
    assert (event.start, event.end, event.channel_index, event.speaker) == (1.0, 2.0, 0, 1)
    assert (event.languages, event.confidence) == (("en",), 0.98)
    assert (event.is_final, event.speech_final, event.from_finalize) == (True, True, True)
    assert [(word.word, word.start, word.end, word.speaker) for word in event.words] == [
        ("yes", 1.0, 1.5, 1),
        ("we", 1.5, 2.0, 1),
    ]


def test_two_finals_of_equal_text_are_two_segments() -> None:
    said = _heard(Hearing(1), _results("Yes.", 0, 1), _results("Yes.", 1, 2))

    assert _lines(said) == [("0.0", "Yes.", True), ("0.1", "Yes.", True)]


def test_silence_only_moves_the_horizon() -> None:
    said = _heard(Hearing(1), _interim("", 0, 1), _results("", 0, 2))

    assert said == [Progress(0, 1.0, 0.0), Progress(0, 2.0, 2.0)]


def test_an_empty_text_takes_back_what_was_shown_and_nothing_else() -> None:
    said = _heard(
        Hearing(1),
        _interim("noise", 0, 1),
        _interim("", 0, 2),
        _results("", 0, 3),
        _results("", 3, 4),
        _results("Yes.", 4, 5),
    )

    assert _lines(said) == [
        ("0.0", "noise", False),
        ("0.0", "", False),
        ("0.0", "", True),
        ("0.1", "Yes.", True),
    ]
    assert _ends(said) == []


def test_an_empty_answer_to_finalize_is_passed_on_because_somebody_asked() -> None:
    (event, progress) = _heard(Hearing(1), _results("", 0, 1, from_finalize=True))

    assert isinstance(event, StreamEvent.Transcript)
    assert (event.transcript, event.is_final, event.from_finalize) == ("", True, True)
    assert progress == Progress(0, 1.0, 1.0)


def test_an_utterance_of_several_finals_ends_once_at_speech_final() -> None:
    said = _heard(
        Hearing(1), _results("Yes", 0, 1), _results("we", 1, 2), _results("can.", 2, 3, speech_final=True)
    )

    assert _ends(said) == [(3.0, "pause")]
    assert said[-1] == StreamEvent.UtteranceEnd(3.0, "pause")


def test_an_empty_speech_final_ends_the_utterance_that_is_open() -> None:
    said = _heard(
        Hearing(1),
        _results("Yes.", 0, 1),
        _results("", 1, 2, speech_final=True),
        _results("", 2, 3, speech_final=True),
    )

    assert _ends(said) == [(1.0, "pause")]


def test_a_word_gap_ends_an_utterance_that_no_pause_has_ended() -> None:
    said = _heard(Hearing(1), _results("Yes.", 0, 1), UtteranceEnd(1.0, (0, 1)))

    assert _ends(said) == [(1.0, "word_gap")]


@pytest.mark.parametrize("last_word_end", [1.0, 0.999, 1.005, 0.4, -1.0, 0.0])
def test_a_word_gap_of_an_utterance_that_is_over_says_nothing(last_word_end: float) -> None:
    said = _heard(
        Hearing(1),
        _results("Yes.", 0, 1, speech_final=True),
        UtteranceEnd(last_word_end, (0, 1)),
        UtteranceEnd(last_word_end, (0, 1)),
    )

    assert _ends(said) == [(1.0, "pause")]


def test_a_late_word_gap_does_not_end_the_utterance_that_has_begun_since() -> None:
    said = _heard(
        Hearing(1),
        _results("Yes.", 0, 1, speech_final=True),
        _results("", 1, 2),
        _results("We can.", 2, 3),
        UtteranceEnd(1.0, (0, 1)),
        UtteranceEnd(3.0, (0, 1)),
        UtteranceEnd(3.0, (0, 1)),
    )

    assert _ends(said) == [(1.0, "pause"), (3.0, "word_gap")]


def test_a_word_gap_without_words_or_before_any_final_says_nothing() -> None:
    said = _heard(Hearing(1), UtteranceEnd(-1.0), _interim("Yes", 0, 1), UtteranceEnd(1.0))

    assert _ends(said) == []


def test_an_answer_to_finalize_ends_the_utterance() -> None:
    said = _heard(Hearing(1), _results("Yes", 0, 1, from_finalize=True), UtteranceEnd(1.0))

    assert _ends(said) == [(1.0, "finish")]


def test_channels_are_strangers_to_one_another() -> None:
    said = _heard(
        Hearing(2),
        _interim("Mine", 0, 1, channel=0),
        _interim("Theirs", 0, 1, channel=1),
        _results("", 0, 1, channel=1),
        _results("Mine.", 0, 1, channel=0),
        UtteranceEnd(1.0, (1, 2)),
        UtteranceEnd(1.0, (0, 2)),
    )

    assert _lines(said) == [
        ("0.0", "Mine", False),
        ("1.0", "Theirs", False),
        ("1.0", "", True),
        ("0.0", "Mine.", True),
    ]
    assert said[-1] == StreamEvent.UtteranceEnd(1.0, "word_gap", 0)


def test_speech_started_is_passed_on_as_often_as_it_is_said() -> None:
    said = _heard(Hearing(2), SpeechStarted(0.5, (1, 2)), SpeechStarted(0.5, (1, 2)), SpeechStarted(0.7, ()))

    assert said == [
        StreamEvent.SpeechStarted(0.5, 1),
        StreamEvent.SpeechStarted(0.5, 1),
        StreamEvent.SpeechStarted(0.7, 0),
    ]


@pytest.mark.parametrize("index", [-1, 2, 7])
def test_what_a_channel_says_that_does_not_exist_is_only_counted(index: int) -> None:
    said = _heard(Hearing(2), _results("Who?", 0, 1, channel=index), UtteranceEnd(1.0, (index, 9)))

    assert said == [Malformed(), Malformed()]


def test_silence_that_nobody_sent_is_at_no_time() -> None:
    hearing = Hearing(1)
    hearing.skipped = 0.5

    said = _heard(
        hearing,
        SpeechStarted(0.75, (0, 1)),
        _results("", 0.0, 0.25),
        _results("Yes.", 0.25, 1.5),
        UtteranceEnd(1.5, (0, 1)),
    )

    assert said[:2] == [StreamEvent.SpeechStarted(0.25), Progress(0, 0.0, 0.0)]
    event = said[2]
    assert isinstance(event, StreamEvent.Transcript)
    assert (event.start, event.end) == (0.0, 1.0)
    assert [(word.start, word.end) for word in event.words] == [(0.0, 1.0)]
    assert said[3:] == [StreamEvent.UtteranceEnd(1.0, "word_gap")]


def test_a_word_without_punctuation_stands_in_the_text_as_it_is() -> None:
    words = [{"word": "yes", "start": 0.0, "end": 1.0}, {"word": "sir", "start": 1.0, "end": 2.0}]

    event = _heard(Hearing(1), _results("yes sir", 0, 2, words=words))[0]

    assert isinstance(event, StreamEvent.Transcript)
    assert [(word.word, word.punctuated_word) for word in event.words] == [("yes", "yes"), ("sir", "sir")]


def test_the_utterance_of_a_text_without_words_ends_with_its_window() -> None:
    said = _heard(Hearing(1), _results("Yes.", 0, 1.5, words=[], speech_final=True))

    assert _ends(said) == [(1.5, "pause")]


def test_who_speaks_is_who_says_most_of_it() -> None:
    words = [
        {"word": "a", "start": 0.0, "end": 0.2, "speaker": 1},
        {"word": "b", "start": 0.2, "end": 0.4, "speaker": 1},
        {"word": "c", "start": 0.4, "end": 1.4, "speaker": 0},
    ]

    event = _heard(Hearing(1), _results("a b c", 0, 2, words=words))[0]

    assert isinstance(event, StreamEvent.Transcript)
    assert event.speaker == 0
    assert [word.speaker for word in event.words] == [1, 1, 0]


def test_a_server_without_confidence_has_none() -> None:
    event = _heard(Hearing(1, has_confidence=False), _results("Yes.", 0, 1, confidence=0.0))[0]

    assert isinstance(event, StreamEvent.Transcript)
    assert event.confidence is None


@st.composite
def _streams(draw: st.DrawFn) -> list[Results | UtteranceEnd]:
    """Windows that tile the time of one channel, with interims, pauses and word gaps anywhere."""
    messages: list[Results | UtteranceEnd] = []
    for start in range(draw(st.integers(1, 8))):
        messages += [
            _interim(text, start, start + 0.5) for text in draw(st.lists(st.sampled_from(["a", ""])))
        ]
        text, pause = draw(st.sampled_from(["Yes.", "No.", ""])), draw(st.booleans())
        messages.append(_results(text, start, start + 1, speech_final=pause))
        messages += [UtteranceEnd(end) for end in draw(st.lists(st.sampled_from([-1.0, start, start + 1.0])))]
    return messages


@given(_streams())
def test_every_final_comes_out_once_and_every_utterance_ends_once(
    messages: list[Results | UtteranceEnd],
) -> None:
    hearing = Hearing(1)

    said = _heard(hearing, *messages)

    given_texts = [
        message.channel.alternatives[0].transcript
        for message in messages
        if isinstance(message, Results) and message.is_final
    ]
    finals = [text for _id, text, is_final in _lines(said) if is_final and text]
    assert finals == [text for text in given_texts if text]
    spoken_since_the_last_end = 0
    for event in said:
        if isinstance(event, StreamEvent.Transcript) and event.is_final and event.transcript:
            spoken_since_the_last_end += 1
        elif isinstance(event, StreamEvent.UtteranceEnd):
            assert spoken_since_the_last_end
            spoken_since_the_last_end = 0

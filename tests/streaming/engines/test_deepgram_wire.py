"""Every message of the protocol as it is documented, and as servers get it wrong."""

import json
from typing import Any

import pytest

from captioner.streaming.engines.deepgram_wire import (
    KNOWN,
    LONGEST_SECONDS,
    Alternative,
    Channel,
    ConfigureFailure,
    ConfigureSuccess,
    Error,
    Message,
    Metadata,
    Results,
    SpeechStarted,
    Unknown,
    UtteranceEnd,
    Warning,
    decode,
)
from captioner.streaming.words import Word
from tests import deepgram_messages as build


def _read(message: dict[str, Any]) -> Message | Unknown | None:
    """The message as it is read, the same from a text frame and from its bytes."""
    text = json.dumps(message)
    assert decode(text) == decode(text.encode())
    return decode(text)


def _results(**fields: Any) -> dict[str, Any]:
    """A final "Yes." of the second second, with other fields at its top level; ... leaves one out."""
    message = build.results("Yes.", 1.0, 1.0) | fields
    return {name: value for name, value in message.items() if value is not ...}


def _with_word(**fields: Any) -> dict[str, Any]:
    word = {"word": "yes", "punctuated_word": "Yes.", "start": 1.0, "end": 1.5, "confidence": 0.9} | fields
    kept = {name: value for name, value in word.items() if value is not ...}
    return _results(channel={"alternatives": [{"transcript": "Yes.", "confidence": 0.9, "words": [kept]}]})


def _text(message: dict[str, Any]) -> str | None:
    heard = _read(message)
    return heard.channel.alternatives[0].transcript if isinstance(heard, Results) else None


def _words(message: dict[str, Any]) -> tuple[Word, ...]:
    heard = _read(message)
    assert isinstance(heard, Results)
    return heard.channel.alternatives[0].words


def test_results_as_documented() -> None:
    message = {
        "type": "Results",
        "channel_index": [1, 2],
        "start": 12.5,
        "duration": 1.25,
        "is_final": True,
        "speech_final": True,
        "from_finalize": True,
        "channel": {
            "alternatives": [
                {
                    "transcript": "Grüße.",
                    "confidence": 0.75,
                    "words": [
                        {
                            "word": "grüße",
                            "punctuated_word": "Grüße.",
                            "start": 12.75,
                            "end": 13.25,
                            "confidence": 0.5,
                            "speaker": 3,
                            "language": "de",
                        }
                    ],
                    "languages": ["de"],
                    "languages_hinted": ["de", "en"],
                }
            ],
            "search": [{"query": "grüße", "hits": []}],
        },
        "metadata": {
            "request_id": "4711",
            "model_uuid": build.MODEL_UUID,
            "model_info": build.MODEL,
            "diarize_info": {"model_uuid": "x", "arch": "v1"},
            "extra": {"key": "value"},
        },
        "entities": [{"label": "GREETING", "value": "Grüße", "start_word": 0, "end_word": 1}],
    }

    word = Word("grüße", "Grüße.", 12.75, 13.25, 0.5, 3, "de")
    channel = Channel((Alternative("Grüße.", 0.75, (word,), ("de",)),))
    assert _read(message) == Results(channel, (1, 2), 12.5, 1.25, True, True, True)


def test_metadata_as_documented() -> None:
    assert _read(build.metadata("4711", 2.5, 2)) == Metadata(
        "4711", build.CREATED, 2.5, 2, "a" * 64, {build.MODEL_UUID: build.MODEL}
    )


def test_boundaries_as_documented() -> None:
    assert _read(build.utterance_end(3.25, 1, 2)) == UtteranceEnd(3.25, (1, 2))
    assert _read(build.utterance_end(-1, 0, 1)) == UtteranceEnd(-1.0, (0, 1))
    assert _read(build.speech_started(0.5, 1, 2)) == SpeechStarted(0.5, (1, 2))


def test_answers_to_configure_as_documented() -> None:
    success = {"type": "ConfigureSuccess", "request_id": "4711", "keyterms": ["one", "two words"]}
    failure = {
        "type": "ConfigureFailure",
        "request_id": "4711",
        "code": "CONFIGURE_ALREADY_PENDING",
        "description": "Wait.",
    }

    assert _read(success) == ConfigureSuccess("4711", ("one", "two words"))
    assert _read(failure) == ConfigureFailure("4711", "CONFIGURE_ALREADY_PENDING", "Wait.")
    assert _read({"type": "ConfigureSuccess"}) == ConfigureSuccess()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"variant": "SchemaError", "description": "Bad JSON"}, Error("SchemaError", "Bad JSON")),
        ({"description": "No", "request_id": "4711"}, Error(None, "No", request_id="4711")),
        ({"code": "C-1", "message": "No"}, Error(code="C-1", message="No")),
        ({"err_code": "E-1", "err_msg": "No"}, Error(err_code="E-1", err_msg="No")),
        ({}, Error()),
    ],
)
def test_an_error_in_each_of_its_spellings(fields: dict[str, Any], expected: Error) -> None:
    assert _read({"type": "Error", **fields}) == expected


def test_a_warning_with_and_without_its_code() -> None:
    assert _read(build.warning("Slow.", "W-1")) == Warning("Slow.", "W-1")
    assert _read({"type": "Warning"}) == Warning()


@pytest.mark.parametrize("name", ["from_finalize", "metadata", "channel_index", "speech_final", "start"])
def test_a_field_that_is_left_out_has_a_default(name: str) -> None:
    heard = _read(_results(**{name: ...}))

    assert isinstance(heard, Results)
    assert heard.is_final
    assert heard.channel.alternatives[0].words


@pytest.mark.parametrize(
    "fields",
    [
        {"channel_index": None},
        {"channel_index": "0"},
        {"channel_index": 0},
        {"channel_index": []},
        {"start": None},
        {"start": "1.0"},
        {"duration": "1"},
        {"start": -0.02},
        {"speech_final": None},
        {"speech_final": "true"},
        {"from_finalize": 1},
        {"metadata": "none"},
    ],
    ids=str,
)
def test_a_wrong_ornament_of_a_message_never_loses_its_text(fields: dict[str, Any]) -> None:
    heard = _read(_results(**fields))

    assert isinstance(heard, Results)
    assert heard.channel.alternatives[0].transcript == "Yes."
    assert heard.is_final


@pytest.mark.parametrize(
    "fields",
    [
        {"start": None},
        {"end": "1.5"},
        {"start": -1.0},
        {"confidence": "high"},
        {"speaker": "0"},
        {"speaker": 0.5},
        {"word": None},
        {"word": ...},
        {"punctuated_word": 7},
        {"language": ["en"]},
    ],
    ids=str,
)
def test_a_wrong_ornament_of_a_word_never_loses_the_text(fields: dict[str, Any]) -> None:
    assert _text(_with_word(**fields)) == "Yes."


@pytest.mark.parametrize("words", [None, {}, "yes", [None], [[]], ["yes"], ...], ids=str)
def test_words_of_any_other_shape_never_lose_the_text(words: Any) -> None:
    alternative = {"transcript": "Yes.", "confidence": "sure", "languages": None, "words": words}
    if words is ...:
        del alternative["words"]

    assert _text(_results(channel={"alternatives": [alternative]})) == "Yes."


def test_a_word_keeps_what_it_has_and_lacks_the_rest() -> None:
    assert _words(_with_word(confidence=..., punctuated_word=...)) == (Word("yes", "", 1.0, 1.5),)
    assert _words(_with_word(speaker=None, language=None)) == (Word("yes", "Yes.", 1.0, 1.5, 0.9),)


def test_the_window_of_a_text_with_wrong_ornaments_is_kept() -> None:
    heard = _read(_with_word(confidence="high") | {"channel_index": [1, 2], "speech_final": True})

    said = Alternative("Yes.", words=(Word("yes", "Yes.", 1.0, 1.5),))
    assert heard == Results(Channel((said,)), (1,), 1.0, 1.0, True, True, False)


def test_a_time_a_little_before_the_beginning_is_the_beginning_and_costs_no_word_its_time() -> None:
    heard = _read(_with_word(start=-0.01, punctuated_word=None) | {"start": -0.0001})

    assert isinstance(heard, Results)
    assert heard.start == 0.0
    assert heard.channel.alternatives[0].words == (Word("yes", "", 0.0, 1.5, 0.9),)


@pytest.mark.parametrize(
    "fields",
    [
        {"channel": ...},
        {"channel": None},
        {"channel": []},
        {"channel": {"alternatives": {}}},
        {"channel": {"alternatives": [{"transcript": 7}]}},
        {"channel": {"alternatives": [{"transcript": None}]}},
        {"start": -5},
        {"start": LONGEST_SECONDS * 2},
        {"duration": 10**400},
        {"duration": True},
        {"start": "soon"},
        {"start": "nan"},
        {"start": "1e999"},
        {"start": "9" * 5000},
    ],
    ids=lambda fields: str(fields)[:60],
)
def test_without_a_text_and_a_possible_window_there_is_nothing_to_read(fields: dict[str, Any]) -> None:
    assert _read(_results(**fields)) is None


def test_no_alternative_is_an_empty_window() -> None:
    assert _read(_results(channel={"alternatives": []})) == Results(Channel(), (0, 1), 1.0, 1.0, True)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"type": "UtteranceEnd", "last_word_end": None, "channel": 0}, UtteranceEnd()),
        ({"type": "UtteranceEnd"}, UtteranceEnd()),
        ({"type": "UtteranceEnd", "last_word_end": 2, "channel": "1"}, UtteranceEnd(2.0)),
        ({"type": "SpeechStarted", "timestamp": "0.5", "channel": [1, 2]}, SpeechStarted(channel=(1, 2))),
        ({"type": "Metadata", "request_id": "4711", "duration": "2", "channels": None}, Metadata("4711")),
        ({"type": "ConfigureSuccess", "request_id": "4711", "keyterms": "one"}, ConfigureSuccess("4711")),
        ({"type": "ConfigureFailure", "code": 7, "description": "No"}, ConfigureFailure(description="No")),
        ({"type": "Error", "code": 4400, "description": "No"}, Error(description="No")),
        ({"type": "Warning", "description": None, "code": "W-1"}, Warning(code="W-1")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_of_the_other_messages_what_fits_is_kept(message: dict[str, Any], expected: Message | None) -> None:
    assert _read(message) == expected


def test_a_message_of_an_unknown_type_is_kept_whole() -> None:
    raw = '{"type":"TurnInfo", "event":"StartOfTurn", "words":[1, null]}'

    assert decode(raw) == decode(raw.encode()) == Unknown("TurnInfo", raw)
    assert decode('{"type":""}') == Unknown("", '{"type":""}')
    assert decode('{"type":"results"}') == Unknown("results", '{"type":"results"}')


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "null",
        "[]",
        "7",
        '"Results"',
        "{}",
        '{"type":null}',
        '{"type":7}',
        '{"type":["Results"]}',
        '{"type":"Results"',
        '{"type":"Results"}',
        '{"type":"Results","start":NaN}',
        '{"type":"Results","start":Infinity}',
        '{"type":"Results","start":1e400,"channel":{"alternatives":[{"transcript":"x"}]}}',
        '{"type":"Results","start":' + "9" * 5000 + ',"channel":{"alternatives":[{"transcript":"x"}]}}',
        '{"type":"Results","channel":' + "[" * 3000 + "]" * 3000 + "}",
        "[" * 100_000,
        b"\xff\xfe",
        b'{"type":"\xff"}',
        b"\x00" * 64,
        "\ud800",
        '{"type":"Results"}{"type":"Results"}',
    ],
    ids=lambda raw: repr(raw)[:40],
)
def test_garbage_is_nothing_and_never_raises(raw: str | bytes) -> None:
    assert decode(raw) is None


def test_every_message_that_is_decoded_is_known_by_name() -> None:
    for name in KNOWN:
        assert not isinstance(decode(f'{{"type":"{name}"}}'), Unknown)

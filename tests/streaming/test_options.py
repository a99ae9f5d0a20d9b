"""Options are checked before anything is started."""

import copy
import pickle
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import ConfigurationError, StreamingOptions

NAMES = [field.name for field in fields(StreamingOptions)]
FLAGS = [field.name for field in fields(StreamingOptions) if isinstance(field.default, bool)]
LISTS = [field.name for field in fields(StreamingOptions) if field.default == ()]
ODD = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.sampled_from(["en", "multi", "opus", "nova-2", "wait", "a:b", object(), range(3)])
)
ANYTHING = ODD | st.lists(ODD, max_size=3) | st.dictionaries(ODD, ODD | st.lists(ODD, max_size=2), max_size=3)


def _attempt(build: Callable[[], StreamingOptions]) -> StreamingOptions | ConfigurationError:
    try:
        return build()
    except ConfigurationError as error:
        return error


def _message(**fields: Any) -> str:
    with pytest.raises(ConfigurationError) as caught:
        StreamingOptions(**fields)
    assert caught.value.hint
    return caught.value.message


def test_the_defaults_fit_a_meeting() -> None:
    assert StreamingOptions().query() == [
        ("model", "nova-3"),
        ("language", "en"),
        ("encoding", "linear16"),
        ("sample_rate", "16000"),
        ("channels", "1"),
        ("interim_results", "true"),
        ("endpointing", "300"),
        ("utterance_end_ms", "1000"),
        ("vad_events", "true"),
        ("smart_format", "true"),
        ("no_delay", "true"),
        ("mip_opt_out", "true"),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("model", ""),
        ("model", "nova 3"),
        ("language", "english"),
        ("language", "en_US"),
        ("language_hint", "de"),
        ("version", "\n"),
        ("encoding", "mp3"),
        ("encoding", ["opus"]),
        ("sample_rate", 7999),
        ("sample_rate", None),
        ("sample_rate", 16000.0),
        ("channels", 0),
        ("channels", 21),
        ("channels", True),
        ("endpointing", True),
        ("endpointing", 0),
        ("utterance_end_ms", 999),
        ("utterance_end_ms", "1000"),
        ("diarize_model", "v3"),
        ("keyterm", [""]),
        ("keyterm", 7),
        ("keyterm", {"a", "b"}),
        ("keyterm", ["\ud800"]),
        ("keywords", "snuffle:2"),
        ("replace", "monika"),
        ("replace", ":monica"),
        ("tag", [b"team"]),
        ("callback", "https://example.org"),
        ("callback_method", "put"),
        ("extra", "key:value"),
        ("extra", {"extra": "key"}),
        ("extra", {"future": [1]}),
        ("event_buffer", 1),
        ("endpointing", 10**5000),
        ("backlog_seconds", 10**5000),
        ("backlog_seconds", float("nan")),
        ("backlog_seconds", True),
        ("overflow", "panic"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isidentifier() else "odd",
)
def test_an_impossible_value_is_refused_by_the_name_of_its_field(field: str, value: Any) -> None:
    assert field in _message(**{field: value})


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("value", ["true", 1, None, 0.0])
def test_what_only_looks_like_a_flag_is_refused(flag: str, value: Any) -> None:
    assert _message(**{flag: value}).startswith(f"{flag} is ")


@given(st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=4))
def test_anything_gives_options_or_a_configuration_error(wanted: dict[str, Any]) -> None:
    options = _attempt(lambda: StreamingOptions(**wanted))

    if isinstance(options, ConfigurationError):
        assert str(options).isprintable()
    else:
        assert hash(options) == hash(pickle.loads(pickle.dumps(options)))
        assert parse_qsl(urlsplit(options.url()).query, keep_blank_values=True) == options.query()


@given(ANYTHING | st.dictionaries(st.sampled_from([*NAMES, "tier"]), ANYTHING, max_size=4))
def test_any_mapping_gives_options_or_a_configuration_error(mapping: Any) -> None:
    options = _attempt(lambda: StreamingOptions.from_mapping(mapping))

    assert isinstance(options, ConfigurationError) or options.url()


def test_one_text_is_a_list_of_one() -> None:
    for name in LISTS:
        wanted: dict[str, Any] = {"model": "some-uuid", name: "a b:1" if name != "language_hint" else "de"}

        options = StreamingOptions(**wanted)

        assert getattr(options, name) == (wanted[name],)
        assert (name, wanted[name]) in options.query()


def test_a_list_is_sent_as_repeated_keys_and_a_term_of_two_words_stays_one() -> None:
    url = StreamingOptions(keyterm=["Ada Lovelace", "Grüße & more"]).url()

    assert "&keyterm=Ada%20Lovelace&keyterm=Gr%C3%BC%C3%9Fe%20%26%20more&" in url


def test_a_list_that_changes_later_does_not_change_the_options() -> None:
    terms, extra = ["one"], {"future": ["a"]}
    options = StreamingOptions(keyterm=terms, extra=extra)

    terms.append("two")
    extra["future"].append("b")

    assert options == StreamingOptions(keyterm="one", extra={"future": "a"})


def test_options_copy_pickle_hash_and_print() -> None:
    options = StreamingOptions(keyterm="one", extra={"a": "1", "b": ["2", "3"]}, backlog_seconds=60)

    for copied in (copy.deepcopy(options), pickle.loads(pickle.dumps(options)), replace(options)):
        assert copied == options
        assert hash(copied) == hash(options)
        assert repr(copied) == repr(options)
        assert replace(copied, interim_results=False).utterance_end_ms is None


def test_the_utterance_end_goes_where_interim_results_go() -> None:
    assert StreamingOptions().utterance_end_ms == 1000
    assert StreamingOptions(interim_results=False).utterance_end_ms is None
    assert replace(StreamingOptions(), interim_results=False).utterance_end_ms is None
    assert "utterance_end_ms" in _message(interim_results=False, utterance_end_ms=1000)
    assert ("interim_results", "false") in StreamingOptions(interim_results=False).query()


def test_the_channels_of_a_container_must_be_said_to_be_kept_apart() -> None:
    assert "channels" in _message(encoding=None, multichannel=True)


def test_a_container_is_sent_without_encoding_rate_and_channels() -> None:
    options = StreamingOptions(encoding=None, channels=2, multichannel=True)

    names = {name for name, _ in options.query()}

    assert not names & {"encoding", "sample_rate", "channels"}
    assert (options.sample_rate, options.speech_channels, options.block) == (None, 2, None)
    assert "sample_rate" in _message(encoding=None, sample_rate=16000)


@pytest.mark.parametrize(
    ("encoding", "rate", "refused"),
    [
        ("amr-nb", 8000, 16000),
        ("amr-wb", 16000, 8000),
        ("g729", 8000, 16000),
        ("opus", 16000, 44100),
        ("speex", 16000, 48000),
        ("mulaw", 16000, 200_000),
    ],
)
def test_the_rate_follows_the_encoding_unless_it_is_given(encoding: Any, rate: int, refused: int) -> None:
    changed = replace(StreamingOptions(), encoding=encoding)

    assert changed.sample_rate == rate
    assert replace(changed, encoding="linear16").sample_rate == 16000
    assert "sample_rate" in _message(encoding=encoding, sample_rate=refused)


def test_a_codec_for_one_voice_takes_one_channel() -> None:
    assert "channels" in _message(encoding="amr-wb", channels=2)


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("model", {"model": "flux-general-en"}),
        ("language", {"model": "nova-2-meeting", "language": "de"}),
        ("language", {"model": "enhanced", "language": "multi"}),
        ("language_hint", {"language_hint": "de", "language": "de"}),
        ("language_hint", {"language_hint": "de", "language": "multi", "model": "nova-2"}),
        ("keyterm", {"keyterm": "one", "model": "nova-2"}),
        ("keywords", {"keywords": "one:2", "model": "nova-3-medical"}),
        ("keywords", {"keywords": "one:loud", "model": "nova-2"}),
        ("diarize_model", {"diarize_model": "v2"}),
        ("keyterm", {"keyterm": ["one two"] * 251}),
    ],
)
def test_what_the_model_cannot_do_is_refused(field: str, wanted: dict[str, Any]) -> None:
    assert field in _message(**wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        {"model": "nova-3-medical", "language": "multi", "language_hint": ["de", "en-GB"]},
        {"model": "nova-2-meeting", "language": "en-US", "keywords": ["one:-1.5", "two"]},
        {"model": "nova-2", "language": "multi"},
        {"model": "nova-4", "language": "tlh", "keyterm": "one"},
        {
            "model": "0bd3b2a4-9a0e-4b55-a8a0-7b8e1a0f2c11",
            "keyterm": "a",
            "keywords": "b:1",
            "language": "es-419",
        },
        {"language": "zh-Hant", "keyterm": ["one"] * 500},
        {"endpointing": False, "utterance_end_ms": None, "replace": ["um:", "a:b:c"]},
    ],
)
def test_what_a_server_may_know_is_left_to_it(wanted: dict[str, Any]) -> None:
    assert StreamingOptions(**wanted).url()


def test_the_diarizer_is_asked_for_once() -> None:
    assert ("diarize", "true") in StreamingOptions(diarize=True).query()

    both = dict(StreamingOptions(diarize=True, diarize_model="v1").query())

    assert both["diarize_model"] == "v1"
    assert "diarize" not in both


def test_unknown_parameters_are_passed_on_last() -> None:
    extra = {"future": "yes", "extra": ["meeting:7", "team:a b"]}

    query = StreamingOptions(extra=extra).query()

    assert query[-3:] == [("future", "yes"), ("extra", "meeting:7"), ("extra", "team:a b")]


@pytest.mark.parametrize("name", ["api_key", "X-API-Key", "accessToken", "Authorization", "model", "", "a b"])
def test_secrets_and_known_names_are_no_unknown_parameters(name: str) -> None:
    with pytest.raises(ConfigurationError, match="extra") as caught:
        StreamingOptions(extra={name: "5ecret"})

    assert "5ecret" not in str(caught.value)


def test_sound_is_measured_in_whole_samples_of_all_channels() -> None:
    stereo = StreamingOptions(channels=2)

    assert (stereo.block, stereo.bytes_per_second, stereo.speech_channels) == (4, 64_000, 1)
    assert stereo.silence(0.1) == bytes(6400)
    assert StreamingOptions(encoding="linear32").block == 4
    assert StreamingOptions(encoding="mulaw", sample_rate=8000).silence(0.001) == b"\xff" * 8
    assert StreamingOptions(encoding="alaw", sample_rate=8000).silence(0.001) == b"\xd5" * 8
    assert StreamingOptions(encoding="opus").silence(1) is None
    assert StreamingOptions(encoding="opus").bytes_per_second is None
    with pytest.raises(ConfigurationError, match="seconds"):
        stereo.silence(float("nan"))


def test_a_mapping_is_read_as_other_programs_write_it() -> None:
    options = StreamingOptions.from_mapping(
        {
            "model": "nova-2",
            "punctuate": "true",
            "smart_format": "False",
            "utterance_end_ms": "1500",
            "endpointing": "false",
            "channels": "2",
            "multichannel": True,
            "backlog_seconds": "90.5",
            "keywords": ["one:2"],
            "redact": True,
            "language": None,
            "extra": "meeting:7",
            "tier": "nova",
            "alternatives": 2,
            "detect_language": False,
        }
    )

    assert options == StreamingOptions(
        model="nova-2",
        punctuate=True,
        smart_format=False,
        utterance_end_ms=1500,
        endpointing=False,
        channels=2,
        multichannel=True,
        backlog_seconds=90.5,
        keywords="one:2",
        redact="true",
        extra={"extra": "meeting:7", "tier": "nova", "alternatives": "2", "detect_language": "false"},
    )


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ({"endpointing": "soon"}, "endpointing"),
        ({"sample_rate": "16 kHz"}, "sample_rate"),
        ({"interim_results": False, "utterance_end_ms": "1000"}, "utterance_end_ms"),
        ({"api_key": "5ecret"}, "extra"),
        ({"future": {}}, "future"),
        ({7: "seven"}, "option"),
        ([], "options"),
    ],
)
def test_a_mapping_of_nonsense_is_refused(mapping: Any, field: str) -> None:
    with pytest.raises(ConfigurationError, match=field) as caught:
        StreamingOptions.from_mapping(mapping)

    assert "5ecret" not in str(caught.value)


def test_a_mapping_may_switch_on_what_has_a_number() -> None:
    options = StreamingOptions.from_mapping(
        {"endpointing": True, "utterance_end_ms": False, "extra": {"a": 1.5}}
    )

    assert options == StreamingOptions(utterance_end_ms=None, extra={"a": "1.5"})


def test_what_another_engine_ignores_is_told_by_name() -> None:
    options = StreamingOptions(
        model="nova-2",
        language="de",
        channels=2,
        smart_format=False,
        overflow="drop_oldest",
        extra={"a": "1"},
    )

    assert options.unused_by({"language"}) == ("model", "smart_format", "extra")
    assert StreamingOptions(interim_results=False).unused_by({"interim_results"}) == ()
    assert StreamingOptions(encoding=None).unused_by(()) == ()

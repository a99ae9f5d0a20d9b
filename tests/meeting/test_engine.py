"""The chosen engine: its client, what it is asked for, and who listens in its place."""

from dataclasses import replace

import pytest

from captioner.meeting.engine import (
    client_of,
    deepgram_client,
    fallback_of,
    needs_key,
    options_of,
    server_of,
    session_of,
)
from captioner.settings.choices import Settings
from captioner.streaming import ConfigurationError, DeepgramClient, LocalClient

DEEPGRAM = Settings(engine="deepgram")


def test_each_engine_has_its_client() -> None:
    assert isinstance(client_of(Settings()), LocalClient)
    assert isinstance(client_of(DEEPGRAM, "secret-key"), DeepgramClient)
    assert "secret-key" not in repr(client_of(DEEPGRAM, "secret-key"))


def test_deepgram_is_asked_for_what_was_chosen() -> None:
    chosen = replace(
        DEEPGRAM,
        deepgram_model="nova-3-medical",
        language="de",
        keyterms=("Lindqvist", "two cities"),
        mip_opt_out=False,
        diarization="engine",
    )

    asked = options_of(chosen, channels=2).query()

    assert {
        ("model", "nova-3-medical"),
        ("language", "de"),
        ("keyterm", "Lindqvist"),
        ("keyterm", "two cities"),
        ("diarize_model", "latest"),
        ("multichannel", "true"),
        ("channels", "2"),
    } <= set(asked)
    assert "mip_opt_out" not in dict(asked)


def test_it_is_asked_to_learn_nothing_and_to_tell_no_voices_apart_unless_chosen() -> None:
    asked = dict(options_of(DEEPGRAM).query())

    assert asked["mip_opt_out"] == "true"
    assert not {"diarize", "diarize_model", "multichannel", "keyterm"} & set(asked)


def test_the_embedded_engine_is_not_asked_for_what_is_deepgrams() -> None:
    chosen = replace(Settings(), keyterms=("Lindqvist",), deepgram_model="nova-2", mip_opt_out=False)

    options = options_of(chosen, channels=2, overflow="drop_oldest")

    known = LocalClient().listen.engine.capabilities.options or ()
    assert options.unused_by(known) == ()
    assert (options.speech_channels, options.overflow) == (2, "drop_oldest")


def test_a_recording_is_timed_as_it_is_played_and_only_for_a_network_engine() -> None:
    assert options_of(DEEPGRAM, speed=4.0).speed == 4.0
    assert options_of(Settings(), speed=0.0).speed == 1.0
    with pytest.raises(ConfigurationError, match="speed is 0"):
        options_of(DEEPGRAM, speed=0.0)


def test_what_was_missed_is_heard_again_unless_that_is_switched_off() -> None:
    assert options_of(DEEPGRAM).backfill
    assert not options_of(replace(DEEPGRAM, backfill=False)).backfill


def test_the_embedded_engine_takes_over_from_a_network_engine_where_it_can_and_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("captioner.meeting.engine.find_spec", lambda name: name)

    assert isinstance(fallback_of(DEEPGRAM), LocalClient)
    assert fallback_of(replace(DEEPGRAM, fallback=False)) is None
    assert fallback_of(Settings()) is None
    monkeypatch.setattr("captioner.meeting.engine.find_spec", lambda name: None)
    assert fallback_of(DEEPGRAM) is None


def test_a_language_that_only_the_network_engine_knows_is_no_reason_to_refuse() -> None:
    session_of(replace(DEEPGRAM, language="de"))

    with pytest.raises(ConfigurationError, match="language is 'de'"):
        session_of(replace(Settings(), language="de"))


def test_voices_cannot_be_told_apart_by_the_embedded_engine() -> None:
    with pytest.raises(ConfigurationError, match=r"does not tell voices apart yet.*Choose Deepgram"):
        options_of(replace(Settings(), diarization="engine"))


@pytest.mark.parametrize(
    ("url", "server", "needs"),
    [
        ("wss://api.deepgram.com", "Deepgram", True),
        ("https://api.eu.deepgram.com/v1/listen", "Deepgram", True),
        ("ws://127.0.0.1:8000", "127.0.0.1", False),
        ("wss://captions.example.org", "captions.example.org", False),
        ("wss://notdeepgram.com", "notdeepgram.com", False),
    ],
)
def test_only_deepgram_itself_needs_a_key(url: str, server: str, needs: bool) -> None:
    chosen = replace(DEEPGRAM, deepgram_url=url)

    assert server_of(chosen) == server
    assert needs_key(chosen) is needs
    assert not needs_key(replace(chosen, engine="local"))


@pytest.mark.parametrize("url", ["wss//mine", "ws://example.com", "wss://me:secret@example.com"])
def test_an_address_that_cannot_be_is_named_as_such(url: str) -> None:
    with pytest.raises(ConfigurationError, match="The server's address") as caught:
        deepgram_client(replace(DEEPGRAM, deepgram_url=url))

    assert "base_url" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_key_that_cannot_be_is_said() -> None:
    with pytest.raises(ConfigurationError, match="The key has characters"):
        client_of(DEEPGRAM, "sécret key")

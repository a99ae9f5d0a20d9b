"""The connection to the sound server, against a private PulseAudio."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from captioner.audio.server.parec import TAG, Parec
from captioner.audio.server.pulse import NoSoundServerError, SoundServer, ask
from captioner.streaming.errors import SourceError
from tests.sound_server import CALL, MICROPHONE, ROOM, SPARE, PrivateSoundServer


def test_it_tells_microphones_monitors_and_defaults(sound_server: PrivateSoundServer) -> None:
    with SoundServer(starts=False) as server:
        microphones, monitors = server.microphones(), server.monitors()
        defaults = server.default_source(), server.default_sink()

    assert [(port.name, port.description) for port in microphones] == [(MICROPHONE, "Desk microphone")]
    assert {sink: port.name for sink, port in monitors.items()} == {
        sink: f"{sink}.monitor" for sink in (CALL, SPARE, ROOM)
    }
    assert monitors[CALL].description == "Call"
    assert defaults == (MICROPHONE, CALL)
    assert not ask(lambda server: server.is_pipewire)


def test_our_stream_is_found_by_its_tag_and_so_is_what_it_records(sound_server: PrivateSoundServer) -> None:
    with SoundServer(starts=False) as server, Parec(MICROPHONE, is_pipewire=False) as parec:
        assert parec.read(10) is not None
        stream = server.stream_tagged(TAG, parec.tag)
        assert stream is not None
        source = server.source_of(stream)
        microphone = server.microphones()[0]

        assert source == microphone.index
        assert server.stream_tagged(TAG, "another") is None
        assert server.source_of(stream + 1_000) is None


def test_a_stream_that_was_moved_and_one_that_was_not_are_told_apart(
    sound_server: PrivateSoundServer,
) -> None:
    with SoundServer(starts=False) as server, Parec(MICROPHONE, is_pipewire=False) as parec:
        server.listen("source_output")
        assert parec.read(10) is not None
        stream = server.stream_tagged(TAG, parec.tag)
        assert stream is not None
        before = server.was_touched(stream)
        server.has_changed()
        for source in (f"{CALL}.monitor", MICROPHONE):
            sound_server.pactl("move-source-output", str(stream), source)

        assert server.source_of(stream) == server.microphones()[0].index
        assert (before, server.was_touched(stream), server.was_touched(stream + 1)) == (False, True, False)


def test_a_source_that_sleeps_is_known(sound_server: PrivateSoundServer) -> None:
    with SoundServer(starts=False) as server:
        call = server.monitors()[CALL].index
        awake = server.is_suspended(call)
        sound_server.pactl("suspend-sink", CALL, "1")

        assert (awake, server.is_suspended(call), server.is_suspended(4_711)) == (False, True, False)


def test_a_device_that_comes_ends_the_wait_and_is_noted_once(sound_server: PrivateSoundServer) -> None:
    with SoundServer(starts=False) as server:
        server.listen()
        server.wait(0.01)
        before = server.has_changed()
        sound_server.add_sink("headset", "Headset")
        began = time.monotonic()
        server.wait(10)

        assert time.monotonic() - began < 5
        assert (before, server.has_changed(), server.has_changed()) == (False, True, False)
        assert "headset" in server.monitors()


def test_aborted_from_another_thread_a_wait_ends_with_an_error(
    sound_server: PrivateSoundServer,
) -> None:
    with SoundServer(starts=False) as server:
        server.listen()
        threading.Timer(0.02, server.abort).start()
        began = time.monotonic()

        with pytest.raises(SourceError, match="does not answer"):
            server.wait(10)
        assert time.monotonic() - began < 5


def test_a_hung_server_is_given_up_in_time_and_closed_asks_nothing(sound_server: PrivateSoundServer) -> None:
    with SoundServer(starts=False) as server:
        os.kill(sound_server.process.pid, 19)

        with pytest.raises(SourceError, match="does not answer"), server.within(0.05):
            server.microphones()

    with pytest.raises(SourceError, match="is gone"):
        server.microphones()
    server.close()


def test_no_server_and_no_library_are_said_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")

    with pytest.raises(NoSoundServerError, match="no sound server on this computer"):
        ask(lambda server: server.microphones())
    monkeypatch.setitem(sys.modules, "pulsectl", None)
    with pytest.raises(NoSoundServerError, match="Install libpulse0"):
        SoundServer(starts=False)

"""The cheap question for a recording's place, against a private PulseAudio."""

import os
import signal
import time

import pytest

from captioner.audio.server import place
from captioner.audio.server.parec import TAG, Parec
from captioner.audio.server.pulse import SoundServer
from captioner.streaming.errors import SourceError
from tests.sound_server import CALL, MICROPHONE, PrivateSoundServer


def test_it_is_told_where_the_stream_is_and_where_it_was_moved_to(sound_server: PrivateSoundServer) -> None:
    with SoundServer(starts=False) as server, Parec(MICROPHONE, is_pipewire=False) as parec:
        assert parec.read(10) is not None
        stream = server.stream_tagged(TAG, parec.tag)
        assert stream is not None
        before = server.source_of(stream)
        sound_server.pactl("move-source-output", str(stream), f"{CALL}.monitor")

        assert before == server.microphones()[0].index
        assert server.source_of(stream) == server.monitors()[CALL].index


def test_of_a_stream_that_is_gone_there_is_none(sound_server: PrivateSoundServer) -> None:
    with SoundServer(starts=False) as server:
        assert server.source_of(4_711) is None


def test_an_answer_that_does_not_come_is_waited_for_a_while(
    sound_server: PrivateSoundServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "ANSWERED_WITHIN", 0.05)

    with SoundServer(starts=False) as server:
        os.kill(sound_server.process.pid, signal.SIGSTOP)
        began = time.monotonic()
        with pytest.raises(SourceError, match="does not answer"):
            server.source_of(1)

        assert server.is_given_up
        assert time.monotonic() - began < 5


def test_a_server_that_dies_answers_at_once_with_an_error(sound_server: PrivateSoundServer) -> None:
    with SoundServer(starts=False) as server:
        sound_server.stop()

        with pytest.raises(SourceError, match="does not answer"):
            server.source_of(1)
        assert not server.is_given_up

"""What a source really gives, and where the server really has its stream."""

import asyncio
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback import system_source
from captioner.audio.microphone import MicrophoneSource
from captioner.audio.probe import Whereabouts, probe, server_facts
from captioner.audio.server.parec import TAG
from captioner.audio.server.pulse import SoundServer, ask
from captioner.audio.source import LiveSource
from tests.sound_server import CALL, MICROPHONE, SPARE, PrivateSoundServer, tone
from tests.waiting import until_true


def microphone() -> LiveSource:
    return MicrophoneSource(clock=MeetingClock())


def system() -> LiveSource:
    return system_source(clock=MeetingClock())


def test_a_tone_is_measured_and_the_server_says_where_it_was_heard(
    any_sound_server: PrivateSoundServer,
) -> None:
    any_sound_server.play(tone(440, 60, 0.5), CALL)
    until_true(lambda: bool(ask(SoundServer.playing)))

    heard = asyncio.run(probe(system()))

    # PipeWire makes one channel of two equal ones 3 dB louder than PulseAudio does.
    assert -10 < heard.level < -5
    assert heard.peak - heard.level == pytest.approx(3, abs=1.5)
    assert heard.seconds == pytest.approx(1.5, abs=0.2)
    assert not heard.is_constant
    assert heard.device == "Call"
    assert heard.places == (Whereabouts("Call", "system", is_muted=False),)


def test_a_muted_microphone_gives_digital_silence_and_the_server_knows(
    any_sound_server: PrivateSoundServer,
) -> None:
    any_sound_server.pactl("set-source-mute", MICROPHONE, "1")

    heard = asyncio.run(probe(microphone()))

    assert heard.is_constant
    assert heard.level == -120
    assert heard.places == (Whereabouts("Desk microphone", "microphone", is_muted=True),)


def test_streams_of_another_program_are_not_taken_for_ours(any_sound_server: PrivateSoundServer) -> None:
    with another_captioner(any_sound_server):
        heard = asyncio.run(probe(microphone()))

    assert [place.kind for place in heard.places] == ["microphone"]


@contextmanager
def another_captioner(server: PrivateSoundServer) -> Generator[None]:
    """A second program that records what is played, with the mark of ours: a child of its own shell."""
    parec = f"parec --property={TAG}=another --device={SPARE}.monitor"
    shell = subprocess.Popen(
        ["sh", "-c", f"{parec} >/dev/null & echo $!; wait"], env=dict(server.env), stdout=subprocess.PIPE
    )
    assert shell.stdout is not None
    recorder = int(shell.stdout.readline())
    until_true(lambda: any(TAG in each.properties for each in ask(SoundServer.recordings)))
    try:
        yield
    finally:
        subprocess.run(["kill", str(recorder)], check=True)
        shell.wait()
        shell.stdout.close()


def test_the_server_says_what_it_is_and_what_plays_where(any_sound_server: PrivateSoundServer) -> None:
    any_sound_server.play(tone(440, 60), SPARE)
    until_true(lambda: bool(ask(SoundServer.playing)))

    facts = server_facts()

    assert facts.version.split()[0] in ("PulseAudio", "PipeWire")
    assert facts.version.split()[1][0].isdigit()
    assert facts.playing == (("paplay", SPARE),)
    assert {device.kind for device in facts.devices} == {"microphone", "system", "application"}

"""Whether somebody speaks."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from captioner.audio.file import FileSource
from captioner.audio.voice import Voices
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples
from tests.audio import speech
from tests.audio.virtual import run

SECONDS = 20


def heard(*channels: Samples, step: int = 800, start: int = 0) -> list[tuple[float | None, ...]]:
    """What is said of each second, as frames of `step` samples come."""
    together = np.stack(channels, axis=1)
    voices = Voices(len(channels))
    found: list[tuple[float | None, ...]] = []
    for position in range(0, len(together), step):
        found += voices.hear(AudioFrame(start + position, together[position : position + step]))
    return found


def share(*channels: Samples) -> float:
    """In how many of the seconds somebody speaks on the first channel."""
    found = heard(*channels)
    return sum(loudness[0] is not None for loudness in found) / len(found)


def test_a_voice_is_found_in_every_second_and_its_loudness_told() -> None:
    found = heard(speech.voice(SECONDS))

    assert len(found) == SECONDS - 1  # the last one is not complete: windows overlap
    assert all(loudness is not None and -30 < loudness < -15 for (loudness,) in found[1:])


@pytest.mark.parametrize(
    "sound",
    [
        speech.noise(SECONDS),
        speech.noise(SECONDS, 0.0001),
        speech.hum(SECONDS),
        speech.fan(SECONDS),
        speech.chord(SECONDS),
        speech.hold_tone(SECONDS),
        speech.melody(SECONDS),
        speech.clicks(SECONDS),
        speech.samples(np.sin(2 * np.pi * 220 * speech.times(SECONDS)), 0.2),
        np.zeros(SECONDS * SAMPLE_RATE, np.int16),
        np.full(SECONDS * SAMPLE_RATE, 300, np.int16),
    ],
    ids=["noise", "room", "hum", "fan", "chord", "busy", "melody", "clicks", "tone", "silence", "constant"],
)
def test_what_nobody_says_is_no_voice(sound: Samples) -> None:
    assert share(sound) == 0


def test_a_voice_is_found_in_the_noise_of_a_room_and_on_its_own_channel_only() -> None:
    room = speech.voice(SECONDS) + speech.noise(SECONDS, 0.005)

    found = heard(room, speech.chord(SECONDS))

    assert sum(loudness[0] is not None for loudness in found) > 0.9 * len(found)
    assert not any(loudness[1] for loudness in found)


def test_it_does_not_matter_how_long_the_frames_are() -> None:
    sound = speech.voice(5)

    assert heard(sound, step=317) == heard(sound, step=1600)


def test_what_lies_before_a_hole_is_not_joined_to_what_lies_behind() -> None:
    voices = Voices(1)
    half = speech.voice(0.75).reshape(-1, 1)

    assert voices.hear(AudioFrame(0, half)) == []
    assert voices.hear(AudioFrame(2 * SAMPLE_RATE, half)) == []
    assert len(voices.hear(AudioFrame(2 * SAMPLE_RATE + len(half), half))) == 1


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
@pytest.mark.parametrize("voice", ["en", "en+f3", "de"])
def test_a_synthetic_speaker_is_found(voice: str, tmp_path: Path) -> None:
    words = "We should talk about the release, and then about the people who will test it. " * 3
    path = tmp_path / "said.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-w", path, words], check=True, timeout=30)

    assert share(_decoded(path)) > 0.9


def test_a_reader_is_found() -> None:
    assets = pytest.importorskip("moonshine_voice").get_assets_path()

    assert share(_decoded(Path(str(assets)) / "two_cities.wav")) > 0.9


def _decoded(path: Path) -> Samples:
    async def whole() -> Samples:
        async with FileSource(path, speed=0) as source:
            return np.concatenate([frame.samples[:, 0] async for frame in source])

    return run(whole())

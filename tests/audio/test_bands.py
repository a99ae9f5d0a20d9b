import numpy as np
import pytest

from captioner.audio.bands import BANDS, Bands
from captioner.streaming.frames import AudioFrame
from tests.audio.voices import frames, voice

SILENCE = np.full((1, 2, BANDS), -120.0)


def heard(*given: AudioFrame, seconds: float = 60.0) -> Bands:
    bands = Bands(seconds)
    for frame in given:
        bands.hear(frame)
    return bands


def tone(hertz: float, seconds: float = 2.0) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * 16_000)) / 16_000)


def test_a_tone_is_loud_in_its_range_and_only_in_its_channel() -> None:
    bands = heard(*frames(tone(1000), 0 * tone(1000)))

    levels = bands.levels(50, 100)

    assert np.all(levels[:, 0].max(axis=1) > -20)
    assert np.all(levels[:, 0, -5:] < -60)
    assert np.all(levels[:, 1] == -120)


@pytest.mark.parametrize("size", [1, 37, 160, 1600, 48_000])
def test_the_size_of_the_frames_changes_nothing(size: int) -> None:
    sound = voice(3.0, 1)[: 3 * 16_000 if size > 1 else 9000]

    one, other = heard(*frames(sound, sound, size=size)), heard(*frames(sound, sound))

    both = min(one.reached, other.reached)
    assert both > 0
    assert np.array_equal(one.levels(0, both), other.levels(0, both))


def test_what_was_not_heard_is_silent_and_what_follows_stands_at_its_own_time() -> None:
    sound = tone(500)

    bands = heard(*frames(sound, sound), *frames(sound, sound, start=10 * 16_000 + 77))

    assert np.array_equal(bands.levels(300, 900), np.repeat(SILENCE, 600, axis=0))
    assert bands.levels(1050, 1051).max() > -20


def test_only_the_newest_is_remembered() -> None:
    sound = tone(500, 5.0)

    bands = heard(*frames(sound, sound), seconds=3.0)

    assert np.array_equal(bands.levels(0, 1), SILENCE)
    assert bands.levels(bands.reached - 1, bands.reached).max() > -20
    assert np.array_equal(bands.levels(bands.reached, bands.reached + 1), SILENCE)


def test_a_hole_of_hours_costs_no_more_than_what_is_remembered() -> None:
    sound = tone(500)

    bands = heard(*frames(sound, sound), *frames(sound, sound, start=9 * 3600 * 16_000), seconds=3.0)

    assert bands.reached > 9 * 3600 * 100
    assert np.array_equal(bands.levels(0, 1), SILENCE)

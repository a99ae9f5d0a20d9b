"""Loudness."""

import numpy as np
import pytest

from captioner.audio.level import Meter, levels_of
from captioner.streaming.frames import AudioFrame
from tests.audio.recordings import sines


def test_levels_are_dbfs_of_each_channel() -> None:
    left = sines(1, 16_000, 440, 1_000)
    left[:, 1] = 0

    levels = levels_of(left)

    assert levels == (pytest.approx(-13.3, abs=0.1), -120.0)
    assert levels_of(np.full((10, 1), -32_768, np.int16)) == (0.0,)
    assert levels_of(np.empty((0, 2), np.int16)) == (-120.0, -120.0)


def test_a_meter_rises_at_once_and_falls_20_db_in_300_ms() -> None:
    meter = Meter(2)
    loud, silent = np.tile(np.array([32_767, 0], np.int16), (320, 1)), np.zeros((320, 2), np.int16)

    meter.hear(AudioFrame(0, loud))
    risen = meter.levels
    for start in range(320, 320 + 4_800, 320):
        meter.hear(AudioFrame(start, silent))

    assert risen == (pytest.approx(0, abs=0.01), -120.0)
    assert meter.levels == (pytest.approx(-19.8, abs=0.1), -120.0)


def test_a_peak_is_the_highest_sample_and_stands_for_a_while() -> None:
    meter = Meter(2)
    both = np.zeros((1_600, 2), np.int16)
    both[800, 0], both[900, 1] = -32_768, 3_277

    meter.hear(AudioFrame(0, both))
    risen = meter.peaks
    meter.hear(AudioFrame(1_600, np.zeros((16_000, 2), np.int16)))

    assert risen == (0.0, pytest.approx(-20, abs=0.01))
    assert meter.peaks == (pytest.approx(-12), pytest.approx(-32, abs=0.01))


def test_samples_at_an_end_of_the_scale_are_counted_as_cut_off() -> None:
    meter = Meter(2)
    both = np.zeros((1_600, 2), np.int16)
    both[:30, 0], both[50:60, 0], both[:, 1] = 32_767, -32_768, 32_766

    meter.hear(AudioFrame(0, both))
    meter.hear(AudioFrame(1_600, both))

    assert meter.clipped == (80, 0)


def test_silence_is_digital_the_faintest_noise_of_a_room_is_sound() -> None:
    meter = Meter(3, start=1_600)
    frame = np.zeros((1_600, 3), np.int16)
    frame[7, 0] = 1
    frame[:, 1] = 200  # a device that is muted need not be at zero

    meter.hear(AudioFrame(1_600, frame))

    assert meter.silent_for(3_200 + 16_000) == (1.0, 1.1, 1.1)

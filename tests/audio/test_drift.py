"""The line under arrivals that jitter."""

import numpy as np
import pytest

from captioner.audio.drift import Drift
from captioner.streaming.frames import SAMPLE_RATE

BLOCK = SAMPLE_RATE // 25


def seen(drift: Drift, seconds: float, ppm: float, *, begin: float = 0.0, late: float = 0.0) -> None:
    """Blocks of 40 ms of a device that is `ppm` too fast, at random up to 25 ms late, and `late` ms more."""
    chance = np.random.default_rng(7)
    for number in range(round(seconds * 25)):
        counted = begin * SAMPLE_RATE + (number + 1) * BLOCK
        drift.see(counted, counted * -ppm * 1e-6 + (late + 25 * chance.random()) * SAMPLE_RATE / 1000)


@pytest.mark.parametrize("ppm", [-300, -100, 0, 25, 300])
def test_the_slope_is_found_under_jitter(ppm: int) -> None:
    drift = Drift()

    seen(drift, 60, ppm)

    assert drift.ppm == pytest.approx(ppm, abs=15)
    truth = -ppm * 1e-6 * 60 * SAMPLE_RATE
    assert drift.at(60 * SAMPLE_RATE) == pytest.approx(truth, abs=0.002 * SAMPLE_RATE)


def test_nothing_is_told_before_half_a_minute() -> None:
    drift = Drift()

    seen(drift, 25, 100)

    assert drift.ppm is None


def test_some_seconds_of_load_turn_nothing() -> None:
    drift = Drift()

    seen(drift, 60, 100)
    before = drift.at(60 * SAMPLE_RATE)
    seen(drift, 6, 100, begin=60, late=80)

    assert drift.ppm == pytest.approx(100, abs=15)
    assert drift.at(60 * SAMPLE_RATE) == pytest.approx(before, abs=0.001 * SAMPLE_RATE)


@pytest.mark.parametrize("step", [-60, 60])
def test_a_step_is_taken_for_a_step_and_not_for_drift(step: int) -> None:
    drift = Drift()

    seen(drift, 60, 100)
    seen(drift, 60, 100, begin=60, late=step)

    assert drift.ppm == pytest.approx(100, abs=25)
    truth = -100e-6 * 120 * SAMPLE_RATE + step * SAMPLE_RATE / 1000
    assert drift.at(120 * SAMPLE_RATE) == pytest.approx(truth, abs=0.003 * SAMPLE_RATE)


def test_behind_a_hole_the_crystal_is_the_same() -> None:
    drift = Drift()
    seen(drift, 60, 200)

    drift.restart()
    assert drift.moved == 0.0

    seen(drift, 20, 0)  # too short to know better
    assert drift.ppm == pytest.approx(200, abs=15)
    seen(drift, 120, 0, begin=20)
    assert drift.ppm == pytest.approx(0, abs=15)

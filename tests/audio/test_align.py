"""A device's sound on the meeting clock, in virtual time: drift, jitter, holes, sleep, odd input."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from captioner.audio.align import Aligner
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples
from tests.audio.drifting import Device, as_int16, skews
from tests.sound_server import loudness

RATES = [8_000, 16_000, 44_100, 48_000, 96_000]
HELD = 500
"""No filter holds more, in 16 kHz samples."""


def block(length: int, value: int = 0) -> Samples:
    return np.full((length, 1), value, np.int16)


def fed(aligner: Aligner, rate: int, begin: float, seconds: float) -> list[AudioFrame]:
    """Punctual blocks of 20 ms; the first begins at that second."""
    size = rate // 50
    return [
        frame
        for number in range(round(seconds * 50))
        for frame in aligner.align(block(size, 5_000), round((begin + (number + 1) / 50) * SAMPLE_RATE))
    ]


def joined(frames: Sequence[AudioFrame]) -> Samples:
    assert all(one.end == other.start for one, other in pairwise(frames))
    return np.concatenate([frame.samples[:, 0] for frame in frames])


@pytest.mark.parametrize("rate", RATES)
def test_the_sound_lies_where_it_was_heard_whatever_the_rate(rate: int) -> None:
    aligner = Aligner(rate, start=0)

    frames = fed(aligner, rate, 3.0, 2.0)

    assert frames[0].start == pytest.approx(3.0 * SAMPLE_RATE, abs=1)
    assert 5.0 * SAMPLE_RATE - HELD <= frames[-1].end == aligner.end <= 5.0 * SAMPLE_RATE
    sound = joined(frames)
    assert max(frame.samples.shape[0] for frame in frames) <= 1_600
    assert np.abs(sound[HELD:].astype(int) - 5_000).max() <= 2


def test_nothing_starts_before_the_position_that_was_asked_for() -> None:
    frames = fed(Aligner(48_000, start=900), 48_000, 0.0, 0.5)

    assert frames[0].start == 900
    assert 0.5 * SAMPLE_RATE - HELD <= frames[-1].end <= 0.5 * SAMPLE_RATE


def test_the_earliest_of_the_first_blocks_says_where_a_stream_begins() -> None:
    aligner = Aligner(16_000, start=0)
    assert aligner.align(block(640), 1_600) == []

    frames = aligner.align(block(640), 1_700)

    assert (frames[0].start, frames[-1].end) == (420, 1_700)


def worst_hour(ppm: float, rate: int) -> tuple[float, float]:
    """The last skew of an hour and the worst after its first minute, in ms; long blocks, to be quick."""
    stalls = [(second, 0.5) for second in range(200, 3_600, 333)]
    device = Device(rate, ppm, block=0.08, jitter=0.03, stalls=stalls)
    found = [skew for _, skew in skews(device.play(Aligner(rate, start=0), 3_600))]
    return found[-1], max(map(abs, found[60:]))


def test_after_an_hour_two_devices_that_run_off_to_both_sides_lie_side_by_side() -> None:
    slow, slowest = worst_hour(-100, 8_000)
    fast, fastest = worst_hour(100, 8_000)

    assert abs(slow - fast) < 1
    assert max(slowest, fastest) < 2


@pytest.mark.parametrize("ppm", [-300, 300])
@pytest.mark.parametrize("rate", RATES)
def test_a_crystal_that_is_far_off_is_mastered_within_a_minute(ppm: int, rate: int) -> None:
    aligner = Aligner(rate, start=0)

    found = skews(Device(rate, ppm, jitter=0.03, seed=rate).play(aligner, 90))

    assert max(abs(skew) for _, skew in found) < 15
    assert max(abs(skew) for second, skew in found if second > 60) < 3
    assert aligner.drift == pytest.approx(ppm, abs=20)


@pytest.mark.parametrize("ppm", [-300, 300])
@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_drifting_tone_never_clicks(ppm: int, rate: int) -> None:
    pitch = 1_000.0
    device = Device(rate, ppm, pitch=pitch, seed=5)

    frames = [frame for given in device.play(Aligner(rate, start=0), 45) for frame in given]

    sound = joined(frames)[2_000:].astype(float)
    # Of a pure tone each sample follows from the two before; one that is doubled or missing is off by 6 000.
    turn = 2 * np.cos(2 * np.pi * pitch / SAMPLE_RATE)
    assert np.abs(sound[2:] + sound[:-2] - turn * sound[1:-1]).max() < 40


def test_sound_of_16_khz_that_keeps_time_passes_untouched() -> None:
    aligner, numbers = Aligner(16_000, start=0), np.arange(16_000 * 90, dtype=np.int16)[:, None]

    frames = [
        frame
        for number, part in enumerate(np.split(numbers, 90 * 25))
        for frame in aligner.align(part, (number + 1) * 640 + number % 3 * 70)
    ]

    assert np.array_equal(joined(frames), numbers[:, 0])
    assert aligner.drift == pytest.approx(0, abs=2)


def test_missing_time_is_a_hole_and_what_the_filter_held_is_given_before_it() -> None:
    aligner = Aligner(48_000, start=0)
    frames = fed(aligner, 48_000, 0.0, 1.0)

    assert aligner.is_late(960, round(4.02 * SAMPLE_RATE))
    frames += fed(aligner, 48_000, 4.0, 1.0)

    ends = [one.end for one, other in pairwise(frames) if one.end != other.start]
    starts = [other.start for one, other in pairwise(frames) if one.end != other.start]
    assert ends == [pytest.approx(16_000, abs=1)]
    assert starts == [pytest.approx(64_000, abs=1)]


def test_sound_that_waited_and_is_read_as_one_block_leaves_no_hole() -> None:
    aligner = Aligner(48_000, start=0)
    frames = fed(aligner, 48_000, 0.0, 1.0)

    frames += aligner.align(block(48_000 * 2), 48_000)

    assert joined(frames).shape[0] == pytest.approx(48_000 - 200, abs=2)


def test_too_much_sound_is_dropped_instead_of_going_back_in_time() -> None:
    aligner = Aligner(16_000, start=0)
    fed(aligner, 16_000, 0.0, 1.0)

    frames = aligner.align(block(4_000), 16_500)

    assert [(frame.start, frame.end) for frame in frames] == [(16_000, 16_500)]


def test_sleep_of_hours_is_a_hole_and_the_drift_is_remembered() -> None:
    aligner = Aligner(48_000, start=0)
    device = Device(48_000, 100, seed=1)
    before = [frame for given in device.play(aligner, 60) for frame in given]

    after = [frame for given in device.play(aligner, 20, begin=5 * 3_600) for frame in given]

    assert after[0].end <= round(60.1 * SAMPLE_RATE) < after[1].start  # the filter's rest, then the hole
    assert after[1].start == pytest.approx(5 * 3_600 * SAMPLE_RATE, abs=200)
    assert before[-1].end == after[0].start
    assert aligner.drift == pytest.approx(100, abs=15)


def test_a_new_stream_is_anchored_by_its_own_arrival_and_may_have_another_rate() -> None:
    aligner = Aligner(48_000, start=0)
    first = fed(aligner, 48_000, 0.0, 1.0)

    aligner.restart(8_000)

    assert not aligner.is_late(160, round(1.12 * SAMPLE_RATE))
    second = fed(aligner, 8_000, 1.1, 1.0)
    assert joined([*first, second[0]]).shape[0] == pytest.approx(16_000, abs=1)
    assert second[1].start == pytest.approx(1.1 * SAMPLE_RATE, abs=1)
    assert aligner.drift is None


def test_the_kind_of_number_makes_no_difference() -> None:
    kinds = [
        as_int16,
        lambda samples: np.rint(samples * (2**31 - 1)).astype(np.int32),
        lambda samples: samples.astype(np.float32),
        lambda samples: samples,
    ]

    def heard(convert: Any) -> Samples:
        device = Device(44_100, pitch=440.0, convert=convert)
        return joined([frame for given in device.play(Aligner(44_100, start=0), 2) for frame in given])

    first, *others = [heard(kind) for kind in kinds]

    assert loudness(first, 440) == pytest.approx(0.5, rel=0.01)
    assert all(np.abs(first.astype(int) - other).max() <= 2 for other in others)


@pytest.mark.parametrize("rate", [16_000, 48_000])
@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e38, -5.0])
def test_what_is_no_number_or_far_too_loud_is_gone_with_its_block(rate: int, odd: float) -> None:
    def spoilt(samples: NDArray[np.float64]) -> NDArray[np.float32]:
        sound = samples.astype(np.float32)
        sound[::7] = odd if samples[0] == 0 else sound[::7]
        return sound

    frames = [
        frame
        for given in Device(rate, pitch=1_000.0, convert=spoilt).play(Aligner(rate, start=0), 2)
        for frame in given
    ]

    assert joined(frames)[4_000:].astype(float).std() == pytest.approx(0.5 * 32_768 / 2**0.5, rel=0.01)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(RATES),
    st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 40_000), st.booleans()), max_size=60),
)
def test_frames_never_overlap_whatever_arrives_when(rate: int, blocks: list[tuple[int, int, bool]]) -> None:
    aligner, arrived, end = Aligner(rate, start=100), 0, 100

    for length, pause, is_new in blocks:
        arrived += pause
        if is_new:
            aligner.restart()
        for frame in aligner.align(block(length), arrived):
            assert frame.start >= end
            assert 0 < frame.samples.shape[0] <= 1_600
            end = frame.end
        assert aligner.end >= end

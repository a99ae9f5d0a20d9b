"""Where a device's samples lie on the meeting clock."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from captioner.audio.stamp import Stamper
from captioner.streaming.frames import AudioFrame, Samples


def block(length: int) -> Samples:
    return np.zeros((length, 1), np.int16)


def test_the_first_block_ends_at_its_arrival_and_the_rest_is_counted() -> None:
    stamper = Stamper(start=0)

    first = stamper.stamp(block(320), 1_000)
    second = stamper.stamp(block(320), 1_500)

    assert [(frame.start, frame.end) for frame in [*first, *second]] == [(680, 1_000), (1_000, 1_320)]


def test_nothing_starts_before_the_position_that_was_asked_for() -> None:
    frames = Stamper(start=900).stamp(block(320), 1_000)

    assert [(frame.start, frame.end) for frame in frames] == [(900, 1_000)]


def test_missing_time_is_a_hole() -> None:
    stamper = Stamper(start=0)
    stamper.stamp(block(320), 320)

    assert stamper.is_late(320, 48_000)
    assert stamper.stamp(block(320), 48_000)[0].start == 47_680


def test_sound_that_waited_and_is_read_as_one_block_leaves_no_hole() -> None:
    stamper = Stamper(start=0)
    stamper.stamp(block(320), 320)

    frames = stamper.stamp(block(47_680), 48_000)

    assert frames[0].start == 320
    assert max(frame.samples.shape[0] for frame in frames) == 1_600
    assert frames[-1].end == 48_000


def test_too_much_sound_is_dropped_instead_of_going_back_in_time() -> None:
    stamper = Stamper(start=0)
    stamper.stamp(block(16_000), 16_000)

    assert stamper.stamp(block(4_000), 16_500)[0].start == 16_000
    assert stamper.end == 16_500


def test_a_new_stream_is_anchored_by_its_own_arrival() -> None:
    stamper = Stamper(start=0)
    stamper.stamp(block(320), 320)

    stamper.restart()

    assert not stamper.is_late(320, 2_000)
    assert stamper.stamp(block(320), 2_000)[0].start == 1_680


def drifted(parts_per_million: int, minutes: int) -> tuple[list[AudioFrame], int]:
    """What a device with a wrong crystal delivers in so many minutes, and the clock at its end."""
    stamper, arrived, frames = Stamper(start=0), 0.0, list[AudioFrame]()
    for _ in range(minutes * 60 * 25):
        arrived += 640 * (1 + parts_per_million / 1e6)
        frames += stamper.stamp(block(640), round(arrived))
    return frames, round(arrived)


def test_a_device_whose_clock_runs_off_is_held_without_holes() -> None:
    for wrong in (-300, 300):
        frames, now = drifted(wrong, minutes=20)

        assert all(one.end == other.start for one, other in pairwise(frames))
        assert abs(frames[-1].end - now) < 0.02 * 16_000


@given(st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 40_000)), max_size=60))
def test_frames_never_overlap_whatever_arrives_when(blocks: list[tuple[int, int]]) -> None:
    stamper, arrived, end = Stamper(start=100), 0, 100

    for length, pause in blocks:
        arrived += pause
        for frame in stamper.stamp(block(length), arrived):
            assert frame.start >= end
            assert 0 < frame.samples.shape[0] <= 1_600
            end = frame.end

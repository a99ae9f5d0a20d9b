"""Bytes and frames become frames on the clock."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import SAMPLE_RATE, AudioFrame, ConfigurationError, StreamingOptions
from captioner.streaming.pcm import FrameReader


@given(
    samples=st.lists(st.integers(-32768, 32767), max_size=60).map(
        lambda values: values[: len(values) // 2 * 2]
    ),
    cuts=st.lists(st.integers(0, 120), max_size=6),
)
def test_bytes_cut_anywhere_give_every_sample_once(samples: list[int], cuts: list[int]) -> None:
    reader = FrameReader(StreamingOptions(channels=2))
    pcm = np.array(samples, "<i2").tobytes()
    edges = [0, *sorted(min(cut, len(pcm)) for cut in cuts), len(pcm)]
    position = 0
    read: list[np.ndarray] = []
    for begin, end in pairwise(edges):
        for frame in reader.read(pcm[begin:end], position):
            assert frame.start == position
            position = frame.end
            read.append(frame.samples)

    joined = np.concatenate(read).ravel().tolist() if read else []
    assert joined == samples


def test_another_sample_rate_is_resampled_to_the_clock() -> None:
    reader = FrameReader(StreamingOptions(sample_rate=48_000))

    frames = [*reader.read(bytes(2 * 48_000), 0), *reader.flush(0)]

    assert abs(sum(len(frame.samples) for frame in frames) - SAMPLE_RATE) <= 2


def test_a_frame_that_overlaps_what_was_sent_is_cut() -> None:
    reader = FrameReader(StreamingOptions())

    (frame,) = reader.read(AudioFrame(0, np.zeros((100, 1), np.int16)), 60)

    assert (frame.start, frame.end) == (60, 100)


def test_a_frame_of_another_width_is_refused() -> None:
    reader = FrameReader(StreamingOptions(channels=2))

    with pytest.raises(ConfigurationError, match=r"\(5, 1\)"):
        list(reader.read(AudioFrame(0, np.zeros((5, 1), np.int16)), 0))

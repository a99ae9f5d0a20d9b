"""Any rate to 16 kHz, in blocks of any length."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captioner.audio.resample import Resampler, to_float, to_int16
from tests.audio.recordings import sines
from tests.sound_server import loudness


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000]),
    st.integers(1, 2),
    st.lists(st.integers(0, 5_000), max_size=20),
)
def test_no_sample_is_lost_however_the_blocks_are_cut(rate: int, channels: int, lengths: list[int]) -> None:
    resampler = Resampler(rate, channels)

    parts = [resampler.resample(np.ones((length, channels), np.int16)) for length in lengths]
    parts.append(resampler.finish())

    assert {part.shape[1] for part in parts} == {channels}
    assert abs(sum(part.shape[0] for part in parts) - sum(lengths) * 16_000 / rate) <= 1


def test_cuts_leave_no_trace() -> None:
    sound = sines(1, 44_100, 440)
    whole, cut = Resampler(44_100, 1), Resampler(44_100, 1)

    at_once = np.concatenate([whole.resample(sound), whole.finish()])
    in_blocks = np.concatenate([*(cut.resample(part) for part in np.array_split(sound, 57)), cut.finish()])

    assert np.abs(at_once.astype(int) - in_blocks).max() <= 1
    assert loudness(at_once[:, 0], 440) == pytest.approx(10_000 / 32_768, rel=0.02)


def test_what_is_no_number_is_silence_and_what_is_too_loud_is_clipped() -> None:
    odd = np.array([[np.nan], [np.inf], [-np.inf], [0.5], [2.0], [-2.0]], np.float32)

    assert to_int16(odd)[:, 0].tolist() == [0, 0, 0, 16_384, 32_767, -32_768]
    assert np.isfinite(Resampler(48_000, 1).resample(odd)).all()


def test_integers_and_floats_mean_the_same() -> None:
    assert to_float(np.array([[-32_768], [16_384]], np.int16))[:, 0].tolist() == [-1.0, 0.5]
    assert to_float(np.array([[-(2**31)]], np.int32))[0, 0] == -1.0

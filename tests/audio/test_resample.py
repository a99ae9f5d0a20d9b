"""Any rate to 16 kHz, in blocks of any length."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from captioner.audio.resample import Resampler, to_float, to_int16
from tests.audio.recordings import sines
from tests.sound_server import loudness

RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(RATES),
    st.lists(st.integers(0, 5_000), max_size=20),
)
def test_no_sample_is_lost_however_the_blocks_are_cut(rate: int, lengths: list[int]) -> None:
    resampler = Resampler(rate)

    parts = [resampler.resample(np.ones((length, 1), np.int16)) for length in lengths]
    parts.append(resampler.finish())

    assert {part.shape[1] for part in parts} == {1}
    assert abs(sum(part.shape[0] for part in parts) - sum(lengths) * 16_000 / rate) <= 2


@pytest.mark.parametrize("rate", RATES)
def test_what_the_filter_holds_is_told(rate: int) -> None:
    resampler = Resampler(rate)

    given = sum(resampler.resample(np.ones((rate // 50, 1), np.int16)).shape[0] for _ in range(50))

    assert given == pytest.approx(rate // 50 * 50 * 16_000 / rate - resampler.held, abs=2)
    assert resampler.finish().shape[0] == pytest.approx(resampler.held, abs=2)


@pytest.mark.parametrize("stretch", [-0.5, -0.004, 0.004, 0.5])
@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_bent_it_gives_more_or_fewer_samples_within_a_hundredth(rate: int, stretch: float) -> None:
    resampler = Resampler(rate)

    given = resampler.resample(np.ones((rate, 1), np.int16)).shape[0]
    resampler.bend(stretch)
    given += sum(resampler.resample(np.ones((rate // 50, 1), np.int16)).shape[0] for _ in range(500))
    given += resampler.finish().shape[0]

    bent = min(max(stretch, -0.01), 0.01)
    assert given == pytest.approx(16_000 * 11 + 16_000 * 10 * bent, abs=16)


@pytest.mark.parametrize("begun", [0, 100, 5_000])
def test_an_identical_rate_is_untouched_until_it_is_bent_and_nobody_hears_when(begun: int) -> None:
    sound = sines(1, 16_000, 440)
    resampler = Resampler(16_000)

    parts = [resampler.resample(sound[:begun])]
    assert np.array_equal(parts[0], sound[:begun])
    assert resampler.is_untouched
    resampler.bend(0.0)
    parts += [*(resampler.resample(part) for part in np.array_split(sound[begun:], 40)), resampler.finish()]

    heard = np.concatenate(parts)[:, 0].astype(float)
    assert heard.shape[0] == sound.shape[0]
    turn = 2 * np.cos(2 * np.pi * 440 / 16_000)  # of a tone each sample follows from the two before
    assert np.abs(heard[2:] + heard[:-2] - turn * heard[1:-1])[300:-300].max() < 60


def response(rate: int, pitch: float) -> float:
    """How loud a tone comes out, in dB."""
    resampler = Resampler(rate)
    sound = (0.5 * np.sin(2 * np.pi * pitch * np.arange(rate) / rate)).astype(np.float32)[:, None]
    heard = np.concatenate([resampler.resample(part) for part in np.array_split(sound, 50)])
    # 16 bits hold no more than this: below it lies their rounding.
    return 20 * np.log10(max(heard[2_000:].astype(float).std() * 2**0.5 / 16_384, 1e-5))


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_speech_passes_whole_and_what_16_khz_cannot_hold_is_gone(rate: int) -> None:
    for pitch in (100, 1_000, 4_000, 7_000, 7_700):
        assert response(rate, pitch) == pytest.approx(0, abs=0.1)
    for pitch in (8_300, 9_000, 12_000, 15_900, 20_000):
        assert response(rate, pitch) < -80


def test_cuts_leave_no_trace() -> None:
    sound = sines(1, 44_100, 440)
    whole, cut = Resampler(44_100), Resampler(44_100)

    at_once = np.concatenate([whole.resample(sound), whole.finish()])
    in_blocks = np.concatenate([*(cut.resample(part) for part in np.array_split(sound, 57)), cut.finish()])

    assert np.abs(at_once.astype(int) - in_blocks).max() <= 1
    assert loudness(at_once[:, 0], 440) == pytest.approx(10_000 / 32_768, rel=0.02)


def test_what_is_no_number_is_silence_and_what_is_too_loud_is_clipped() -> None:
    odd = np.array([[np.nan], [np.inf], [-np.inf], [0.5], [2.0], [-2.0]], np.float32)

    assert to_int16(odd)[:, 0].tolist() == [0, 0, 0, 16_384, 32_767, -32_768]
    assert np.isfinite(Resampler(48_000).resample(odd)).all()


def test_integers_and_floats_mean_the_same() -> None:
    assert to_float(np.array([[-32_768], [16_384]], np.int16))[:, 0].tolist() == [-1.0, 0.5]
    assert to_float(np.array([[-(2**31)]], np.int32))[0, 0] == -1.0

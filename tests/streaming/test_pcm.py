"""Bytes and frames become frames on the clock."""

import math
from itertools import pairwise
from typing import Any

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
    reader = FrameReader(StreamingOptions(channels=2, multichannel=True), 2)
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
    reader = FrameReader(StreamingOptions(sample_rate=48_000), 1)

    frames = [*reader.read(bytes(2 * 48_000), 0), *reader.flush(0)]

    assert abs(sum(len(frame.samples) for frame in frames) - SAMPLE_RATE) <= 2


def test_a_frame_that_overlaps_what_was_sent_is_cut() -> None:
    reader = FrameReader(StreamingOptions(), 1)

    (frame,) = reader.read(AudioFrame(0, np.zeros((100, 1), np.int16)), 60)

    assert (frame.start, frame.end) == (60, 100)


def test_a_frame_of_another_width_is_refused() -> None:
    reader = FrameReader(StreamingOptions(channels=2, multichannel=True), 2)

    with pytest.raises(ConfigurationError, match=r"\(5, 1\)"):
        list(reader.read(AudioFrame(0, np.zeros((5, 1), np.int16)), 0))


def _read(
    data: bytes, encoding: Any, channels: int = 1, heard: int = 1, rate: int = SAMPLE_RATE
) -> list[Any]:
    options = StreamingOptions(encoding=encoding, channels=channels, multichannel=heard > 1, sample_rate=rate)
    reader = FrameReader(options, heard)
    frames = [*reader.read(data, 0), *reader.flush(0)]
    return np.concatenate([frame.samples for frame in frames]).tolist() if frames else []


@pytest.mark.parametrize(
    ("byte", "sample"),
    [
        # ITU-T G.711, table 2b: decision values of the mu-law at 16 bits, and both zeros.
        (0x80, 32124),
        (0x00, -32124),
        (0x8F, 16764),
        (0x0F, -16764),
        (0x9F, 8316),
        (0xEF, 132),
        (0xFE, 8),
        (0x7E, -8),
        (0xFF, 0),
        (0x7F, 0),
    ],
)
def test_mu_law_is_that_of_the_standard(byte: int, sample: int) -> None:
    assert _read(bytes([byte]), "mulaw") == [[sample]]


@pytest.mark.parametrize(
    ("byte", "sample"),
    [
        # ITU-T G.711, table 1b: the values of the A-law at 16 bits; it has no zero.
        (0xAA, 32256),
        (0x2A, -32256),
        (0xA5, 16896),
        (0xD5, 8),
        (0x55, -8),
        (0xD4, 24),
        (0x54, -24),
        (0xC5, 264),
        (0x45, -264),
    ],
)
def test_a_law_is_that_of_the_standard(byte: int, sample: int) -> None:
    assert _read(bytes([byte]), "alaw") == [[sample]]


@pytest.mark.parametrize("encoding", ["mulaw", "alaw"])
def test_both_laws_are_symmetric_and_each_byte_has_its_own_sample(encoding: str) -> None:
    samples = [sample for (sample,) in _read(bytes(range(256)), encoding)]

    assert samples[:128] == [-sample for sample in samples[128:]]
    assert len(set(samples)) == (255 if encoding == "mulaw" else 256)


@pytest.mark.parametrize("encoding", ["linear16", "linear32", "mulaw", "alaw"])
def test_the_silence_of_every_encoding_is_silent(encoding: Any) -> None:
    silence = StreamingOptions(encoding=encoding, sample_rate=SAMPLE_RATE).silence(0.01)
    assert silence

    assert {abs(sample) for (sample,) in _read(silence, encoding)} <= {0, 8}


def test_floats_are_brought_into_range_and_nonsense_is_silence() -> None:
    floats = [0.0, 1.0, -1.0, 0.5, 7.0, -7.0, math.nan, math.inf, -math.inf, 1e-30]

    samples = _read(np.array(floats, "<f4").tobytes(), "linear32")

    assert [sample for (sample,) in samples] == [
        0, 32767, -32767, 16383, 32767, -32767, 0, 32767, -32767, 0,
    ]  # fmt: skip


def test_channels_that_are_not_heard_apart_are_mixed_without_overflow() -> None:
    pairs = [[100, 300], [32767, 32767], [-32768, -32768], [-32768, 32767], [5, -5]]

    assert _read(np.array(pairs, "<i2").tobytes(), "linear16", channels=2) == [
        [200],
        [32767],
        [-32768],
        [0],
        [0],
    ]
    assert _read(np.array(pairs, "<i2").tobytes(), "linear16", channels=2, heard=2) == pairs


def test_a_frame_of_two_channels_is_mixed_too_and_one_of_its_own_width_is_not_copied() -> None:
    stereo = AudioFrame(7, np.array([[100, 300], [0, 2]], np.int16))

    (mixed,) = FrameReader(StreamingOptions(channels=2), 1).read(stereo, 0)
    (kept,) = FrameReader(StreamingOptions(channels=2), 2).read(stereo, 0)

    assert (mixed.start, mixed.samples.tolist()) == (7, [[200], [1]])
    assert kept is stereo


def test_stereo_at_another_rate_is_mixed_and_resampled() -> None:
    second = np.tile(np.array([1000, 3000], "<i2"), 48_000).tobytes()

    mixed = _read(second, "linear16", channels=2, rate=48_000)

    assert abs(len(mixed) - SAMPLE_RATE) <= 2
    assert {round(sample, -2) for (sample,) in mixed[100:-100]} == {2000}


@given(
    cuts=st.lists(st.integers(0, 64), max_size=6),
    encoding=st.sampled_from(["linear16", "linear32", "mulaw", "alaw"]),
)
def test_sound_of_any_encoding_may_be_cut_anywhere(cuts: list[int], encoding: Any) -> None:
    data = bytes(range(64))
    options = StreamingOptions(encoding=encoding, channels=2, sample_rate=SAMPLE_RATE)
    reader = FrameReader(options, 1)
    edges = [0, *sorted(cuts), len(data)]

    pieces = [frame.samples for begin, end in pairwise(edges) for frame in reader.read(data[begin:end], 0)]

    assert np.concatenate(pieces).tolist() == _read(data, encoding, channels=2)


@pytest.mark.parametrize("encoding", ["opus", "flac", None])
def test_what_needs_a_codec_is_refused_with_what_is_taken(encoding: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"linear16.*mulaw"):
        FrameReader(StreamingOptions(encoding=encoding), 1)


def test_a_long_send_is_cut_into_frames_that_join_without_a_seam() -> None:
    frames = list(FrameReader(StreamingOptions(), 1).read(bytes(32_000), 500))

    assert [(frame.start, frame.end) for frame in frames] == [
        (500 + 1600 * number, 2100 + 1600 * number) for number in range(10)
    ]


def test_a_long_frame_is_cut_so_that_no_message_is_too_large() -> None:
    samples = np.arange(4_000, dtype=np.int16)[:, None]

    frames = list(FrameReader(StreamingOptions(), 1).read(AudioFrame(7, samples), 0))

    assert [(frame.start, len(frame.samples)) for frame in frames] == [(7, 1600), (1607, 1600), (3207, 800)]
    assert (np.concatenate([frame.samples for frame in frames]) == samples).all()

"""Sound that is passed on as the caller encoded it."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import SAMPLE_RATE, AudioFrame, ConfigurationError, StreamingOptions
from captioner.streaming.encoded import EncodedReader
from captioner.streaming.frames import EncodedAudio

ENCODINGS: list[dict[str, Any]] = [
    {"encoding": "linear16", "sample_rate": 44_100, "channels": 2},
    {"encoding": "linear16", "sample_rate": 8_000},
    {"encoding": "linear32", "sample_rate": 48_000, "channels": 3},
    {"encoding": "mulaw", "sample_rate": 8_000},
    {"encoding": "opus", "sample_rate": 48_000},
    {"encoding": "flac"},
    {"encoding": None},
]


def _read(options: StreamingOptions, *sends: bytes) -> list[EncodedAudio]:
    """What comes of these sends, one behind the other."""
    reader = EncodedReader(options)
    pieces: list[EncodedAudio] = []
    for data in sends:
        pieces += reader.read(data, pieces[-1].end if pieces else 0)
    return [*pieces, *reader.flush(pieces[-1].end if pieces else 0)]


@given(
    declared=st.sampled_from(ENCODINGS),
    data=st.binary(max_size=400),
    cuts=st.lists(st.integers(0, 400), max_size=6),
)
def test_bytes_cut_anywhere_come_out_once_in_order_and_in_whole_samples(
    declared: dict[str, Any], data: bytes, cuts: list[int]
) -> None:
    options = StreamingOptions(**declared)
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]

    pieces = _read(options, *(data[begin:end] for begin, end in pairwise(edges)))

    block = options.block or 1
    assert b"".join(piece.data for piece in pieces) == data[: len(data) // block * block]
    assert all(piece.data and len(piece.data) % block == 0 for piece in pieces)
    assert all(before.end == behind.start for before, behind in pairwise(pieces))


@pytest.mark.parametrize(
    ("declared", "second"),
    [
        ({"encoding": "linear16", "sample_rate": 44_100, "channels": 2}, 44_100 * 4),
        ({"encoding": "linear16", "sample_rate": 8_000}, 16_000),
        ({"encoding": "linear32", "sample_rate": 16_000}, 64_000),
        ({"encoding": "mulaw", "sample_rate": 8_000}, 8_000),
        ({"encoding": "alaw", "sample_rate": 16_000, "channels": 2}, 32_000),
    ],
)
def test_a_constant_rate_tells_where_sound_lies_without_drift(declared: dict[str, Any], second: int) -> None:
    sends = [bytes(size) for size in (second // 3, 1, 7, second)]
    rest = 5 * second - sum(map(len, sends))

    pieces = _read(StreamingOptions(**declared), *sends, bytes(rest))

    assert pieces[0].start == 0
    assert pieces[-1].end == 5 * SAMPLE_RATE
    assert max(piece.end - piece.start for piece in pieces) <= SAMPLE_RATE // 10 + 1


def test_packets_of_a_codec_stay_whole_and_are_never_cut_again() -> None:
    packet = bytes(range(256)) * 100

    pieces = _read(StreamingOptions(encoding="opus"), packet, b"", b"x")

    assert [piece.data for piece in pieces] == [packet, b"x"]
    assert pieces[0].after(pieces[0].start + 10) is pieces[0]


def test_a_container_is_a_stream_of_bytes_in_pieces_of_modest_size() -> None:
    data = bytes(range(256)) * 100

    pieces = _read(StreamingOptions(encoding=None), data)

    assert b"".join(piece.data for piece in pieces) == data
    assert max(len(piece.data) for piece in pieces) == 8192
    assert pieces[-1].end > 0


def test_sound_that_is_given_again_begins_with_a_whole_sample() -> None:
    options = StreamingOptions(encoding="linear16", sample_rate=8_000, channels=2)
    samples = np.arange(1600, dtype="<i2")

    (piece,) = _read(options, samples.tobytes())
    rest = piece.after(800)

    assert (piece.start, piece.end) == (0, 1600)
    assert (rest.start, rest.end) == (800, 1600)
    assert np.frombuffer(rest.data, "<i2").tolist() == list(range(800, 1600))
    assert piece.after(0) is piece


def test_a_memoryview_is_taken_as_bytes() -> None:
    options = StreamingOptions(encoding="mulaw", sample_rate=8_000)
    buffer = bytearray(b"abcd")

    (piece,) = EncodedReader(options).read(memoryview(buffer)[1:3], 0)
    buffer[:] = b"    "

    assert piece.data == b"bc"


@pytest.mark.parametrize("declared", ENCODINGS, ids=str)
def test_a_frame_is_refused_because_it_is_something_else(declared: dict[str, Any]) -> None:
    reader = EncodedReader(StreamingOptions(**declared))

    with pytest.raises(ConfigurationError, match="frame") as caught:
        list(reader.read(AudioFrame(0, np.zeros((10, 1), np.int16)), 0))

    assert "None" not in str(caught.value)
    assert caught.value.hint

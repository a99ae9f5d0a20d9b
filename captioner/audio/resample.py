"""Sound of any rate and sample type to 16 kHz, 16 bit, without a click between blocks."""

from typing import Any, Protocol, cast

import numpy as np
import soxr  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

from captioner.streaming.frames import SAMPLE_RATE, Samples

MOST = 0.01
"""How far the ratio can be bent: 1 %, a sixth of a semitone."""

REMEMBERED = 800
"""Samples that an identical rate keeps for when it is bent: more than the filter looks back."""

FADE = (0.5 - 0.5 * np.cos(np.linspace(0, np.pi, 320, dtype=np.float32)))[:, None]
"""From untouched to filtered in 20 ms: the filter delays by a fraction of a sample, which would click."""


class _Stream(Protocol):
    """The part of soxr.ResampleStream that we use; soxr types its arrays as unknown."""

    def resample_chunk(self, x: NDArray[np.float32], last: bool = False) -> NDArray[np.float32]: ...
    def set_io_ratio(self, in_rate: float, out_rate: float, slew_len: int = 0) -> None: ...


def to_float(samples: NDArray[Any]) -> NDArray[np.float32]:
    """Integers to ±1, floats as they are, with NaN and Inf as silence."""
    if np.issubdtype(samples.dtype, np.integer):
        return samples.astype(np.float32) / np.float32(np.iinfo(samples.dtype).max + 1)
    clean = samples.astype(np.float32)
    clean[~np.isfinite(clean)] = 0
    return clean


def to_int16(samples: NDArray[np.float32]) -> Samples:
    """Floats in ±1 to 16 bit; what is louder is clipped, NaN and Inf are silence."""
    return _rounded(to_float(samples) * np.float32(32768))


def _rounded(samples: NDArray[np.float32]) -> Samples:
    """Floats in ±32768, written over."""
    np.rint(samples, out=samples)
    np.maximum(samples, -32768, out=samples)
    np.minimum(samples, 32767, out=samples)
    return samples.astype(np.int16)


class Resampler:
    """Blocks of one channel and one rate in, 16 kHz out, by a ratio that can be bent while it runs.

    A block has the shape (n, 1), int16, int32 or float. It remembers the end of each block, so cuts leave no
    trace; so does bending, which changes the pitch a little and the phase never. soxr's variable-rate mode,
    from 44.1, 48 and 96 kHz: flat to 7.8 kHz (its fixed mode to 7.5), what lies above 8.2 kHz is 107 dB down
    or more, noise -112 dB; half the delay of the fixed mode, 0.2 % of a core, seven times as much.

    An identical rate passes untouched until it is bent: the filter would only cost time and delay.
    Not thread-safe.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._stream: _Stream | None = None
        self._past: Samples = np.zeros((0, 1), np.int16)
        self._ahead = 0  # samples that were given untouched and will come out of the filter again
        self._fading = np.zeros((0, 1), np.float32)  # the next ones, untouched, to fade from
        self._faded = FADE.shape[0]
        self.held = 0.0
        """How far what comes out lies behind what went in, in 16 kHz samples: the filter looks ahead."""
        if rate != SAMPLE_RATE:
            self._filter()

    @property
    def is_untouched(self) -> bool:
        """Whether samples pass as they are."""
        return self._stream is None

    def bend(self, stretch: float) -> None:
        """From here on give 1 + `stretch` times as many samples, within ±1 %; reached within some blocks."""
        if self._stream is None:
            again = self._filter().resample_chunk(_limited(self._past))
            self._ahead, self._faded = self._past.shape[0] - again.shape[0], 0
        out = SAMPLE_RATE * (1 + min(max(stretch, -MOST), MOST))
        assert self._stream is not None
        self._stream.set_io_ratio(self._rate, out, round(self._rate * 0.005))

    def resample(self, block: NDArray[Any]) -> Samples:
        """The next 16 kHz samples, shape (m, 1), m ≥ 0."""
        if self._stream is None:
            samples = block if block.dtype == np.int16 else _rounded(_limited(block))
            self._past = np.concatenate([self._past, samples])[-REMEMBERED:]
            return samples
        clean = _limited(block)
        if self._faded < FADE.shape[0]:
            self._fading = np.concatenate([self._fading, clean])[: FADE.shape[0]]
        return self._given(self._stream.resample_chunk(clean))

    def finish(self) -> Samples:
        """The samples still inside; nothing may be resampled afterwards."""
        empty = np.zeros((0, 1), np.float32)
        return self._given(empty if self._stream is None else self._stream.resample_chunk(empty, last=True))

    def _given(self, samples: NDArray[np.float32]) -> Samples:
        skip = min(self._ahead, samples.shape[0])
        self._ahead -= skip
        return _rounded(self._joined(samples[skip:]))

    def _joined(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Faded in, where samples went by untouched just before."""
        part = slice(self._faded, self._faded + samples.shape[0])
        old, share = self._fading[part], FADE[part]
        if old.shape[0]:
            length = min(old.shape[0], share.shape[0])
            samples[:length] += (1 - share[:length]) * (old[:length] - samples[:length])
            self._faded += length
        return samples

    def _filter(self) -> _Stream:
        """Begin to filter. What it holds is a matter of the rate alone, so it is asked once."""
        probe, self._stream = (
            cast("_Stream", soxr.ResampleStream(self._rate * (1 + 2 * MOST), SAMPLE_RATE, 1, vr=True))
            for _ in range(2)
        )
        tenth = np.zeros((round(self._rate / 10), 1), np.float32)
        for stream in (probe, self._stream):
            stream.set_io_ratio(self._rate, SAMPLE_RATE)
        self.held = tenth.shape[0] * SAMPLE_RATE / self._rate - probe.resample_chunk(tenth).shape[0]
        return self._stream


def _limited(block: NDArray[Any]) -> NDArray[np.float32]:
    """As floats in ±32768: what is far beyond would sound on in the filter, and so would NaN."""
    if block.dtype == np.int16:
        return np.ascontiguousarray(block, np.float32)
    return np.ascontiguousarray(np.clip(to_float(block), -1, 1) * np.float32(32768))

"""Sound of any rate and sample type to 16 kHz, 16 bit, without a click between blocks."""

from typing import Any, Protocol, cast

import numpy as np
import soxr  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

from captioner.streaming.frames import SAMPLE_RATE, Samples


class _Stream(Protocol):
    """The part of soxr.ResampleStream that we use; soxr types its arrays as unknown."""

    def resample_chunk(self, x: NDArray[np.float32], last: bool = False) -> NDArray[np.float32]: ...


def to_float(samples: NDArray[Any]) -> NDArray[np.float32]:
    """Integers to ±1, floats as they are, with NaN and Inf as silence."""
    if np.issubdtype(samples.dtype, np.integer):
        return samples.astype(np.float32) / np.float32(np.iinfo(samples.dtype).max + 1)
    clean = samples.astype(np.float32)
    clean[~np.isfinite(clean)] = 0
    return clean


def to_int16(samples: NDArray[np.float32]) -> Samples:
    """Floats in ±1 to 16 bit; what is louder is clipped, NaN and Inf are silence."""
    return np.clip(np.rint(to_float(samples) * 32768), -32768, 32767).astype(np.int16)


class Resampler:
    """Blocks of one rate in, 16 kHz out; it remembers the end of each block, so cuts leave no trace.

    A block has the shape (n, channels), int16, int32 or float. The first blocks give less than their share
    (the filter looks a few milliseconds ahead); `finish()` gives that rest. In all, n samples in give
    n · 16000 / rate out, to within one sample. Not thread-safe.
    """

    def __init__(self, rate: float, channels: int) -> None:
        self._channels = channels
        # An identical rate passes untouched: the filter would only cost time and delay.
        self._stream = (
            None
            if rate == SAMPLE_RATE
            else cast("_Stream", soxr.ResampleStream(rate, SAMPLE_RATE, channels, dtype="float32"))
        )

    def resample(self, block: NDArray[Any]) -> Samples:
        """The next 16 kHz samples, shape (m, channels), m ≥ 0."""
        if self._stream is None:
            return block if block.dtype == np.int16 else to_int16(block)
        return to_int16(self._stream.resample_chunk(np.ascontiguousarray(to_float(block))))

    def finish(self) -> Samples:
        """The samples still inside; nothing may be resampled afterwards."""
        empty = np.empty((0, self._channels), np.float32)
        return to_int16(empty if self._stream is None else self._stream.resample_chunk(empty, last=True))

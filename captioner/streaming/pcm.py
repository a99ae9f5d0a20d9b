"""What a caller sends becomes frames on the session's clock."""

from collections.abc import Iterator

import numpy as np
import soxr  # pyright: ignore[reportMissingTypeStubs]

from captioner.streaming.errors import ConfigurationError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame
from captioner.streaming.options import StreamingOptions

_FRAME = SAMPLE_RATE // 10  # long sends are cut so that a frame is at most a tenth of a second


class FrameReader:
    """Turns PCM bytes (any sample rate, possibly cut in the middle of a sample) and frames into frames."""

    def __init__(self, options: StreamingOptions) -> None:
        self._channels = options.channels
        self._rest = b""
        self._resampler = (
            soxr.ResampleStream(options.sample_rate, SAMPLE_RATE, options.channels, dtype="int16")
            if options.sample_rate != SAMPLE_RATE
            else None
        )

    def read(self, audio: bytes | memoryview | AudioFrame, position: int) -> Iterator[AudioFrame]:
        """The frames of `audio`; bytes begin at `position`, and no frame begins before it."""
        if isinstance(audio, AudioFrame):
            if audio.samples.ndim != 2 or audio.channels != self._channels:
                raise ConfigurationError(
                    f"A frame has the shape {audio.samples.shape}",
                    f"This session takes (n, {self._channels})",
                )
            frame = audio.after(position)
            if frame.samples.shape[0]:
                yield frame
            return
        yield from self._cut(self._decode(bytes(audio), last=False), position)

    def flush(self, position: int) -> Iterator[AudioFrame]:
        """What the resampler still holds at the end of sound."""
        if self._resampler:
            yield from self._cut(self._decode(b"", last=True), position)

    def _decode(self, pcm: bytes, *, last: bool) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
        whole = self._rest + pcm
        size = len(whole) - len(whole) % (2 * self._channels)
        self._rest = whole[size:]
        samples = np.frombuffer(whole[:size], "<i2").astype(np.int16).reshape(-1, self._channels)
        if self._resampler:
            samples = self._resampler.resample_chunk(samples, last=last).reshape(-1, self._channels)
        return samples

    def _cut(
        self, samples: np.ndarray[tuple[int, int], np.dtype[np.int16]], position: int
    ) -> Iterator[AudioFrame]:
        for start in range(0, len(samples), _FRAME):
            yield AudioFrame(position + start, samples[start : start + _FRAME])

"""What a caller sends becomes frames on the session's clock: 16-bit PCM at 16 kHz."""

from collections.abc import Iterator

import numpy as np
import soxr  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

from captioner.streaming.errors import ConfigurationError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples
from captioner.streaming.options import StreamingOptions

PCM = frozenset({"linear16", "linear32", "mulaw", "alaw"})
"""Encodings that need no codec."""

_FRAME = SAMPLE_RATE // 10  # long sends are cut so that a frame is at most a tenth of a second


class FrameReader:
    """Turns PCM bytes (any sample rate, possibly cut in the middle of a sample) and frames into frames.

    `channels`: how many the frames have; where the options have more, they are mixed to one.
    """

    def __init__(self, options: StreamingOptions, channels: int) -> None:
        if options.encoding not in PCM:
            raise ConfigurationError(
                f"encoding is {options.encoding!r}", f"This engine takes {', '.join(sorted(PCM))}"
            )
        rate = options.sample_rate or SAMPLE_RATE
        self._encoding = options.encoding
        self._given = options.channels
        self._channels = channels
        self._block = options.block or 2 * options.channels
        self._rest = b""
        self._resampler = (
            soxr.ResampleStream(rate, SAMPLE_RATE, channels, dtype="int16") if rate != SAMPLE_RATE else None
        )

    def read(self, audio: bytes | memoryview | AudioFrame, position: int) -> Iterator[AudioFrame]:
        """The frames of `audio`; bytes begin at `position`, and no frame begins before it."""
        if isinstance(audio, AudioFrame):
            if audio.samples.dtype != np.int16:
                raise ConfigurationError(f"A frame holds {audio.samples.dtype}", "Frames are of int16")
            if audio.samples.ndim != 2 or audio.channels != self._given:
                raise ConfigurationError(
                    f"A frame has the shape {audio.samples.shape}",
                    f"This session takes (n, {self._given})",
                )
            frame = audio.after(position)
            if frame.samples.shape[0]:
                mixed = self._mix(frame.samples)
                whole = mixed is frame.samples and len(mixed) <= _FRAME
                yield from (frame,) if whole else self._cut(mixed, frame.start)
            return
        yield from self._cut(self._decode(bytes(audio), last=False), position)

    def flush(self, position: int) -> Iterator[AudioFrame]:
        """What the resampler still holds at the end of sound."""
        if self._resampler:
            yield from self._cut(self._decode(b"", last=True), position)

    def _decode(self, data: bytes, *, last: bool) -> Samples:
        whole = self._rest + data
        size = len(whole) - len(whole) % self._block
        self._rest = whole[size:]
        samples = self._mix(_samples(whole[:size], self._encoding).reshape(-1, self._given))
        if self._resampler:
            samples = self._resampler.resample_chunk(samples, last=last).reshape(-1, self._channels)
        return samples

    def _mix(self, samples: Samples) -> Samples:
        if self._given == self._channels:
            return samples
        return np.rint(samples.mean(axis=1, keepdims=True)).astype(np.int16)

    def _cut(self, samples: Samples, position: int) -> Iterator[AudioFrame]:
        for start in range(0, len(samples), _FRAME):
            yield AudioFrame(position + start, samples[start : start + _FRAME])


def _samples(data: bytes, encoding: str | None) -> Samples:
    match encoding:
        case "linear32":
            floats = np.nan_to_num(np.frombuffer(data, "<f4"), nan=0.0, posinf=1.0, neginf=-1.0)
            return (np.clip(floats, -1.0, 1.0) * 32767).astype(np.int16)
        case "mulaw":
            return _MULAW[np.frombuffer(data, np.uint8)]
        case "alaw":
            return _ALAW[np.frombuffer(data, np.uint8)]
        case _:
            return np.frombuffer(data, "<i2").astype(np.int16)


def _mulaw() -> NDArray[np.int16]:
    """ITU-T G.711, mu-law: the sample of each byte."""
    code = ~np.arange(256) & 0xFF
    size = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)
    return np.where(code & 0x80, 0x84 - size, size - 0x84).astype(np.int16)


def _alaw() -> NDArray[np.int16]:
    """ITU-T G.711, A-law: the sample of each byte."""
    code = np.arange(256) ^ 0x55
    exponent, size = (code & 0x70) >> 4, (code & 0x0F) << 4
    size = np.where(exponent == 0, size + 8, (size + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, size, -size).astype(np.int16)


_MULAW, _ALAW = _mulaw(), _alaw()

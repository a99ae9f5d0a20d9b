"""Sound as it flows through the program, on the meeting clock: 16 kHz PCM, or as the caller encoded it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Samples a second on the meeting clock, and of every frame."""

Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class AudioFrame:
    """A stretch of sound.

    `start` is the position of the first sample on the meeting clock, in 16 kHz samples. `samples` has the
    shape (n, channels), little-endian 16-bit PCM, n ≥ 1; it must not be written to afterwards.
    """

    start: int
    samples: Samples

    @property
    def channels(self) -> int:
        """How many channels lie side by side."""
        return self.samples.shape[1]

    @property
    def end(self) -> int:
        """The position just after the last sample, in 16 kHz samples."""
        return self.start + self.samples.shape[0]

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.samples.shape[0] / SAMPLE_RATE

    def after(self, position: int) -> "AudioFrame":
        """The part from `position` (16 kHz samples) on; the frame itself when it starts later."""
        skip = position - self.start
        return AudioFrame(position, self.samples[skip:]) if skip > 0 else self

    def before(self, position: int) -> "AudioFrame":
        """The part up to `position` (16 kHz samples); the frame itself when it ends earlier."""
        return AudioFrame(self.start, self.samples[: position - self.start]) if position < self.end else self

    def muted(self, until: Sequence[int]) -> "AudioFrame":
        """A copy in which each channel is silent up to its own position."""
        samples = self.samples.copy()
        for index, position in enumerate(until):
            samples[: max(0, position - self.start), index] = 0
        return AudioFrame(self.start, samples)


@dataclass(frozen=True, slots=True, eq=False)
class EncodedAudio:
    """A stretch of sound as the caller encoded it, for an engine that takes it so.

    `start` and `end` lie on the meeting clock, in 16 kHz samples; where the encoding has no constant rate
    they are an estimate. `block`: bytes that belong together (a sample of every channel); 0 = never cut.
    """

    start: int
    end: int
    data: bytes
    block: int

    def after(self, position: int) -> "EncodedAudio":
        """The part from `position` (16 kHz samples) on; the whole where it cannot be cut."""
        if position <= self.start or not self.block:
            return self
        share = (position - self.start) / (self.end - self.start)
        skip = round(share * len(self.data) / self.block) * self.block
        return EncodedAudio(position, self.end, self.data[skip:], self.block)

    def before(self, position: int) -> "EncodedAudio":
        """The part up to `position` (16 kHz samples); the whole where it cannot be cut."""
        if position >= self.end or not self.block:
            return self
        share = (position - self.start) / (self.end - self.start)
        return EncodedAudio(
            self.start,
            position,
            self.data[: round(share * len(self.data) / self.block) * self.block],
            self.block,
        )

    def muted(self, until: Sequence[int], silence: int) -> "EncodedAudio":
        """A copy in which each channel is silent (bytes of `silence`) up to its own position."""
        if not self.block or self.end == self.start:
            return self
        data = np.frombuffer(self.data, np.uint8).reshape(-1, len(until), self.block // len(until)).copy()
        share = len(data) / (self.end - self.start)
        for index, position in enumerate(until):
            data[: max(0, round((position - self.start) * share)), index] = silence
        return EncodedAudio(self.start, self.end, data.tobytes(), self.block)


Sound = AudioFrame | EncodedAudio
"""What a session keeps and gives to an engine."""

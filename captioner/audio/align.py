"""From a device's own rate and clock to frames on the meeting clock."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from captioner.audio.drift import Drift
from captioner.audio.resample import Resampler
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples

TOLERANCE = round(0.15 * SAMPLE_RATE)
"""A count that strays further from the clock than this is wrong, not late: 0.15 s."""

WEIGHED = 0.06
"""Seconds of sound of which the earliest arrival says where a stream begins."""

SLEW = 4 * SAMPLE_RATE
"""An error is made good over so much sound, at 1 % at most: 4 s."""

EXCUSED = round(0.015 * SAMPLE_RATE)
RUNAWAY = round(0.005 * SAMPLE_RATE)
"""What samples of 16 kHz may lie beside the clock, and have drifted, before they are touched: 15 ms, 5 ms."""

LONGEST = round(0.1 * SAMPLE_RATE)
"""No frame is longer: 100 ms."""

Block = NDArray[Any]


class Aligner:
    """Converts a device's blocks to 16 kHz frames, and keeps them true to the meeting clock for hours.

    Theory of operation. The first blocks are anchored at their earliest arrival less their length; from
    there samples are counted, because arrival times jitter and counts do not. A crystal that is off by
    100 parts in a million strays by 0.36 s an hour, so the count is compared with the clock (`Drift`), and
    the one resampler that also converts the rate is bent by that slope, and by what the output still lies
    beside the line: no sample is repeated or dropped, no block is cut, only the pitch changes, by less than
    can be heard. What is off by more than 0.15 s is no drift but a hole or a heap, and is anchored anew:
    time that is missing stays a hole, sound that lies before the end of the last frame is dropped. So frames
    never overlap and never go back in time.

    `rate` in samples a second; no frame starts before `start` (16 kHz samples). Not thread-safe.
    """

    def __init__(self, rate: float, *, start: int) -> None:
        self._end = start
        self._drift = Drift()
        self._begin_stream(rate)

    @property
    def end(self) -> int:
        """The position just after the last frame, in 16 kHz samples."""
        return self._end

    @property
    def drift(self) -> float | None:
        """Parts per million by which the device's clock is too fast; None until half a minute was heard."""
        return self._drift.ppm

    def restart(self, rate: float | None = None) -> None:
        """Another stream begins, maybe of another device: its first blocks are anchored by their arrival."""
        self._rest += self._finished()
        self._drift = Drift()
        self._begin_stream(rate or self._rate, self._rest)

    def is_late(self, samples: int, arrived: int) -> bool:
        """Whether a block of so many samples at the device's rate leaves a hole: sound is missing, or waits.

        Who reads should then read on until nothing more comes, and align all of it as one block.
        """
        return self._astray(samples, arrived) > TOLERANCE

    def align(self, block: Block, arrived: int) -> list[AudioFrame]:
        """Frames of at most 100 ms for a block of shape (n, 1) whose last sample was heard at `arrived`.

        int16, int32 or float (±1, NaN and Inf are silence). Empty while the filter fills, at a stream's first
        60 ms, and when the block lies wholly before the end of the last frame.
        """
        frames, self._rest = self._rest, []
        if abs(self._astray(block.shape[0], arrived)) > TOLERANCE:
            frames += self._finished()
            self._drift.restart()
            self._begin_stream(self._rate)
        if self._is_anchored:
            self._see(self._counted + block.shape[0] * self._scale, arrived)
            return frames + self._converted(block)
        self._waiting.append((block, arrived))
        if self._waiting_samples >= WEIGHED * self._rate:
            frames += self._anchored()
        return frames

    def _begin_stream(self, rate: float, rest: list[AudioFrame] | None = None) -> None:
        self._rate = rate
        self._scale = SAMPLE_RATE / rate
        self._resampler = Resampler(rate)
        self._is_anchored = False
        self._waiting: list[tuple[Block, int]] = []
        self._rest: list[AudioFrame] = rest or []  # what a stream that ended still held
        self._origin = 0.0  # where the first sample lies; then so many were counted in, and made out of them
        self._counted = 0.0
        self._made = 0

    @property
    def _waiting_samples(self) -> int:
        return sum(block.shape[0] for block, _ in self._waiting)

    def _astray(self, samples: int, arrived: int) -> float:
        """How much later than expected the block's first sample was heard; 0 for a stream's first block."""
        begun = arrived - samples * self._scale
        if self._is_anchored:
            return begun - (self._origin + self._counted + self._stretched)
        if self._waiting:
            return begun - self._earliest_begin() - self._waiting_samples * self._scale
        return 0.0

    def _earliest_begin(self) -> float:
        """Where the blocks that wait begin, by the earliest of them."""
        counted, earliest = 0.0, float("inf")
        for block, arrived in self._waiting:
            counted += block.shape[0] * self._scale
            earliest = min(earliest, arrived - counted)
        return earliest

    def _anchored(self) -> list[AudioFrame]:
        """The blocks that wait, from where the first of them lies or the last frame ended."""
        begun, waiting = self._earliest_begin(), self._waiting
        self._waiting = []
        sound = np.concatenate([block for block, _ in waiting])
        skip = max(0, round((self._end - begun) / self._scale))
        if skip >= sound.shape[0]:
            return []
        self._is_anchored = True
        self._origin = begun + skip * self._scale
        self._end = max(self._end, round(self._origin))
        counted = -skip * self._scale
        for block, arrived in waiting:
            counted += block.shape[0] * self._scale
            self._see(counted, arrived)
        return self._converted(sound[skip:])

    @property
    def _stretched(self) -> float:
        """By how many samples what was made is longer than the device's own count of it."""
        return self._made - max(0.0, self._counted - self._resampler.held)

    def _see(self, counted: float, arrived: int) -> None:
        self._drift.see(counted, arrived - self._origin - counted)

    def _converted(self, sound: Block) -> list[AudioFrame]:
        self._steer(self._drift.at(self._counted) - self._stretched)
        self._counted += sound.shape[0] * self._scale
        return list(self._framed(self._resampler.resample(sound)))

    def _steer(self, error: float) -> None:
        """Bend the resampler so that what it gives, `error` too early, comes to lie where it was heard."""
        if self._resampler.is_untouched and abs(error) < EXCUSED and abs(self._drift.moved) < RUNAWAY:
            return
        self._resampler.bend(self._drift.slope + error / SLEW)

    def _finished(self) -> list[AudioFrame]:
        """What is still inside; a new stream must begin afterwards."""
        frames = self._anchored() if self._waiting else []
        return frames + list(self._framed(self._resampler.finish()))

    def _framed(self, samples: Samples) -> Iterator[AudioFrame]:
        self._made += samples.shape[0]
        for offset in range(0, samples.shape[0], LONGEST):
            frame = AudioFrame(self._end, samples[offset : offset + LONGEST])
            self._end = frame.end
            yield frame

"""Loudness: dBFS of a block, and a meter that a person can follow with the eye."""

import math

import numpy as np

from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples

SILENCE = -120.0
"""dBFS of digital silence, and the floor of every level."""

FALL = 66.0
"""Decibels a second by which a level falls: 20 dB in 300 ms, slow enough to be seen."""

PEAK_FALL = 12.0
"""Decibels a second by which a peak falls: it stands above the level for a while."""

_TOP, _BOTTOM = 32767, -32768


def levels_of(samples: Samples) -> tuple[float, ...]:
    """RMS of each channel of a (n, channels) block in dBFS; a full-scale square wave is 0."""
    if samples.shape[0] == 0:
        return (SILENCE,) * samples.shape[1]
    columns = samples.T.astype(np.float64, order="C")  # side by side each sum takes ten times as long
    power = np.einsum("ij,ij->i", columns, columns) / (samples.shape[0] * 32768.0**2)
    return tuple(max(SILENCE, 10 * math.log10(value)) if value > 0 else SILENCE for value in power.tolist())


class Meter:
    """Levels and peaks that rise at once and fall slowly, what was cut off, and since when it is silent.

    `start` is the position on the meeting clock (16 kHz samples) from which silence counts. Silence is
    digital: samples that are all exactly equal, as from a device that is muted. No room is as quiet.
    """

    def __init__(self, channels: int, *, start: int = 0) -> None:
        self._levels = [SILENCE] * channels
        self._peaks = [SILENCE] * channels
        self._clipped = [0] * channels
        self._heard_at = [start] * channels

    @property
    def levels(self) -> tuple[float, ...]:
        """The level of each channel in dBFS, -120 for digital silence."""
        return tuple(self._levels)

    @property
    def peaks(self) -> tuple[float, ...]:
        """The highest sample of each channel in dBFS; a full-scale one is 0."""
        return tuple(self._peaks)

    @property
    def clipped(self) -> tuple[int, ...]:
        """How many samples of each channel were at an end of the scale so far: what is louder is cut off."""
        return tuple(self._clipped)

    def hear(self, frame: AudioFrame) -> None:
        """Take the next frame in."""
        columns = np.ascontiguousarray(frame.samples.T)
        lowest, highest = columns.min(axis=1).tolist(), columns.max(axis=1).tolist()
        for channel, level in enumerate(levels_of(frame.samples)):
            low, high = lowest[channel], highest[channel]
            self._levels[channel] = max(level, self._levels[channel] - FALL * frame.duration, SILENCE)
            fallen = self._peaks[channel] - PEAK_FALL * frame.duration
            self._peaks[channel] = max(_dbfs(max(high, -low)), fallen, SILENCE)
            if low != high:
                self._heard_at[channel] = frame.end
            if high == _TOP or low == _BOTTOM:
                at_end = (columns[channel] == _TOP) | (columns[channel] == _BOTTOM)
                self._clipped[channel] += int(np.count_nonzero(at_end))

    def silent_for(self, position: int) -> tuple[float, ...]:
        """Seconds since each channel last had sound, seen from `position` on the meeting clock."""
        return tuple(max(0.0, (position - heard) / SAMPLE_RATE) for heard in self._heard_at)


def _dbfs(sample: int) -> float:
    return 20 * math.log10(sample / 32768) if sample else SILENCE

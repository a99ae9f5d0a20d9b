"""How loud it is: dBFS of a block, and a meter that a person can follow with the eye."""

import math

import numpy as np

from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples

SILENCE = -120.0
"""dBFS of digital silence, and the floor of every level."""

AUDIBLE = -65.0
"""A block louder than this (dBFS) is sound; below lie muted devices and the noise of good converters."""

FALL = 66.0
"""Decibels a second by which a meter falls: 20 dB in 300 ms, slow enough to be seen."""


def levels_of(samples: Samples) -> tuple[float, ...]:
    """RMS of each channel of a (n, channels) block in dBFS; a full-scale square wave is 0."""
    if samples.shape[0] == 0:
        return (SILENCE,) * samples.shape[1]
    power = np.mean(np.square(samples.astype(np.float64) / 32768.0), axis=0)
    return tuple(max(SILENCE, 10 * math.log10(value)) if value > 0 else SILENCE for value in power.tolist())


class Meter:
    """Levels that rise at once and fall slowly, and since when each channel has been silent.

    `start` is the position on the meeting clock from which silence counts.
    """

    def __init__(self, channels: int, *, start: int = 0) -> None:
        self._levels = [SILENCE] * channels
        self._heard_at = [start] * channels

    @property
    def levels(self) -> tuple[float, ...]:
        """The level of each channel in dBFS, -120 for digital silence."""
        return tuple(self._levels)

    def hear(self, frame: AudioFrame) -> None:
        """Take the next frame in."""
        fallen = FALL * frame.duration
        for channel, level in enumerate(levels_of(frame.samples)):
            self._levels[channel] = max(level, self._levels[channel] - fallen, SILENCE)
            if level > AUDIBLE:
                self._heard_at[channel] = frame.end

    def silent_for(self, position: int) -> tuple[float, ...]:
        """Seconds since each channel last had sound, seen from `position` on the meeting clock."""
        return tuple(max(0.0, (position - heard) / SAMPLE_RATE) for heard in self._heard_at)

"""How loud each pitch range of two channels was, ten milliseconds at a time, for the last half hour."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

STEP: Final = 160
"""Samples from one moment to the next: 10 ms."""
BANDS: Final = 20
"""Pitch ranges of a moment, as wide as the ear's, from 100 Hz to 7 kHz."""
KEPT_SECONDS = 1800.0
"""How far back is remembered: words of a meeting that was replayed come minutes late."""

_WINDOW = 400
_FFT = 512
_BATCH = 50
"""Moments analysed together: a call of numpy costs as much as ten of them."""
_FLOOR_DB = -120.0
_PER_DB = 2.0
"""Loudness is kept in half decibels, one byte each: half an hour of both channels is 7 MB."""

Levels = NDArray[np.float32]


class Bands:
    """Loudness of the two channels of one meeting. Times in moments of 10 ms on the meeting clock."""

    def __init__(self, seconds: float = KEPT_SECONDS) -> None:
        self._length = round(seconds * SAMPLE_RATE / STEP)
        self._kept = np.zeros((self._length, 2, BANDS), np.uint8)
        self._reached = 0  # the moment after the last one analysed
        self._waiting: list[NDArray[np.int16]] = []
        self._from = 0  # the position of the first sample that waits
        self._count = 0
        self._weights = _weights()
        self._window = np.hanning(_WINDOW).astype(np.float32)

    @property
    def reached(self) -> int:
        """The moment up to which loudness is known."""
        return self._reached

    def hear(self, frame: AudioFrame) -> None:
        """Take the next frame in; it has two channels. Where nothing was heard it was silent."""
        if frame.start != self._from + self._count:
            self._skip_to(frame.start)
        self._waiting.append(frame.samples)
        self._count += len(frame.samples)
        if self._count >= _BATCH * STEP + _WINDOW:
            self._analyse()

    def levels(self, first: int, last: int) -> Levels:
        """(last - first, 2, BANDS) in dB of full scale, -120 where nothing is known."""
        moments = np.arange(first, last)
        is_known = (moments >= max(0, self._reached - self._length)) & (moments < self._reached)
        kept = self._kept[moments % self._length].astype(np.float32) / _PER_DB + _FLOOR_DB
        kept[~is_known] = _FLOOR_DB
        return kept

    def _skip_to(self, position: int) -> None:
        self._analyse()
        moment = -(-position // STEP)
        silent = np.arange(max(self._reached, moment - self._length), moment)
        self._kept[silent % self._length] = 0
        self._reached = max(self._reached, moment)
        self._waiting.clear()
        self._from, self._count = position, 0

    def _analyse(self) -> None:
        # Windows begin on the grid of the meeting clock, wherever the frames do.
        skip = self._reached * STEP - self._from
        count = (self._count - skip - _WINDOW) // STEP + 1
        if count <= 0 or skip < 0:
            return
        sound = np.concatenate(self._waiting)
        part = sound[skip : skip + (count - 1) * STEP + _WINDOW].astype(np.float32) / 32768
        windows = np.lib.stride_tricks.sliding_window_view(part, _WINDOW, axis=0)[::STEP] * self._window
        spectra = np.fft.rfft(windows, _FFT, axis=-1)
        power = (spectra.real**2 + spectra.imag**2) @ self._weights
        levels = (10 * np.log10(power + 1e-12) - _FLOOR_DB) * _PER_DB
        moments = np.arange(self._reached, self._reached + count) % self._length
        self._kept[moments] = np.clip(np.rint(levels), 0, 255)
        self._reached += count
        rest = sound[skip + count * STEP :]
        self._waiting, self._count = [rest], len(rest)
        self._from = self._reached * STEP


def _weights() -> NDArray[np.float32]:
    """(frequencies, BANDS): the share of each frequency in each band, scaled to power of full scale."""
    mel = np.linspace(_mel(100.0), _mel(7000.0), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    pitch = np.fft.rfftfreq(_FFT, 1 / SAMPLE_RATE)[:, None]
    rise = (pitch - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - pitch) / (edges[2:] - edges[1:-1])
    scale = 4 / np.hanning(_WINDOW).sum() ** 2
    return (np.clip(np.minimum(rise, fall), 0, None) * scale).astype(np.float32)


def _mel(pitch: float) -> float:
    return float(2595 * np.log10(1 + pitch / 700))

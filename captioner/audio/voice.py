"""Whether somebody speaks: enough to notice that words should come, far too little to recognise any.

Voice swings at 70 to 400 Hz, never holds its pitch, and comes in syllables. Noise has no pitch, hum and
tones hold theirs, a melody holds it from note to note, keys that are pressed have none.

Measured: in 24 minutes of made-up noise, hum, tones, chords, melodies, clicks and knocks, never. Of the
seconds of 51 sentences read aloud 99 %, of espeak-ng's (six voices) all; of nine meetings in large rooms,
pauses included, 20 to 100 %. Two channels cost 0.1 % of a core.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from captioner.audio.level import SILENCE
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples

STEP = SAMPLE_RATE
"""Samples after which it is said again whether there was a voice: a second."""

_FEWER = 4
_RATE = SAMPLE_RATE // _FEWER
"""Samples a second that are looked at: the pitch is far below, and a mean of four is filter enough."""

_WINDOW, _HOP = _RATE // 20, _RATE // 40
_OVERLAP = (_WINDOW - _HOP) * _FEWER
_LAGS = range(_RATE // 400, _RATE // 70 + 1)
"""Of one swing, in samples at `_RATE`."""

_HISTORY = 2 * _RATE // _HOP
"""Windows over which it is judged: two seconds."""

PERIODIC = 0.5
"""How alike two swings must be, 1 = the same."""

FAINT = -65.0
"""dBFS under which nothing is a voice."""

RANGE = 30.0
"""Decibels under the loudest window in which one still counts."""

LEAST_SHARE = 0.12
"""Of the windows that have pitch. In speech about half of them, across a large room few."""

LEAST_SWING = 10.0
"""Decibels between loud and soft windows: syllables. A fan that beats comes to 9."""

LEAST_GLIDE = 0.005
"""How far the pitch moves from window to window: speech 1 to 3 %, played notes 0.1 %."""

_LEAP = 0.15
"""A pitch that moves further was taken for its octave, or is another voice's."""

_LEAST_PAIRS = 4

_Floats = NDArray[np.float64]


class Voices:
    """Hears frames on any channels, and says of each second in which of them somebody spoke."""

    def __init__(self, channels: int) -> None:
        self._waiting = np.empty((0, channels), np.int16)
        self._end: int | None = None
        self._looks = [_Looks() for _ in range(channels)]

    def hear(self, frame: AudioFrame) -> list[tuple[float | None, ...]]:
        """Take the next frame in. For each second that is complete: of each channel how loud the voice was
        (dBFS), None = nobody spoke. A hole on the clock begins a new second."""
        if self._end is not None and frame.start > self._end:
            self._waiting = self._waiting[:0]
            self._looks = [_Looks() for _ in self._looks]
        self._end = frame.end
        self._waiting = np.concatenate([self._waiting, frame.samples])
        heard: list[tuple[float | None, ...]] = []
        while self._waiting.shape[0] >= STEP + _OVERLAP:
            second = self._waiting[: STEP + _OVERLAP]
            heard.append(
                tuple(look.loudness_of(second[:, channel]) for channel, look in enumerate(self._looks))
            )
            self._waiting = self._waiting[STEP:]
        return heard


class _Looks:
    """The last two seconds of one channel, window by window."""

    def __init__(self) -> None:
        self._levels: _Floats = np.empty(0)
        self._likeness: _Floats = np.empty(0)
        self._pitches: _Floats = np.empty(0)

    def loudness_of(self, second: Samples) -> float | None:
        """How loud the voice in one more second is, None without one; the second before is judged with it."""
        lowest, highest = int(second.min()), int(second.max())
        if highest - lowest < 8:  # fainter than every voice, and most of the time of most meetings
            windows = STEP // _FEWER // _HOP
            looked = (np.full(windows, SILENCE), np.zeros(windows), np.ones(windows))
        else:
            looked = _look(second)
        self._levels = np.concatenate([self._levels, looked[0]])[-_HISTORY:]
        self._likeness = np.concatenate([self._likeness, looked[1]])[-_HISTORY:]
        self._pitches = np.concatenate([self._pitches, looked[2]])[-_HISTORY:]
        return self._judged()

    def _judged(self) -> float | None:
        levels, loudest = self._levels, float(self._levels.max())
        if loudest < FAINT:
            return None
        has_pitch = (self._likeness > PERIODIC) & (levels > max(FAINT, loudest - RANGE))
        if np.count_nonzero(has_pitch) < LEAST_SHARE * _HISTORY:
            return None
        soft, loud = np.percentile(np.maximum(levels, loudest - RANGE), (10, 90))
        if loud - soft < LEAST_SWING:
            return None
        glides = np.abs(np.diff(np.log(self._pitches)))[has_pitch[1:] & has_pitch[:-1]]
        glides = glides[glides < _LEAP]
        if len(glides) < _LEAST_PAIRS or float(np.median(glides)) < LEAST_GLIDE:
            return None
        return float(10 * np.log10(np.mean(np.power(10.0, levels[has_pitch] / 10))))


def _look(second: Samples) -> tuple[_Floats, _Floats, _Floats]:
    """Of each window of 50 ms, 25 ms apart: its level in dBFS, how periodic it is (0 to 1), and its pitch."""
    fewer = second.astype(np.float64).reshape(-1, _FEWER).mean(axis=1)
    windows = sliding_window_view(fewer, _WINDOW)[::_HOP]
    windows = windows - windows.mean(axis=1, keepdims=True)
    count, last = windows.shape[0], _LAGS[-1]
    spectra = np.fft.rfft(windows, 512, axis=1)  # padded: what is shifted out does not come in again
    products = np.fft.irfft(spectra.real**2 + spectra.imag**2, 512, axis=1)[:, : last + 2]
    energy = np.zeros((count, _WINDOW + 1))
    np.cumsum(windows * windows, axis=1, out=energy[:, 1:])
    whole, lags = energy[:, -1:], np.arange(last + 2)
    alike = products / np.sqrt(np.maximum(energy[:, _WINDOW - lags] * (whole - energy[:, lags]), 1e-3))
    levels = 10 * np.log10(np.maximum(whole[:, 0] / _WINDOW / 32768.0**2, 1e-12))
    likeness, swing = _first_peak(alike)
    return levels, likeness, _RATE / swing


def _first_peak(alike: _Floats) -> tuple[_Floats, _Floats]:
    """The height and the lag of the shortest swing that is almost as alike as the most alike one."""
    first, last = _LAGS[0], _LAGS[-1]
    before, here, after = (alike[:, first + shift : last + 1 + shift] for shift in (-1, 0, 1))
    enough = 0.85 * here.max(axis=1, keepdims=True)
    is_peak = (here >= before) & (here >= after) & (here >= enough)
    rows, at = np.indices(alike.shape[:1])[0], is_peak.argmax(axis=1)
    low, top, high = before[rows, at], here[rows, at], after[rows, at]
    bend = low - 2 * top + high
    # Between the samples: a parabola through the three.
    shift = np.clip(0.5 * (low - high) / np.where(np.abs(bend) < 1e-9, 1.0, bend), -0.5, 0.5)
    return np.where(is_peak.any(axis=1), top, 0.0), at + first + shift

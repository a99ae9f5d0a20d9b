"""What of the microphone's sound is the loudspeaker's, heard through the room.

The system's sound arrives in the microphone 0 to 500 ms later, some decibels quieter in each pitch range, and
blurred by the room. Both numbers are the same for minutes: they are found where the system's sound is loud.
Then the loudness that the loudspeaker can explain is known at each moment in each range, and what is clearly
louder is somebody's own. Speech is so uneven in time and pitch that a voice shows between the loud parts of
another one, also while both speak. Loudness only: phases do not survive a loudspeaker and a room.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from captioner.audio.bands import BANDS, STEP, Bands, Levels
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

MOMENTS = SAMPLE_RATE // STEP
"""Moments a second."""
LONGEST_LAG = 52
"""Moments that the loudspeaker's sound may take to the microphone."""
SEARCHES = ((6.0, 0.55), (20.0, 0.38))
"""How much sound (seconds) is searched for the way from the loudspeaker to the microphone, and which share of
the loud sound must have come by it. Measured in twenties of seconds: two people who talk at once without any
echo reach 0.28 (0.39 in 4 s), echoes at a gain of 0.05 to 0.7 in noise and reverberation 0.42 to 1.0."""
TRUSTED_SECONDS = 600.0
"""How long a way is believed in while nothing is played that would show it."""

_SILENCE_DB = -120.0
_AUDIBLE_DB = -80.0  # of a range
_LOUD_DB = 25.0  # below the loudest of a range: what is louder shows in the microphone
_EVIDENCE = 120  # moments with loud system sound that a way needs
_LEAST_NOISE_DB = -95.0
_NOISE_PERCENTILE = 10
_ABOVE_NOISE_DB = 6.0
_LEAST_SEEN = 20  # moments of a range
_EXACT_DB = 4.0  # around the usual gain of a range
_WITNESS = 14  # of `BANDS` in order of their share: in some the echo is below the noise
_LARGEST_GAIN = 3.0  # louder than it was played is no echo: it is the other way round
_KERNEL = np.convolve(np.ones(5), np.ones(5))
_OWN_DB = 8.0  # above all that the loudspeaker explains
_OWN_RANGES = 4  # of `BANDS`
_FALL_DB = 1.2  # a moment; a room falls silent by 60 dB in half a second
_BLUR = 2  # moments that a sound may be early or late
_LEAST_THERE = 0.4
_STEADY, _STEADY_LEAST = 11, 6

Flags = NDArray[np.bool_]


Stretches = tuple[tuple[float, float], ...]
"""(start, end) in seconds on the meeting clock, in order."""


@dataclass(frozen=True, slots=True)
class Echo:
    """What the microphone heard in an interval in which the loudspeaker can be heard.

    `lag` in seconds, `gain` in dB. `echoed`: where there was the loudspeaker and nothing else. `own`: where
    there was sound that the loudspeaker does not explain.
    """

    lag: float
    gain: float
    echoed: Stretches
    own: Stretches


def seconds(stretches: Stretches, start: float = 0.0, end: float = math.inf) -> float:
    """How long they are together, of the time between `start` and `end`."""
    return sum(max(0.0, min(end, until) - max(start, since)) for since, until in stretches)


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """From the loudspeaker to the microphone, as found up to a moment."""

    found: int
    lag: int
    gains: Levels  # (BANDS,)
    noise: Levels  # (BANDS,): what the microphone hears when nobody speaks


class EchoMeter:
    """Hears both channels, 0 the microphone and 1 the system, and answers questions about half an hour."""

    def __init__(self) -> None:
        self._bands = Bands()
        self._ways: dict[int, _Way | None] = {}

    @property
    def reached(self) -> float:
        """The second up to which it can answer."""
        return self._bands.reached / MOMENTS

    def hear(self, frame: AudioFrame) -> None:
        """Take the next frame in; it has two channels."""
        self._bands.hear(frame)

    def ask(self, start: float, end: float) -> Echo | None:
        """What the microphone heard between two times in seconds; None = nothing of the loudspeaker."""
        first, last = max(0, int(start * MOMENTS)), min(int(end * MOMENTS) + 1, self._bands.reached)
        if last <= first:
            return None
        before = min(first, LONGEST_LAG + MOMENTS)
        levels = self._bands.levels(first - before, last)
        if not (levels[:, 1] > _AUDIBLE_DB).any():
            return None
        way = self._way(last)
        if way is None:
            return None
        return _explain(levels, before, first, way)

    def _way(self, last: int) -> _Way | None:
        """The way around a moment, or the one known before where there is too little to see it."""
        second = min(last // MOMENTS // 2 * 2 + 4, self._bands.reached // MOMENTS)
        if second not in self._ways:
            self._ways[second] = self._find_way(second)
            while len(self._ways) > TRUSTED_SECONDS:
                del self._ways[next(iter(self._ways))]
        if found := self._ways[second]:
            return found
        earlier = [way for way in self._ways.values() if way and 0 <= second - way.found <= TRUSTED_SECONDS]
        return max(earlier, key=lambda way: way.found, default=None)

    def _find_way(self, second: int) -> _Way | None:
        last = second * MOMENTS
        for seconds, least_share in SEARCHES:
            levels = self._bands.levels(max(0, last - round(seconds * MOMENTS)), last)
            if way := _find_way(levels, second, least_share):
                return way
        return None


def _find_way(levels: Levels, second: int, least_share: float) -> _Way | None:
    if not len(levels):
        return None
    microphone, system = levels[:, 0], levels[:, 1]
    noise = np.maximum(np.percentile(levels, _NOISE_PERCENTILE, axis=0), _LEAST_NOISE_DB)
    loud = (system > np.percentile(system, 98, axis=0) - _LOUD_DB) & (system > _AUDIBLE_DB)
    if np.count_nonzero(loud.sum(axis=1) >= _OWN_RANGES) < _EVIDENCE:
        return None
    lag = _find_lag(np.maximum(levels - noise, 0))
    if lag is None:
        return None
    count = len(levels) - lag
    above = microphone[lag:] > noise[0] + _ABOVE_NOISE_DB
    loud, gains = loud[:count], microphone[lag:] - system[:count]
    usual, share = np.full(BANDS, np.nan, np.float32), np.zeros(BANDS)
    for band in range(BANDS):
        seen = gains[loud[:, band] & above[:, band], band]
        if seen.size >= _LEAST_SEEN:
            usual[band] = _mode(seen)
            share[band] = np.count_nonzero(abs(seen - usual[band]) <= _EXACT_DB) / loud[:, band].sum()
    if np.sort(share)[_WITNESS] < least_share:
        return None
    gain = np.nanmedian(usual)
    if gain > _LARGEST_GAIN:
        return None
    return _Way(second, lag, np.where(np.isnan(usual), gain, usual), noise[0])


def _find_lag(above: Levels) -> int | None:
    """By how many moments the microphone's loudness follows the system's most closely."""
    above = above - above.mean(axis=0)
    size = 1 << (len(above) + LONGEST_LAG).bit_length()
    spectra = np.fft.rfft(above, size, axis=0)
    likeness = np.fft.irfft((spectra[:, 0] * spectra[:, 1].conj()).sum(axis=1), size)
    if likeness[-LONGEST_LAG:].max() > likeness[:LONGEST_LAG].max():
        return None  # it is the system that plays the microphone
    return int(np.argmax(likeness[:LONGEST_LAG]))


def _mode(values: Levels) -> float:
    """The most frequent value, in dB."""
    counts, _ = np.histogram(values, np.arange(-70.5, 41.0))
    return float(np.argmax(np.convolve(counts, _KERNEL, "same")) - 70)


def _explain(levels: Levels, before: int, first: int, way: _Way) -> Echo | None:
    """`levels` begin `before` moments before the interval, which begins at the moment `first`."""
    microphone = levels[before:, 0]
    expected = _blurred(levels[:, 1], way.lag)[before:] + way.gains
    plain = _delayed(levels[:, 1], way.lag)[before:] + way.gains
    audible = plain > way.noise + _ABOVE_NOISE_DB
    there = audible & (microphone > plain - _OWN_DB)
    # What is played but not heard: somebody has put on headphones, or turned the loudspeaker down.
    if not audible.any() or np.count_nonzero(there) < _LEAST_THERE * np.count_nonzero(audible):
        return None
    louder = (microphone > expected + _OWN_DB) & (microphone > way.noise + _OWN_DB)
    own = _steady(louder.sum(axis=1) >= _OWN_RANGES)
    echoed = _steady(there.sum(axis=1) >= _OWN_RANGES) & ~own
    return Echo(
        way.lag / MOMENTS, float(np.median(way.gains)), _stretches(echoed, first), _stretches(own, first)
    )


def _delayed(levels: Levels, lag: int) -> Levels:
    delayed = np.full_like(levels, _SILENCE_DB)
    if lag < len(levels):
        delayed[max(0, lag) : len(levels) + min(0, lag)] = levels[max(0, -lag) : len(levels) - max(0, lag)]
    return delayed


def _blurred(levels: Levels, lag: int) -> Levels:
    """The most that can arrive: a little early or late, and dying away."""
    most = _delayed(levels, lag)
    for shift in range(-_BLUR, _BLUR + 1):
        most = np.maximum(most, _delayed(levels, lag + shift))
    fall = np.arange(len(levels), dtype=np.float32)[:, None] * _FALL_DB
    return np.maximum.accumulate(most + fall, axis=0) - fall


def _steady(flags: Flags) -> Flags:
    """Without what lasts a few moments only: a click, a key."""
    near = np.convolve(flags, np.ones(_STEADY), "same")
    return near >= _STEADY_LEAST


def _stretches(flags: Flags, first: int) -> Stretches:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return tuple(
        ((first + start) / MOMENTS, (first + end) / MOMENTS) for start, end in edges.reshape(-1, 2).tolist()
    )

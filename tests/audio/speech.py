"""Sounds that are a voice, and sounds that are not, made of formulas."""

import numpy as np
from numpy.typing import NDArray

from captioner.streaming.frames import SAMPLE_RATE, Samples

_Floats = NDArray[np.float64]


def times(seconds: float) -> _Floats:
    """The time of each sample, in seconds."""
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def samples(sound: _Floats, level: float = 1.0) -> Samples:
    """A sound in ±1 as 16 bit, `level` times as loud."""
    return np.clip(np.round(sound * level * 32767), -32768, 32767).astype(np.int16)


def voice(seconds: float, level: float = 0.2) -> Samples:
    """Vowels without sense: a buzz of 120 Hz whose pitch rises and falls, in four syllables a second."""
    time = times(seconds)
    pitch = 120 * (1 + 0.15 * np.sin(2 * np.pi * 0.7 * time) + 0.05 * np.sin(2 * np.pi * 2.3 * time))
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    buzz = np.sum([np.sin(n * phase) / n for n in range(1, 12)], axis=0)
    syllables = np.maximum(0.0, np.sin(2 * np.pi * 4 * time)) ** 0.5
    return samples(buzz * syllables / 2, level)


def noise(seconds: float, level: float = 0.05) -> Samples:
    """White noise."""
    return samples(np.random.default_rng(7).standard_normal(round(seconds * SAMPLE_RATE)), level)


def hum(seconds: float, level: float = 0.05) -> Samples:
    """A mains hum with its harmonics."""
    tones = [np.sin(2 * np.pi * 50 * n * times(seconds)) / n for n in range(1, 8)]
    return samples(np.sum(tones, axis=0), level)


def fan(seconds: float, level: float = 0.05) -> Samples:
    """A fan whose hum beats in noise."""
    time = times(seconds)
    rumble = np.convolve(noise(seconds, 0.5) / 32768, np.ones(8) / 8, "same")
    return samples(rumble + np.sin(2 * np.pi * 93 * time) * (1 + 0.5 * np.sin(2 * np.pi * 1.7 * time)), level)


def chord(seconds: float, level: float = 0.1) -> Samples:
    """Three notes that are held."""
    time = times(seconds)
    return samples(
        np.sum([np.sin(2 * np.pi * pitch * time) for pitch in (130.8, 164.8, 196.0)], axis=0), level
    )


def hold_tone(seconds: float, level: float = 0.2) -> Samples:
    """A line that is busy."""
    time = times(seconds)
    return samples(np.sin(2 * np.pi * 425 * time) * (time % 1 < 0.5), level)


def melody(seconds: float, level: float = 0.1) -> Samples:
    """Plucked strings, four notes a second."""
    time = times(seconds)
    since = time % 0.25
    pitch = np.array([196, 247, 294, 392, 330, 262, 220, 294])[(time / 0.25).astype(int) % 8]
    tones = [np.sin(2 * np.pi * n * pitch * since) / n for n in range(1, 5)]
    return samples(np.sum(tones, axis=0) * np.exp(-6 * since), level)


def clicks(seconds: float, level: float = 0.3) -> Samples:
    """Somebody types."""
    chance = np.random.default_rng(7)
    sound = noise(seconds, 0.0005) / 32768
    knock = np.arange(800) / SAMPLE_RATE
    for start in chance.integers(0, len(sound) - 800, round(7 * seconds)):
        ring = np.sin(2 * np.pi * chance.uniform(150, 2500) * knock) * np.exp(-120 * knock) / 3
        sound[start : start + 800] += chance.standard_normal(800) * np.exp(-200 * knock) + ring
    return samples(sound, level)

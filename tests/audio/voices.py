"""Sounds as uneven in time and pitch as speech, for tests of what is heard twice."""

import numpy as np
from numpy.typing import NDArray

from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

Sound = NDArray[np.float64]


def voice(seconds: float, seed: int, pitch: float = 120.0) -> Sound:
    """Syllables of random length, loudness and colour, with pauses. Full scale is 1."""
    random = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    place = 0
    while place < len(sound):
        length = int(random.uniform(0.08, 0.3) * SAMPLE_RATE)
        part = sound[place : place + length]
        time = np.arange(len(part)) / SAMPLE_RATE
        tone = pitch * random.uniform(0.8, 1.25)
        colours = random.uniform((250, 800, 2000), (800, 2200, 3500))
        for number in range(1, int(4000 / tone)):
            loud = sum(np.exp(-(((number * tone - colour) / 150) ** 2)) for colour in colours)
            part += loud * np.sin(2 * np.pi * number * tone * time + random.uniform(0, 6))
        if random.random() < 0.4:
            part[:] = np.diff(random.normal(0, 0.4, len(part) + 1))
        part *= np.hanning(len(part)) * 10 ** random.uniform(-0.8, 0)
        place += length + int(random.choice([0.02, 0.05, 0.3]) * SAMPLE_RATE)
    return 0.4 * sound / abs(sound).max()


def heard(sound: Sound, gain: float, lag: float) -> Sound:
    """What arrives at the microphone, `lag` seconds later."""
    return gain * np.concatenate([np.zeros(round(lag * SAMPLE_RATE)), sound])[: len(sound)]


def frames(microphone: Sound, system: Sound, *, start: int = 0, size: int = 800) -> list[AudioFrame]:
    """Both channels side by side."""
    both = np.clip(np.stack([microphone, system], axis=1) * 32767, -32768, 32767).astype(np.int16)
    return [AudioFrame(start + at, both[at : at + size]) for at in range(0, len(both), size)]

"""A device whose crystal is off, in virtual time, and how far its sound comes to lie from the truth."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from captioner.audio.align import Aligner
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

PITCH = 25.0
"""Hz of the sound that is heard: a skew of up to 20 ms shows as its phase."""

PERIOD = round(SAMPLE_RATE / PITCH)
TURN = np.exp(-2j * np.pi * np.arange(PERIOD) / PERIOD)

Convert = Callable[[NDArray[np.float64]], NDArray[Any]]


def as_int16(samples: NDArray[np.float64]) -> NDArray[np.int16]:
    """±1 to what most devices give."""
    return np.rint(samples * 32_767).astype(np.int16)


@dataclass(frozen=True)
class Device:
    """Hears a sine; its crystal runs `ppm` too fast. Seconds everywhere.

    A block arrives up to `jitter` after its last sample was heard, most of them much sooner. For the
    length of a stall, (begin, length), nobody reads; what came meanwhile waits.
    """

    rate: int = 48_000
    ppm: float = 0.0
    block: float = 0.04
    jitter: float = 0.02
    stalls: Sequence[tuple[float, float]] = ()
    pitch: float = PITCH
    convert: Convert = as_int16
    seed: int = 0

    def play(self, aligner: Aligner, seconds: float, *, begin: float = 0.0) -> Iterator[list[AudioFrame]]:
        """What the aligner makes of it, block by block, read as a recorder reads."""
        chance = np.random.default_rng(self.seed)
        true_rate = self.rate * (1 + self.ppm * 1e-6)
        size, sent, now = round(self.block * self.rate), 0, begin
        stalls = list(self.stalls)
        while sent / true_rate < seconds:
            now = max(now, begin + (sent + size) / true_rate) + self.jitter * chance.random() ** 3
            count = size
            if stalls and now - begin > stalls[0][0]:
                now += stalls.pop(0)[1]
                while (
                    aligner.is_late(count, round(now * SAMPLE_RATE))
                    and begin + (sent + count + size) / true_rate <= now
                ):
                    count += size
            heard = begin + np.arange(sent, sent + count) / true_rate
            block = self.convert(0.5 * np.sin(2 * np.pi * self.pitch * heard))[:, None]
            yield aligner.align(block, round(now * SAMPLE_RATE))
            sent += count


def skews(played: Iterator[list[AudioFrame]]) -> list[tuple[float, float]]:
    """Second by second: the position in seconds, and by how many ms what lies there lies too late."""
    found: list[tuple[float, float]] = []
    kept: list[AudioFrame] = []
    for frames in played:
        kept += frames
        if kept and kept[-1].end - kept[0].start >= SAMPLE_RATE:
            sound = np.concatenate([frame.samples[:, 0] for frame in kept])[:SAMPLE_RATE]
            start = kept[0].start / SAMPLE_RATE
            # A sine turned back to where it should be has the phase of a sine at 0: -90 degrees.
            folded = sound.reshape(-1, PERIOD).sum(0)
            turned = np.sum(folded * TURN) * np.exp(-2j * np.pi * PITCH * start) * 1j
            found.append((start, -float(np.angle(turned)) / (2 * np.pi * PITCH) * 1000))
            kept = []
    return found

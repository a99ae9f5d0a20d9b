"""Two devices whose crystals run off to both sides: how far their sound comes to lie apart, and at what cost.

In virtual time, with arrivals that jitter by up to 30 ms and half a second without any now and then. A skew
is read from the phase of the tone that comes out, so it is that of the sound itself. Some two minutes.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2]))
from captioner.audio.align import Aligner
from captioner.streaming.frames import SAMPLE_RATE
from tests.audio.drifting import Device, skews

HOUR = 3_600
JITTER = 0.03

TONE = 1_000.0
"""Hz: of a pure tone each sample follows from the two before it, so a click cannot hide."""

CLEAN = 1.0
"""ms within which a skew counts as made good."""


def drift_figures() -> Iterator[tuple[str, dict[str, float | str]]]:
    """Case by case."""
    yield "drift, an hour", _side_by_side(48_000, 100)
    yield "16 kHz, an hour", _side_by_side(16_000, 100)
    for rate in (48_000, 16_000):
        yield f"cold, {rate // 1000} kHz", _cold(rate)
    yield "clicks", _clicks()
    yield "cost", _cost()


def _heard(rate: int, ppm: float, seconds: int, seed: int) -> dict[int, float]:
    """The skew in ms, second by second."""
    stalls = [(second, 0.5) for second in range(100 + 50 * seed, seconds, 300)]
    device = Device(rate, ppm, jitter=JITTER, stalls=stalls, seed=seed)
    return {round(at): skew for at, skew in skews(device.play(Aligner(rate, start=0), seconds))}


def _side_by_side(rate: int, ppm: float) -> dict[str, float | str]:
    slow, fast = _heard(rate, -ppm, HOUR, 1), _heard(rate, ppm, HOUR, 2)
    apart = {second: abs(slow[second] - fast[second]) for second in sorted(slow.keys() & fast.keys())}
    alone = [abs(skew) for heard in (slow, fast) for skew in heard.values()]
    return {
        "crystals": f"-{ppm:.0f} and +{ppm:.0f} ppm",
        "uncorrected ms": 2 * ppm * 1e-3 * HOUR,
        "skew at the end ms": apart[max(apart)],
        "worst skew ms": max(apart.values()),
        "worst behind a minute ms": max(skew for second, skew in apart.items() if second > 60),
        "worst of one against the clock ms": max(alone),
    }


def _cold(rate: int) -> dict[str, float | str]:
    found = {ppm: _heard(rate, ppm, 120, 3) for ppm in (-300, 300)}
    return {
        "worst skew at 300 ppm ms": max(abs(skew) for heard in found.values() for skew in heard.values()),
        f"seconds until within {CLEAN:.0f} ms for good": max(
            float(max((second for second, skew in heard.items() if abs(skew) > CLEAN), default=0))
            for heard in found.values()
        ),
    }


def _clicks() -> dict[str, float | str]:
    def drifting(rate: int, ppm: float) -> NDArray[np.float64]:
        device = Device(rate, ppm, jitter=JITTER, pitch=TONE)
        frames = [frame for given in device.play(Aligner(rate, start=0), 60) for frame in given]
        return np.concatenate([frame.samples[:, 0] for frame in frames]).astype(np.float64)

    tone = 0.5 * np.sin(2 * np.pi * TONE * np.arange(48_000 * 5) / 48_000)
    clean = np.rint(soxr.resample(tone, 48_000, SAMPLE_RATE) * 32_767)
    doubled = np.insert(clean, 40_000, clean[40_000])
    return {
        "clean resampling dB": _click(clean),
        "48 kHz, -300 ppm dB": _click(drifting(48_000, -300)),
        "48 kHz, +300 ppm dB": _click(drifting(48_000, 300)),
        "16 kHz, -300 ppm dB": _click(drifting(16_000, -300)),
        "one sample doubled dB": _click(doubled),
    }


def _click(sound: NDArray[np.float64]) -> float:
    """The loudest 5 ms of what does not follow from the samples before, in dB of the tone."""
    turn = 2 * np.cos(2 * np.pi * TONE / SAMPLE_RATE)
    odd = np.square((sound[2:] + sound[:-2] - turn * sound[1:-1])[4_000:-4_000])
    loudest = odd[: odd.size // 80 * 80].reshape(-1, 80).mean(axis=1).max()
    return float(10 * np.log10(loudest / np.square(sound[4_000:-4_000]).mean()))


def _cost() -> dict[str, float | str]:
    return {
        f"{rate / 1000:g} kHz, blocks of {round(block * 1000)} ms, % of a core": _share(rate, block, ppm)
        for rate, block, ppm in (
            (48_000, 0.02, 100),
            (48_000, 0.04, 100),
            (44_100, 0.02, 100),
            (96_000, 0.02, 100),
            (16_000, 0.02, 0),
        )
    }


def _share(rate: int, block: float, ppm: float) -> float:
    """Of five minutes, without what the simulation itself costs."""
    aligner, size = Aligner(rate, start=0), round(block * rate)
    sound = np.random.default_rng(0).normal(0, 3_000, (size, 1)).astype(np.int16)
    arrivals = [round(n * block * (1 - ppm * 1e-6) * SAMPLE_RATE) for n in range(1, round(300 / block))]
    began = time.process_time()
    for arrived in arrivals:
        aligner.align(sound, arrived)
    return 100 * (time.process_time() - began) / 300


if __name__ == "__main__":
    for name, figures in drift_figures():
        for figure, value in figures.items():
            print(f"{name:<16} {figure:<44} {value if isinstance(value, str) else f'{value:.2f}'}")

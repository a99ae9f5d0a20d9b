"""A sine that is heard for long: where it breaks."""

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
PITCH = 1_000
LEVEL = 0.25
"""Of full scale; a server may give more of it."""

BLOCK = RATE // 100
JUMP = 0.3
"""Radians by which the phase may turn within 20 ms beyond what it did around: 0.8 samples. A clock that is
followed turns it evenly."""

AROUND = 10
"""Blocks on either side."""

JOINED = 25
"""Blocks: what is nearer to each other is one break."""


def sine(seconds: float) -> NDArray[np.int16]:
    """16 kHz mono."""
    turns = np.arange(round(seconds * RATE)) * (PITCH / RATE) % 1.0
    return np.rint(np.sin(2 * np.pi * turns) * LEVEL * 32767).astype(np.int16)


def breaks(samples: NDArray[np.int16]) -> list[float]:
    """At how many seconds it is not there, or goes on at another place than it should.

    Beginning and end, where the player comes and goes, are left out.
    """
    phasors = _phasors(samples)
    size = np.abs(phasors)
    usual = float(np.median(size[size > 0.01])) if (size > 0.01).any() else 0.0
    sounds = np.flatnonzero(size > usual / 2)
    if sounds.size < 200:
        return [0.0]
    first, last = sounds[0] + 50, sounds[-1] - 50
    phasors, size = phasors[first:last], size[first:last]
    turned = np.angle(phasors[2:] * np.conj(phasors[:-2]))
    around = np.lib.stride_tricks.sliding_window_view(np.pad(turned, AROUND, "edge"), 2 * AROUND + 1)
    is_bad = size < usual * 0.9
    is_bad[1:-1] |= np.abs(turned - np.median(around, axis=1)) > JUMP
    bad = np.flatnonzero(is_bad)
    begins = bad[np.diff(bad, prepend=-JOINED - 1) > JOINED]
    return [float(first + each) * BLOCK / RATE for each in begins]


def _phasors(samples: NDArray[np.int16]) -> np.ndarray:
    """Size (0 … 1) and phase of the sine in every 10 ms, against one that never breaks."""
    steady = np.exp(-2j * np.pi * PITCH / RATE * np.arange(BLOCK))  # 10 ms hold whole turns of it
    whole = samples[: len(samples) // BLOCK * BLOCK].reshape(-1, BLOCK)
    minutes = [
        whole[at : at + 6_000] @ steady for at in range(0, len(whole), 6_000)
    ]  # not all of it as complex
    return 2 * np.concatenate([*minutes, np.zeros(0, np.complex128)]) / BLOCK / 32768

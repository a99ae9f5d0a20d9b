"""From arrival to position: where a device's samples lie on the meeting clock."""

import numpy as np

from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples

TOLERANCE = round(0.15 * SAMPLE_RATE)
"""A count that strays further from the clock than this is wrong, not late: 0.15 s."""

DRIFT = round(0.01 * SAMPLE_RATE)
"""A steady deviation above this is the device's own crystal: 10 ms."""

WINDOW = 2 * SAMPLE_RATE
"""So much sound is watched before a deviation counts as steady: 2 s."""

LONGEST = round(0.1 * SAMPLE_RATE)
"""No frame is longer: 100 ms."""


class Stamper:
    """Counts a device's samples on the meeting clock and keeps the count true.

    The first block is anchored at its arrival less its length; from there samples are counted, because
    arrival times jitter and counts do not. Against the clock the count is corrected in two ways: a device
    whose crystal runs off is held by one sample more or less in each block (inaudible, at most 0.3 %),
    and one that is off by more than 0.15 s is anchored anew: time that is missing is a hole, sound that
    lies before the end of the last frame is dropped. So frames never overlap and never go back in time.
    """

    def __init__(self, *, start: int) -> None:
        self._end = start
        self._is_anchored = False
        self._least = TOLERANCE
        self._watched = 0

    @property
    def end(self) -> int:
        """The position just after the last frame, in 16 kHz samples."""
        return self._end

    def restart(self) -> None:
        """Another stream begins: its first block is anchored by its arrival."""
        self._is_anchored = False

    def is_late(self, samples: int, arrived: int) -> bool:
        """Whether a block leaves a hole: sound is missing, or it waited somewhere and is about to follow.

        Who reads should then read on until nothing more comes, and stamp all of it as one block.
        """
        return self._is_anchored and arrived - samples - self._end > TOLERANCE

    def stamp(self, samples: Samples, arrived: int) -> list[AudioFrame]:
        """Frames of at most 100 ms for a block whose last sample was heard at `arrived`.

        Empty when the block lies wholly before the end of the last frame.
        """
        begun = arrived - samples.shape[0]
        deviation = begun - self._end
        if not self._is_anchored or abs(deviation) > TOLERANCE:
            self._is_anchored = True
            samples = samples[max(0, self._end - begun) :]
            self._end = max(self._end, begun)
            self._watch_anew()
        else:
            samples = self._hold(samples, deviation)
        frames: list[AudioFrame] = []
        for offset in range(0, samples.shape[0], LONGEST):
            frame = AudioFrame(self._end, samples[offset : offset + LONGEST])
            frames.append(frame)
            self._end = frame.end
        return frames

    def _watch_anew(self) -> None:
        self._least = TOLERANCE
        self._watched = 0

    def _hold(self, samples: Samples, deviation: int) -> Samples:
        # Load only ever makes blocks late, so the least deviation of a window is the true one.
        self._least = min(self._least, deviation)
        self._watched += samples.shape[0]
        if self._watched < WINDOW or abs(self._least) <= DRIFT:
            if self._watched >= WINDOW:
                self._watch_anew()
            return samples
        if self._least > 0:
            self._least -= 1
            return np.concatenate([samples, samples[-1:]])
        self._least += 1
        return samples[1:]

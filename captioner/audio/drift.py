"""How fast a device's crystal runs, found from arrivals that jitter."""

from collections import deque
from typing import NamedTuple

import numpy as np

from captioner.streaming.frames import SAMPLE_RATE

SPAN = 2 * SAMPLE_RATE
"""Sound of which only the earliest arrival counts: 2 s."""

KEPT = 60
"""So many spans make the line: two minutes."""

RECENT = 5
"""So many say where the line lies: what is late for 10 s is not late, it has moved."""

FITTED = 8
"""So many give a slope that is good enough to steer by: 16 s."""

KNOWN = 15
"""So many give one that is worth telling: 30 s."""

STEP = round(0.01 * SAMPLE_RATE)
"""What lies further off the line than this is no drift: 10 ms."""

WORST = 500e-6
"""No crystal is further off: 500 parts in a million."""


class Sighting(NamedTuple):
    """So many samples had been counted, and arrived so much later than the count says (16 kHz samples)."""

    counted: float
    deviation: float


class Drift:
    """The line along which a device's count strays from the clock.

    Theory of operation. A block arrives when its last sample was heard, plus a delay that is always there,
    plus one that load and scheduling add: never less. So among many blocks the earliest, relative to the
    count, tells the truth, and of every 2 s of sound only that one is kept. Through the last two minutes
    of these a line is laid: its slope is the median of all slopes between two of them (Theil-Sen), which
    a burst of load cannot turn, and it is pushed down until it touches the earliest of the last 10 s. A
    device that suddenly lies elsewhere (it dropped samples, its buffer grew) has not drifted: when all of
    the last 10 s lie more than 10 ms off the line, what was before is forgotten, but for the slope.
    """

    def __init__(self) -> None:
        self._slope = 0.0
        self._is_known = False
        self.restart()

    def restart(self) -> None:
        """The count begins anew; the crystal is the same."""
        self._spans: deque[Sighting] = deque(maxlen=KEPT)
        self._earliest: Sighting | None = None
        self._begun = 0.0
        self._floor = float("inf")

    @property
    def slope(self) -> float:
        """How much later each sample arrives than the count says, per sample: 0.0001 = 100 ppm too slow."""
        return self._slope

    @property
    def ppm(self) -> float | None:
        """How much too fast the crystal runs, in parts per million; None until half a minute was heard."""
        return -self._slope * 1e6 if self._is_known else None

    @property
    def moved(self) -> float:
        """How far the line moved while it was watched, in 16 kHz samples; 0 until it is known."""
        if not self._is_known or not self._spans:
            return 0.0
        return self._slope * (self._spans[-1].counted - self._spans[0].counted)

    def at(self, counted: float) -> float:
        """How much later than the count says the sample of that number was heard."""
        return self._floor + self._slope * counted

    def see(self, counted: float, deviation: float) -> None:
        """A block's last sample is the one of number `counted` and arrived `deviation` later than that."""
        sighting = Sighting(counted, deviation)
        self._floor = min(self._floor, self._above(sighting))
        if self._earliest is None or deviation < self._earliest.deviation:
            self._earliest = sighting
        if counted - self._begun >= SPAN:
            self._keep(self._earliest)
            self._begun, self._earliest = counted, None

    def _above(self, sighting: Sighting) -> float:
        return sighting.deviation - self._slope * sighting.counted

    def _keep(self, earliest: Sighting) -> None:
        before = self._line()
        self._spans.append(earliest)
        floor = self._recent_floor()
        if len(self._spans) > RECENT and abs(floor - before) > STEP:
            recent = list(self._spans)[-RECENT:]
            self._spans = deque((span for span in recent if self._above(span) < floor + STEP), KEPT)
        # A slope that took long to find is not given up for one that was found in haste.
        if len(self._spans) >= (KNOWN if self._is_known else FITTED):
            self._fit()
        self._floor = self._recent_floor()

    def _recent_floor(self) -> float:
        return min(self._above(span) for span in list(self._spans)[-RECENT:])

    def _line(self) -> float:
        """Where the line lay by all that is kept, whatever came lately."""
        return float(np.median([self._above(span) for span in self._spans])) if self._spans else 0.0

    def _fit(self) -> None:
        counted, deviation = np.array(self._spans).T
        one, other = np.triu_indices(len(self._spans), 1)
        slopes = (deviation[other] - deviation[one]) / (counted[other] - counted[one])
        self._slope = min(max(float(np.median(slopes)), -WORST), WORST)
        self._is_known = self._is_known or len(self._spans) >= KNOWN

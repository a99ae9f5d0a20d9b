"""When to start a lost engine again, when to give up, and when another one takes over."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_SECONDS = 0.25
"""The first retry comes within this time."""


@dataclass(slots=True)
class Retry:
    """Backoff with full jitter: the first retry within 0.25 s, then U(0, min(15 s, 0.5 · 2ⁿ)).

    A connection that lived for `stable_after` seconds starts the count again; `limit` losses in a row without
    one are enough, unless waiting may help.
    """

    limit: int = 5
    stable_after: float = 30.0
    uniform: Callable[[float, float], float] = random.uniform
    _losses: int = field(default=0, init=False)

    def lost(self, lived: float, retry_after: float | None = None, *, may_pass: bool = False) -> float | None:
        """Seconds to wait after a connection that lived `lived` seconds; None = give up.

        What the provider asks for (`retry_after`, seconds) wins. `may_pass`: it is never given up.
        """
        self._losses = 1 if lived >= self.stable_after else self._losses + 1
        if self._losses > self.limit and not may_pass:
            return None
        if retry_after is not None:
            return retry_after
        if self._losses == 1:
            return self.uniform(0, FIRST_SECONDS)
        return self.uniform(0, min(15.0, 0.5 * 2 ** min(self._losses - 1, 10)))


SHORT_SECONDS = 5.0
"""A connection that lives less long is no connection."""

OUTAGE_SECONDS = 8.0
"""So long may captions stand still where another engine could go on."""


@dataclass(slots=True)
class Breaker:
    """Opens when the engine is as good as gone: after three short lives in a row, or a long outage."""

    limit: int = 3
    _short: int = field(default=0, init=False)

    def lost(self, lived: float) -> bool:
        """Whether a connection that lived `lived` seconds opens it."""
        self._short = self._short + 1 if lived < SHORT_SECONDS else 0
        return self._short >= self.limit

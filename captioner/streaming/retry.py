"""When to start a lost engine again, and when to give up."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Retry:
    """Backoff with full jitter: the first retry within 0.25 s, then U(0, min(15 s, 0.5 · 2ⁿ)).

    A connection that lived for `stable_after` seconds starts the count again; `limit` losses in a row without
    one are enough.
    """

    limit: int = 5
    stable_after: float = 30.0
    uniform: Callable[[float, float], float] = random.uniform
    _losses: int = field(default=0, init=False)

    def lost(self, lived: float, retry_after: float | None = None) -> float | None:
        """Seconds to wait after a connection that lived `lived` seconds; None = give up.

        What the provider asks for (`retry_after`, seconds) wins.
        """
        self._losses = 1 if lived >= self.stable_after else self._losses + 1
        if self._losses > self.limit:
            return None
        if retry_after is not None:
            return retry_after
        if self._losses == 1:
            return self.uniform(0, 0.25)
        return self.uniform(0, min(15.0, 0.5 * 2 ** (self._losses - 1)))

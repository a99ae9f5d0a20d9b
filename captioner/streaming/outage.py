"""What is known of the chosen engine's absences. Sans-I/O; all times in seconds of one clock."""

from dataclasses import dataclass

FINISH_SECONDS = 660.0
"""After the end of sound: how long the rest is kept for an engine that does not come back."""

FINISH_TRIES = 3
"""The same: how often an engine that is there is given the rest, of which it says nothing."""


@dataclass(slots=True)
class Outage:
    """`lost_at`: since when there is no connection, None = there is one. `silent_since`: since when nothing
    that was said was heard, as of the last loss; that may be long before."""

    begun: float = 0.0
    up_at: float | None = None
    lost_at: float | None = None
    silent_since: float | None = None
    reason: str = ""
    _reached: int = 0
    _futile: int = 0

    def silent_for(self, now: float) -> float:
        """For how long nothing was heard; before the first connection, since the beginning."""
        return now - (self.begun if self.silent_since is None else self.silent_since)

    def came_up(self, now: float) -> tuple[float | None, float]:
        """There is a connection. Returns how long there was none (None = it was not lost), and how long
        nothing was heard."""
        gone = None if self.lost_at is None else now - self.lost_at
        silent = 0.0 if self.lost_at is None else self.silent_for(now)
        self.up_at, self.lost_at = now, None
        return gone, silent

    def was_relieved(self, now: float) -> None:
        """Another engine has listened, and the chosen one does again."""
        self.up_at, self.lost_at = now, None

    def came_down(self, reason: str, now: float, well_at: float | None) -> float | None:
        """A connection broke, or could not be made; returns how long it lived, None = there was none.

        `well_at`: when it was last known to be heard.
        """
        up_at, self.up_at, self.reason = self.up_at, None, reason
        if self.lost_at is None:
            self.lost_at = now
        if self.silent_since is None or (up_at is not None and (well_at or 0.0) > self.silent_since):
            self.silent_since = now if up_at is None or well_at is None else well_at
        return None if up_at is None else now - up_at

    def is_hopeless(self, until: float, settled: int, was_up: bool) -> bool:
        """After the end of sound: whether a next try at `until` makes sense no more.

        `settled`: how far everything is heard by now. `was_up`: the engine was there this time.
        """
        if settled > self._reached:
            self._reached, self._futile = settled, 0
        elif was_up:
            self._futile += 1
        return self._futile > FINISH_TRIES or self.silent_for(until) > FINISH_SECONDS

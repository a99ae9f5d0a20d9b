"""How fast a connection may be fed."""

BURST_SECONDS = 0.5
"""Sound that may be given at once, above the rate: live sound comes in lumps."""


class Pace:
    """At most `rate` times real time, after a burst. Sans-I/O; `now` in seconds."""

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._credit = BURST_SECONDS
        self._at = now

    def wait(self, seconds: float, now: float) -> float:
        """How long to wait before this much sound is given."""
        self._credit = min(BURST_SECONDS, self._credit + (now - self._at) * self._rate) - seconds
        self._at = now
        return max(0.0, -self._credit / self._rate)

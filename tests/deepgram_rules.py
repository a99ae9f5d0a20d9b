"""What the service forbids its clients, watched on one connection. Sans-I/O: times are given."""

import json
from collections import Counter, deque

RATE = 1.25
"""The most sound that the service takes, in times real time."""

BURST_SECONDS = 1.1
"""What may come at once all the same: a second, and the frame that is on its way."""

IDLE_SECONDS = 10.0
"""The longest time without sound or a message."""

WINDOW_SECONDS = 5.0
"""The pace is told over this long, from the second second on: the first may bring the burst."""


class Rules:
    """Counts in `violations` what a client did that it must not do, by its name.

    `second`: bytes of a second of sound, None where that varies; `block`: bytes that belong together.
    `speed`: how many times faster than real time this client's sound may come. `fastest`: its highest pace.
    """

    def __init__(self, opened_at: float, second: float | None, block: int, speed: float = 1.0) -> None:
        self._second, self._block, self._speed = second, block, speed
        self._opened_at = self._heard_at = opened_at
        self._level = 0.0  # seconds of sound that came too early, by the service's pace
        self._level_at = opened_at
        self._given = 0.0
        self._paces: deque[tuple[float, float]] = deque()
        self._is_ended = False
        self._is_off = False
        self.violations: Counter[str] = Counter()
        self.fastest = 0.0

    def stop(self) -> None:
        """The server itself does not listen in time any more: when something comes tells nothing."""
        self._is_off = True

    def hear(self, at: float, content: object) -> None:
        """Something came in: sound, a JSON message, or text that is neither."""
        if self._is_off:
            return
        self._idle(at)
        if isinstance(content, bytes):
            self._sound(at, content)
        elif isinstance(content, dict) and content.get("type") == "CloseStream":
            self._is_ended = True

    def end(self, at: float) -> None:
        """The connection is over."""
        if not self._is_off and not self._is_ended:
            self._idle(at)

    def _idle(self, at: float) -> None:
        if at - self._heard_at > IDLE_SECONDS:
            self.violations["over 10 s without audio or KeepAlive"] += 1
        self._heard_at = at

    def _sound(self, at: float, data: bytes) -> None:
        if not data:
            self.violations["an empty binary frame"] += 1
        if self._is_ended:
            self.violations["audio after CloseStream"] += 1
        if data[:1] == b"{" and _is_json(data):
            self.violations["JSON in a binary frame"] += 1
        if self._block and len(data) % self._block:
            self.violations["a sample was cut"] += 1
        if self._second:
            self._pace(at, len(data) / self._second)

    def _pace(self, at: float, seconds: float) -> None:
        passed = (at - self._level_at) * self._speed
        self._level, self._level_at = max(0.0, self._level - RATE * passed) + seconds, at
        if self._level > BURST_SECONDS + 1e-6:
            self.violations["fed faster than 1.25 times real time"] += 1
        self._given += seconds
        if at < self._opened_at + 1.0:
            return
        while len(self._paces) > 1 and self._paces[1][0] <= at - WINDOW_SECONDS:
            self._paces.popleft()
        self._paces.append((at, self._given))
        first_at, first_given = self._paces[0]
        if at - first_at >= WINDOW_SECONDS:
            self.fastest = max(self.fastest, (self._given - first_given) / (at - first_at) / self._speed)


def _is_json(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data), dict)
    except ValueError:
        return False

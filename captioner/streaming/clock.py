"""Time as the sound counts it."""

import asyncio
from collections.abc import Callable


class Clock:
    """Seconds of which `speed` pass in one of the loop's: a recording may be played faster than real time."""

    def __init__(self, speed: float = 1.0, read: Callable[[], float] | None = None) -> None:
        self._speed = speed
        self._read = read

    def now(self) -> float:
        """Seconds since some moment."""
        return (self._read or asyncio.get_running_loop().time)() * self._speed

    async def sleep(self, seconds: float) -> None:
        """Wait; at least one turn of the loop."""
        await asyncio.sleep(max(0.0, seconds) / self._speed)

    def timeout(self, seconds: float | None) -> asyncio.Timeout:
        """`async with clock.timeout(seconds)`: raises TimeoutError."""
        return asyncio.timeout(None if seconds is None else max(0.0, seconds) / self._speed)

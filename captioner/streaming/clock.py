"""Time as the sound counts it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from captioner.streaming.tasks import end

T = TypeVar("T")

SLICE_SECONDS = 0.25


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

    async def within(
        self,
        seconds: float,
        coroutine: Coroutine[Any, Any, T],
        undo: Callable[[T], Coroutine[Any, Any, None]],
    ) -> T:
        """What the coroutine returns. Raises TimeoutError when it takes longer; a second it may always take.

        Counted in turns of the loop: while that stood still, nobody was late. `undo` frees what came when
        nobody waited for it any more.
        """
        task = asyncio.create_task(coroutine, name="captioner within")
        left = max(seconds / self._speed, min(seconds, 1.0))
        try:
            while left > 0 and not task.done():
                await asyncio.wait({task}, timeout=min(left, SLICE_SECONDS))
                left -= SLICE_SECONDS
            await end(task)
        except asyncio.CancelledError:
            await end(task)
            if not task.cancelled() and not task.exception():
                await undo(task.result())
            raise
        if task.cancelled():
            raise TimeoutError
        return task.result()

    def timeout(self, seconds: float | None) -> asyncio.Timeout:
        """`async with clock.timeout(seconds)`: raises TimeoutError."""
        return asyncio.timeout(None if seconds is None else max(0.0, seconds) / self._speed)

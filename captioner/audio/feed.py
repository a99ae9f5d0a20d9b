"""Frames from a capturing thread to the event loop."""

import asyncio
import threading
from collections import deque

from captioner.streaming.frames import AudioFrame


class Feed:
    """A bounded queue that one thread fills and one task empties.

    Full means `limit` frames: with `waits` the thread waits (files), without it the oldest frame is
    dropped, a hole on the clock (devices). The loop is woken once for all that has come meanwhile, so a
    loop that was blocked for seconds is not flooded with callbacks. Cancelling `get` loses nothing.
    """

    def __init__(self, limit: int, *, waits: bool) -> None:
        self._limit = limit
        self._waits = waits
        self._frames: deque[AudioFrame] = deque()
        self._changed = threading.Condition()
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._is_waking = False
        self._has_ended = False
        self._is_closed = False
        self._error: Exception | None = None

    def put(self, frame: AudioFrame) -> bool:
        """From the thread: hand over a frame; False when nobody wants more."""
        with self._changed:
            while self._waits and len(self._frames) >= self._limit and not self._is_closed:
                self._changed.wait()
            if self._is_closed:
                return False
            if len(self._frames) >= self._limit:
                self._frames.popleft()
            self._frames.append(frame)
            self._wake()
        return True

    def end(self, error: Exception | None = None) -> None:
        """From the thread: no more will come; `error` is raised once what was put has been read.

        Only the first call counts, so that a `finally` can make sure that nobody waits for ever.
        """
        with self._changed:
            if not self._has_ended:
                self._has_ended = True
                self._error = error
                self._wake()

    def _wake(self) -> None:
        if not self._is_waking and not self._is_closed:
            self._is_waking = True
            self._loop.call_soon_threadsafe(self._ready.set)

    async def get(self) -> AudioFrame:
        """From the loop: the next frame. Raises StopAsyncIteration at the end, or the thread's error."""
        while True:
            with self._changed:
                if self._frames:
                    self._changed.notify()
                    return self._frames.popleft()
                if self._has_ended or self._is_closed:
                    raise self._error or StopAsyncIteration
                self._ready.clear()
                self._is_waking = False
            await self._ready.wait()

    def close(self) -> None:
        """From the loop: take nothing more; a waiting thread goes on and is told so."""
        with self._changed:
            self._is_closed = True
            self._frames.clear()
            self._changed.notify_all()
        self._ready.set()

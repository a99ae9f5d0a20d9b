"""What Windows and macOS have in common: a library hands blocks over, and they become a sound source."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from captioner.audio.align import Aligner
from captioner.audio.clock import MeetingClock
from captioner.audio.feed import Feed
from captioner.audio.losses import Reason
from captioner.audio.source import Cause, Loss
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import AudioFrame

KEPT = 3000
"""Frames that wait for a loop that is busy: about a minute."""

QUIET = 0.2
"""Seconds that a capture may wait for its next block."""

RETRY = 0.5
"""Seconds between attempts to come back."""


class CaptureError(SourceError):
    """A capture that cannot begin, or that has ended."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message, reason.hint)
        self.cause: Cause = reason.cause


class Capture(Protocol):
    """A device that is open. `name` is for people; it `is_substitute` while the chosen one is not there."""

    @property
    def rate(self) -> float: ...
    @property
    def name(self) -> str: ...
    @property
    def is_substitute(self) -> bool: ...

    def read(self, seconds: float) -> NDArray[np.float32] | None:
        """The next block, floats in ±1, shape (n, 1); n = 0 when nothing came within `seconds`.

        None when another device is to be captured now. Raises `CaptureError` when the device is gone.
        """
        ...


class Computer(Protocol):
    """What a system offers; both block and are called from one thread."""

    def settle(self) -> None:
        """Once, on opening. Raises `SourceError` where what was chosen does not exist, or cannot be heard."""
        ...

    def capture(self) -> AbstractContextManager[Capture]:
        """Open the device that is wanted now. Raises `CaptureError`."""
        ...


class CapturedSource:
    """What a loudspeaker or headset plays, through a library that blocks: one thread reads and aligns.

    A device that goes away leaves a hole on the clock and is tried again twice a second. Entering raises
    `SourceError`.
    """

    def __init__(self, computer: Computer, *, start: int, clock: MeetingClock) -> None:
        self._computer = computer
        self._clock = clock
        self._aligner = Aligner(48_000, start=start)
        self._stopping = threading.Event()
        self._captured: Capture | None = None
        self._loss: Loss | None = None

    @property
    def channels(self) -> int:
        """Always one."""
        return 1

    @property
    def device(self) -> str | None:
        """The name, for people, of what is captured now; None while it is gone."""
        captured = self._captured
        return captured.name if captured else None

    @property
    def substitute(self) -> bool:
        """Whether that is the default, because the chosen one is gone."""
        captured = self._captured
        return captured is not None and captured.is_substitute

    @property
    def loss(self) -> Loss | None:
        """Why nothing is heard, None while it is."""
        return self._loss

    async def __aenter__(self) -> Self:
        self._feed = Feed(KEPT, waits=False)
        opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="capture", daemon=True)
        self._thread.start()
        try:
            await asyncio.wrap_future(opened)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        self._feed.close()
        self._stopping.set()
        await asyncio.to_thread(self._thread.join, 5.0)

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self

    async def __anext__(self) -> AudioFrame:
        return await self._feed.get()

    def _run(self, opened: "Future[None]") -> None:
        """The capturing thread."""
        opened.set_running_or_notify_cancel()  # from here on cancelling the wait cannot undo it
        try:
            self._computer.settle()
            while not self._stopping.is_set():
                self._capture(opened)
        except SourceError as error:
            opened.set_exception(error)
        finally:
            if not opened.done():
                opened.set_exception(SourceError("Recording does not work on this computer"))
            self._feed.end()

    def _capture(self, opened: "Future[None]") -> None:
        """One device, until it is gone or another is wanted. Raises `SourceError` where none opened yet."""
        try:
            with self._computer.capture() as capture:
                self._captured = capture
                if not opened.done():
                    opened.set_result(None)
                self._aligner.restart(capture.rate)
                self._pump(capture)
        except CaptureError as error:
            if not opened.done():
                raise
            self._captured = None
            if self._loss is None:
                self._loss = Loss(self._aligner.end, error.cause, error.message, error.hint)
            self._stopping.wait(RETRY)

    def _pump(self, capture: Capture) -> None:
        while not self._stopping.is_set() and (block := capture.read(QUIET)) is not None:
            if not block.shape[0]:
                continue
            arrived = self._clock.position()
            while self._aligner.is_late(block.shape[0], arrived):
                more, has_waited = _next(capture)
                if more.shape[0]:
                    block, arrived = np.concatenate([block, more]), self._clock.position()
                if not has_waited:
                    break
            for frame in self._aligner.align(block, arrived):
                self._feed.put(frame)
            self._loss = None


def _next(capture: Capture) -> tuple[NDArray[np.float32], bool]:
    """What follows a late block, and whether it had waited behind it: it came faster than it was heard."""
    began = time.monotonic()
    more = capture.read(0.01)
    if more is None:
        return np.empty((0, 1), np.float32), False
    return more, time.monotonic() - began < more.shape[0] / capture.rate / 2

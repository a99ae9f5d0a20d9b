"""A microphone through PortAudio, where no sound server is asked."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Generator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from captioner.audio.align import Aligner
from captioner.audio.clock import MeetingClock
from captioner.audio.devices import Device, find_device
from captioner.audio.feed import Feed
from captioner.audio.losses import UNPLUGGED, Reason
from captioner.audio.portaudio import (
    CallbackTime,
    Input,
    PortAudio,
    Stream,
    inputs,
    load,
    look_again,
    reason_of,
)
from captioner.audio.source import Loss
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

KEPT = 3000
"""Blocks that wait for a loop, or a worker, that is busy: about a minute."""

BLOCK = 0.02
"""Seconds a block."""

AGE = 0.05
"""Seconds by which a device may claim that its sound is older than its arrival; more is a driver's error."""

FIRST_WITHIN = 5.0
MISSED_AFTER = 0.8
LOST_AFTER = 2.0
"""Seconds that a device may take to its first block; seconds without a block after which that is said, and
after which the device counts as gone."""

LOOK = 0.2
"""Seconds between two looks at whether the stream is still active."""

DRY = 0.01
"""Seconds without a block after which nothing more was waiting."""

RETRY = 1.0
"""Seconds between attempts to find the device again."""

RATES = (48_000.0, 44_100.0, 16_000.0, 32_000.0, 96_000.0, 8_000.0)
"""What is asked for, one after the other, where a device refuses the rate that it calls its own."""

MUTE = Reason("failed", "The microphone gives no sound", "Choose another microphone")

Block = tuple[NDArray[np.int16], int]
"""Samples at the device's rate, shape (n, 1), and where on the meeting clock the last was heard."""


class DirectMicrophone:
    """Records an input of PortAudio, 20 ms a frame, one channel.

    PortAudio's thread copies and stamps a block, nothing else; a worker resamples. The worker also opens
    and closes the stream, because some systems want both from one thread. A device that is gone, or given
    to another program, leaves a hole on the clock (`loss` says why); it is looked for every second. Entering
    raises `SourceError`.
    """

    def __init__(
        self, name: str | None, *, start: int, clock: MeetingClock, library: PortAudio | None = None
    ) -> None:
        self._name = name
        self._clock = clock
        self._library = library
        self._aligner = Aligner(SAMPLE_RATE, start=start)
        self._blocks: queue.SimpleQueue[Block] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._recorded: Input | None = None
        self._loss: Loss | None = None

    @property
    def channels(self) -> int:
        """Always one."""
        return 1

    @property
    def device(self) -> str | None:
        """The name of the device in use; None while it is gone."""
        recorded = self._recorded
        return recorded.name if recorded and self._loss is None else None

    @property
    def loss(self) -> Loss | None:
        """Why nothing is heard, None while it is."""
        return self._loss

    async def __aenter__(self) -> Self:
        self._feed = Feed(KEPT, waits=False)
        opened: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(opened,), name="microphone", daemon=True)
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
        """The worker thread."""
        opened.set_running_or_notify_cancel()  # from here on cancelling the wait cannot undo it
        try:
            self._record_until_stopped(opened)
        finally:
            self._feed.end()

    def _record_until_stopped(self, opened: "Future[None]") -> None:
        """Open, resample until the device is gone, look for it again."""
        while not self._stopping.is_set():
            try:
                library = self._library = self._library or load()
                with self._stream(library) as (stream, rate):
                    if not opened.done():
                        opened.set_result(None)
                    self._pump(stream, rate)
            except SourceError as error:
                if not opened.done():
                    opened.set_exception(error)
                    return
                # A device that was unplugged is not there: that is known. Anything else is news.
                reason = error.reason if isinstance(error, RefusedError) else UNPLUGGED
                self._lose(reason, is_news=reason.cause not in ("unplugged", "failed"))
            self._recorded = None
            if not self._stopping.wait(RETRY) and self._library is not None:
                with suppress(SourceError):  # the next attempt to open says it
                    look_again(self._library)

    def _lose(self, reason: Reason, *, is_news: bool = False) -> None:
        """Nothing is heard; the first reason counts, unless another is news."""
        before = self._loss
        if before is None or is_news:
            since = before.since if before else self._aligner.end
            self._loss = Loss(since, reason.cause, reason.message, reason.hint)

    @contextmanager
    def _stream(self, library: PortAudio) -> Generator[tuple[Stream, float]]:
        """An open stream and its rate. Raises `SourceError` where there is no device, or it refuses."""
        device = _find(library, self._name)
        self._blocks = queue.SimpleQueue()  # what is left of another stream may be of another rate
        try:
            stream, rate = self._opened(library, device)
            try:
                stream.start()
                self._recorded = device
                yield stream, rate
            finally:
                stream.abort()
                stream.close()
        except library.PortAudioError as error:
            raise RefusedError(reason_of(error, device.name)) from error

    def _opened(self, library: PortAudio, device: Input) -> tuple[Stream, float]:
        """At the device's own rate, or at the first that it does not refuse. Raises PortAudio's error."""
        refusal: Exception | None = None
        for rate in dict.fromkeys((device.rate, *RATES)):
            try:
                stream = library.InputStream(
                    device=device.index,
                    channels=1,
                    samplerate=rate,
                    blocksize=round(rate * BLOCK),
                    latency="low",
                    dtype="int16",
                    callback=self._heard,
                )
            except library.PortAudioError as error:
                refusal = refusal or error
                if reason_of(error, device.name).cause != "format":
                    raise
            else:
                return stream, rate
        assert refusal is not None
        raise refusal

    def _heard(self, block: NDArray[np.int16], count: int, time: CallbackTime, _status: object) -> None:
        """PortAudio's thread: copy, stamp, hand over, nothing else."""
        waited = time.currentTime - time.inputBufferAdcTime - BLOCK if time.inputBufferAdcTime > 0 else 0.0
        heard = self._clock.position() - round(min(max(0.0, waited), AGE) * SAMPLE_RATE)
        if self._blocks.qsize() < KEPT:
            self._blocks.put((block.copy(), heard))

    def _pump(self, stream: Stream, rate: float) -> None:
        self._aligner.restart(rate)
        quiet, patience, reason = 0.0, FIRST_WITHIN, MUTE
        while not self._stopping.is_set() and self._may_come(stream) and quiet < patience:
            try:
                block, heard = self._blocks.get(timeout=LOOK)
            except queue.Empty:
                quiet += LOOK
                if quiet >= MISSED_AFTER and reason is UNPLUGGED:
                    self._lose(reason)
                continue
            quiet, patience, reason = 0.0, LOST_AFTER, UNPLUGGED
            while self._aligner.is_late(block.shape[0], heard):
                try:
                    more, heard = self._blocks.get(timeout=DRY)
                except queue.Empty:
                    break
                block = np.concatenate([block, more])
            for frame in self._aligner.align(block, heard):
                self._feed.put(frame)
            self._loss = None
        if not self._stopping.is_set():
            self._lose(UNPLUGGED if not stream.active else reason)

    def _may_come(self, stream: Stream) -> bool:
        return stream.active or not self._blocks.empty()


class RefusedError(SourceError):
    """A device that is there and cannot be opened."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message, reason.hint)
        self.reason = reason


def _find(library: PortAudio, name: str | None) -> Input:
    found = inputs(library)
    if name is not None:
        known = [Device(each.name, each.name, "microphone", each.is_default) for each in found]
        wanted = find_device("microphone", name, known).id
        return next(each for each in found if each.name == wanted)
    if not found:
        raise SourceError("There is no microphone", "Connect one")
    return next((each for each in found if each.is_default), found[0])

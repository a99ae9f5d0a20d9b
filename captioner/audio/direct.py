"""A microphone through PortAudio, where no sound server is asked."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from captioner.audio.clock import MeetingClock
from captioner.audio.devices import Device, find_device
from captioner.audio.feed import Feed
from captioner.audio.level import Meter
from captioner.audio.portaudio import CallbackTime, Input, PortAudio, Stream, inputs, load, look_again
from captioner.audio.resample import Resampler
from captioner.audio.stamp import Stamper
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

KEPT = 3000
"""Blocks that wait for a loop, or a worker, that is busy: about a minute."""

BLOCK = 0.02
"""Seconds a block."""

AGE = 0.05
"""Seconds by which a device may claim that its sound is older than its arrival; more is a driver's error."""

FIRST_WITHIN = 5.0
LOST_AFTER = 2.0
"""Seconds that a device may take to its first block; seconds without a block after which it is gone."""

LOOK = 0.2
"""Seconds between two looks at whether the stream is still active."""

DRY = 0.01
"""Seconds without a block after which nothing more was waiting."""

RETRY = 1.0
"""Seconds between attempts to find the device again."""

Block = tuple[NDArray[np.int16], int]
"""Samples at the device's rate, shape (n, 1), and where on the meeting clock the last was heard."""


class DirectMicrophone:
    """Records an input of PortAudio, 20 ms a frame, one channel.

    PortAudio's thread copies and stamps a block, nothing else; a worker resamples. The worker also opens
    and closes the stream, because some systems want both from one thread. A device that is gone leaves a
    hole on the clock; it is looked for every second. Entering raises `SourceError`.
    """

    def __init__(
        self, name: str | None, *, start: int, clock: MeetingClock, library: PortAudio | None = None
    ) -> None:
        self._name = name
        self._clock = clock
        self._library = library
        self._stamper = Stamper(start=start)
        self._meter = Meter(1, start=start)
        self._blocks: queue.SimpleQueue[Block] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._recorded: Input | None = None

    @property
    def channels(self) -> int:
        """Always one."""
        return 1

    @property
    def levels(self) -> tuple[float, ...]:
        """Loudness of what was handed out last, in dBFS."""
        return self._meter.levels

    @property
    def silent_for(self) -> tuple[float, ...]:
        """Seconds since there last was sound."""
        return self._meter.silent_for(self._clock.position())

    @property
    def device(self) -> str | None:
        """The name of the device in use; None while it is gone."""
        recorded = self._recorded
        return recorded.name if recorded else None

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
        frame = await self._feed.get()
        self._meter.hear(frame)
        return frame

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
                with self._stream(library) as (stream, device):
                    if not opened.done():
                        opened.set_result(None)
                    self._pump(stream, Resampler(device.rate, 1))
            except SourceError as error:
                if not opened.done():
                    opened.set_exception(error)
                    return
            self._recorded = None
            if not self._stopping.wait(RETRY) and self._library is not None:
                look_again(self._library)

    @contextmanager
    def _stream(self, library: PortAudio) -> Generator[tuple[Stream, Input]]:
        device = _find(library, self._name)
        try:
            stream = library.InputStream(
                device=device.index,
                channels=1,
                samplerate=device.rate,
                blocksize=round(device.rate * BLOCK),
                latency="low",
                dtype="int16",
                callback=self._heard,
            )
            try:
                stream.start()
                self._recorded = device
                yield stream, device
            finally:
                stream.abort()
                stream.close()
        except library.PortAudioError as error:
            raise SourceError(
                f'The microphone "{device.name}" cannot be opened: {error.args[0] if error.args else error}',
                "Close the program that holds it, or choose another",
            ) from error

    def _heard(self, block: NDArray[np.int16], count: int, time: CallbackTime, _status: object) -> None:
        """PortAudio's thread: copy, stamp, hand over, nothing else."""
        waited = time.currentTime - time.inputBufferAdcTime - BLOCK if time.inputBufferAdcTime > 0 else 0.0
        heard = self._clock.position() - round(min(max(0.0, waited), AGE) * SAMPLE_RATE)
        if self._blocks.qsize() < KEPT:
            self._blocks.put((block.copy(), heard))

    def _pump(self, stream: Stream, resampler: Resampler) -> None:
        self._stamper.restart()
        quiet, patience = 0.0, FIRST_WITHIN
        while not self._stopping.is_set() and stream.active and quiet < patience:
            try:
                block, heard = self._blocks.get(timeout=LOOK)
            except queue.Empty:
                quiet += LOOK
                continue
            quiet, patience = 0.0, LOST_AFTER
            samples = resampler.resample(block)
            while self._stamper.is_late(samples.shape[0], heard):
                try:
                    block, heard = self._blocks.get(timeout=DRY)
                except queue.Empty:
                    break
                samples = np.concatenate([samples, resampler.resample(block)])
            for frame in self._stamper.stamp(samples, heard):
                self._feed.put(frame)


def _find(library: PortAudio, name: str | None) -> Input:
    found = inputs(library)
    if name is not None:
        known = [Device(each.name, each.name, "microphone", each.is_default) for each in found]
        wanted = find_device("microphone", name, known).id
        return next(each for each in found if each.name == wanted)
    if not found:
        raise SourceError("There is no microphone", "Connect one, or listen to the call only")
    return next((each for each in found if each.is_default), found[0])

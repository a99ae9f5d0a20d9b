"""A recording as a sound source, at any speed."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from captioner.audio.decode import Channels, Recording
from captioner.audio.feed import Feed
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples

AHEAD = 2.0
"""Seconds of sound that are decoded ahead of their time."""


class FileSource:
    """Plays a recording as if it were said now: every frame comes when its end lies in the past.

    `channels`: "mix" gives one channel, "split" the left and the right side as channels 0 and 1 (a mono
    file is refused). `speed` is a multiple of real time, 0 = as fast as the frames are taken. `start` is
    the position of the first sample on the meeting clock; `skip` samples of the recording (whole frames) are
    passed over, to go on where `reached` stood. Time counts from the first frame asked for.
    Frames are `chunk` seconds long, the last one shorter. `clock` and `sleep` (seconds) are the loop's own
    unless given.

    Entering raises `SourceError` for what cannot be read at all. Damage further on raises nothing: what
    could be read is delivered, then the source ends, and `damage` says what is missing.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        channels: Channels = "mix",
        speed: float = 1.0,
        start: int = 0,
        skip: int = 0,
        chunk: float = 0.05,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._path = Path(path)
        self._mode: Channels = channels
        self._speed = speed
        self._start = start
        self._skip = skip
        self._chunk = max(1, round(chunk * SAMPLE_RATE))
        self._clock = clock
        self._sleep = sleep
        self._recording: Recording | None = None
        self._pending: AudioFrame | None = None
        self._began: float | None = None
        self._position = start

    @property
    def channels(self) -> int:
        """1 mixed, 2 split."""
        return 1 if self._mode == "mix" else 2

    @property
    def reached(self) -> int:
        """How far into the recording frames were handed out, in 16 kHz samples."""
        return self._skip + self._position - self._start

    @property
    def duration(self) -> float | None:
        """Seconds that the file promises, None if it does not say; known once entered."""
        return self._recording.duration if self._recording else None

    @property
    def damage(self) -> str | None:
        """After the end: what could not be read, in words; None for a whole recording."""
        return self._recording.damage if self._recording else None

    async def __aenter__(self) -> Self:
        # Only opened here; the reader thread takes over once this has returned.
        self._recording = await asyncio.to_thread(Recording, self._path, self._mode)
        self._feed = Feed(max(2, round(AHEAD * SAMPLE_RATE / self._chunk)), waits=True)
        self._reader = threading.Thread(
            target=self._read, args=(self._recording,), name=f"read {self._path.name}", daemon=True
        )
        self._reader.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._feed.close()
        await asyncio.to_thread(self._reader.join, 5.0)

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self

    async def __anext__(self) -> AudioFrame:
        # A frame stays pending until it is handed out: cancelling the wait for its time loses nothing.
        if self._pending is None:
            self._pending = await self._feed.get()
        frame = self._pending
        if self._speed > 0:
            await self._until((frame.end - self._start) / SAMPLE_RATE / self._speed)
        self._pending = None
        self._position = frame.end
        return frame

    async def _until(self, seconds: float) -> None:
        clock = self._clock or asyncio.get_running_loop().time
        if self._began is None:
            self._began = clock()
        delay = self._began + seconds - clock()
        if delay > 0:
            await self._sleep(delay)

    def _read(self, recording: Recording) -> None:
        """The reader thread: decode, cut into equal frames, hand over."""
        try:
            position = self._start - self._skip
            for samples in _equal(recording, self._chunk):
                if position >= self._start and not self._feed.put(AudioFrame(position, samples)):
                    return
                position += samples.shape[0]
        except (OSError, ValueError) as failure:
            error = SourceError(f'Reading "{self._path.name}" stopped: {failure}', "Copy it to another disk")
            error.__cause__ = failure
            self._feed.end(error)
        finally:
            self._feed.end()
            recording.close()


def _equal(blocks: Iterable[Samples], size: int) -> Iterator[Samples]:
    """The same samples in blocks of `size`, the last one shorter."""
    waiting: list[Samples] = []
    length = 0
    for block in blocks:
        waiting.append(block)
        length += block.shape[0]
        if length >= size:
            joined = np.concatenate(waiting)
            whole = length - length % size
            yield from (joined[offset : offset + size] for offset in range(0, whole, size))
            waiting = [joined[whole:]]
            length -= whole
    if length:
        yield np.concatenate(waiting)

"""The microphone and what the computer plays, side by side on one clock."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import numpy as np

from captioner.audio.clock import MeetingClock
from captioner.audio.level import Meter
from captioner.audio.source import Source
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

BLOCK = round(0.05 * SAMPLE_RATE)
"""Samples a frame: 50 ms."""

PATIENCE = round(0.15 * SAMPLE_RATE)
"""How far behind the clock a source may be before it is not waited for: 150 ms."""

LAG = 0.03
"""Seconds by which a timer may be late; later means that the loop was blocked, not the sources."""

CATCH_UP = 2.0
"""Seconds that the sources may take to bring what came while the loop, or the whole program, stood still."""

KEPT = 180 * SAMPLE_RATE
"""Samples of each source that wait for a consumer that stopped asking: as much as a stopped program gets."""


class Track:
    """One source's frames, waiting for their place in the mix."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.has_ended = False
        self.is_given_up = False
        """Whether the mix went on without it, and it has given nothing since."""
        self._frames: deque[AudioFrame] = deque()

    def add(self, frame: AudioFrame) -> None:
        """Keep the next frame; beyond three minutes the oldest goes."""
        self.is_given_up = False
        self._frames.append(frame)
        while self._frames and frame.end - self._frames[0].start > KEPT:
            self._frames.popleft()

    @property
    def begins(self) -> int | None:
        """Where the first kept sample lies; None when nothing is kept."""
        return self._frames[0].start if self._frames else None

    def covers(self, end: int) -> bool:
        """Whether nothing more is to be expected before `end`."""
        return self.has_ended or bool(self._frames and self._frames[-1].end >= end)

    def forget(self, position: int) -> None:
        """Drop what lies before `position`: it came too late."""
        while self._frames and self._frames[0].end <= position:
            self._frames.popleft()
        if self._frames:
            self._frames[0] = self._frames[0].after(position)

    def take(self, into: AudioFrame, channel: int) -> None:
        """Copy what lies inside `into` to one of its channels and drop it here."""
        for frame in self._frames:
            if frame.start >= into.end:
                break
            part = frame.samples[: into.end - frame.start, 0]
            offset = frame.start - into.start
            into.samples[offset : offset + part.shape[0], channel] = part
        self.forget(into.end)


class MixedSource:
    """Two sources of one channel as frames of 50 ms with two: 0 the microphone, 1 what the computer plays.

    Both stamp on the same meeting `clock`. A frame is given once both sources have come so far, or once
    its end lies 150 ms behind the clock: then what is missing is silence, and comes too late when it
    comes. So a source that stalls never holds the other back. Where neither has anything there is no
    frame: a hole on the clock. Time that the loop itself was blocked, or the program was stopped, is not
    held against the sources: they have 2 s to bring what came meanwhile.

    Entering opens both, or neither: the `SourceError` of the one that fails is raised. A source that ends,
    or is lost for good, is silence from there (`lost` has its error); when both are, the mix ends, with the
    error if there was one.
    """

    def __init__(self, microphone: Source, system: Source, *, clock: MeetingClock, start: int = 0) -> None:
        self._tracks = (Track(microphone), Track(system))
        self._clock = clock
        self._position = start
        self._meter = Meter(2, start=start)
        self._news = asyncio.Event()
        self._opened = AsyncExitStack()
        self._pumps: list[asyncio.Task[None]] = []
        self._let_in = start  # what was due by then has had its chance
        self.lost: list[SourceError | None] = [None, None]

    @property
    def channels(self) -> int:
        """Always two."""
        return 2

    @property
    def levels(self) -> tuple[float, ...]:
        """Loudness of the microphone and of what the computer plays, in dBFS."""
        return self._meter.levels

    @property
    def silent_for(self) -> tuple[float, ...]:
        """Seconds since each of them last had sound."""
        return self._meter.silent_for(self._clock.position())

    @property
    def devices(self) -> tuple[str | None, ...]:
        """The names, for people, of the devices in use; None for one that is gone, or is no device."""
        return tuple(getattr(track.source, "device", None) for track in self._tracks)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            for track in self._tracks:
                await opening.enter_async_context(track.source)
            self._opened = opening.pop_all()
        for channel, name in enumerate(("microphone", "system")):
            self._pumps.append(asyncio.create_task(self._pump(channel), name=f"mix {name}"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pump in self._pumps:
            pump.cancel()
        try:
            await asyncio.gather(*self._pumps, return_exceptions=True)
        finally:
            await self._opened.aclose()

    async def _pump(self, channel: int) -> None:
        track = self._tracks[channel]
        try:
            async for frame in track.source:
                track.add(frame)
                self._news.set()
        except SourceError as error:
            self.lost[channel] = error
        finally:
            track.has_ended = True
            self._news.set()

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self

    async def __anext__(self) -> AudioFrame:
        # Nothing is taken from the tracks before the last await: cancelling loses nothing.
        while True:
            self._news.clear()
            for pump in self._pumps:
                if pump.done():
                    pump.result()  # raises what is a bug; expected errors lie in `lost`
            if all(track.has_ended and track.begins is None for track in self._tracks):
                raise next((error for error in self.lost if error), None) or StopAsyncIteration
            end = self._position + BLOCK
            if all(track.covers(end) for track in self._tracks):
                frame = self._mixed(None)
            elif await self._is_overdue(end):
                frame = self._mixed(self._clock.position() - PATIENCE)
            else:
                continue
            if frame is not None:
                return frame

    def _mixed(self, overdue: int | None) -> AudioFrame | None:
        """The next frame from what there is; None where it would be empty: on to where there is some.

        Not beyond `overdue`, though, before which late sound is given up; None: no sound is late.
        """
        for track in self._tracks:
            track.forget(self._position)
        begins = min((track.begins for track in self._tracks if track.begins is not None), default=None)
        if begins is None:
            return None
        if begins >= self._position + BLOCK:
            self._position = begins if overdue is None else max(self._position, min(begins, overdue))
            return None
        frame = AudioFrame(self._position, np.zeros((BLOCK, 2), np.int16))
        for channel, track in enumerate(self._tracks):
            track.is_given_up = not track.covers(frame.end)
            track.take(frame, channel)
        self._position = frame.end
        self._meter.hear(frame)
        return frame

    async def _is_overdue(self, end: int) -> bool:
        """Wait until there is news (False), or the frame up to `end` can wait no longer (True)."""
        if all(track.begins is None for track in self._tracks):
            await self._news.wait()
            return False
        deadline = end + PATIENCE
        if deadline <= self._let_in:
            return True
        loop = asyncio.get_running_loop()
        delay = (deadline - self._clock.position()) / SAMPLE_RATE
        planned = loop.time() + delay
        if await self._hears_news(max(0.0, delay)):
            return False
        if loop.time() - planned > LAG:
            # The loop stood still, or nobody asked for long: first let in what has come meanwhile.
            self._let_in = self._clock.position()
            await self._let_all_in()
            return False
        return True

    async def _let_all_in(self) -> None:
        """Until every source that was heard before has come up to where the loop went on, or for 2 s."""
        await asyncio.sleep(LAG)
        due = self._let_in - PATIENCE
        deadline = asyncio.get_running_loop().time() + CATCH_UP
        while not all(track.is_given_up or track.covers(due) for track in self._tracks):
            self._news.clear()
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or not await self._hears_news(left):
                return

    async def _hears_news(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

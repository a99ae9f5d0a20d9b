"""The microphone and what the computer plays, side by side on one clock."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import numpy as np

from captioner.audio.clock import MeetingClock
from captioner.audio.source import Absent, Loss, Source
from captioner.audio.track import Track
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

BLOCK = round(0.05 * SAMPLE_RATE)
"""Samples a frame: 50 ms."""

PATIENCE = round(0.15 * SAMPLE_RATE)
FAITH = round(0.6 * SAMPLE_RATE)
"""How far behind the clock a source may be before it is not waited for: 150 ms; 600 ms one that was there
until now and does not say that it is lost, because a busy machine brings its sound late."""

LAG = 0.03
"""Seconds by which a timer may be late; later means that the loop was blocked, not the sources."""

CATCH_UP = 2.0
"""Seconds that the sources may take to bring what came while the loop, or the whole program, stood still."""

RETRY = 2.0
"""Seconds between attempts to open what could not be opened."""

NAMES = ("microphone", "system")
"""What each channel is."""


class MixedSource:
    """Two sources of one channel as frames of 50 ms with two: 0 the microphone, 1 what the computer plays.

    Both stamp on the same meeting `clock`. A frame is given once both sources have come so far, or once
    its end lies 600 ms behind the clock: then what is missing is silence, and comes too late when it
    comes. A source that stalled is waited for 150 ms from then on, so it does not hold the other back; one
    that also says that it is lost is not waited for again. Where neither has anything there is no frame: a
    hole on the clock. Time that the loop itself was blocked, or the program was stopped, is not held against
    the sources: they have 2 s to bring what came meanwhile.

    Entering opens both. One that cannot be opened is silence (`losses` says why), and every 2 s another one
    that `make` gives for the channel, with the position where it begins, is tried in its place. The
    `SourceError` is raised where nothing could be opened. A source that raises later is silence from there,
    until it is replaced. The mix ends when every source that is not switched off has ended, with the error
    of the one that raised, if one did.
    """

    def __init__(
        self,
        microphone: Source,
        system: Source,
        *,
        clock: MeetingClock,
        start: int = 0,
        make: Callable[[int, int], Source] | None = None,
    ) -> None:
        self._tracks = (Track(microphone), Track(system))
        self._clock = clock
        self._position = start
        self._make = make
        self._news = asyncio.Event()
        self._is_open = False
        self._let_in = start  # what was due by then has had its chance

    @property
    def channels(self) -> int:
        """Always two."""
        return 2

    @property
    def devices(self) -> tuple[str | None, ...]:
        """The names, for people, of the devices in use; None for one that is gone, or is no device."""
        return tuple(getattr(track.source, "device", None) for track in self._tracks)

    @property
    def substitutes(self) -> tuple[bool, ...]:
        """Whether another device than the chosen one is heard, because that is not there."""
        return tuple(track.is_substitute for track in self._tracks)

    @property
    def losses(self) -> tuple[Loss | None, ...]:
        """Why nothing is heard of each though it should be; None where it is, or where it is switched off."""
        return tuple(track.loss for track in self._tracks)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opening:
            for track in self._tracks:
                try:
                    await opening.enter_async_context(track.source)
                except SourceError as error:
                    self._refuse(track, error)
            if all(track.is_vacant for track in self._tracks) and (error := self._error()):
                raise error
            opening.pop_all()
        self._is_open = True
        for channel, track in enumerate(self._tracks):
            if track.failure is None:
                self._listen(channel)
            else:
                self._look_for(channel)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_open = False
        async with AsyncExitStack() as closing:
            for track in self._tracks:
                closing.push_async_callback(self._leave, track)

    async def replace(self, channel: int, source: Source) -> None:
        """Listen to another source on a channel, or with `Absent()` to none; the other never notices.

        The old one is closed first: a device may be open only once. Raises the `SourceError` of a new one
        that cannot be opened: the channel is silent then, `losses` says why, and it is tried again as on
        entering; silent, too, if cancelled.
        """
        track = self._tracks[channel]
        async with track.swap:
            if not self._is_open:
                return
            await self._close(track)
            track.mend()
            try:
                await source.__aenter__()
            except SourceError as error:
                self._refuse(track, error)
                if self._is_open:
                    self._look_for(channel)
                raise
            track.source = source
            if self._is_open:
                self._listen(channel)
            else:
                await self._close(track)

    async def _leave(self, track: Track) -> None:
        async with track.swap:
            await self._close(track)

    async def _close(self, track: Track) -> None:
        """Close a track's source; the channel is switched off, whatever befalls this."""
        source, track.source = track.source, Absent()
        try:
            await track.stop()
        finally:
            self._news.set()
            await source.__aexit__(None, None, None)

    def _refuse(self, track: Track, error: SourceError) -> None:
        """Its source cannot be opened: there is none, and none is waited for."""
        track.source, track.has_ended = Absent(), True
        track.fail(error, self._clock.position())

    def _listen(self, channel: int) -> None:
        track, name = self._tracks[channel], NAMES[channel]
        track.has_ended = False
        track.pump = asyncio.create_task(self._pump(track), name=f"mix {name}")

    def _look_for(self, channel: int) -> None:
        if self._make:
            looking = self._find(channel, self._make)
            self._tracks[channel].pump = asyncio.create_task(looking, name=f"look for {NAMES[channel]}")

    async def _find(self, channel: int, make: Callable[[int, int], Source]) -> None:
        """Try to open what could not be opened until it can be, then listen to it."""
        track = self._tracks[channel]
        while track.failure:
            await asyncio.sleep(RETRY)
            source = make(channel, self._clock.position())
            try:
                await source.__aenter__()
            except SourceError as error:
                track.fail(error, self._clock.position())
            else:
                # Nothing is awaited from here until the track has it: whoever cancels this closes it, too.
                track.source, track.has_ended = source, False
                track.mend()
        await self._pump(track)

    async def _pump(self, track: Track) -> None:
        try:
            async for frame in track.source:
                track.add(frame)
                self._news.set()
        except SourceError as error:
            track.fail(error, self._clock.position())
        finally:
            track.has_ended = True
            self._news.set()

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self

    async def __anext__(self) -> AudioFrame:
        # Nothing is taken from the tracks before the last await: cancelling loses nothing.
        while True:
            self._news.clear()
            self._look_for_the_end()
            end = self._position + BLOCK
            if all(track.begins is None for track in self._tracks):
                await self._news.wait()
                continue
            if all(track.covers(end) for track in self._tracks):
                frame = self._mixed(None)
            elif await self._is_overdue(end):
                frame = self._mixed(self._clock.position() - self._patience(end))
            else:
                continue
            if frame is not None:
                return frame

    def _look_for_the_end(self) -> None:
        """Raises what ends the iteration: a bug; or, once nothing is left, a source's error or the end."""
        for track in self._tracks:
            if track.pump is not None and track.pump.done() and not track.pump.cancelled():
                track.pump.result()  # raises what is a bug; expected errors lie in `losses`
        there = [track for track in self._tracks if not track.is_vacant]
        has_ended = bool(there) and all(track.has_ended for track in there)
        if has_ended and all(track.begins is None for track in self._tracks):
            raise self._error() or StopAsyncIteration

    def _error(self) -> SourceError | None:
        return next((track.error for track in self._tracks if track.error), None)

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
            track.is_given_up = not track.reaches(frame.end)
            track.take(frame, channel)
        self._position = frame.end
        return frame

    async def _is_overdue(self, end: int) -> bool:
        """Wait until there is news (False), or the frame up to `end` can wait no longer (True)."""
        deadline = end + self._patience(end)
        if deadline <= self._let_in:
            return True
        loop = asyncio.get_running_loop()
        now = self._clock.position()
        latest = loop.time() + (end + FAITH - now) / SAMPLE_RATE
        if await self._hears_news(max(0.0, (deadline - now) / SAMPLE_RATE)):
            return False
        if loop.time() - latest > LAG:
            # The loop stood still, or nobody asked for long: first let in what has come meanwhile.
            self._let_in = self._clock.position()
            await self._let_all_in()
            return False
        return True

    def _patience(self, end: int) -> int:
        """How long, in samples, it is waited for what is missing before `end`."""
        missing = [track for track in self._tracks if not track.covers(end)]
        return PATIENCE if all(track.is_given_up or track.loss for track in missing) else FAITH

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

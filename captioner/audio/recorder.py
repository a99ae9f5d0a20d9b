"""A source of the sound server as a sound source that never records anything else."""

import asyncio
import threading
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Protocol, Self

from captioner.audio.clock import MeetingClock
from captioner.audio.feed import Feed
from captioner.audio.level import Meter
from captioner.audio.parec import TAG, Parec, require_parec
from captioner.audio.pulse import Port, SoundServer, ask
from captioner.audio.stamp import Stamper
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import AudioFrame

KEPT = 3000
"""Frames that wait for a loop that is busy: about a minute."""

RETRY = 1.0
"""Seconds between attempts to come back."""

ATTEMPTS = 5
"""So many streams in a row without a single verified block mean that recording does not work here."""

QUIET = 0.2
"""Seconds without data after which the stream's place is checked all the same."""

FOUND_WITHIN = 3.0
SETTLING = 0.05
"""Seconds in which a new stream must show up at its source, and between two looks."""


class Wish(Protocol):
    """Which source of the server is to be recorded; asked again whenever devices or defaults change."""

    def settle(self, server: SoundServer) -> None:
        """Once, on opening. Raises `SourceError` where there is nothing that this wish could mean."""
        ...

    def choose(self, server: SoundServer) -> Port | None:
        """The source that is wanted now; None while it is not there."""
        ...


class RecordedSource:
    """Records the source that `wish` chooses, through `parec`, and follows when it chooses another.

    When a source goes away the server moves its streams to another one without a word: a stream of what
    the computer plays ends up on the microphone. Therefore no block is delivered on trust. One thread
    reads a block, then asks the server where the stream is, and only an answer that was asked for after
    the block had come, and names the wanted source, releases it. A stream found elsewhere is ended with
    all it holds, and another begun once the wanted source is there. (A thread that only listened for
    events would be told too late: sound can overtake the news.) Meanwhile nothing is delivered, a hole
    on the clock; the same while the server is gone, which is tried again every second.

    Entering raises `SourceError` (no server, no parec, no such source); so does the iteration when
    recording stops working for good. Frames are about 40 ms, at most 100 ms, one channel.
    """

    def __init__(self, wish: Wish, *, start: int, clock: MeetingClock) -> None:
        self._wish = wish
        self._clock = clock
        self._stamper = Stamper(start=start)
        self._meter = Meter(1, start=start)
        self._stopping = threading.Event()
        self._server: SoundServer | None = None
        self._recorded: Port | None = None
        self._failures = 0

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
        """The name, for people, of what is recorded now; None while there is nothing to record."""
        recorded = self._recorded
        return recorded.description if recorded else None

    async def __aenter__(self) -> Self:
        require_parec()
        await asyncio.to_thread(ask, self._wish.settle)
        self._feed = Feed(KEPT, waits=False)
        self._thread = threading.Thread(target=self._run, name="record", daemon=True)
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._feed.close()
        self._stopping.set()
        # Without this a server that hangs would hold the thread, and the thread the program.
        if (server := self._server) is not None:
            server.abort()
        await asyncio.to_thread(self._thread.join, 5.0)

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self

    async def __anext__(self) -> AudioFrame:
        frame = await self._feed.get()
        self._meter.hear(frame)
        return frame

    def _run(self) -> None:
        """The recording thread."""
        try:
            reason = self._record_until_stopped()
            if self._failures >= ATTEMPTS:
                self._feed.end(
                    SourceError(f"Recording does not work: {reason}", "Choose another sound source")
                )
        finally:
            self._feed.end()

    def _record_until_stopped(self) -> str:
        """As long as there is a server, record; when it is gone, look for it again. Why that ended."""
        reason = ""
        while not self._stopping.is_set() and self._failures < ATTEMPTS:
            try:
                with SoundServer(starts=False) as server:
                    self._server = server
                    server.listen()
                    reason = self._follow(server)
            except SourceError:
                self._failures = 0
            finally:
                self._server = None
                self._recorded = None
            self._stopping.wait(RETRY)
        return reason

    def _follow(self, server: SoundServer) -> str:
        """Record what is wanted, one stream after the other, until told to stop or failing too often."""
        reason = ""
        while not self._stopping.is_set() and self._failures < ATTEMPTS:
            server.has_changed()
            wanted = self._wish.choose(server)
            self._recorded = wanted
            if wanted is None:
                server.wait(RETRY)
                continue
            with Parec(wanted.name, is_pipewire=server.is_pipewire) as stream:
                reason = self._record(server, stream, wanted)
            if reason:
                self._failures += 1
                # At once after the first: a device that went away has been replaced by now.
                self._stopping.wait(RETRY * (self._failures > 1))
        return reason

    def _record(self, server: SoundServer, stream: Parec, wanted: Port) -> str:
        """Deliver one stream's verified blocks; why it ended, empty when nothing was wrong with it."""
        self._stamper.restart()
        index: int | None = None
        while not self._stopping.is_set():
            block = stream.read(QUIET)
            if block is None:
                return f"parec ended, {stream.last_words()}"
            arrived = self._clock.position()
            if self._stamper.is_late(block.shape[0], arrived):
                block = stream.read_on(block, self._is_late)
                arrived = self._clock.position()
            if index is None:
                index = self._place(server, stream, wanted)
            if index is None or server.source_of(index) != wanted.index:
                return "the sound server gave another source than the one asked for"
            if block.shape[0]:
                self._failures = 0
                for frame in self._stamper.stamp(block, arrived):
                    self._feed.put(frame)
            if server.has_changed() and self._wish.choose(server) != wanted:
                return ""
        return ""

    def _is_late(self, samples: int) -> bool:
        return self._stamper.is_late(samples, self._clock.position())

    def _place(self, server: SoundServer, stream: Parec, wanted: Port) -> int | None:
        """The index of a new stream once it is where it belongs; None if that takes too long."""
        for _ in range(round(FOUND_WITHIN / SETTLING)):
            index = server.stream_tagged(TAG, stream.tag)
            if index is not None and server.source_of(index) == wanted.index:
                return index
            if self._stopping.wait(SETTLING):
                return None
        return None

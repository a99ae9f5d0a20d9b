"""The side where sound comes in: kept until the engine has settled it."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

from captioner.streaming.backlog import Backlog, Cursor
from captioner.streaming.encoded import EncodedReader
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Sound
from captioner.streaming.options import StreamingOptions
from captioner.streaming.pcm import FrameReader

GAP_REPORT_SECONDS = 5.0
"""Sound dropped from a full backlog is reported in stretches of this length."""

GapReport = Callable[[int, int, str], None]
"""Told of sound that is lost: from, to (samples on the meeting clock), cause."""


class Intake:
    """Sound in order, between whoever sends and the conversations that hear it.

    `takes_encoded`: the engine is given sound as the options declare it. Each conversation has a cursor;
    `changed` gives an event that is set whenever there is something new to feed.
    """

    def __init__(self, options: StreamingOptions, report_gap: GapReport, *, takes_encoded: bool) -> None:
        self._reader = _reader(options, takes_encoded)
        self._backlog = Backlog(options.backlog_seconds)
        self._drops = options.overflow == "drop_oldest"
        self.report_gap = report_gap
        self._room = asyncio.Event()
        self._sending = asyncio.Lock()
        self._lost: tuple[int, int] | None = None
        self._is_closed = False
        self._bells: list[asyncio.Event] = []
        self.can_replay = not isinstance(self._reader, EncodedReader) or options.block is not None
        """Packets of a codec mean nothing without those before: they are given once."""
        self.is_timed = not isinstance(self._reader, EncodedReader) or options.bytes_per_second is not None
        """Whether it is known how long the sound is; of a container or a codec it is guessed."""
        self.finished = asyncio.Event()
        self.is_waited_for = False
        """Whether a sender waits for room."""
        self.given = 0.0
        """Seconds of sound that came, without the holes."""
        self.received = 0

    @property
    def is_finished(self) -> bool:
        """Whether the end of sound was declared."""
        return self.finished.is_set()

    @property
    def kept(self) -> float:
        """Seconds of sound held for a replay."""
        return self._backlog.seconds

    def kept_between(self, start: int, end: int | None = None) -> float:
        """Seconds of sound held between two places, None = the end of sound."""
        return self._backlog.seconds_between(start, end)

    def open(self, start: int, end: int | None = None, *, is_optional: bool = False) -> Cursor:
        """A cursor that reads from `start` to `end` (None = until the end of sound)."""
        return self._backlog.open(start, end, is_optional=is_optional)

    @contextmanager
    def bell(self) -> Generator[asyncio.Event]:
        """An event that is set whenever there may be something new to feed."""
        bell = asyncio.Event()
        self._bells.append(bell)
        try:
            yield bell
        finally:
            self._bells = [other for other in self._bells if other is not bell]

    def ring(self) -> None:
        """Let every conversation look whether there is something to do."""
        for bell in self._bells:
            bell.set()

    def lacks(self, cursor: Cursor, position: int) -> bool:
        """Whether sound was fed from `position` on that is not kept any more."""
        return position < (cursor.dropped if self.can_replay else cursor.fed)

    def rewind(self, cursor: Cursor, position: int, horizon: int) -> float:
        """Feed again from `position` on; returns how many seconds of kept sound lie behind the horizon."""
        if self.lacks(cursor, horizon) and not cursor.is_optional:
            if not self.can_replay:
                self.report_gap(horizon, cursor.fed, "encoded sound cannot be given again")
            else:
                self.report_gap(horizon, cursor.dropped, "the sound is not kept any more")
        if not self.can_replay:
            return 0.0
        cursor.rewind(position)
        return self._backlog.seconds_between(horizon, cursor.end)

    async def put(self, audio: bytes | memoryview | AudioFrame) -> None:
        """Keep what was sent; waits for room, or drops the oldest sound."""
        async with self._sending:  # of two senders one waits, or both would begin at the same place
            for frame in self._reader.read(audio, self.received):
                await self._make_room()
                self._keep(frame)

    def finish(self) -> None:
        """The end of sound: keep what the resampler still holds."""
        if not self.is_finished:
            self.finished.set()
            self._keep(*self._reader.flush(self.received))

    def settle(self, cursor: Cursor, position: int, heard: int) -> None:
        """Free what this cursor does not need before `position`. `heard` is how far its engine is.

        When all that is kept was heard and nothing is settled, the engine waits for more of an open line: the
        oldest makes way, which costs only its replay. All but a second: Deepgram speaks once in that time.
        """
        cursor.settle(position)
        is_all_heard = heard >= self.received - SAMPLE_RATE
        while self._backlog.is_full and is_all_heard and self._backlog.cost() != "words":
            self._backlog.drop_oldest()
        self._tell_room()

    def next(self, cursor: Cursor) -> Sound | None:
        """The next sound to feed, None when everything kept was fed."""
        sound = cursor.next()
        if sound and not self.can_replay:
            cursor.release(sound.end)
            self._tell_room()
        return sound

    def close(self) -> None:
        """Report what was dropped last, and let nobody wait any longer."""
        self._report_lost(0.0)
        self._is_closed = True
        self._room.set()

    def _keep(self, *frames: Sound) -> None:
        for frame in frames:
            self._backlog.put(frame)
            self.given += (frame.end - frame.start) / SAMPLE_RATE
            self.received = max(self.received, frame.end)
        self.ring()

    def _tell_room(self) -> None:
        if not self._backlog.is_full:
            self._room.set()

    async def _make_room(self) -> None:
        lost_before = self._lost
        while self._backlog.is_full and not self._is_closed:
            cost = self._backlog.cost()
            if not self._drops and cost != "nothing":
                await self._wait_for_room()
                continue
            frame = self._backlog.drop_oldest()
            if cost == "words":
                self._lost = (self._lost or (frame.start, 0))[0], frame.end
        self._report_lost(0.0 if self._lost is lost_before else GAP_REPORT_SECONDS)

    async def _wait_for_room(self) -> None:
        self._room.clear()
        self.is_waited_for = True
        self.ring()  # the engine may have heard all already, and say nothing more
        try:
            await self._room.wait()
        finally:
            self.is_waited_for = False

    def _report_lost(self, at_least: float) -> None:
        # One gap event for each dropped frame would be a flood: they are joined to stretches.
        if self._lost and self._lost[1] - self._lost[0] >= at_least * SAMPLE_RATE:
            self.report_gap(*self._lost, "the engine was too far behind")
            self._lost = None


def _reader(options: StreamingOptions, takes_encoded: bool) -> FrameReader | EncodedReader:
    if not takes_encoded:
        return FrameReader(options, options.speech_channels)
    if options.encoding == "linear16" and options.sample_rate == SAMPLE_RATE:
        return FrameReader(options, options.channels)
    return EncodedReader(options)

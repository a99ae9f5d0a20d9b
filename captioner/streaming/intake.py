"""The side where sound comes in: kept until the engine has settled it."""

import asyncio
from collections.abc import Callable

from captioner.streaming.backlog import Backlog
from captioner.streaming.encoded import EncodedReader
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Sound
from captioner.streaming.options import StreamingOptions
from captioner.streaming.pcm import FrameReader

GAP_REPORT_SECONDS = 5.0
"""Sound dropped from a full backlog is reported in stretches of this length."""

GapReport = Callable[[int, int, str], None]
"""Told of sound that is lost: from, to (samples on the meeting clock), cause."""


class Intake:
    """Sound in order, between whoever sends and the task that feeds the engine.

    `takes_encoded`: the engine is given sound as the options declare it. `changed` is set whenever there is
    something new to feed. What is dropped after it was fed is no gap, unless it is to be fed again.
    """

    def __init__(self, options: StreamingOptions, report_gap: GapReport, *, takes_encoded: bool) -> None:
        self._reader = _reader(options, takes_encoded)
        self._backlog = Backlog(options.backlog_seconds)
        self._drops = options.overflow == "drop_oldest"
        self._report_gap = report_gap
        self._room = asyncio.Event()
        self._sending = asyncio.Lock()
        self._dropped: tuple[int, int] | None = None
        self._dropped_fed = 0  # where the sound ends that was dropped after it was fed
        self._is_closed = False
        self.can_replay = not isinstance(self._reader, EncodedReader) or options.block is not None
        """Packets of a codec mean nothing without those before: they are given once."""
        self.changed = asyncio.Event()
        self.is_finished = False
        self.is_waited_for = False
        """Whether a sender waits for room."""
        self.received = 0

    @property
    def kept(self) -> float:
        """Seconds of sound held for a replay."""
        return self._backlog.seconds

    def lacks(self, position: int) -> bool:
        """Whether sound was fed from `position` on that is not kept any more."""
        return position < (self._dropped_fed if self.can_replay else self._backlog.fed)

    def rewind(self, position: int) -> float:
        """Feed again from `position` on; returns how many seconds of kept sound that is."""
        if not self.can_replay:
            if self.lacks(position):
                self._report_gap(position, self._backlog.fed, "encoded sound cannot be given again")
            return 0.0
        if self.lacks(position):
            self._report_gap(position, self._dropped_fed, "the sound is not kept any more")
        return self._backlog.rewind(position)

    async def put(self, audio: bytes | memoryview | AudioFrame) -> None:
        """Keep what was sent; waits for room, or drops the oldest sound."""
        async with self._sending:  # of two senders one waits, or both would begin at the same place
            for frame in self._reader.read(audio, self.received):
                await self._make_room()
                self._keep(frame)

    def finish(self) -> None:
        """The end of sound: keep what the resampler still holds."""
        if not self.is_finished:
            self.is_finished = True
            self._keep(*self._reader.flush(self.received))

    def settle(self, position: int, heard: int) -> None:
        """Free what lies before `position`. `heard` is how far the engine has taken sound in.

        When all that is kept was heard and nothing is settled, the engine waits for more of an open line: the
        oldest makes way, which costs only its replay. All but a second: Deepgram speaks once in that time.
        """
        self._backlog.settle(position)
        while self._backlog.is_full and heard >= self.received - SAMPLE_RATE:
            self._dropped_fed = self._backlog.drop_oldest().end
        if not self._backlog.is_full:
            self._room.set()

    def next(self) -> Sound | None:
        """The next sound to feed, None when everything kept was fed."""
        sound = self._backlog.next()
        if sound and not self.can_replay:
            self._backlog.settle(sound.end)
            if not self._backlog.is_full:
                self._room.set()
        return sound

    def close(self) -> None:
        """Report what was dropped last, and let nobody wait any longer."""
        self._report_dropped(0.0)
        self._is_closed = True
        self._room.set()

    def _keep(self, *frames: Sound) -> None:
        for frame in frames:
            self._backlog.put(frame)
            self.received = max(self.received, frame.end)
        self.changed.set()

    async def _make_room(self) -> None:
        dropped_before = self._dropped
        while self._backlog.is_full and not self._is_closed:
            if not self._drops:
                await self._wait_for_room()
                continue
            lost = self._backlog.drop_oldest()
            if lost.end > self._backlog.fed:
                self._dropped = (self._dropped or (lost.start, 0))[0], lost.end
            else:
                self._dropped_fed = lost.end
        self._report_dropped(0.0 if self._dropped is dropped_before else GAP_REPORT_SECONDS)

    async def _wait_for_room(self) -> None:
        self._room.clear()
        self.is_waited_for = True
        self.changed.set()  # the engine may have heard all already, and say nothing more
        try:
            await self._room.wait()
        finally:
            self.is_waited_for = False

    def _report_dropped(self, at_least: float) -> None:
        # One gap event for each dropped frame would be a flood: they are joined to stretches.
        if self._dropped and self._dropped[1] - self._dropped[0] >= at_least * SAMPLE_RATE:
            self._report_gap(*self._dropped, "the engine was too far behind")
            self._dropped = None


def _reader(options: StreamingOptions, takes_encoded: bool) -> FrameReader | EncodedReader:
    if not takes_encoded:
        return FrameReader(options, options.speech_channels)
    if options.encoding == "linear16" and options.sample_rate == SAMPLE_RATE:
        return FrameReader(options, options.channels)
    return EncodedReader(options)

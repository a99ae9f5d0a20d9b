"""One of the sources that are mixed: its frames, and what became of it."""

import asyncio
from collections import deque

from captioner.audio.source import Absent, Loss, Source
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

KEPT = 180 * SAMPLE_RATE
"""Samples that wait for a consumer that stopped asking: as much as a stopped program gets."""


class Track:
    """One source's frames, waiting for their place in the mix."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.swap = asyncio.Lock()
        self.pump: asyncio.Task[None] | None = None
        self.has_ended = False
        self.failure: Loss | None = None
        """Why there is nothing: the source raised, or cannot be opened; `error` is what it raised."""
        self.error: SourceError | None = None
        self.is_given_up = False
        """Whether the mix went on without it, and it has given nothing since."""
        self._frames: deque[AudioFrame] = deque()
        self._end = 0

    def add(self, frame: AudioFrame) -> None:
        """Keep the next frame; beyond three minutes the oldest goes, and what another source gave stays."""
        self.is_given_up = False
        if frame.end <= self._end:
            return
        self._frames.append(frame.after(self._end))
        self._end = frame.end
        while self._frames and frame.end - self._frames[0].start > KEPT:
            self._frames.popleft()

    @property
    def is_vacant(self) -> bool:
        """Whether it is switched off, so that its end is not the mix's."""
        return isinstance(self.source, Absent)

    @property
    def loss(self) -> Loss | None:
        """Why nothing is heard though it should be; None while it is."""
        return self.failure or getattr(self.source, "loss", None)

    @property
    def is_substitute(self) -> bool:
        """Whether another device than the chosen one is heard, because that is not there."""
        return bool(getattr(self.source, "substitute", False))

    @property
    def begins(self) -> int | None:
        """Where the first kept sample lies; None when nothing is kept."""
        return self._frames[0].start if self._frames else None

    def reaches(self, end: int) -> bool:
        """Whether there is sound up to `end`, or never will be."""
        return self.has_ended or bool(self._frames and self._frames[-1].end >= end)

    def covers(self, end: int) -> bool:
        """Whether nothing more is to be expected before `end`."""
        # A loss alone is not enough: behind a stop it may be told before the sound that waited.
        return self.reaches(end) or (self.is_given_up and self.loss is not None)

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

    async def stop(self) -> None:
        """Nothing more is taken from the source; what was taken stays."""
        self.has_ended = True
        if self.pump is not None:
            self.pump.cancel()
            await asyncio.gather(self.pump, return_exceptions=True)

    def fail(self, error: SourceError, now: int) -> None:
        """From here on silence, for the reason that the error gives."""
        self.error = error
        if self._end:
            self.failure = Loss(self._end, "failed", error.message, error.hint)
        else:
            since = self.failure.since if self.failure else now
            self.failure = Loss(since, "missing", error.message, error.hint)

    def mend(self) -> None:
        """What failed does not matter any more."""
        self.error = self.failure = None

"""A source of the sound server as a sound source that never records anything else."""

import asyncio
import logging
import math
import threading
import time
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from captioner.audio.align import Aligner
from captioner.audio.clock import MeetingClock
from captioner.audio.feed import Feed
from captioner.audio.losses import BUSY, DUMB, ELSEWHERE, HUNG, STOPPED, UNPLUGGED, Reason, reason_of
from captioner.audio.server.parec import TAG, Parec, require_parec
from captioner.audio.server.place import ANSWERED_WITHIN
from captioner.audio.server.pulse import NoSoundServerError, SoundServer, ask
from captioner.audio.server.wish import Target, Wish
from captioner.audio.source import Loss
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame, Samples

KEPT = 3000
"""Frames that wait for a loop that is busy: about a minute."""

RETRY = 0.5
AGAIN = 0.1
"""Seconds between attempts to come back: to a server that is not there, and to one that left us."""

QUIET = 0.2
"""Seconds without data after which the stream's place is checked all the same."""

DUMB_AFTER = 0.5
RENEWED_AFTER = 5.0
"""Seconds without data after which a source that always gives some is lost, and another stream is begun."""

HUNG_AFTER = 0.9
"""Seconds without any sign of life after which the server counts as hung, though its answer is waited for."""

ASKED_EVERY = 0.6
"""Seconds: who watches a source asks it more often than that for a loss."""

STARTED_WITHIN = 2.0
"""Seconds that a server which comes back may take to find its devices."""

FOUND_WITHIN = 3.0
SETTLING = 0.03
"""Seconds in which a new stream must show up at its source, and between two looks."""


_log = logging.getLogger(__name__)


class RecordedSource:
    """Records what `wish` chooses, through `parec`, and follows when it chooses another.

    When a source goes away the server moves its streams to another one without a word: a stream of what
    the computer plays ends up on the microphone. Therefore no block is delivered on trust. One thread
    reads a block, then asks the server where the stream is, and only an answer that was asked for after
    the block had come, and names the wanted source, releases it. A stream found elsewhere, or that was moved
    at all (away and back between two answers), is ended with all it holds, and another begun once the wanted
    source is there. (A thread that only listened for events would be told too late: sound can overtake the
    news.) Meanwhile nothing is delivered, a hole on the clock, and `loss` says why; whatever the reason,
    it is tried again until it works.

    Entering raises `SourceError` (no server, no parec, no such source). Frames are 40 to 50 ms, at most
    100 ms, one channel.
    """

    def __init__(self, wish: Wish, *, start: int, clock: MeetingClock) -> None:
        self._wish = wish
        self._clock = clock
        self._aligner = Aligner(SAMPLE_RATE, start=start)
        self._stopping = threading.Event()
        self._server: SoundServer | None = None
        self._target: Target | None = None
        self._loss: Loss | None = None
        self._alive = math.inf  # nothing is missed before it begins, nor after its end
        self._connected = 0.0  # when the server was found
        self._asked = 0.0  # when somebody last asked for a loss

    @property
    def channels(self) -> int:
        """Always one."""
        return 1

    @property
    def device(self) -> str | None:
        """The name, for people, of what is recorded now; None while there is nothing to record."""
        target = self._target
        return target.port.description if target else None

    @property
    def substitute(self) -> bool:
        """Whether another device than the one asked for is recorded, because that is not there."""
        target = self._target
        return target is not None and target.is_substitute

    @property
    def loss(self) -> Loss | None:
        """Why nothing is heard, None while it is, and while there is nothing to hear."""
        loss, now = self._loss, time.monotonic()
        if now - self._asked > ASKED_EVERY:
            self._alive = max(
                self._alive, now
            )  # who was not asked may have stood still, with all the program
        self._asked = now
        if loss is None and now - self._alive > HUNG_AFTER:
            return self._lost(HUNG)  # the thread itself waits for the answer and cannot say so
        return loss

    async def __aenter__(self) -> Self:
        require_parec()
        await asyncio.to_thread(ask, self._wish.settle)
        self._feed = Feed(KEPT, waits=False)
        self._alive = time.monotonic()
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
        self._alive, self._loss = math.inf, None

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self

    async def __anext__(self) -> AudioFrame:
        return await self._feed.get()

    @property
    def _news(self) -> tuple[str, ...]:
        """What else may change the choice; not asked for in vain, each piece costs some questions."""
        return ("sink_input",) if self._wish.may_rest == "always" else ()

    def _lost(self, reason: Reason) -> Loss:
        return Loss(self._aligner.end, reason.cause, reason.message, reason.hint)

    def _is_well(self) -> None:
        """Sound comes, or there is none that could come."""
        self._alive = time.monotonic()
        self._loss = None

    def _run(self) -> None:
        """The recording thread: as long as there is a server, record; when it is gone, look for it again."""
        try:
            while not self._stopping.is_set():
                try:
                    with SoundServer(starts=False) as server:
                        self._server = server
                        self._connected = time.monotonic()
                        if not self._stopping.is_set():  # else nobody would abort it
                            server.listen("source_output", *self._news)
                            self._follow(server)
                except NoSoundServerError:
                    self._loss = self._lost(STOPPED)
                    self._stopping.wait(RETRY)
                except SourceError:
                    is_hung = self._server is None or self._server.is_given_up
                    self._loss = self._lost(HUNG if is_hung else STOPPED)
                    self._stopping.wait(AGAIN)
                except Exception as error:  # no thread or descriptor to be had: that must not end in silence
                    _log.exception("recording")
                    self._loss = self._lost(reason_of(str(error)))
                    self._stopping.wait(RETRY)
                finally:
                    self._server = None
                    self._target = None
        finally:
            self._feed.end()

    def _follow(self, server: SoundServer) -> None:
        """Record what is wanted, one stream after the other, until told to stop."""
        failures = 0
        while not self._stopping.is_set():
            target = self._target = self._chosen(server)
            if target is None:
                self._wait_for_it(server)
                continue
            reason = self._attempt(server, target)
            if reason is None:
                self._alive = time.monotonic()
                continue
            if reason is UNPLUGGED and self._wish.may_rest == "always":
                self._is_well()  # a program ended what it played
                self._stopping.wait(SETTLING)
                continue
            failures = failures + 1 if self._loss else 1
            self._loss = self._lost(reason)
            # At once after the first: a device that went away has been replaced by now.
            self._stopping.wait(RETRY * (failures > 1))

    def _chosen(self, server: SoundServer) -> Target | None:
        server.has_changed()
        with server.within(ANSWERED_WITHIN):
            return self._wish.choose(server)

    def _wait_for_it(self, server: SoundServer) -> None:
        loss, now = self._loss, time.monotonic()
        is_starting = loss is not None and loss.cause == "server" and now - self._connected < STARTED_WITHIN
        if self._wish.may_rest == "always":
            self._is_well()
        elif not is_starting:
            self._loss = self._lost(UNPLUGGED)
        server.wait(RETRY)

    def _attempt(self, server: SoundServer, target: Target) -> Reason | None:
        """One stream, from its beginning to its end; why it ended, None when nothing was wrong with it."""
        rate = target.port.rate or SAMPLE_RATE
        try:
            stream = Parec(
                target.port.name,
                is_pipewire=server.is_pipewire,
                rate=rate,
                channels=target.port.channels,
                playing=target.playing,
            )
        except SourceError as error:
            return Reason("failed", error.message, error.hint)
        with stream:
            return self._record(server, stream, target)

    def _record(self, server: SoundServer, stream: Parec, target: Target) -> Reason | None:
        """Deliver a stream's verified blocks."""
        self._aligner.restart(stream.rate)
        index: int | None = None
        heard = turned = time.monotonic()
        while not self._stopping.is_set():
            if (now := time.monotonic()) - turned > HUNG_AFTER:
                heard = now  # we stood still; what was recorded meanwhile is about to come
            turned = now
            block = stream.read(QUIET)
            if block is None:
                return reason_of(stream.last_words())
            arrived = self._clock.position()
            if block.shape[0] and self._aligner.is_late(block.shape[0], arrived):
                block = stream.read_on(block, self._is_late)
                arrived = self._clock.position()
            index = index if index is not None else self._place(server, stream, target)
            if index is None:
                return reason_of(stream.last_words()) if stream.has_ended else ELSEWHERE
            if not _is_in_place(server, index, target):
                return UNPLUGGED
            if block.shape[0]:
                heard = time.monotonic()
                self._deliver(block, arrived)
            elif (reason := self._check_quiet(server, target, time.monotonic() - heard)) is not None:
                return reason
            if server.has_changed() and self._chosen(server) != target:
                return None
        return None

    def _is_late(self, samples: int) -> bool:
        return self._aligner.is_late(samples, self._clock.position())

    def _deliver(self, block: Samples, arrived: int) -> None:
        self._is_well()
        for frame in self._aligner.align(block, arrived):
            self._feed.put(frame)

    def _check_quiet(self, server: SoundServer, target: Target, seconds: float) -> Reason | None:
        """Judge a stream in its place that gives nothing; why another is to be begun, if so."""
        may_rest = self._wish.may_rest
        is_asleep = may_rest != "always" and server.is_suspended(target.port.index)
        if may_rest == "always" or (may_rest == "asleep" and is_asleep):
            self._is_well()
            return None
        if seconds < DUMB_AFTER:
            return None
        reason = BUSY if is_asleep else DUMB
        self._loss = self._lost(reason)
        return reason if seconds >= RENEWED_AFTER else None

    def _place(self, server: SoundServer, stream: Parec, target: Target) -> int | None:
        """The index of a new stream once it is where it belongs; None if that takes too long."""
        for _ in range(round(FOUND_WITHIN / SETTLING)):
            index = server.stream_tagged(TAG, stream.tag)
            self._alive = time.monotonic()  # it answers, however long it takes for the stream
            if index is not None and _is_in_place(server, index, target):
                return index
            if stream.has_ended or self._stopping.wait(SETTLING):
                return None
        return None


def _is_in_place(server: SoundServer, index: int, target: Target) -> bool:
    source = server.source_of(index)
    # PipeWire does not move our streams, and tells of all sorts of changes.
    was_moved = not server.is_pipewire and server.was_touched(index)
    return target.is_at(source, is_pipewire=server.is_pipewire) and not was_moved

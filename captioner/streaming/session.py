"""One session: sound in, events out, over as many links to the engine as it takes."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from captioner.streaming.accumulated import Accumulated
from captioner.streaming.delivery import Delivery
from captioner.streaming.engines.engine import Engine, Link, LinkLost
from captioner.streaming.errors import CaptionerError, ConfigurationError, EngineFailedError
from captioner.streaming.events import (
    AnyEvent,
    ClosedEvent,
    ConnectedEvent,
    ConnectingEvent,
    DisconnectedEvent,
    ErrorEvent,
    GapEvent,
    ReconnectedEvent,
    SessionSummary,
    TranscriptEvent,
    WarningEvent,
)
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame
from captioner.streaming.intake import Intake
from captioner.streaming.options import StreamingOptions
from captioner.streaming.retry import Retry
from captioner.streaming.segments import Segments

DRAIN_SECONDS = 5.0
"""How long leaving the block waits for the engine's last words."""

BEHIND_SECONDS = 10.0
"""Sound that waits for the engine; more of it is worth a warning."""


Outcome = Literal["finished", "left", "failed"]


@dataclass(frozen=True, slots=True)
class SessionStats:
    """Figures of a running session, in seconds of sound on the session's clock and in counts.

    `received`: how far sound was sent to the session; `heard`: how far the engine has taken it in;
    `backlog`: sound received and not yet heard; `kept`: sound held for a replay.
    """

    received: float
    heard: float
    backlog: float
    kept: float
    finals: int
    reconnects: int
    coalesced: int


class Session:
    """`async with client.listen.stream(options) as session`: starts the engine on enter, drains on exit.

    Iterating yields events (grammar in `captioner.streaming.events`) until `Closed`. What ends it: `finish()`
    or a source given to `send_from` that ends (drained completely), leaving the block (drained for at most
    5 s), a fatal error (`Error`, `Closed`, then raised). One consumer; `subscribe()` gives further ones.
    """

    def __init__(
        self,
        engine: Engine,
        options: StreamingOptions,
        *,
        retry: Retry | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        capabilities = engine.capabilities
        if options.channels > capabilities.max_channels:
            raise ConfigurationError(
                f"channels is {options.channels}", f"This engine takes {capabilities.max_channels} at most"
            )
        if (
            capabilities.languages is not None
            and options.language.split("-")[0].lower() not in capabilities.languages
        ):
            known = ", ".join(sorted(capabilities.languages))
            raise ConfigurationError(f"language is {options.language!r}", f"This engine knows: {known}")
        self._engine = engine
        self._options = options
        self._retry = retry or Retry()
        self._clock = clock
        self._intake = Intake(options, self._gap)
        self._segments = Segments(options)
        self._delivery = Delivery(options.event_buffer)
        self._followers: list[Delivery] = []
        self._ready = asyncio.Event()
        self._finishing = False
        self._finalizing = False
        self._failure: CaptionerError | None = None
        self._run_task: asyncio.Task[None] | None = None
        self._link: Link | None = None
        self._finals = 0
        self._reconnects = 0
        self._gaps = 0.0
        self._longest_backlog = 0.0
        self._is_behind = False
        self._accumulated = Accumulated()
        self._closed: ClosedEvent | None = None

    # -- the caller's side: sound in

    async def send(self, audio: bytes | memoryview | AudioFrame) -> None:
        """Give sound: PCM bytes as the options declare them, or a frame with its place on the clock.

        Returns when the sound is kept; waits while the backlog is full (or drops the oldest, with a `Gap`).
        Raises ConfigurationError for a wrong shape or after `finish()`, and the session's failure.
        """
        if self._failure:
            raise self._failure
        if self._finishing:
            raise ConfigurationError("Sound was sent after finish()", "Send everything before finish()")
        await self._intake.put(audio)
        if self._failure:
            raise self._failure
        self._longest_backlog = max(self._longest_backlog, self.stats.backlog)

    async def send_from(self, source: AsyncIterable[bytes | memoryview | AudioFrame]) -> None:
        """Send everything `source` yields, then `finish()`."""
        async for audio in source:
            await self.send(audio)
        await self.finish()

    async def finalize(self) -> None:
        """Ask the engine to settle what was sent so far, for instance before a pause."""
        self._finalizing = True
        self._intake.changed.set()

    async def finish(self) -> None:
        """Declare the end of sound. Returns at once; iteration goes on until everything is heard."""
        if not self._finishing:
            self._finishing = True
            self._intake.flush()

    # -- the caller's side: events out

    @property
    def accumulated_transcript(self) -> str:
        """The finals of the utterance of the event last yielded, joined; whole at its `UtteranceEnd`."""
        return self._accumulated.text

    @property
    def stats(self) -> SessionStats:
        """The figures at this moment."""
        received, kept = self._intake.received, self._intake.kept
        heard = min(self._segments.heard, received)
        return SessionStats(
            received=received / SAMPLE_RATE,
            heard=heard / SAMPLE_RATE,
            backlog=min((received - heard) / SAMPLE_RATE, kept),
            kept=kept,
            finals=self._finals,
            reconnects=self._reconnects,
            coalesced=self._delivery.coalesced,
        )

    def subscribe(self) -> AsyncIterator[AnyEvent]:
        """A further, independent iterator over the events from now on, with a buffer of its own."""
        follower = Delivery(self._options.event_buffer)
        if self._closed:
            follower.put(self._closed)
        self._followers.append(follower)
        return aiter(follower)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> AnyEvent:
        event = await self._delivery.get()
        if event is None:
            self._raise_failure()
            raise StopAsyncIteration
        self._accumulated.yielded(event)
        return event

    # -- lifetime

    async def __aenter__(self) -> Self:
        """Start the engine. Raises its error where it cannot start."""
        self._run_task = asyncio.create_task(self._run(), name="captioner session")
        waiting = asyncio.create_task(self._ready.wait(), name="captioner session start")
        try:
            await asyncio.wait({self._run_task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            await self._stop()
            raise
        finally:
            waiting.cancel()
        if self._run_task.done():
            self._raise_failure()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._run_task is not None
        if not self._run_task.done():
            await self.finish()
            self._delivery.room.set()
            try:
                await asyncio.wait({self._run_task}, timeout=DRAIN_SECONDS)
            finally:
                await self._stop()
        if kind is None and not self._failure:
            self._raise_failure()

    def _raise_failure(self) -> None:
        """Raise what ended the session; a fault of ours comes out as it is."""
        if self._failure:
            raise self._failure
        if self._run_task and self._run_task.done() and not self._run_task.cancelled():
            self._run_task.result()

    async def _stop(self) -> None:
        assert self._run_task is not None
        self._run_task.cancel()
        await asyncio.wait({self._run_task})

    # -- the engine's side

    async def _run(self) -> None:
        """Keep a link alive until all sound is heard; always ends with `Closed`."""
        name = self._engine.capabilities.name
        outcome: Outcome = "failed"
        try:
            self._put(ConnectingEvent(name))
            await self._keep_link_alive(name)
            outcome = "finished"
        except asyncio.CancelledError:
            outcome = "left"
            raise
        except CaptionerError as error:
            self._failure = error
            self._put(ErrorEvent(type(error).__name__, error.message, error.hint))
        finally:
            self._finishing = True
            self._close(outcome)

    async def _keep_link_alive(self, name: str) -> None:
        lost_at: float | None = None
        while True:
            started = self._now()
            try:
                link = self._link = await self._engine.connect(self._options)
                try:
                    if lost_at is None:
                        self._put(ConnectedEvent(name))
                    else:
                        self._reconnected(lost_at)
                        lost_at = None
                    self._ready.set()
                    await self._converse(link)
                    return
                finally:
                    self._link = None
                    await link.close()
            except LinkLost as lost:
                lost_at = lost_at or self._now()
                delay = self._retry.lost(self._now() - started)
                if delay is None:
                    raise EngineFailedError(
                        f"The engine stopped again and again: {lost.reason}", "The text so far is kept"
                    ) from lost
                self._put(DisconnectedEvent(lost.reason, delay, lost.code))
                await asyncio.sleep(delay)

    def _reconnected(self, lost_at: float) -> None:
        self._reconnects += 1
        replayed = self._intake.rewind(self._segments.begin_link())
        self._put(ReconnectedEvent(self._now() - lost_at, replayed))

    async def _converse(self, link: Link) -> None:
        feeding = asyncio.create_task(self._feed(link), name="captioner session feed")
        reading = asyncio.create_task(self._read(link), name="captioner session read")
        try:
            # The reader's end is the end; a feeder that fails ends it, too.
            await asyncio.wait({feeding, reading}, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in (feeding, reading):
                task.cancel()
            await asyncio.wait({feeding, reading})
        for task in (reading, feeding):
            if not task.cancelled() and (error := task.exception()):
                raise error

    async def _feed(self, link: Link) -> None:
        while True:
            self._intake.changed.clear()
            while frame := self._intake.next():
                await self._delivery.room.wait()
                self._segments.timeline.add(frame.start, frame.end - frame.start)
                await link.send(self._segments.unsettled(frame).samples)
                # An engine that takes everything at once must not keep the loop from everybody else.
                await asyncio.sleep(0)
            if self._finalizing:
                self._finalizing = False
                await link.finalize()
            if self._finishing:
                await link.finish()
                return
            await self._intake.changed.wait()

    async def _read(self, link: Link) -> None:
        async for message in link:
            for event in self._segments.map(message):
                if isinstance(event, TranscriptEvent) and event.is_final:
                    self._finals += 1
                self._put(event)
            self._intake.settle(self._segments.settled, self._segments.heard)
            self._watch_backlog()

    def _watch_backlog(self) -> None:
        behind = self.stats.backlog
        # A file read at full speed is always far behind; only a live source has a now to be behind of.
        if self._options.overflow == "drop_oldest" and behind > BEHIND_SECONDS and not self._is_behind:
            self._is_behind = True
            self._put(WarningEvent("behind", f"Captions are {behind:.0f} s behind; the sound is kept"))
        elif behind < BEHIND_SECONDS / 2:
            self._is_behind = False

    def _gap(self, start: int, end: int, cause: str) -> None:
        self._gaps += (end - start) / SAMPLE_RATE
        self._put(GapEvent(start / SAMPLE_RATE, end / SAMPLE_RATE, cause, "final"))

    def _close(self, outcome: Outcome) -> None:
        """Say what was not said yet: unsettled text, sound that was never heard, `Closed`."""
        for event in self._segments.promote():
            self._finals += 1
            self._put(event)
        self._intake.close()
        received = self._intake.received
        unheard = max(self._segments.settled, min(self._segments.heard, received))
        if outcome != "finished" and received > unheard:
            self._gap(unheard, received, "the session ended")
        summary = SessionSummary(
            audio=received / SAMPLE_RATE,
            finals=self._finals,
            reconnects=self._reconnects,
            gaps=self._gaps,
            longest_backlog=self._longest_backlog,
        )
        self._closed = ClosedEvent(outcome, summary)
        self._put(self._closed)
        self._ready.set()

    def _put(self, event: AnyEvent) -> None:
        for delivery in (self._delivery, *self._followers):
            delivery.put(event)

    def _now(self) -> float:
        return self._clock() if self._clock else asyncio.get_running_loop().time()

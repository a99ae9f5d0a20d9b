"""One session: sound in, events out, over as many links to the engine as it takes."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from captioner.streaming.accumulated import Accumulated
from captioner.streaming.engines.engine import Engine
from captioner.streaming.errors import CaptionerError, ClientError, ConfigurationError
from captioner.streaming.events import (
    AnyEvent,
    ClosedEvent,
    ConnectingEvent,
    ErrorEvent,
    GapEvent,
    GapFilledEvent,
    SessionSummary,
    WarningEvent,
)
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame
from captioner.streaming.intake import Intake
from captioner.streaming.lane import Lane
from captioner.streaming.links import START_SECONDS, Links
from captioner.streaming.options import StreamingOptions
from captioner.streaming.outlet import Outlet
from captioner.streaming.pcm import PCM
from captioner.streaming.retry import Retry

DRAIN_SECONDS = 4.0
"""How long leaving the block waits for the engine's last words: all in all it takes less than 5 s."""

GOODBYE_SECONDS = 0.3
"""How long it then waits for an engine that does not part."""

BEHIND_SECONDS = 10.0
"""Sound that waits for the engine; more of it is worth a warning."""


@dataclass(frozen=True, slots=True)
class SessionStats:
    """Figures of a running session, in seconds of sound on the session's clock and in counts.

    `received`: how far sound was sent to the session; `heard`: how far the engine has taken it in;
    `backlog`: sound received and not yet heard; `kept`: sound held for a replay. `coalesced`: interims that
    nobody had read when their successor came; `malformed`: messages of the server that nobody could read.
    `engine`: who listens now. `retry_in`: seconds until the lost engine is tried again, `fallback_in`: until
    the fallback takes over at the latest; None = neither is due.
    """

    received: float
    heard: float
    backlog: float
    kept: float
    finals: int
    reconnects: int
    coalesced: int
    malformed: int
    engine: str = ""
    retry_in: float | None = None
    fallback_in: float | None = None


class Session:
    """`async with client.listen.stream(options) as session`: starts the engine on enter, drains on exit.

    Iterating yields events (grammar in `captioner.streaming.events`) until `Closed`. What ends it: `finish()`
    or a source given to `send_from` that ends (drained completely), leaving the block (drained for at most
    5 s; what is said then can still be iterated), a fatal error (`Error`, `Closed`, then raised). One
    consumer; `subscribe()` gives further ones.
    """

    def __init__(
        self,
        engine: Engine,
        options: StreamingOptions,
        *,
        fallback: Engine | None = None,
        start_seconds: float = START_SECONDS,
        retry: Retry | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        capabilities = engine.capabilities
        _check(engine, options)
        if fallback:
            _check_fallback(fallback, options)
        self._engine_name = capabilities.name
        self._options = options
        # What two engines may hear is kept in the form that both take.
        takes_encoded = capabilities.takes_encoded and not fallback
        self._intake = Intake(options, self._gap, takes_encoded=takes_encoded)
        self._outlet = Outlet(options.event_buffer)
        self._links = Links(
            engine,
            options.as_frames() if fallback else options,
            self._intake,
            self._outlet,
            fallback=fallback,
            start_seconds=start_seconds,
            retry=retry,
            clock=clock,
        )
        self._ignored = () if capabilities.options is None else options.unused_by(capabilities.options)
        self._failure: CaptionerError | None = None
        self._has_raised = False
        self._run_task: asyncio.Task[None] | None = None
        self._gaps = 0.0
        self._longest_backlog = 0.0
        self._is_behind = False
        self._accumulated = Accumulated()

    # -- the caller's side: sound in

    async def send(self, audio: bytes | memoryview | AudioFrame) -> None:
        """Give sound: bytes as the options declare them, or a frame with its place on the clock.

        Returns when the sound is kept; waits while the backlog is full (or drops the oldest, with a `Gap`).
        Raises ConfigurationError for a wrong shape, ClientError after `finish()`, and the session's failure.
        """
        self._raise_failure()
        _check_sound(audio)
        if self._intake.is_finished:
            raise ClientError("Sound was sent after finish()", "Send everything before finish()")
        await self._intake.put(audio)
        self._raise_failure()
        self._watch_backlog()

    async def send_from(self, source: AsyncIterable[bytes | memoryview | AudioFrame]) -> None:
        """Send everything `source` yields, then `finish()`.

        Returns early when the session ends before: whoever iterates it is told why.
        """
        async for audio in source:
            try:
                await self.send(audio)
            except CaptionerError:
                if self._outlet.main.closed or self._failure:
                    return
                raise
        await self.finish()

    async def finalize(self) -> None:
        """Ask the engine to settle what was sent so far, for instance before a pause."""
        self._links.finalize()

    async def keep_alive(self) -> None:
        """Tell the engine at once that sound will follow; it is told every 4 s without sound anyway."""
        await self._links.keep_alive()

    async def configure(
        self, *, keyterms: Sequence[str] | None = None, features: Mapping[str, bool] | None = None
    ) -> None:
        """Replace the key terms ([] = none, None = as they are) and switch formatting on the way.

        Returns when the engine has agreed; later connections keep the change. Raises ConfigurationError where
        it refuses, EngineTimeoutError where it does not answer.
        """
        await self._links.configure(keyterms, features or {})

    async def finish(self) -> None:
        """Declare the end of sound. Returns at once; iteration goes on until everything is heard."""
        self._intake.finish()

    # -- the caller's side: events out

    @property
    def accumulated_transcript(self) -> str:
        """The finals of the utterance of the event last yielded, joined; whole at its `UtteranceEnd`."""
        return self._accumulated.text

    @property
    def stats(self) -> SessionStats:
        """The figures at this moment."""
        received, kept = self._intake.received, self._intake.kept
        heard = min(self._links.live.segments.heard, received)
        return SessionStats(
            received=received / SAMPLE_RATE,
            heard=heard / SAMPLE_RATE,
            backlog=min((received - heard) / SAMPLE_RATE, kept),
            kept=kept,
            finals=self._links.register.finals,
            reconnects=self._links.reconnects,
            coalesced=self._outlet.main.coalesced,
            malformed=self._links.register.malformed,
            engine=self._links.listening,
            retry_in=self._links.retry_in,
            fallback_in=self._links.fallback_in,
        )

    def subscribe(self) -> AsyncIterator[AnyEvent]:
        """A further, independent iterator over the events from now on, with a buffer of its own.

        It raises ClientError when more than `event_buffer` events were left unread: nobody waits for it.
        """
        return self._outlet.subscribe()

    def report(self, error: CaptionerError) -> None:
        """Put an error of the caller's own side among the events; the session goes on."""
        self._outlet.put(ErrorEvent.of(error, recoverable=True))

    def __aiter__(self) -> Self:
        if not self._run_task:
            raise ClientError("The session is not entered", "Iterate within `async with`")
        return self

    async def __anext__(self) -> AnyEvent:
        events = self._outlet.main
        event = events.take() or await events.get()
        if event is None:
            self._raise_failure()
            raise StopAsyncIteration
        self._accumulated.yielded(event)
        return event

    # -- lifetime

    async def __aenter__(self) -> Self:
        """Start the engine. Raises its error where it cannot start."""
        if self._run_task:
            raise ClientError("The session was entered before", "Make another one for each conversation")
        self._run_task = asyncio.create_task(self._run(), name="captioner session")
        waiting = asyncio.create_task(self._links.ready.wait(), name="captioner session start")
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
            self._intake.finish()
            self._outlet.leave()
            try:
                await asyncio.wait({self._run_task}, timeout=DRAIN_SECONDS)
            finally:
                await self._stop(GOODBYE_SECONDS)
        if kind is None and not self._has_raised:
            self._raise_failure()

    def _raise_failure(self) -> None:
        """Raise what ended the session; a fault of ours comes out as it is."""
        if self._failure:
            self._has_raised = True
            raise self._failure
        if self._run_task and self._run_task.done() and not self._run_task.cancelled():
            self._run_task.result()

    async def _stop(self, patience: float | None = None) -> None:
        """End the conversations; after `patience` seconds without a farewell."""
        assert self._run_task is not None
        self._run_task.cancel()
        try:
            await asyncio.wait({self._run_task}, timeout=patience)
            if not self._run_task.done():
                self._run_task.cancel()
                await asyncio.wait({self._run_task})
        except asyncio.CancelledError:
            self._run_task.cancel()  # asked twice: no farewell to the engine, only what is ours is freed
            await asyncio.wait({self._run_task})
            raise

    async def _run(self) -> None:
        """Converse with the engine until all sound is heard; always ends with `Closed`."""
        outcome: Literal["finished", "left", "failed"] = "failed"
        try:
            self._outlet.put(ConnectingEvent(self._engine_name))
            if self._ignored:
                names = ", ".join(self._ignored)
                self._outlet.put(WarningEvent("ignored_options", f"This engine does not know: {names}"))
            await self._links.run()
            outcome = "finished"
        except asyncio.CancelledError:
            outcome = "left"
            raise
        except CaptionerError as error:
            self._failure = error
            self._outlet.put(ErrorEvent.of(error, recoverable=False))
        finally:
            self._close(outcome)

    def _close(self, outcome: Literal["finished", "left", "failed"]) -> None:
        """Say what was not said yet: unsettled text, sound that was never heard, `Closed`."""
        self._intake.finish()
        self._intake.close()
        received = self._intake.received
        for missed in self._links.backfill.gaps:
            heard = self._end(missed.lane, missed.end)
            if heard > missed.start:
                self._outlet.put(GapFilledEvent(missed.start / SAMPLE_RATE, heard / SAMPLE_RATE))
            self._gap(heard, missed.end, "the session ended")
        for lane in self._links.lanes:
            heard = self._end(lane, received)
            if outcome == "finished" and lane.is_cut_short:
                outcome = "left"
            if outcome != "finished":
                self._gap(heard, received, "the session ended")
        summary = SessionSummary(
            audio=received / SAMPLE_RATE,
            finals=self._links.register.finals,
            reconnects=self._links.reconnects,
            gaps=self._gaps,
            longest_backlog=self._longest_backlog,
            malformed=self._links.register.malformed,
        )
        self._outlet.put(ClosedEvent(outcome, summary))

    def _end(self, lane: Lane, position: int) -> int:
        """Say what a lane has not said yet; up to where it is heard, `position` at most."""
        lane.promote()
        return min(position, max(lane.segments.settled, min(lane.segments.heard, position)))

    def _watch_backlog(self) -> None:
        behind = self.stats.backlog
        self._longest_backlog = max(self._longest_backlog, behind)
        # A file read at full speed is always far behind; only a live source has a now to be behind of.
        if self._options.overflow == "drop_oldest" and behind > BEHIND_SECONDS and not self._is_behind:
            self._is_behind = True
            self._outlet.put(WarningEvent("behind", f"Captions are {behind:.0f} s behind; the sound is kept"))
        elif behind < BEHIND_SECONDS / 2:
            self._is_behind = False

    def _gap(self, start: int, end: int, cause: str) -> None:
        if start >= end:
            return
        self._gaps += (end - start) / SAMPLE_RATE
        self._outlet.put(GapEvent(start / SAMPLE_RATE, end / SAMPLE_RATE, cause, "final"))


def _check(engine: Engine, options: StreamingOptions) -> None:
    """Raise ConfigurationError where this engine cannot do what the options ask."""
    most, known = engine.capabilities.max_channels, engine.capabilities.languages
    if options.speech_channels > most:
        raise ConfigurationError(f"channels is {options.channels}", f"This engine takes {most} at most")
    if known is not None and options.language.split("-")[0].lower() not in known:
        names = ", ".join(sorted(known))
        raise ConfigurationError(f"language is {options.language!r}", f"This engine knows: {names}")


def _check_fallback(engine: Engine, options: StreamingOptions) -> None:
    """Raise ConfigurationError where it could not hear this sound; the language is judged when it listens."""
    most = engine.capabilities.max_channels
    if options.speech_channels > most:
        raise ConfigurationError(f"channels is {options.channels}", f"The fallback takes {most} at most")
    if options.encoding not in PCM:
        raise ConfigurationError(
            f"encoding is {options.encoding!r}, which a fallback cannot hear",
            f"Send {', '.join(sorted(PCM))}, or leave the fallback out",
        )


def _check_sound(audio: object) -> None:
    """Raise ConfigurationError for what `bytes()` would take for a number of zeros."""
    if not isinstance(audio, bytes | bytearray | memoryview | AudioFrame):
        raise ConfigurationError(f"Sound is of type {type(audio).__name__}", "Send bytes or an AudioFrame")

"""The session's conversations with its engines, until all sound is heard."""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from captioner.streaming.backfill import Backfill, Missed
from captioner.streaming.clock import Clock
from captioner.streaming.connector import Connector, abandon
from captioner.streaming.engines.engine import Engine, Link, LinkLost
from captioner.streaming.errors import CaptionerError, ConfigurationError, EngineFailedError
from captioner.streaming.events import (
    ConnectedEvent,
    DisconnectedEvent,
    GapEvent,
    ReconnectedEvent,
    WarningEvent,
)
from captioner.streaming.failover import Standby
from captioner.streaming.frames import SAMPLE_RATE
from captioner.streaming.intake import Intake
from captioner.streaming.lane import Lane, Lanes, Mute
from captioner.streaming.options import StreamingOptions
from captioner.streaming.outage import FINISH_SECONDS, Outage
from captioner.streaming.outlet import Outlet
from captioner.streaming.relief import Opened, Relief
from captioner.streaming.retry import FIRST_SECONDS, OUTAGE_SECONDS, Breaker, Retry
from captioner.streaming.segments import Register
from captioner.streaming.tasks import end

FORMATTING = frozenset(
    {"dictation", "filler_words", "numerals", "profanity_filter", "punctuate", "smart_format"}
)
"""The options that a running conversation can switch."""

START_SECONDS = 60.0
"""Nobody waits longer for a session that nobody can use yet."""

INLINE_SECONDS = 5.0
"""What was missed and is no longer than this is caught up with on the way; more, and what is said now comes
first: catching up takes five times as long as the outage was."""

GRACE_SECONDS = 3.0
"""What a connection has to say something, however long the outage before it was."""

HURRY_SECONDS = 1.5
"""How long a connection may take when sound has ended, and a fallback waits for the rest."""

TURN_SECONDS = 30.0
"""How long what is said now waits for what was missed and does not get on."""

WARM_SECONDS = 2.0
"""A connection that takes longer is a sign that the fallback may be needed."""


class Links:
    """Keeps somebody listening: the chosen engine, or the fallback while that is gone.

    `ready` is set once the first link takes sound. `live` is the lane of what is said now.
    """

    def __init__(
        self,
        engine: Engine,
        options: StreamingOptions,
        intake: Intake,
        outlet: Outlet,
        *,
        fallback: Engine | None = None,
        retry: Retry | None = None,
        clock: Callable[[], float] | None = None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        self._primary = Connector(engine, options)
        self._standby = Standby(Connector(fallback, options)) if fallback else None
        self._intake = intake
        self._outlet = outlet
        self._clock = Clock(options.speed, clock)
        self._retry = retry or Retry()
        self._breaker = Breaker()
        self._start_seconds = start_seconds
        self._outage = Outage()
        self._retry_at: float | None = None
        self._relief: Relief | None = None  # while the fallback listens
        self._following: Lane | None = None  # what is said now, while what was missed has the only stream
        self.register = Register()
        self.backfill = Backfill(
            self._choose,
            outlet,
            self._clock,
            lambda: Retry(uniform=self._retry.uniform),
            self._give_way,
            intake.report_gap,
        )
        self._lanes = Lanes(intake, outlet, self._clock, self.register, options)
        self.live = self._lanes.new()
        self.ready = asyncio.Event()
        self.reconnects = 0

    # -- what the session asks for

    async def run(self) -> None:
        """Converse until, after the end of sound, all is said. Raises what trying again cannot mend."""
        self._outage.begun = self._clock.now()
        filling = asyncio.create_task(self.backfill.run(), name="captioner backfill")
        filling.add_done_callback(lambda _task: self.backfill.idle.set())
        try:
            await self._listen()
            self.backfill.turn.set()
            self.backfill.is_last = True
            await self.backfill.drain(FINISH_SECONDS)
            if filling.done():
                filling.result()
        finally:
            try:
                await end(filling)
            finally:
                if self._standby:
                    await self._standby.close()

    @property
    def listening(self) -> str:
        """Who listens now."""
        return self._standby.connector.name if self._standby and self._relief else self._primary.name

    @property
    def lanes(self) -> list[Lane]:
        """Those of what is said now, in the order of time."""
        return [self.live, self._following] if self._following else [self.live]

    @property
    def retry_in(self) -> float | None:
        """Seconds until the lost engine is tried again, None = that is not due."""
        due = self._relief.next_at if self._relief else self._retry_at
        return None if due is None else max(0.0, due - self._clock.now())

    @property
    def fallback_in(self) -> float | None:
        """Seconds until the fallback takes over at the latest, None = that is not due."""
        if self._standby is None or self._outage.lost_at is None or self._relief:
            return None
        return max(0.0, OUTAGE_SECONDS - self._outage.silent_for(self._clock.now()))

    def finalize(self) -> None:
        """Have everything settled that was sent so far, as soon as it was given to the engine."""
        self.live.is_finalizing = True
        self._intake.ring()

    async def keep_alive(self) -> None:
        """Pass it on; without a link there is nothing to keep."""
        if self.live.link:
            with suppress(LinkLost):  # whoever reads it knows
                await self.live.link.keep_alive()

    async def configure(self, keyterms: Sequence[str] | None, features: Mapping[str, bool]) -> None:
        """Change the running conversation and all that follow. Raises ConfigurationError where refused."""
        unknown = sorted(set(features) - FORMATTING)
        if unknown:
            raise ConfigurationError(
                f"features: {unknown[0]} cannot be switched on the way",
                f"Choose one of {', '.join(sorted(FORMATTING))}",
            )
        changes: dict[str, Any] = dict(features)
        if keyterms is not None:
            changes["keyterm"] = keyterms
        checked = replace(self._primary.options, **changes)  # raises what is wrong with them
        link = self._relief.trial if self._relief else self.live.link
        try:
            if link:
                await link.configure(None if keyterms is None else checked.keyterm, features)
        except LinkLost:
            pass  # the next conversation begins with what was asked for
        self._primary.options = replace(self._primary.options, **changes)

    # -- the chosen engine

    async def _listen(self) -> None:
        running: asyncio.Task[None] | None = None
        while True:
            try:
                await self._with_primary(running)
            except Opened as opened:
                running, is_over = await self._with_fallback(opened)
                if not is_over:
                    continue
            if self._following is None:
                return
            # What was missed is heard now, alone; then what is said goes on.
            self.live.promote()
            self.live.cursor.close()
            self.live, self._following = self._following, None
            self.backfill.turn.set()
            await self.backfill.drain(TURN_SECONDS)
            if not self.backfill.idle.is_set():
                self.backfill.turn.clear()  # what is said now does not wait for ever
            running = None

    async def _with_primary(self, running: "asyncio.Task[None] | None") -> None:
        """Converse with the chosen engine until all is said. Raises `Opened` where the fallback is due."""
        capabilities = self._primary.capabilities
        while True:
            try:
                if running:
                    await running
                else:
                    link = await self._connect()
                    try:
                        waited = self._take_up(link.request_id)
                        await self.live.converse(link, capabilities, self._patience, waited)
                    except Mute:
                        await abandon(link)
                        raise
                    finally:
                        await link.close()
                return
            except LinkLost as lost:
                running = None
                await self._wait_out(lost)
            except CaptionerError as error:
                if not self._standby:
                    raise
                raise Opened(error.message, error, is_fatal=True) from error

    async def _connect(self) -> Link:
        """A link to the chosen engine; with a fallback, nobody waits for it longer than that takes over."""
        if not self._standby:
            return await self._primary.connect()
        left = OUTAGE_SECONDS - self._outage.silent_for(self._clock.now())
        if self._intake.is_finished:
            left = min(left, HURRY_SECONDS)
        warming = asyncio.create_task(self._warm_soon(self._standby), name="captioner fallback soon")
        try:
            return await self._clock.within(left, self._primary.connect(), abandon)
        except TimeoutError as error:
            raise Opened("The provider does not answer") from error
        finally:
            await end(warming)

    async def _warm_soon(self, standby: Standby) -> None:
        await self._clock.sleep(WARM_SECONDS)
        standby.warm()

    @property
    def _patience(self) -> float | None:
        """Seconds of sound without an answer after which an engine is lost."""
        return self._primary.patience(OUTAGE_SECONDS if self._standby else math.inf)

    def _take_up(self, request_id: str | None) -> float:
        """The chosen engine is there: what it did not hear is given to it again, or heard beside.

        Returns for how many seconds the fallback has waited already.
        """
        self._retry_at = None
        missed = self._intake.kept_between(self.live.segments.settled)
        gap = self._split() if missed > INLINE_SECONDS and self._may_split() else None
        replayed = self.live.begin(self._primary.capabilities)
        gone, silent = self._outage.came_up(self._clock.now())
        if not self.ready.is_set():
            self._outlet.put(ConnectedEvent(self._primary.name, request_id))
            self.ready.set()
        elif gone is not None:
            self.reconnects += 1
            self._outlet.put(ReconnectedEvent(gone, replayed, request_id))
        if gap:
            self._outlet.put(gap)
        self.backfill.ring()
        return min(silent, OUTAGE_SECONDS - GRACE_SECONDS) if self._standby else 0.0

    def _may_split(self) -> bool:
        """Whether there is a now to be late for, and a second stream to hear the rest with."""
        is_live = self._intake.given <= 1.25 * (self._clock.now() - self._outage.begun) + INLINE_SECONDS
        wanted = self._primary.options.backfill and not self.backfill.is_refused
        return is_live and self._primary.is_remote and wanted and self._intake.can_replay

    def _split(self) -> GapEvent:
        """What is said now comes first; what was missed is heard beside it."""
        missed, self.live = self.live, self._lanes.new_now()
        start, position = missed.segments.settled, self.live.segments.settled
        missed.end_at(position, self.live)
        missed.segments.is_backfill = True
        self.backfill.add(Missed(missed, start, position))
        return GapEvent(start / SAMPLE_RATE, position / SAMPLE_RATE, self._outage.reason, "pending")

    async def _wait_out(self, lost: LinkLost) -> None:
        """Wait until the next try. Raises what ends the session, or `Opened`."""
        now, is_watched = self._clock.now(), self._patience is not None and self._intake.is_timed
        # Of an engine that is not watched nobody knows any better.
        lived = self._outage.came_down(lost.reason, now, self.live.well_at if is_watched else now)
        may_pass = self._primary.is_remote or lost.error is not None
        delay = self._retry.lost(lived or 0.0, lost.retry_after, may_pass=may_pass)
        if self._standby:
            self._standby.warm()
            if delay is None or self._is_gone(lost, lived, delay):
                raise Opened(lost.reason, lost.error) from lost
        elif delay is None or self._is_hopeless(now + delay, lived is not None):
            raise lost.error or EngineFailedError(
                f"The engine stopped again and again: {lost.reason}", "The text so far is kept"
            ) from lost
        self._outlet.put(DisconnectedEvent(lost.reason, delay, lost.code))
        self._retry_at = now + delay
        left = OUTAGE_SECONDS - self._outage.silent_for(now)
        if not self._standby or (self._intake.is_finished and delay < left):
            await self._clock.sleep(delay)
        elif await self._is_over_within(min(delay, left)) or delay >= left:
            raise Opened(lost.reason, lost.error) from lost

    def _is_gone(self, lost: LinkLost, lived: float | None, delay: float) -> bool:
        """Whether the fallback is due: the engine comes and goes, says nothing, or was gone for long."""
        if lived is not None and self._breaker.lost(lived):
            return True
        if isinstance(lost, Mute) or (self._intake.is_finished and delay > FIRST_SECONDS):
            return True
        return self._outage.silent_for(self._clock.now()) >= OUTAGE_SECONDS

    def _is_hopeless(self, until: float, was_up: bool) -> bool:
        """Whether a next try at `until` comes too late for anybody."""
        if not self.ready.is_set():
            return until - self._outage.begun > self._start_seconds
        return self._intake.is_finished and self._outage.is_hopeless(
            until, self.live.segments.settled, was_up
        )

    async def _is_over_within(self, seconds: float) -> bool:
        """Wait, or until the end of sound: with a fallback that is no time to wait."""
        with suppress(TimeoutError):
            async with self._clock.timeout(seconds):
                await self._intake.finished.wait()
        return self._intake.is_finished

    # -- the others

    async def _with_fallback(self, opened: Opened) -> tuple["asyncio.Task[None] | None", bool]:
        """Let the fallback listen; the chosen engine's conversation when it is back, and whether all is said.

        A fallback that cannot listen is none: the chosen engine is waited for without it.
        """
        standby = self._standby
        assert standby
        self._retry_at = None
        relief = self._relief = Relief(opened, self.live, self._primary, standby, self._lanes)
        self.backfill.ring()
        is_over, running = True, None
        try:
            running = await relief.listen(self.ready)
            is_over = running is None
        except (LinkLost, CaptionerError) as error:
            if opened.is_fatal and opened.error:
                raise opened.error from error
            self._outlet.put(WarningEvent("fallback", f"The other engine cannot listen: {error}"))
            await standby.close()
            self._standby, is_over = None, False
        finally:
            self._relief = None
        self.live, self._breaker = relief.live, Breaker()
        if running:
            self._outage.was_relieved(self._clock.now())
        if relief.again:
            self.backfill.add(relief.again)
        self.backfill.ring()
        return running, is_over

    def _choose(self, missed: Missed, is_refused: bool) -> Connector | None:
        """Who hears what was missed; None = nobody can at this moment."""
        if self._standby and (self._relief or is_refused):
            return self._standby.connector if missed.said is None else None
        return None if is_refused or self._outage.lost_at is not None else self._primary

    def _give_way(self) -> None:
        """The provider takes one stream only: what was missed gets it, then what is said goes on."""
        self._following = self._lanes.new_now()
        self.live.end_at(self._following.segments.settled, self._following)
        self._intake.ring()

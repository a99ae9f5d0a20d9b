"""The fallback listens until the chosen engine is back."""

import asyncio

from captioner.streaming.backfill import Missed
from captioner.streaming.connector import Connector
from captioner.streaming.engines.engine import Link, LinkLost
from captioner.streaming.errors import CaptionerError, EngineError, EngineFailedError
from captioner.streaming.events import (
    AnyEvent,
    ConnectedEvent,
    EngineChangedEvent,
    ErrorEvent,
    TranscriptEvent,
    WarningEvent,
)
from captioner.streaming.failover import Probe, Standby
from captioner.streaming.frames import SAMPLE_RATE
from captioner.streaming.lane import Lane, Lanes
from captioner.streaming.retry import OUTAGE_SECONDS, Retry
from captioner.streaming.tasks import end

LOOK_SECONDS = 0.25
"""How often it is looked whether the chosen engine may take over."""


class Opened(Exception):  # noqa: N818 - a turn of events, not an error of the caller
    """The breaker opens: the fallback listens from here on.

    `error` is why, where the engine gave a reason; one that waiting does not mend `is_fatal`, and is not met
    again: the engine is asked no more.
    """

    def __init__(self, reason: str, error: CaptionerError | None = None, *, is_fatal: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error
        self.is_fatal = is_fatal

    @property
    def retry_after(self) -> float | None:
        """Seconds the provider asks to wait, None = it does not say."""
        return self.error.retry_after if isinstance(self.error, EngineError) else None


class Relief:
    """One turn of the fallback: from the horizon of the engine it relieves to the place where that goes on.

    Afterwards `live` is the lane of what is said now, and `again`, if there is one, what the chosen engine
    may hear of this turn: its text is the better one.
    """

    def __init__(
        self, opened: Opened, live: Lane, primary: Connector, standby: Standby, lanes: Lanes
    ) -> None:
        self._opened = opened
        self._primary = primary
        self._standby = standby
        self._lanes = lanes
        self._put = lanes.outlet.put
        self._said: dict[str, str] = {}
        self._heard: list[AnyEvent] = []
        self._again: Lane | None = None
        self._probe: Probe | None = None
        self._retry = Retry()
        self.live = live
        self.again: Missed | None = None

    @property
    def next_at(self) -> float | None:
        """When the chosen engine is tried again, None = it is being tried, or is not tried any more."""
        return self._probe.next_at if self._probe else None

    @property
    def trial(self) -> Link | None:
        """The chosen engine's conversation, while it listens on trial."""
        return self._probe.lane.link if self._probe and self._probe.lane else None

    async def listen(self, ready: asyncio.Event) -> "asyncio.Task[None] | None":
        """Until all is said (None), or the chosen engine is back: its conversation goes on in `live`.

        `ready` is set once somebody takes sound. Raises EngineError where the fallback cannot go on.
        """
        link = await self._standby.link()
        self._begin(ready)
        conversing = asyncio.create_task(self._converse(link), name="captioner fallback")
        returning = asyncio.create_task(self._returned(), name="captioner return")
        running: asyncio.Task[None] | None = None
        try:
            await asyncio.wait({conversing, returning}, return_when=asyncio.FIRST_COMPLETED)
            if conversing.done():
                conversing.result()
                return None
            running = returning.result()
            await end(conversing)
            self._hand_back()
            return running
        except BaseException:
            if running:
                await end(running)
            raise
        finally:
            self.live.put = self._put
            await end(conversing, returning)
            if self._again and not self.again:
                self._again.cursor.close()
            if not running and not returning.cancelled() and not returning.exception():
                await end(returning.result())

    def _begin(self, ready: asyncio.Event) -> None:
        live, opened, name = self.live, self._opened, self._standby.connector.name
        if opened.error and opened.is_fatal:
            self._put(ErrorEvent.of(opened.error, recoverable=True))
        if self._primary.options.backfill and not opened.is_fatal:
            self._again = self._lanes.again(live, self._heard.append)
        if not self._standby.connector.capabilities.word_times:
            for event in live.segments.keep_shown():
                self._note(event)
        start = live.segments.settled / SAMPLE_RATE
        live.begin(self._standby.connector.capabilities)
        live.put = self._note
        self._put(EngineChangedEvent(self._primary.name, name, opened.reason, start))
        if not ready.is_set():
            self._put(ConnectedEvent(name))
            ready.set()
        known = self._standby.connector.capabilities.languages
        if known is not None and self._primary.options.language.split("-")[0].lower() not in known:
            names = ", ".join(sorted(known))
            self._put(
                WarningEvent("fallback_language", f"The engine that listens now understands {names} only")
            )

    def _note(self, event: AnyEvent) -> None:
        if isinstance(event, TranscriptEvent) and event.is_final:
            self._said[event.segment_id] = event.transcript
        self._put(event)

    async def _converse(self, link: Link) -> None:
        """Hear to the end. A process that dies is started again, as often as makes sense."""
        capabilities, clock = self._standby.connector.capabilities, self._lanes.clock
        while True:
            began = clock.now()
            try:
                await self.live.converse(link, capabilities, None)
                return
            except LinkLost as lost:
                delay = self._retry.lost(clock.now() - began)
                if delay is None:
                    raise lost.error or EngineFailedError(lost.reason, "The text so far is kept") from lost
                await clock.sleep(delay)
            finally:
                await link.close()
            link = await self._standby.link()
            self.live.begin(capabilities)

    async def _returned(self) -> "asyncio.Task[None]":
        """The conversation of the chosen engine, once it has shown that it works and may take over.

        It may where all that was said before it began to listen is settled: nothing is said twice.
        """
        if self._opened.is_fatal:
            await asyncio.Future[None]()  # who refused is not asked again
        while True:
            self._probe = Probe(
                self._primary,
                self._lanes,
                self._primary.patience(OUTAGE_SECONDS) or OUTAGE_SECONDS,
                self._opened.retry_after,
            )
            running = await self._probe.run()
            lane = self._probe.lane
            assert lane
            is_ready = False
            try:
                while self.live.segments.is_behind(lane.segments.settled) and not running.done():
                    await asyncio.wait({running}, timeout=LOOK_SECONDS)
                is_ready = not running.done()
            finally:
                if not is_ready:
                    await end(running)
                    lane.cursor.close()
            if is_ready:
                return running

    def _hand_back(self) -> None:
        before, lane = self.live, self._probe.lane if self._probe else None
        assert lane
        lane.segments.take_over(before.segments)
        position = lane.segments.settled
        name = self._standby.connector.name
        self._put(EngineChangedEvent(name, self._primary.name, "It answers again", position / SAMPLE_RATE))
        lane.release()
        before.cursor.close()
        self.live = lane
        if self._again and self._said:
            start, stop = self._again.segments.settled, self._again.ends_like(lane)
            self.again = Missed(self._again, start, stop, self._said, self._heard)

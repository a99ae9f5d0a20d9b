"""What was missed is heard late, in a second conversation beside the live one."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from captioner.streaming.clock import Clock
from captioner.streaming.connector import Connector
from captioner.streaming.engines.engine import LinkLost
from captioner.streaming.errors import CaptionerError, RateLimitError
from captioner.streaming.events import (
    AnyEvent,
    ErrorEvent,
    GapFilledEvent,
    SupersededEvent,
    TranscriptEvent,
    UtteranceEndEvent,
)
from captioner.streaming.frames import SAMPLE_RATE
from captioner.streaming.intake import GapReport
from captioner.streaming.lane import Lane
from captioner.streaming.outlet import Outlet
from captioner.streaming.retry import Retry

REFUSALS = 3
"""A provider that says so often that it takes no second stream is believed."""

LOOK_SECONDS = 5.0
"""How often it is looked whether anything is still heard."""

FUTILE_TRIES = 8
"""At the end: a provider that hears nothing more of it in so many conversations will not."""

REFUSED_SECONDS = 10.0
"""The longest wait until it is asked again."""


@dataclass(eq=False)
class Missed:
    """A stretch that nobody has heard, or (`said` is not None) that another engine has heard.

    `start` and `end` in samples. What is heard of the latter is kept in `heard` until all of it is there: it
    replaces the segments `said` (id and text) at once.
    """

    lane: Lane
    start: int
    end: int
    said: dict[str, str] | None = None
    heard: list[AnyEvent] = field(default_factory=list[AnyEvent])

    @property
    def is_torn(self) -> bool:
        """Whether some of its sound was dropped."""
        return self.lane.cursor.dropped > self.start


class Backfill:
    """Hears one missed stretch after the other, as long as `choose` gives an engine to hear it with.

    `refused` is called when the provider takes no second stream and nobody else can hear it: the stretches
    then wait for their `turn`, in which the live conversation is silent.
    """

    def __init__(
        self,
        choose: Callable[[Missed, bool], Connector | None],
        outlet: Outlet,
        clock: Clock,
        retry: Callable[[], Retry],
        refused: Callable[[], None],
        report_gap: GapReport,
    ) -> None:
        self._choose = choose
        self._outlet = outlet
        self._clock = clock
        self._retry = retry
        self._refused = refused
        self._report_gap = report_gap
        self._waiting: deque[Missed] = deque()
        self._changed = asyncio.Event()
        self.is_refused = False
        self.is_last = False
        """Whether nothing is said any more: it is not tried for ever."""
        self.idle = asyncio.Event()
        self.idle.set()
        self.turn = asyncio.Event()
        self.turn.set()

    @property
    def gaps(self) -> list[Missed]:
        """What nobody has heard yet."""
        return [missed for missed in self._waiting if missed.said is None]

    def add(self, missed: Missed) -> None:
        """Have it heard as soon as possible; what nobody has heard comes first."""
        if missed.said is None:
            self._waiting.insert(len(self.gaps), missed)
        else:
            self._waiting.append(missed)
        self.idle.clear()
        self.ring()

    def ring(self) -> None:
        """Look again whether there is something to do, and somebody to do it with."""
        self._changed.set()

    async def run(self) -> None:
        """Hear what was missed, for ever."""
        while True:
            self._changed.clear()
            while self._waiting:
                missed = self._waiting[0]
                await self._hear(missed)
                missed.lane.cursor.close()
                self._waiting.remove(missed)
            self.idle.set()
            await self._changed.wait()

    async def drain(self, patience: float) -> None:
        """Wait until everything is heard, or nothing more has been for `patience` seconds."""
        heard, since = -1, 0.0
        while not self.idle.is_set():
            if (now_heard := self._heard()) != heard:
                heard, since = now_heard, self._clock.now()
            if self._clock.now() - since > patience:
                return
            with suppress(TimeoutError):
                async with self._clock.timeout(LOOK_SECONDS):
                    await self.idle.wait()

    def _heard(self) -> int:
        """A figure that rises as long as something is heard."""
        return sum(missed.lane.segments.settled - missed.end for missed in self._waiting)

    async def _hear(self, missed: Missed) -> None:
        """Try until it is heard, or may be left alone."""
        retry, refusals, futile = self._retry(), 0, 0
        while True:
            await self.turn.wait()
            connector = await self._engine(missed, max(refusals, futile) >= REFUSALS)
            began, settled = self._clock.now(), missed.lane.segments.settled
            try:
                await self._converse(missed, connector)
                return self._done(missed)
            except LinkLost as lost:
                refusals += isinstance(lost.error, RateLimitError)
                delay = retry.lost(self._clock.now() - began, lost.retry_after, may_pass=True) or 0.0
                if isinstance(lost.error, RateLimitError):
                    delay = min(delay, REFUSED_SECONDS)
            except CaptionerError as error:
                futile, delay = futile + REFUSALS, REFUSED_SECONDS
                if missed.said is not None or self._choose(missed, True) is None:
                    return self._give_up(missed, error)
            if missed.lane.segments.settled >= missed.end:
                return self._done(missed)  # it broke behind the last word
            futile = 0 if missed.lane.segments.settled > settled else futile + 1
            if self.is_last and futile >= FUTILE_TRIES and missed.lane.segments.timeline.sent:
                return self._tell(missed, "the engine did not hear it")
            if missed.said is not None and (max(refusals, futile) >= REFUSALS or missed.is_torn):
                return  # another engine's words stay
            if refusals >= REFUSALS and self._choose(missed, True) is None:
                self._give_way()
            await self._clock.sleep(delay)

    def _give_way(self) -> None:
        """There is one stream only: the live one ends, and what was missed gets it for a while."""
        if not self.is_refused:
            self.is_refused = True
            self.turn.clear()
            self._refused()

    async def _engine(self, missed: Missed, is_hopeless: bool) -> Connector:
        """Who hears it: another one where the chosen engine does not get on."""
        while True:
            self._changed.clear()
            others = self._choose(missed, True) if is_hopeless and not self.is_refused else None
            if connector := others or self._choose(missed, False):
                return connector
            await self._changed.wait()

    async def _converse(self, missed: Missed, connector: Connector) -> None:
        lane, capabilities = missed.lane, connector.capabilities
        async with connector.link() as link:
            lane.begin(capabilities)
            await lane.converse(link, capabilities, connector.patience())

    def _give_up(self, missed: Missed, error: CaptionerError) -> None:
        """Nobody hears the rest: that is said, with the reason."""
        if missed.said is None:
            self._outlet.put(ErrorEvent.of(error, recoverable=True))
            self._tell(missed, error.message)

    def _tell(self, missed: Missed, cause: str) -> None:
        """Up to where a gap was filled, and what of it nobody hears."""
        missed.lane.promote()
        heard = min(missed.end, missed.lane.segments.settled)
        if heard > missed.start:
            self._outlet.put(GapFilledEvent(missed.start / SAMPLE_RATE, heard / SAMPLE_RATE))
        self._report_gap(heard, missed.end, cause)

    def _done(self, missed: Missed) -> None:
        put = self._outlet.put
        start, end = missed.start / SAMPLE_RATE, missed.end / SAMPLE_RATE
        if missed.said is None and missed.lane.is_cut_short:
            return self._tell(missed, "the engine did not hear it")
        missed.lane.promote()
        if missed.said is None:
            return put(GapFilledEvent(start, end))
        # Nobody needs to see how a text came about that is there already.
        better = [
            event
            for event in missed.heard
            if isinstance(event, UtteranceEndEvent)
            or (isinstance(event, TranscriptEvent) and event.is_final and event.transcript)
        ]
        words = sum(len(event.transcript.split()) for event in better if isinstance(event, TranscriptEvent))
        if missed.is_torn or words * 2 < len(" ".join(missed.said.values()).split()):
            return  # a text that lacks half of the words is not the better one
        put(SupersededEvent(tuple(missed.said), start, end))
        for event in better:
            put(event)

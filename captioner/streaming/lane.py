"""A stretch of the session's clock and the conversation in which it is heard."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from captioner.streaming.backlog import MARGIN
from captioner.streaming.clock import Clock
from captioner.streaming.engines.engine import Capabilities, Link, LinkLost, LinkMessage
from captioner.streaming.events import AnyEvent
from captioner.streaming.frames import SAMPLE_RATE
from captioner.streaming.intake import Intake
from captioner.streaming.options import StreamingOptions
from captioner.streaming.outlet import Outlet
from captioner.streaming.pace import Pace
from captioner.streaming.segments import Register, Segments
from captioner.streaming.tasks import end

STEP = SAMPLE_RATE // 10
"""Lanes begin at a multiple of this."""

WATCH_SECONDS = 0.5

USUAL_SECONDS = 1.5
"""An engine that hears is no further behind."""

TAIL_SECONDS = 0.25
"""Sound at the end that an engine may leave out."""

CUT_SECONDS = 0.05
"""The same where the engine hung up without a goodbye: more than this may be a word."""

UNANSWERED_TRIES = 2
"""How often an engine that does not say that it has heard everything is given the rest again."""


class Mute(LinkLost):
    """The engine takes sound and says nothing of it, whatever its pings say."""


class Lane:
    """One owner of a stretch: feeds it to one link after the other and brings out what they say.

    What it says goes to `put`; while `is_held` it is kept back. `link` is the one it talks to now.
    """

    def __init__(
        self,
        intake: Intake,
        outlet: Outlet,
        segments: Segments,
        clock: Clock,
        *,
        put: Callable[[AnyEvent], None] | None = None,
        is_optional: bool = False,
    ) -> None:
        self._intake = intake
        self._outlet = outlet
        self._clock = clock
        self.put = put or outlet.put
        self._held: list[LinkMessage] | None = None
        self._unanswered = 0
        self.segments = segments
        self.cursor = intake.open(segments.settled, is_optional=is_optional)
        self.link: Link | None = None
        self.well_at: float | None = None
        """When the last conversation was last known to be heard."""
        self.is_finalizing = False
        self.is_cut_short = False
        """Whether the last conversation ended, and not all of the stretch was heard."""

    @property
    def uncovered(self) -> float:
        """Seconds of sound that were given to the link and that nothing it said covers."""
        return self.segments.timeline.sent_seconds - self.segments.covered

    def begin(self, capabilities: Capabilities) -> float:
        """Another link takes over: it is fed again from the horizon on. Returns the seconds given again."""
        self.segments.gives_word_times = capabilities.word_times
        margin = self._margin
        if self._intake.lacks(self.cursor, self.segments.settled):
            # What is heard next would take the place of words whose sound cannot be given again.
            self.promote()
        horizon = self.segments.settled
        if self.cursor.end is not None:
            self.cursor.limit = self.cursor.end + margin
        return self._intake.rewind(self.cursor, self.segments.begin_link(margin), horizon)

    def promote(self) -> None:
        """What is still open becomes final: shown words are not taken back, utterances end."""
        for event in self.segments.promote():
            self.put(event)

    @property
    def _margin(self) -> int:
        """Sound beyond the stretch that is heard, too, where its words can be told apart."""
        segments = self.segments
        can_cut = segments.gives_word_times and segments.has_words and self._intake.can_replay
        return MARGIN if can_cut else 0

    def end_at(self, position: int, following: "Lane") -> None:
        """The stretch ends there; what follows belongs to another lane."""
        self.segments.end_at(position, following.segments)
        self.cursor.end, self.cursor.limit = position, position + self._margin

    def ends_like(self, other: "Lane") -> int:
        """Each channel ends where the other lane's begins; returns the last of these places."""
        self.cursor.end = self.cursor.limit = self.segments.ends_like(other.segments)
        return self.cursor.end

    def hold(self) -> None:
        """Keep back what is said until `release`."""
        self._held = []

    def release(self) -> None:
        """Bring out what was kept back, and all that follows."""
        held, self._held = self._held or [], None
        for message in held:
            for event in self.segments.map(message):
                self.put(event)
        self._intake.settle(self.cursor, self.segments.settled, self.segments.heard)

    async def converse(
        self, link: Link, capabilities: Capabilities, patience: float | None, waited: float = 0.0
    ) -> None:
        """Until all of the stretch is heard. Raises LinkLost, or the error that ends the session.

        `patience`: seconds of sound without an answer that covers it after which the link counts as lost;
        `waited`: seconds for which nothing was covered before.
        """
        self.link = link
        if not self._intake.is_timed:
            patience = None  # how much sound it was is guessed
        feeding = asyncio.create_task(self._feed(link, capabilities, patience), name="captioner session feed")
        reading = asyncio.create_task(self._read(link), name="captioner session read")
        watching = asyncio.create_task(self._watch(patience, waited), name="captioner session watch")
        try:
            # The reader's end is the end; a feeder that fails ends it, too, and so does who watches.
            reading.add_done_callback(lambda _task: watching.cancel())
            await asyncio.wait({feeding, reading, watching}, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            self.link = None
            await end(feeding, reading, watching)
        # What the reader says counts more: it knows why the line broke.
        for task in (reading, feeding, watching):
            if not task.cancelled() and (error := task.exception()):
                raise error
        self.is_cut_short = self._leaves_something(capabilities)
        if self.is_cut_short and self._unanswered < UNANSWERED_TRIES:
            self._unanswered += 1
            raise LinkLost("The engine did not say that it has heard everything")

    def _leaves_something(self, capabilities: Capabilities) -> bool:
        """Whether the conversation is over, and the engine has left something unheard."""
        if not self._intake.is_timed:
            return False
        segments, rest = self.segments, self._rest()
        if capabilities.finals_tile and not segments.has_goodbye:
            return self._intake.kept_between(segments.settled, self.cursor.end) > CUT_SECONDS
        return segments.is_unanswered and rest > 1.0

    async def _watch(self, patience: float | None, waited: float) -> None:
        """Raise `Mute` when sound waits for `patience` seconds and nothing of it is covered.

        Counted in turns of this loop: one that stood still has heard nothing, and nobody is mute. While our
        own reader holds everything up, nobody is, either.
        """
        if patience is None:
            return
        covered = 0.0
        while waited <= patience:
            await self._clock.sleep(WATCH_SECONDS)
            # Who was waited for before is waited for from the first sound on.
            is_waited_for = self._rest() > (TAIL_SECONDS if waited else USUAL_SECONDS)
            if self.segments.covered > covered or not is_waited_for or self._outlet.is_held:
                waited = 0.0 if self.segments.covered else waited
                covered, self.well_at = self.segments.covered, self._clock.now()
            else:
                waited += WATCH_SECONDS
        raise Mute("The engine takes sound and says nothing")

    def _rest(self) -> float:
        """Seconds of sound of the stretch that are not heard."""
        heard = max(self.segments.settled, self.segments.heard)
        return self._intake.kept_between(heard, self.cursor.end)

    async def _feed(self, link: Link, capabilities: Capabilities, patience: float | None) -> None:
        intake, segments, cursor, clock = self._intake, self.segments, self.cursor, self._clock
        rate = capabilities.max_rate if intake.is_timed else None
        pace = Pace(rate, clock.now()) if rate else None
        with intake.bell() as bell:
            while True:
                bell.clear()
                while sound := intake.next(cursor):
                    seconds = (sound.end - sound.start) / SAMPLE_RATE
                    if pace and (wait := pace.wait(seconds, clock.now())):
                        await clock.sleep(wait)
                    await self._outlet.room()
                    segments.timeline.add(sound.start, sound.end - sound.start)
                    await link.send(segments.unsettled(sound))
                    # An engine that takes everything at once must not keep the loop from everybody else.
                    await asyncio.sleep(0)
                    if patience and self.uncovered > patience:
                        raise Mute("The engine takes sound and says nothing")
                if intake.is_waited_for:
                    # Without interims nothing counts as heard before it is settled.
                    heard = segments.heard if segments.has_interims else cursor.fed
                    intake.settle(cursor, segments.settled, heard)
                if self.is_finalizing:
                    self.is_finalizing = False
                    await link.finalize()
                if intake.is_finished or cursor.is_over():
                    segments.has_goodbye = False
                    await link.finish()
                    return
                await bell.wait()

    async def _read(self, link: Link) -> None:
        """Bring out what the link says. Deepgram's flood comes through here: nothing slow belongs in it."""
        intake, segments, cursor, put = self._intake, self.segments, self.cursor, self.put
        settled = segments.settled
        async for message in link:
            if self._held is not None:
                self._held.append(message)
                segments.cover(message)
                continue
            for event in segments.map(message):
                put(event)
            # The engine may have settled nothing, and wait for sound while its sender waits for room.
            if (horizon := segments.settled) != settled or intake.is_waited_for:
                settled = horizon
                intake.settle(cursor, settled, segments.heard)


@dataclass(frozen=True, slots=True)
class Lanes:
    """Makes the lanes of a session."""

    intake: Intake
    outlet: Outlet
    clock: Clock
    register: Register
    options: StreamingOptions

    def new(self, start: int = 0) -> Lane:
        """One that begins at `start` (samples) and has no end."""
        return Lane(self.intake, self.outlet, Segments(self.options, self.register, start), self.clock)

    def new_now(self) -> Lane:
        """One of what is said from now on."""
        return self.new(self.intake.received - self.intake.received % STEP)

    def again(self, lane: Lane, put: Callable[[AnyEvent], None]) -> Lane:
        """A second hearing from where the other one is settled; what it says goes to `put`."""
        segments = Segments(self.options, self.register, lane.segments.settled, is_backfill=True)
        segments.begins_like(lane.segments)
        return Lane(self.intake, self.outlet, segments, self.clock, put=put, is_optional=True)

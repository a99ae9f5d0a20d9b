"""One meeting from sound to store, as two loops: frames in, events out."""

import asyncio
from collections.abc import Iterable
from itertools import count

from captioner.audio.level import SILENCE
from captioner.meeting.hearing import Hearing
from captioner.meeting.holes import Missed
from captioner.meeting.listener import Listener, Notice, State
from captioner.meeting.notices import Notices
from captioner.meeting.plan import Mix, Plan
from captioner.meeting.pump import Pump
from captioner.meeting.record import Record
from captioner.meeting.watch import BEHIND_SECONDS, LOOK_SECONDS, Watch
from captioner.streaming import AnyEvent, Session, StreamEvent
from captioner.streaming.errors import SourceError
from captioner.transcript.stabilise import ReadingMode

LOOKS_OF_REST = 8
"""So many looks into a pause the words are there of what was heard before it."""

LOOKS_A_STORE = 4
"""At how many looks after the sources it is looked after the database, too."""


class Meeting:
    """Runs a plan once. `pause`, `resume` and `stop` may be called at any time from the loop's thread."""

    def __init__(self, plan: Plan, listeners: Iterable[Listener] = ()) -> None:
        self._plan = plan
        self.listeners = list(listeners)
        self._state = State.IDLE
        self._is_running = False
        self._is_connected = False
        self._is_lost = False
        self._is_replaced = False
        self._notices = Notices(self._tell_notices)
        self._hearing = Hearing(self._notices)
        self._record = Record(plan, self.listeners, self._notices)
        ears = (self._hearing.hear, *self._record.ears)
        self._pump = Pump(plan, self._refresh_state, self._note_refusal, ears)
        self._watching = Watch(plan, self._pump, self._hearing, self._notices, self._is_listening)
        self._running: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    @property
    def id(self) -> int | None:
        """Its number in the database; None as long as it is not there."""
        return self._record.id

    @property
    def title(self) -> str:
        """What people call it."""
        return self._record.title

    @property
    def state(self) -> State:
        """What it is doing now."""
        return self._state

    @property
    def session(self) -> Session:
        """The streaming session, for its figures."""
        return self._plan.session

    @property
    def levels(self) -> tuple[float, ...]:
        """Loudness of each channel in dBFS; empty while nothing is captured."""
        return self._audible(self._hearing.levels) if self._pump.source else ()

    @property
    def peaks(self) -> tuple[float, ...]:
        """The highest samples of each channel of late in dBFS, empty while nothing is captured."""
        return self._audible(self._hearing.peaks) if self._pump.source else ()

    def _audible(self, levels: tuple[float, ...]) -> tuple[float, ...]:
        """Without those of devices that are lost: they stand where they stood."""
        if not isinstance(self._pump.source, Mix):
            return levels
        losses = self._pump.source.losses
        return tuple(SILENCE if loss else level for level, loss in zip(levels, losses, strict=False))

    @property
    def elapsed(self) -> float:
        """Wall seconds since the first sound could be heard."""
        opened_at = self._pump.opened_at
        return asyncio.get_running_loop().time() - opened_at if opened_at is not None else 0.0

    @property
    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    def pause(self) -> None:
        """Close the devices: nothing is captured until `resume`."""
        self._pump.pause()

    def resume(self) -> None:
        """Open the devices again."""
        self._notices.forget("refused")
        self._pump.resume()

    def follow_choices(self) -> None:
        """Other devices may be chosen: where that is so, they are heard instead, at once."""
        self._pump.follow_choices()

    async def toggle_doubled(self) -> None:
        """Show the lines of the microphone that are the call heard again, or hide them again."""
        await self._record.toggle_doubled()

    def stop(self) -> None:
        """End the meeting: what was heard is finished and saved."""
        self._stopping.set()
        self._pump.stop()
        if self._running and not self._is_connected:
            self._running.cancel()  # an engine that is still starting has nothing to say

    async def rename(self, title: str) -> None:
        """Give the meeting another title, at once also in the database."""
        await self._record.rename(title)

    async def rename_speaker(self, old: str, new: str) -> None:
        """Call a speaker otherwise in all lines, also those to come, at once also in the database.

        Empty = as the engine or the channel says. Speakers of one name are one, until they are parted so.
        Raises StoreError.
        """
        await self._record.rename_speaker(old, new)

    def choose_mode(self, mode: ReadingMode) -> None:
        """Show what is said from now on in another reading mode; a line that was begun ends in its own."""
        self._plan.assembler.choose_mode(mode)

    async def run(self) -> None:
        """Hear and save until the source ends or `stop` is called.

        Raises the error of what could not be started or went on failing; what was said until then is saved.
        """
        self._is_running = True
        self._refresh_state()
        try:
            async with self._record.kept():
                self._running = asyncio.create_task(self._hear(), name="meeting hear")
                try:
                    await self._running
                except asyncio.CancelledError:
                    if not (self.is_stopped and self._running.cancelled()):
                        raise
        finally:
            self._is_running = False
            self._refresh_state()

    async def _hear(self) -> None:
        # The devices open while the engine starts: what is said in that second is kept and heard, too.
        pumping = asyncio.create_task(self._pump.run(), name="meeting pump")
        following = asyncio.create_task(self._follow(), name="meeting follow")
        watching = asyncio.create_task(self._watch(), name="meeting watch")
        attending = asyncio.create_task(self._watching.attend_headset(), name="meeting headset")
        tasks = (following, pumping, watching, attending)
        try:
            try:
                async with self._plan.session as session:
                    await asyncio.wait({pumping, following}, return_when=asyncio.FIRST_COMPLETED)
                    pumping.cancel()
                    await asyncio.wait({pumping})
                    await self._tell_missed(self._hearing.end())
                    await session.finish()
                    await self._wait_for_last_words(following)
            finally:
                # A session that is over, however it ended, is read to its end.
                await asyncio.wait({following})
                await self._record.judge(is_heard=False)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            errors = [task.exception() for task in tasks if not task.cancelled()]
        for error in errors:
            if error:
                raise error
        if self._pump.damage:
            raise SourceError(
                f'"{self._plan.title}" is damaged: {self._pump.damage}',
                "What could be read was captioned",
            )

    async def _wait_for_last_words(self, following: asyncio.Task[None]) -> None:
        """All of them for a recording; once stopped, leaving the session sets the limit."""
        stopped = asyncio.create_task(self._stopping.wait(), name="meeting stop")
        await asyncio.wait({following, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()

    # -- events out

    async def _follow(self) -> None:
        async for event in self._plan.session:
            await self._record.apply(event)
            self._hearing.follow(event)
            self._notice_event(event)

    def _notice_event(self, event: AnyEvent) -> None:
        match event:
            case StreamEvent.Connected():
                self._is_connected, self._is_lost = True, False
                self._refresh_state()
            case StreamEvent.Disconnected():
                self._is_lost = True
                self._refresh_state()
            case StreamEvent.Reconnected():
                self._is_lost = False
                self._refresh_state()
            case StreamEvent.EngineChanged(new=engine):
                self._is_connected, self._is_lost = True, False
                self._is_replaced = engine != self._plan.engine
                self._notices.forget("fallback_language")  # said again of each engine that it holds for
                self._refresh_state()
            case StreamEvent.Warning(code=code, message=message):
                # Being late is less than not hearing, which must not hide behind it.
                severity = "info" if code == "behind" else "warning"
                self._notices.note(Notice(code, message, "Captions go on.", severity))
            case StreamEvent.Transcript():
                if self.session.stats.backlog < BEHIND_SECONDS:
                    self._notices.forget("behind")
            case _:
                pass

    # -- what the person is told

    async def _watch(self) -> None:
        """Say when a source that should be heard is not, and when rows cannot be saved."""
        rest = 0
        for look in count():
            await asyncio.sleep(LOOK_SECONDS)
            if look % LOOKS_A_STORE == 0:
                await self._record.settle()
            await self._tell_missed(self._watching.look())
            await self._pump.settle_at_hole()
            rest = rest + 1 if self._pump.is_paused else 0
            await self._record.judge(is_heard=rest < LOOKS_OF_REST)

    async def _tell_missed(self, missed: Iterable[Missed]) -> None:
        """What no source heard is a gap like one of the engine's; it is news once it is over."""
        for each in missed:
            await self._record.apply(each.gap, is_news=each.is_over)

    def _note_refusal(self, error: SourceError) -> None:
        self._notices.note(Notice("refused", error.message, error.hint))

    def _tell_notices(self, notices: tuple[Notice, ...]) -> None:
        for listener in self.listeners:
            listener.notices_changed(notices)

    def _is_listening(self) -> bool:
        return self._state in (State.LISTENING, State.FALLBACK)

    def _refresh_state(self) -> None:
        if not self._is_running:
            state = State.IDLE
        elif self._pump.is_over:
            state = State.STOPPING
        elif self._pump.is_paused:
            state = State.PAUSED
        elif self._is_lost:
            state = State.RECONNECTING
        elif self._is_connected and self._pump.source:
            state = State.FALLBACK if self._is_replaced else State.LISTENING
        else:
            state = State.STARTING
        if state is not self._state:
            self._state = state
            for listener in self.listeners:
                listener.state_changed(state)

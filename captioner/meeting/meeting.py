"""One meeting from sound to store, as two loops: frames in, events out."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from captioner.meeting.listener import Listener, Notice, State
from captioner.meeting.plan import Plan
from captioner.meeting.pump import Pump
from captioner.meeting.saving import Saving
from captioner.streaming import AnyEvent, Session, StreamEvent
from captioner.streaming.errors import SourceError
from captioner.transcript.model import Change

SILENT_SECONDS = 40.0
"""A source that delivers no sound for this long is worth a word."""


class Meeting:
    """Runs a plan once. `pause`, `resume` and `stop` may be called at any time from the loop's thread."""

    def __init__(self, plan: Plan, listeners: Iterable[Listener] = ()) -> None:
        self._plan = plan
        self.listeners = list(listeners)
        self._pump = Pump(plan, self._refresh_state, self._note_refusal)
        self._state = State.IDLE
        self._is_running = False
        self._is_connected = False
        self._is_lost = False
        self._is_replaced = False
        self._notices: dict[str, Notice] = {}
        self._saving = Saving(plan.store, plan.assembler) if plan.store else None
        self._telling = asyncio.Lock()  # a row's place holds only until the next change is told
        self._hearing: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._started = datetime.now().astimezone()
        self.title = plan.title

    @property
    def id(self) -> int | None:
        """Its number in the database; None as long as it is not there."""
        return self._saving.meeting_id if self._saving else None

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
        return self._pump.source.levels if self._pump.source else ()

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
        self._forget("refused")
        self._pump.resume()

    def stop(self) -> None:
        """End the meeting: what was heard is finished and saved."""
        self._stopping.set()
        self._pump.stop()
        if self._hearing and not self._is_connected:
            self._hearing.cancel()  # an engine that is still starting has nothing to say

    async def rename(self, title: str) -> None:
        """Give the meeting another title, at once also in the database."""
        self.title = title
        if self._plan.store and self.id is not None:
            await self._plan.store.rename(self.id, title)

    async def run(self) -> None:
        """Hear and save until the source ends or `stop` is called.

        Raises the error of what could not be started or went on failing; what was said until then is saved.
        """
        self._is_running = True
        self._refresh_state()
        try:
            async with self._saved_meeting():
                self._hearing = asyncio.create_task(self._hear(), name="meeting hear")
                try:
                    await self._hearing
                except asyncio.CancelledError:
                    if not (self.is_stopped and self._hearing.cancelled()):
                        raise
        finally:
            self._is_running = False
            self._refresh_state()

    async def _hear(self) -> None:
        # The devices open while the engine starts: what is said in that second is kept and heard, too.
        pumping = asyncio.create_task(self._pump.run(), name="meeting pump")
        following = asyncio.create_task(self._follow(), name="meeting follow")
        watching = asyncio.create_task(self._watch(), name="meeting watch")
        tasks = (following, pumping, watching)
        try:
            try:
                async with self._plan.session as session:
                    await asyncio.wait({pumping, following}, return_when=asyncio.FIRST_COMPLETED)
                    pumping.cancel()
                    await asyncio.wait({pumping})
                    await session.finish()
                    await self._wait_for_last_words(following)
            finally:
                # A session that is over, however it ended, is read to its end.
                await asyncio.wait({following})
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
            async with self._telling:
                changes = self._plan.assembler.apply(event)
                if self._saving:
                    changes = await self._saving.follow(changes)
                for listener in self.listeners:
                    listener.heard(event)
                self._tell_changes(changes)
            self._notice_event(event)

    async def _watch_store(self) -> None:
        """Try again what the database refused; say how much is not saved yet, and when it is."""
        saving = self._saving
        if saving is None:
            return
        if saving.meeting_id is None:
            await saving.begin(self.title, self._plan.engine, self._started)
        async with self._telling:
            unsaved = saving.unsaved
            if not unsaved:
                self._tell_changes(saving.settle())
        if unsaved or saving.meeting_id is None:
            lines = "1 line is" if unsaved == 1 else f"{unsaved} lines are"
            body = f"{lines} kept in memory. {saving.refusal}."
            self._note("disk", "The transcript cannot be saved", body)
        else:
            self._forget("disk")

    def _tell_changes(self, changes: Sequence[Change]) -> None:
        for change in changes:
            for listener in self.listeners:
                listener.changed(change)

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
                self._forget("fallback_language")  # said again of each engine that it holds for
                self._refresh_state()
            case StreamEvent.Warning(code=code, message=message):
                self._note(code, message, "Captions go on.")
            case StreamEvent.Transcript():
                if self.session.stats.backlog < 5:
                    self._forget("behind")
            case _:
                pass

    # -- what the person is told

    async def _watch(self) -> None:
        """Say when a source that should be heard gives nothing, and when rows cannot be saved."""
        while True:
            await asyncio.sleep(1.0)
            await self._watch_store()
            self._watch_sources()

    def _watch_sources(self) -> None:
        source = self._pump.source
        silent = source.silent_for if source else ()
        for name, seconds in zip(self._plan.source_names(), silent, strict=False):
            if name is None:
                continue
            if seconds < SILENT_SECONDS:
                self._forget(f"silent:{name}")
            else:
                self._note(f"silent:{name}", *_silence_words(name))
        lost = getattr(source, "lost", ())
        for name, error in zip(self._plan.source_names(), lost, strict=False):
            if name and error:
                self._note(f"lost:{name}", error.message, error.hint)

    def _note_refusal(self, error: SourceError) -> None:
        self._note("refused", error.message, error.hint)

    def _note(self, code: str, title: str, body: str) -> None:
        notice = Notice(code, title, body)
        if self._notices.get(code) != notice:
            self._notices[code] = notice
            self._tell_notices()

    def _forget(self, code: str) -> None:
        if self._notices.pop(code, None):
            self._tell_notices()

    def _tell_notices(self) -> None:
        for listener in self.listeners:
            listener.notices_changed(tuple(self._notices.values()))

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

    # -- the database

    @asynccontextmanager
    async def _saved_meeting(self) -> AsyncGenerator[None]:
        # Captions come first: a disk that is full at the start must not take them away.
        await self._watch_store()
        try:
            yield
        finally:
            await self._watch_store()
            if self._saving:
                await self._saving.end(self._plan.session.stats.received)
                await self._watch_store()
                if lost := self._saving.lost:
                    raise lost


def _silence_words(name: str) -> tuple[str, str]:
    if name == "microphone":
        return (
            f"Your microphone is silent for {SILENT_SECONDS:.0f} s",
            "It is muted in the system, or the wrong one is chosen.",
        )
    return f"No sound from the call for {SILENT_SECONDS:.0f} s", "The call may play on another device."

"""One meeting from sound to store, as two loops: frames in, events out."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime

from captioner.audio.source import Source
from captioner.meeting.listener import Listener, Notice, State
from captioner.meeting.plan import Plan
from captioner.streaming import AnyEvent, Session, StreamEvent
from captioner.streaming.errors import SourceError, StoreError
from captioner.transcript.model import Change, GapRow, Segment

STOP_SECONDS = 5.0
"""How long stopping waits for the engine's last words."""
SILENT_SECONDS = 40.0
"""A source that delivers no sound for this long is worth a word."""


class Meeting:
    """Runs a plan once. `pause`, `resume` and `stop` may be called at any time from the loop's thread."""

    def __init__(self, plan: Plan, listeners: Iterable[Listener] = ()) -> None:
        self._plan = plan
        self.listeners = list(listeners)
        self._state = State.IDLE
        self._notices: dict[str, Notice] = {}
        self._source: Source | None = None
        self._pump_task: asyncio.Task[None] | None = None
        self._wants_pause = False
        self.wants_stop = False
        self._wish = asyncio.Event()
        self._opened_at: float | None = None
        self._unsaved: list[str] = []
        self._damage: str | None = None
        self.id: int | None = None
        self.title = plan.title

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
        """Loudness of each source in dBFS; empty while nothing is captured."""
        return self._source.levels if self._source else ()

    @property
    def elapsed(self) -> float:
        """Wall seconds since the first sound could be heard."""
        return asyncio.get_running_loop().time() - self._opened_at if self._opened_at is not None else 0.0

    def pause(self) -> None:
        """Close the devices: nothing is captured until `resume`."""
        self._wants_pause = True
        self._stop_pumping()

    def resume(self) -> None:
        """Open the devices again."""
        self._wants_pause = False
        self._wish.set()

    def stop(self) -> None:
        """End the meeting: what was heard is finished and saved."""
        self.wants_stop = True
        self._stop_pumping()

    async def rename(self, title: str) -> None:
        """Give the meeting another title, at once also in the database."""
        self.title = title
        if self._plan.store and self.id is not None:
            await self._plan.store.rename(self.id, title)

    async def run(self) -> None:
        """Hear and save until the source ends or `stop` is called.

        Raises the error of what could not be started or went on failing; what was said until then is saved.
        """
        self._change_state(State.STARTING)
        try:
            async with self._plan.session, self._saved_meeting():
                following = asyncio.create_task(self._follow(), name="meeting follow")
                watching = asyncio.create_task(self._watch(), name="meeting watch")
                try:
                    await self._pump_until_told(following)
                    await self._finish(following)
                finally:
                    for task in (watching, following):
                        task.cancel()
                    await asyncio.wait({watching, following})
            self._raise_what_ended_it(following)
        finally:
            self._change_state(State.IDLE)

    # -- frames in

    async def _pump_until_told(self, following: asyncio.Task[None]) -> None:
        while not self.wants_stop and not following.done():
            if self._wants_pause:
                self._change_state(State.PAUSED)
                await self._plan.session.finalize()
                await self._wait_for_a_wish(following)
                continue
            self._pump_task = asyncio.create_task(self._pump(), name="meeting pump")
            await asyncio.wait({self._pump_task, following}, return_when=asyncio.FIRST_COMPLETED)
            if not self._pump_task.done():  # the session ended under the pump
                self._pump_task.cancel()
                await asyncio.wait({self._pump_task})
            if not self._pump_task.cancelled():
                return

    async def _wait_for_a_wish(self, following: asyncio.Task[None]) -> None:
        self._wish.clear()
        wish = asyncio.create_task(self._wish.wait(), name="meeting wish")
        await asyncio.wait({wish, following}, return_when=asyncio.FIRST_COMPLETED)
        wish.cancel()

    async def _pump(self) -> None:
        async with self._plan.open_source(self._plan.now()) as source:
            self._source = source
            try:
                if self._opened_at is None:
                    self._opened_at = asyncio.get_running_loop().time()
                self._change_state(State.LISTENING)
                async for frame in source:
                    await self._plan.session.send(frame)
                self._damage = getattr(source, "damage", None)
            finally:
                self._source = None

    def _stop_pumping(self) -> None:
        self._wish.set()
        if self._pump_task:
            self._pump_task.cancel()

    async def _finish(self, following: asyncio.Task[None]) -> None:
        """Let the engine say its last words: all of them for a recording, as long as it takes."""
        await self._plan.session.finish()
        if self.wants_stop:
            self._change_state(State.STOPPING)
            await asyncio.wait({following}, timeout=STOP_SECONDS)
        else:
            stopped = asyncio.create_task(self._wait_for_stop(), name="meeting stop")
            await asyncio.wait({following, stopped}, return_when=asyncio.FIRST_COMPLETED)
            stopped.cancel()

    async def _wait_for_stop(self) -> None:
        while not self.wants_stop:
            self._wish.clear()
            await self._wish.wait()
        await asyncio.sleep(STOP_SECONDS)

    def _raise_what_ended_it(self, following: asyncio.Task[None]) -> None:
        """Raise the source's or the engine's error, after everything that was heard is saved."""
        for task in (self._pump_task, following):
            if task and task.done() and not task.cancelled():
                task.result()
        if self._damage:
            raise SourceError(self._damage, "Everything that could be read is in the transcript")

    # -- events out

    async def _follow(self) -> None:
        async for event in self._plan.session:
            change = self._plan.assembler.apply(event)
            if change:
                change = await self._save(change)
            for listener in self.listeners:
                listener.heard(event)
            if change:
                self._tell_change(change)
            self._notice_event(event)

    async def _save(self, change: Change) -> Change:
        """The change once its row is in the database; a row that cannot be saved yet says so."""
        row, store = change.row, self._plan.store
        if store is None or self.id is None or change.kind == "removed":
            return change
        if isinstance(row, Segment) and not row.is_final:
            return change
        if await store.keep(self.id, row) or isinstance(row, GapRow):
            return change
        self._unsaved.append(row.id)
        return self._plan.assembler.mark_saved(row.id, False) or change

    def _watch_store(self) -> None:
        """Say how much is not saved yet, and when it is."""
        unsaved = self._plan.store.unsaved if self._plan.store else 0
        if unsaved:
            lines = "line is" if unsaved == 1 else "lines are"
            body = f"{unsaved} {lines} kept in memory. Free some space."
            self._note("disk", "The transcript cannot be saved", body)
            return
        if self.id is not None:
            self._forget("disk")
        for segment_id in self._unsaved:
            if change := self._plan.assembler.mark_saved(segment_id, True):
                self._tell_change(change)
        self._unsaved.clear()

    def _tell_change(self, change: Change) -> None:
        for listener in self.listeners:
            listener.changed(change)

    def _notice_event(self, event: AnyEvent) -> None:
        match event:
            case StreamEvent.Disconnected():
                self._change_state(State.RECONNECTING)
            case StreamEvent.Reconnected():
                self._change_state(State.LISTENING if self._source else State.PAUSED)
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
            self._watch_store()
            self._watch_sources()

    def _watch_sources(self) -> None:
        silent = self._source.silent_for if self._source else ()
        for name, seconds in zip(self._plan.source_names(), silent, strict=False):
            if name is None:
                continue
            if seconds < SILENT_SECONDS:
                self._forget(f"silent:{name}")
            else:
                self._note(f"silent:{name}", *_silence_words(name))
        lost = getattr(self._source, "lost", ())
        for name, error in zip(self._plan.source_names(), lost, strict=False):
            if name and error:
                self._note(f"lost:{name}", error.message, error.hint)

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

    def _change_state(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            for listener in self.listeners:
                listener.state_changed(state)

    # -- the database

    @asynccontextmanager
    async def _saved_meeting(self) -> AsyncGenerator[None]:
        store = self._plan.store
        if store:
            try:
                self.id = await store.begin(self.title, self._plan.engine, datetime.now().astimezone())
            except StoreError as error:
                # Captions come first: a disk that is full at the start must not take them away.
                self._note("disk", f"This meeting is not saved: {error.message}", error.hint)
        try:
            yield
        finally:
            if store and self.id is not None:
                await store.end(self.id, self._plan.session.stats.received)
                await store.discard(self.id)


def _silence_words(name: str) -> tuple[str, str]:
    if name == "microphone":
        return (
            f"Your microphone is silent for {SILENT_SECONDS:.0f} s",
            "It is muted in the system, or the wrong one is chosen.",
        )
    return f"No sound from the call for {SILENT_SECONDS:.0f} s", "The call may play on another device."

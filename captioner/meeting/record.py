"""What was said in a meeting, in three places in this order: the transcript, the database, every screen.

The first two have every line; the screens are spared those that are the call, heard again by the microphone.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from captioner.meeting.doubles import Doubles
from captioner.meeting.listener import Listener, Notice
from captioner.meeting.notices import Notices
from captioner.meeting.plan import Plan
from captioner.meeting.pump import Ear
from captioner.meeting.saving import Saving
from captioner.streaming.events import AnyEvent
from captioner.transcript.model import Change


class Record:
    """Applies events to the transcript of a plan, saves what changes, and tells the `listeners` of it."""

    def __init__(self, plan: Plan, listeners: Sequence[Listener], notices: Notices) -> None:
        self._plan = plan
        self._listeners = listeners
        self._notices = notices
        self._saving = Saving(plan.store, plan.assembler) if plan.store else None
        self._doubles = None if plan.patience is None else Doubles(plan.patience)
        self._are_doubles_shown = False
        self._telling = asyncio.Lock()  # a row's place holds only until the next change is told
        self._started = datetime.now().astimezone()
        self.title = plan.title

    @property
    def ears(self) -> Sequence[Ear]:
        """Who must hear every frame before the engine does."""
        return (self._doubles.hear,) if self._doubles else ()

    @property
    def id(self) -> int | None:
        """The meeting's number in the database; None as long as it is not there."""
        return self._saving.meeting_id if self._saving else None

    async def apply(self, event: AnyEvent, *, is_news: bool = True) -> None:
        """What an event changes. `is_news`: the listeners are told of the event itself, too."""
        async with self._telling:
            changes = self._plan.assembler.apply(event)
            if self._saving:
                changes = await self._saving.follow(changes)
            if is_news:
                for listener in self._listeners:
                    listener.heard(event)
            await self._show(self._doubles.follow(changes) if self._doubles else changes)

    async def judge(self, *, is_heard: bool = True) -> None:
        """Tell of lines that waited for the others' words. `is_heard`: sound goes on; else nothing waits."""
        if self._doubles:
            async with self._telling:
                self._doubles.behind = self._plan.session.stats.backlog
                await self._show(self._doubles.tick() if is_heard else self._doubles.settle())

    async def toggle_doubled(self) -> None:
        """Show the lines that were heard twice, or hide them again."""
        if self._doubles:
            async with self._telling:
                self._are_doubles_shown = not self._are_doubles_shown
                await self._show(self._doubles.show() if self._are_doubles_shown else self._doubles.hide())

    async def _show(self, changes: Sequence[Change]) -> None:
        if self._doubles and self._saving:
            await self._saving.hide(self._doubles.take_verdicts())
        for change in changes:
            for listener in self._listeners:
                listener.changed(change)
        if self._doubles:
            self._note_doubles(self._doubles.hidden)

    def _note_doubles(self, count: int) -> None:
        hidden, shown = "twice", "twice:shown"
        code = shown if self._are_doubles_shown else hidden
        self._notices.forget(hidden if code == shown else shown, *([] if count else [code]))
        if count:
            lines = "1 line is" if count == 1 else f"{count} lines are"
            words = f"{lines} {'shown' if code == shown else 'hidden'}: heard through your loudspeaker."
            title, cure = "The call is heard twice", "Headphones help."
            self._notices.note(Notice(code, title, f"{words} {cure}", "info", ("doubled",)))

    async def rename(self, title: str) -> None:
        """Give the meeting another title, at once also in the database."""
        self.title = title
        if self._plan.store and self.id is not None:
            await self._plan.store.rename(self.id, title)

    async def rename_speaker(self, old: str, new: str) -> None:
        """Call a speaker otherwise in every line; empty = as at first. In the database before it is seen."""
        async with self._telling:
            names = self._plan.assembler.renamed(old, new)
            if names and self._saving:
                await self._saving.name_speakers(names)
            changes = self._plan.assembler.name_speakers(names)
            await self._show(self._doubles.follow(changes) if self._doubles else changes)

    async def settle(self) -> None:
        """Try again what the database refused; say how much is not saved yet, and when it is."""
        saving = self._saving
        if saving is None:
            return
        if saving.meeting_id is None:
            await saving.begin(self.title, self._plan.engine, self._started)
        async with self._telling:
            unsaved = saving.unsaved
            if not unsaved:
                settled = saving.settle()
                await self._show(self._doubles.follow(settled) if self._doubles else settled)
        if unsaved or saving.meeting_id is None:
            lines = "1 line is" if unsaved == 1 else f"{unsaved} lines are"
            body = f"{lines} kept in memory. {saving.refusal}."
            self._notices.note(Notice("disk", "The transcript cannot be saved", body))
        else:
            self._notices.forget("disk")

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """The time of the meeting. Raises StoreError behind it for what could not be saved."""
        # Captions come first: a disk that is full at the start must not take them away.
        await self.settle()
        try:
            yield
        finally:
            await self.settle()
            if self._saving:
                await self._saving.end(self._plan.session.stats.received)
                await self.settle()
                if lost := self._saving.lost:
                    raise lost

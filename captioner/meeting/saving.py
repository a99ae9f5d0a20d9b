"""What a meeting says, kept in the database while it is said."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from captioner.streaming.errors import StoreError
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, Segment, Verdict
from captioner.transcript.store import Store


class Saving:
    """Follows one transcript into the database; what that refuses waits in memory and is tried again.

    A text that another one replaces stays in the database until the new one is there as well: whenever the
    program dies, one of the two is found.
    """

    def __init__(self, store: Store, assembler: Assembler) -> None:
        self._store = store
        self._assembler = assembler
        self._waiting: list[Change] = []  # of a meeting that the database refused to begin
        self._verdicts: dict[str, Verdict] = {}  # of the same
        self._names: dict[str, str] = {}
        self._withdrawn: list[Segment] = []
        self._unsaved: list[str] = []
        self.meeting_id: int | None = None

    @property
    def unsaved(self) -> int:
        """How many lines are only in memory."""
        return self._store.unsaved + self._homeless

    @property
    def refusal(self) -> StoreError:
        """Why, and what to do about it."""
        return self._store.refusal or StoreError("The database does not answer", "Close what holds it")

    @property
    def lost(self) -> StoreError | None:
        """What to say at the end of a meeting that was never begun: the database does not know its lines."""
        if not self._homeless:
            return None
        lines = "1 line" if self._homeless == 1 else f"{self._homeless} lines"
        return StoreError(f"{lines} could not be saved: {self.refusal.message}", self.refusal.hint)

    @property
    def _homeless(self) -> int:
        return sum(change.kind != "removed" for change in self._waiting)

    async def begin(self, title: str, engine: str, started: datetime) -> None:
        """Begin the meeting; when that is refused, `meeting_id` stays None and it must be tried again."""
        try:
            self.meeting_id = await self._store.begin(title, engine, started)
        except StoreError:
            return
        waiting, self._waiting = self._waiting, []
        await self._store.follow(self.meeting_id, waiting)
        await self.hide(self._verdicts)
        if self._names:
            await self._store.name_speakers(self.meeting_id, self._names)

    async def follow(self, changes: Sequence[Change]) -> Sequence[Change]:
        """The changes once the database has followed them; rows that are not saved yet say so."""
        due = self._due(changes)
        if not due:
            return changes
        if self.meeting_id is None:
            self._waiting += due
        elif await self._store.follow(self.meeting_id, due):
            return changes
        return [self._marked(change) for change in changes]

    async def hide(self, verdicts: Mapping[str, Verdict]) -> None:
        """Note what is hidden of lines, by id. To be called after the lines themselves have been followed."""
        if self.meeting_id is None:
            self._verdicts |= verdicts
        else:
            await self._store.hide(self.meeting_id, verdicts)

    async def name_speakers(self, names: Mapping[str, str]) -> None:
        """Note by label what speakers are called."""
        # All of them, and of each the newest: the meeting may be begun while this is written.
        self._names |= names
        if self.meeting_id is not None:
            await self._store.name_speakers(self.meeting_id, self._names)

    def settle(self) -> list[Change]:
        """The rows that are saved after all, once nothing waits any more."""
        marked = [self._assembler.mark_saved(segment_id, True) for segment_id in self._unsaved]
        self._unsaved.clear()
        return [change for change in marked if change]

    async def end(self, duration: float) -> None:
        """Note that the meeting has ended. One in which nothing was said leaves nothing behind."""
        if self.meeting_id is None:
            return
        await self._store.follow(self.meeting_id, self._replaced(math.inf))
        await self._store.end(self.meeting_id, duration)
        await self._store.discard(self.meeting_id)

    def _due(self, changes: Sequence[Change]) -> list[Change]:
        """What the database is to do now."""
        due: list[Change] = []
        reached = 0.0
        for change in changes:
            match change:
                case Change(row=Segment(is_final=False)):
                    pass  # it is still being said
                case Change(kind="removed", row=Segment() as segment):
                    self._withdrawn.append(segment)
                case Change(row=Segment(end=end)):
                    due.append(change)
                    reached = max(reached, end)
                case _:
                    due.append(change)
        return [*self._replaced(reached), *due]

    def _replaced(self, reached: float) -> list[Change]:
        """The withdrawals of texts whose time has been heard again."""
        over = [segment for segment in self._withdrawn if segment.end <= reached]
        self._withdrawn = [segment for segment in self._withdrawn if segment.end > reached]
        return [Change("removed", 0, segment) for segment in over]

    def _marked(self, change: Change) -> Change:
        row = change.row
        if not isinstance(row, Segment) or not row.is_final or change.kind == "removed":
            return change
        self._unsaved.append(row.id)
        marked = self._assembler.mark_saved(row.id, False)
        return Change(change.kind, change.index, marked.row) if marked else change

"""Meetings on disk: saved line by line while they run."""

import asyncio
import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from msgspec import structs

from captioner.streaming.errors import StoreError
from captioner.transcript import records
from captioner.transcript.database import may_pass, prepare, suspect
from captioner.transcript.faults import is_damage, store_error
from captioner.transcript.model import Change, GapRow, MeetingSummary, Row, StoredMeeting, Verdict
from captioner.transcript.plain import plain
from captioner.transcript.schema import connect, fill_up
from captioner.transcript.writer import Write, Writer

T = TypeVar("T")

DATABASE = "captioner.db"
"""The database's name in the data directory."""


class Store:
    """The database of all meetings: `async with await Store.open(path) as store`, or `open` and `close`.

    One thread writes, each read has a connection of its own; several programs may use one file. What is
    reported as saved survives the death of the program and of the computer. When the disk refuses, lines
    are kept in memory and tried again: `unsaved` counts them, `settled` waits for them.

    Cancelling a call takes nothing back: what was handed over is written.
    """

    def __init__(self, path: Path, writer: Writer, busy_timeout: float, recovered: Path | None) -> None:
        self.path = path
        self._recovered = recovered
        self._writer = writer
        self._busy_timeout = busy_timeout
        self._is_open = True
        self._running: set[int] = set()

    @classmethod
    async def open(cls, path: Path, *, retry_every: float = 2.0, busy_timeout: float = 2.0) -> Self:
        """Open the database, or make it. What the disk refuses now is tried again: `refusal` says why.

        Raises StoreError where no further try would help: a newer version, something else of that name.
        `retry_every`: seconds between two tries to write what the disk has refused. `busy_timeout`: seconds
        to wait for another program that writes.
        """
        recovered = refusal = None
        try:
            recovered = await asyncio.to_thread(prepare, path, busy_timeout)
        except StoreError as error:
            if not may_pass(error):
                raise
            refusal = error
        return cls(path, Writer(path, busy_timeout, retry_every, refusal), busy_timeout, recovered)

    async def close(self) -> None:
        """Try a last time to write what is unsaved. Raises StoreError that says how many lines are lost."""
        if self._is_open:
            self._is_open = False
            await asyncio.to_thread(self._writer.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def recovered(self) -> Path | None:
        """Where a damaged database was moved to, None when it was sound."""
        return self._recovered or self._writer.recovered

    @property
    def refusal(self) -> StoreError | None:
        """Why nothing can be written just now, None when it can as far as we know."""
        return self._writer.refusal

    @property
    def unsaved(self) -> int:
        """How many lines wait in memory because the disk refused them."""
        return self._writer.unsaved

    async def settled(self) -> None:
        """Return as soon as nothing waits in memory, at once when nothing does."""
        self._require_open()
        await _outcome(self._writer.settled())

    async def begin(self, title: str, engine: str, started: datetime) -> int:
        """Add a meeting and return its number. Raises StoreError."""
        title, engine = plain(title), plain(engine)
        meeting_id = await self._do(Write(lambda on: records.add_meeting(on, title, engine, started)))
        self._running.add(meeting_id)
        return meeting_id

    async def keep(self, meeting_id: int, row: Row) -> bool:
        """Save a row, or replace the one that has its place. True and False as from `follow`."""
        return await self.follow(meeting_id, (Change("added", 0, row),))

    async def follow(self, meeting_id: int, changes: Sequence[Change]) -> bool:
        """Do what a transcript did, all or nothing. True: it is committed. False: it waits in memory.

        A withdrawn segment leaves the meeting and is kept as a revision. Raises StoreError when the meeting
        is gone or a row holds what no database can.
        """

        def follow_all(connection: sqlite3.Connection) -> bool:
            with _told_apart(meeting_id):
                for change in changes:
                    records.follow(connection, meeting_id, change)
            return True

        lines = sum(change.kind != "removed" for change in changes)
        return await self._do(Write(follow_all, if_refused=False, lines=lines))

    async def hide(self, meeting_id: int, verdicts: Mapping[str, Verdict]) -> bool:
        """Note by id what is hidden of lines, all or nothing; their text stays. Answers as `follow` does."""
        noted = dict(verdicts)

        def hide_all(connection: sqlite3.Connection) -> bool:
            with _told_apart(meeting_id):
                for segment_id, verdict in noted.items():
                    records.put_verdict(connection, meeting_id, segment_id, verdict)
            return True

        return await self._do(Write(hide_all, if_refused=False)) if noted else True

    async def name_speakers(self, meeting_id: int, names: Mapping[str, str]) -> bool:
        """Note by label what speakers are called, all or nothing; their lines stay. Answers as `follow`."""
        given = {label: plain(name) for label, name in names.items()}

        def name_all(connection: sqlite3.Connection) -> bool:
            with _told_apart(meeting_id):
                for label, name in given.items():
                    records.put_name(connection, meeting_id, label, name)
            return True

        return await self._do(Write(name_all, if_refused=False))

    async def end(self, meeting_id: int, duration: float) -> bool:
        """Note that the meeting has ended after `duration` seconds. True and False as from `follow`."""
        self._running.discard(meeting_id)
        return await self._change(meeting_id, lambda on: records.end_meeting(on, meeting_id, duration))

    async def rename(self, meeting_id: int, title: str) -> bool:
        """Give the meeting another title. True and False as from `follow`. Raises StoreError."""
        title = plain(title)
        return await self._change(meeting_id, lambda on: records.rename_meeting(on, meeting_id, title))

    async def discard(self, meeting_id: int) -> bool:
        """Remove a meeting in which nothing was said; False when it has rows and stays. Raises StoreError."""
        return await self._do(Write(lambda on: records.discard_meeting(on, meeting_id)))

    async def meetings(self) -> list[MeetingSummary]:
        """All meetings, the one added last first. Raises StoreError."""
        return await asyncio.to_thread(self._read, records.summaries)

    async def load(self, meeting_id: int | None = None) -> StoredMeeting:
        """A meeting with its rows in time order; None = the one added last. Raises StoreError.

        What a meeting that runs no more left pending will never be heard: those gaps are final.
        """
        try:
            meeting = await asyncio.to_thread(self._read, lambda on: records.stored_meeting(on, meeting_id))
        except OverflowError as error:
            # No number of a meeting has more than 64 bits.
            raise _no_meeting(meeting_id) from error
        if meeting is None:
            raise _no_meeting(meeting_id)
        return meeting if meeting.summary.id in self._running else _given_up(meeting)

    async def _change(self, meeting_id: int, change: Callable[[sqlite3.Connection], bool]) -> bool:
        def change_it(connection: sqlite3.Connection) -> bool:
            if not change(connection):
                raise _no_meeting(meeting_id)
            return True

        return await self._do(Write(change_it, if_refused=False))

    async def _do(self, write: Write[T]) -> T:
        self._require_open()
        return await _outcome(self._writer.submit(write))

    def _read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        self._require_open()
        try:
            with closing(connect(self.path, self._busy_timeout, "ro")) as connection:
                fill_up(connection)
                return query(connection)
        except sqlite3.Error as error:
            if is_damage(error):
                suspect(self.path)
            raise store_error(error, self.path) from error

    def _require_open(self) -> None:
        # The writer's thread is gone: nothing would ever answer.
        if not self._is_open:
            raise StoreError(f"{self.path} is closed", "Open it again")


async def _outcome(future: Future[T]) -> T:
    """Wait for the writer, which writes on when the waiting is cancelled: no line is taken back."""
    return await asyncio.shield(asyncio.wrap_future(future))


@contextmanager
def _told_apart(meeting_id: int) -> Generator[None]:
    """Whether the meeting is gone or a row cannot be saved, as a StoreError."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise _no_meeting(meeting_id) if "FOREIGN KEY" in str(error) else _unfit(error) from error
    except (sqlite3.DataError, UnicodeError) as error:
        raise _unfit(error) from error


def _given_up(meeting: StoredMeeting) -> StoredMeeting:
    rows = (structs.replace(row, state="final") if isinstance(row, GapRow) else row for row in meeting.rows)
    return replace(meeting, rows=tuple(rows))


def _no_meeting(meeting_id: int | None) -> StoreError:
    if meeting_id is None:
        return StoreError("There is no meeting yet", "`captioner listen` makes one")
    return StoreError(f"There is no meeting {meeting_id}", "`captioner meetings` lists them")


def _unfit(error: Exception) -> StoreError:
    return StoreError(f"A line cannot be saved: {error}", "Please report this")

"""The one thread that writes to the database, and its own connection.

What is asked for while a commit runs is written in the next one together. When the disk refuses, what can
wait is kept in memory in its order and tried again: a caption must not be lost because the disk is full.
The memory is bounded by speech: an hour of it is about 100 KB of text.
"""

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from captioner.streaming.errors import StoreError
from captioner.transcript.database import prepare, suspect
from captioner.transcript.faults import is_damage, store_error
from captioner.transcript.schema import connect

T = TypeVar("T")

_ROW_FAULTS = (
    StoreError,
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.ProgrammingError,
    sqlite3.InterfaceError,
    ValueError,
    TypeError,
    OverflowError,
)
"""What is wrong with one write, not with the disk: its caller is told, the others go on."""


@dataclass(slots=True, eq=False)
class Write(Generic[T]):
    """Something to do inside a transaction, and who waits for it.

    `if_refused` is the answer when the disk refuses and the write is kept in memory; None = it cannot wait,
    its caller gets the error. `lines` is how many lines are missing as long as it is not written.
    """

    run: Callable[[sqlite3.Connection], T]
    if_refused: T | None = None
    lines: int = 0
    done: Future[T] = field(default_factory=Future[T])

    def answer(self, result: T) -> None:
        """Tell the caller, unless it was told already that the write waits."""
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, error: Exception) -> None:
        """Let the caller's call raise `error`, unless it was answered already."""
        if not self.done.done():
            self.done.set_exception(error)


@dataclass(slots=True, eq=False)
class _Settled:
    """Somebody waits until nothing is kept in memory."""

    done: Future[None] = field(default_factory=Future[None])


@dataclass(slots=True, eq=False)
class _Close:
    """The last order."""


class Writer:
    """The writing thread. `retry_every` and `busy_timeout` in seconds. Its futures never stay unanswered.

    `refusal`: why the file could not be made ready yet; it is tried again before anything is written.
    """

    def __init__(
        self, path: Path, busy_timeout: float, retry_every: float, refusal: StoreError | None = None
    ) -> None:
        self._path = path
        self._busy_timeout = busy_timeout
        self._retry_every = retry_every
        self._orders: SimpleQueue[Write[Any] | _Settled | _Close] = SimpleQueue()
        self._kept: list[Write[Any]] = []
        self._settled: list[_Settled] = []
        self._retry_at = 0.0
        self._is_ready = refusal is None
        self._connection: sqlite3.Connection | None = None
        self.unsaved = 0
        self.refusal = refusal
        """Why the last try to write did not succeed, None when it did."""
        self.recovered: Path | None = None
        """Where a damaged file was moved to that could not be made ready at once."""
        # A daemon: a program that dies without closing must not hang, and what was committed is safe.
        self._thread = Thread(target=self._run, name="captioner store", daemon=True)
        self._thread.start()

    def submit(self, write: Write[T]) -> Future[T]:
        """Have it written; done when it is committed, refused or kept in memory."""
        self._orders.put(write)
        return write.done

    def settled(self) -> Future[None]:
        """Done as soon as nothing waits in memory."""
        order = _Settled()
        self._orders.put(order)
        return order.done

    def close(self) -> None:
        """Try a last time and end the thread. Blocks; raises StoreError when lines are lost."""
        self._orders.put(_Close())
        self._thread.join()
        if lost := self._lost():
            raise lost

    def _run(self) -> None:
        # The connection stands before the first reader's: the last one to close tidies the side files away.
        if self._is_ready:
            with suppress(sqlite3.Error):
                self._connected()
        is_last = False
        while not is_last:
            writes: list[Write[Any]] = []
            for order in self._arrived():
                match order:
                    case Write():
                        writes.append(order)
                    case _Settled():
                        self._settled.append(order)
                    case _Close():
                        is_last = True
            self._write(writes, is_last=is_last)
        self._disconnect()
        if lost := self._lost():
            for waiting in self._settled:
                waiting.done.set_exception(lost)

    def _arrived(self) -> list[Write[Any] | _Settled | _Close]:
        """All orders that are there, at least one; none when it is time to try again."""
        wait = max(0.0, self._retry_at - time.monotonic()) if self._kept else None
        orders: list[Write[Any] | _Settled | _Close] = []
        with suppress(Empty):
            orders.append(self._orders.get(timeout=wait))
            while True:
                orders.append(self._orders.get_nowait())
        return orders

    def _write(self, writes: list[Write[Any]], *, is_last: bool) -> None:
        is_due = not self._kept or time.monotonic() >= self._retry_at
        must_try = any(write.if_refused is None for write in writes)
        if is_due or must_try or is_last:
            self._commit(self._kept + writes)
        else:
            # A disk that has just refused is not asked again for every line.
            self._keep(self._kept + writes)
        if not self._kept:
            for order in self._settled:
                order.done.set_result(None)
            self._settled.clear()

    def _commit(self, writes: list[Write[Any]]) -> None:
        """Write all of it in one transaction, or keep it."""
        if not writes:
            return
        answers: list[Callable[[], None]] = []
        try:
            connection = self._connected()
            connection.execute("BEGIN IMMEDIATE")
            answers += [_attempt(write, connection) for write in writes]
            connection.execute("COMMIT")
        except (sqlite3.Error, StoreError) as error:
            self._disconnect()
            self.refusal = self._reason(error)
            self._retry_at = time.monotonic() + self._retry_every
            self._keep(writes)
        else:
            self.refusal = None
            self._keep([])
            for answer in answers:
                answer()

    def _keep(self, writes: list[Write[Any]]) -> None:
        """Hold what can wait, refuse the rest."""
        self._kept = [write for write in writes if write.if_refused is not None]
        self.unsaved = sum(write.lines for write in self._kept)
        for write in writes:
            if write.if_refused is not None:
                write.answer(write.if_refused)
            elif self.refusal:
                write.fail(self.refusal)

    def _connected(self) -> sqlite3.Connection:
        if not self._is_ready:
            self.recovered = prepare(self._path, self._busy_timeout)
            self._is_ready = True
        if self._connection is None:
            self._connection = connect(self._path, self._busy_timeout)
        return self._connection

    def _disconnect(self) -> None:
        """Drop the connection: after an I/O error only a new one is sure to see the file as it is."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _reason(self, error: sqlite3.Error | StoreError) -> StoreError:
        if isinstance(error, StoreError):
            return error
        if is_damage(error):
            suspect(self._path)
        refusal = store_error(error, self._path)
        refusal.__cause__ = error
        return refusal

    def _lost(self) -> StoreError | None:
        if not self._kept or self.refusal is None:
            return None
        count = (
            f"{self.unsaved} line{'' if self.unsaved == 1 else 's'}" if self.unsaved else "The last change"
        )
        lost = StoreError(f"{count} could not be saved: {self.refusal.message}", self.refusal.hint)
        lost.__cause__ = self.refusal
        return lost


def _attempt(write: Write[Any], connection: sqlite3.Connection) -> Callable[[], None]:
    """Do one write whole or not at all; what to tell its caller once the transaction is committed.

    Raises for the disk's sake.
    """
    connection.execute("SAVEPOINT one")
    try:
        result = write.run(connection)
    except _ROW_FAULTS as error:
        fault = error
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
        return lambda: write.fail(fault)
    connection.execute("RELEASE one")
    return lambda: write.answer(result)

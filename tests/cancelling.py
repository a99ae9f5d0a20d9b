"""Cancelling a task at an exact place: the k-th time that it, or any task of ours, gives way to the loop."""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

_T = TypeVar("_T")


class Counted(Coroutine[Any, Any, _T]):
    """A coroutine that calls `suspended` whenever it is about to give way."""

    def __init__(self, coroutine: Coroutine[Any, Any, _T], suspended: Callable[[], None]) -> None:
        self._coroutine = coroutine
        self._suspended = suspended

    def send(self, value: Any) -> Any:
        awaited = self._coroutine.send(value)
        self._suspended()
        return awaited

    def throw(self, *error: Any) -> Any:
        awaited = self._coroutine.throw(*error)
        self._suspended()
        return awaited

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Generator[Any, Any, _T]:
        return self._coroutine.__await__()


class Canceller:
    """Cancels `task` at each of these `places`: suspensions, counted from 1. `count`: how many there were."""

    def __init__(self, *places: int) -> None:
        self.places = places
        self.task: asyncio.Task[Any] | None = None
        self.count = 0
        self.cancelled_at: float | None = None

    def suspended(self) -> None:
        self.count += 1
        if self.count in self.places and self.task is not None and not self.task.done():
            self.cancelled_at = asyncio.get_running_loop().time()
            self.task.cancel()

    def start(self, coroutine: Coroutine[Any, Any, _T]) -> asyncio.Task[_T]:
        """Run it, counting its own suspensions."""
        self.task = asyncio.create_task(Counted(coroutine, self.suspended), name="the user's")
        return self.task

    @contextmanager
    def counting_all(self, folder: str) -> Iterator[None]:
        """Count the suspensions of every task whose code lies in `folder` as well."""
        loop = asyncio.get_running_loop()

        def make(loop: asyncio.AbstractEventLoop, coroutine: Any, **more: Any) -> asyncio.Task[Any]:
            code = getattr(coroutine, "cr_code", None)
            if code is not None and folder in code.co_filename:
                coroutine = Counted(coroutine, self.suspended)
            return asyncio.Task(coroutine, loop=loop, **more)

        loop.set_task_factory(make)
        try:
            yield
        finally:
            loop.set_task_factory(None)

"""What a scene leaves behind: tasks, descriptors, threads, and complaints that reach nobody."""

import asyncio
import gc
import os
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

_DESCRIPTORS = Path("/proc/self/fd")

SETTLE_SECONDS = 0.5
"""On the loop's clock: how long what is on its way out may take, the other end's descriptors among it."""


@asynccontextmanager
async def nothing_left(scene: object = "") -> AsyncIterator[None]:
    """The block must end with what it began with. `scene`: named when it did not.

    Complaints are what Python can only print: an exception in a finalizer or callback, that of a task which
    nobody asked, a coroutine that was never awaited, a socket that was never closed.
    """
    loop = asyncio.get_running_loop()
    complaints: list[str] = []
    loop.set_exception_handler(lambda _loop, context: complaints.append(repr(context)))
    with _finalizers(complaints):
        before = _held()
        yield
        deadline = loop.time() + SETTLE_SECONDS
        while _held() != before and loop.time() < deadline:  # noqa: ASYNC110 - nothing tells when they go
            await asyncio.sleep(0.01)
        after = _held()
        gc.collect()
    loop.set_exception_handler(None)
    assert after == before, scene
    assert not complaints, (scene, complaints)


@contextmanager
def cheap_collections() -> Iterator[None]:
    """For many short scenes: what lives already is not looked at by the collector."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _held() -> tuple[list[str], int, int]:
    tasks = sorted(task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task())
    descriptors = len(os.listdir(_DESCRIPTORS)) if _DESCRIPTORS.exists() else 0  # noqa: PTH208 - hot
    return tasks, descriptors, threading.active_count()


@contextmanager
def _finalizers(complaints: list[str]) -> Iterator[None]:
    hook = sys.unraisablehook

    def note(unraisable: Any) -> None:
        complaints.append(f"{unraisable.exc_value!r} in {unraisable.object!r}")

    sys.unraisablehook = note
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        sys.unraisablehook = hook

"""Ending tasks, whatever comes in between."""

import asyncio
from typing import Any


async def end(*tasks: "asyncio.Task[Any]") -> None:
    """Cancel the tasks and wait until they are over, also when this is cancelled meanwhile."""
    was_cancelled = False
    for task in tasks:
        task.cancel()
    while not all(task.done() for task in tasks):
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            was_cancelled = True  # asked twice: no farewell, only what is ours is freed
            for task in tasks:
                task.cancel()
    for task in tasks:
        if not task.cancelled():
            task.exception()  # one that nobody asked for would be printed
    if was_cancelled:
        raise asyncio.CancelledError

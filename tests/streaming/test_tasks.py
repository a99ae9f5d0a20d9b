"""Ending tasks, whatever comes in between."""

import asyncio

import pytest

from captioner.streaming.tasks import end
from tests.virtual_time import run


async def _farewell(seconds: float) -> None:
    try:
        await asyncio.sleep(99)
    finally:
        await asyncio.sleep(seconds)


def test_tasks_are_over_when_it_returns_also_those_that_take_their_time_or_fail() -> None:
    async def fail() -> None:
        raise ValueError

    async def scene() -> float:
        tasks = [asyncio.create_task(_farewell(2)), asyncio.create_task(fail())]
        await asyncio.sleep(1)
        await end(*tasks)
        assert all(task.done() for task in tasks)
        return asyncio.get_running_loop().time()

    assert run(scene()) == 3


def test_cancelled_itself_it_cuts_the_farewell_short_and_leaves_nothing() -> None:
    async def scene() -> float:
        task = asyncio.create_task(_farewell(50))
        await asyncio.sleep(1)
        ending = asyncio.create_task(end(task))
        await asyncio.sleep(1)
        ending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await ending
        assert task.done()
        return asyncio.get_running_loop().time()

    assert run(scene()) == 2

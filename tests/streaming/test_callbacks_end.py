"""The callback form comes to its end: by finish() from anywhere, or cancelled."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest

from captioner.streaming import ClientError, LiveConnection
from tests.deepgram import Connection, Stall
from tests.live import SECOND, TWO_LINES, Kept, converse, keep, meet


async def _plainly(finish: Coroutine[Any, Any, bool]) -> None:
    await finish


async def _gathered(finish: Coroutine[Any, Any, bool]) -> None:
    await asyncio.gather(finish, asyncio.sleep(0))


async def _with_a_deadline(finish: Coroutine[Any, Any, bool]) -> None:
    await asyncio.wait_for(finish, 5)


@pytest.mark.parametrize("way", [_plainly, _gathered, _with_a_deadline])
def test_a_handler_may_end_the_sound_and_all_is_heard(
    way: Callable[[Coroutine[Any, Any, bool]], Awaitable[object]],
) -> None:
    kept: Kept = []

    async def scene(connection: LiveConnection) -> None:
        async def end(event: object) -> None:
            await way(connection.finish())

        closed = asyncio.Event()
        connection.on("speech_started", end)
        keep(kept, connection, "transcript", "error", "closed")
        connection.on("closed", closed.set)
        await connection.start()
        await connection.send(SECOND)
        async with asyncio.timeout(3):
            await closed.wait()
        await connection.finish()

    meet(TWO_LINES, scene=scene)

    assert [event.type for event in kept] == ["transcript", "transcript", "closed"]


def test_a_task_that_a_handler_started_waits_like_anybody_until_all_is_heard() -> None:
    kept: Kept = []
    heard: list[int] = []

    async def scene(connection: LiveConnection) -> None:
        is_open = asyncio.Event()
        tasks: list[asyncio.Task[None]] = []

        async def pump() -> None:
            await connection.send(SECOND)
            await connection.finish()
            heard.append(len(kept))

        connection.on("connected", lambda event: tasks.append(asyncio.create_task(pump())))
        connection.on("connected", is_open.set)
        keep(kept, connection, "transcript", "closed")
        await connection.start()
        await is_open.wait()
        await tasks[0]

    meet(TWO_LINES, scene=scene)

    assert heard == [3]


def _cancel(call: Awaitable[Any], seconds: float) -> Coroutine[Any, Any, float]:
    """Cancel it then; returns how long it took to end after that."""

    async def cancel() -> float:
        task = asyncio.ensure_future(call)
        await asyncio.sleep(seconds)
        task.cancel()
        since = asyncio.get_running_loop().time()
        await asyncio.wait({task})
        assert task.cancelled()
        return asyncio.get_running_loop().time() - since

    return cancel()


def test_start_cancelled_in_the_middle_leaves_nothing() -> None:
    async def scene(connection: LiveConnection) -> None:
        assert await _cancel(connection.start(), 1.0) < 0.1

    meet(Stall(), scene=scene)


def test_finish_cancelled_still_brings_what_the_engine_says_soon() -> None:
    kept: Kept = []

    async def script(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_message("CloseStream")
        await asyncio.sleep(4)
        await connection.results("No.", 0.0, 1.0)
        await connection.close()

    async def scene(connection: LiveConnection) -> None:
        keep(kept, connection, "transcript", "closed")
        await connection.start()
        await connection.send(SECOND)
        # A second of sound takes 0.4 s.
        assert await _cancel(connection.finish(), 1.0) == pytest.approx(3.4, abs=0.1)

    meet(script, scene=scene)

    assert [event.type for event in kept] == ["transcript", "closed"]


def test_finish_cancelled_waits_neither_for_a_silent_server_nor_for_a_stuck_handler() -> None:
    ended: list[str] = []

    async def stuck(event: object) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("cancelled")

    async def script(connection: Connection) -> None:
        connection.answers = False
        await connection.speech_started(0.0)

    async def scene(connection: LiveConnection) -> None:
        connection.on("speech_started", stuck)
        await connection.start()
        await connection.send(SECOND)
        assert await _cancel(connection.finish(), 1.0) <= 10.1
        await connection.finish()

    meet(script, scene=scene)

    assert ended == ["cancelled"]


@pytest.mark.parametrize("step", range(0, 110, 3))
def test_cancelled_anywhere_it_leaves_no_task(step: int) -> None:
    async def scene(connection: LiveConnection) -> None:
        running = asyncio.create_task(converse(connection))
        for _ in range(step):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait({running})
        with suppress(ClientError):  # it was not started
            await connection.finish()

    meet(TWO_LINES, scene=scene)

"""Time as the sound counts it."""

import asyncio

import pytest

from captioner.streaming.clock import Clock
from tests.streaming.engines.deepgram_talk import stand_still
from tests.virtual_time import run


def test_at_ten_times_the_speed_ten_seconds_pass_in_one() -> None:
    async def scene() -> tuple[float, float]:
        clock = Clock(10)
        before = clock.now()
        await clock.sleep(10)
        with pytest.raises(TimeoutError):
            async with clock.timeout(5):
                await asyncio.sleep(99)
        return clock.now() - before, asyncio.get_running_loop().time()

    assert run(scene()) == (pytest.approx(15), pytest.approx(1.5))


def test_another_clock_may_be_read() -> None:
    assert Clock(2, lambda: 21.0).now() == 42.0


def test_what_takes_too_long_is_ended_and_what_comes_in_time_is_returned() -> None:
    async def answer(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    async def undo(_seconds: float) -> None:
        raise AssertionError("nobody has to undo anything")

    async def scene() -> float:
        assert await Clock().within(5.0, answer(4.9), undo) == 4.9
        with pytest.raises(TimeoutError):
            await Clock().within(5.0, answer(6.0), undo)
        assert await Clock(100).within(5.0, answer(0.9), undo) == 0.9  # a second it may always take
        return asyncio.get_running_loop().time()

    assert run(scene()) == pytest.approx(4.9 + 5.0 + 0.9)


def test_a_loop_that_stood_still_made_nobody_late() -> None:
    async def answer() -> str:
        await asyncio.sleep(1)
        return "here"

    async def undo(_word: str) -> None:
        raise AssertionError("nobody has to undo anything")

    async def scene() -> str:
        waiting = asyncio.create_task(Clock().within(5.0, answer(), undo))
        await asyncio.sleep(0.5)
        stand_still(8.0)
        return await waiting

    assert run(scene()) == "here"


def test_a_wait_of_less_than_nothing_is_a_turn_of_the_loop() -> None:
    run(Clock().sleep(-1))

"""Time as the sound counts it."""

import asyncio

import pytest

from captioner.streaming.clock import Clock
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


def test_a_wait_of_less_than_nothing_is_a_turn_of_the_loop() -> None:
    run(Clock().sleep(-1))

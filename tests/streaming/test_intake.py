"""Sound that comes in and is kept."""

import asyncio

import numpy as np

from captioner.streaming import SAMPLE_RATE, AudioFrame, StreamingOptions
from captioner.streaming.intake import Intake


def _second(number: int) -> AudioFrame:
    return AudioFrame(number * SAMPLE_RATE, np.zeros((SAMPLE_RATE, 1), np.int16))


def _gaps(fed: int, seconds: int) -> list[tuple[int, int]]:
    gaps: list[tuple[int, int]] = []

    async def scene() -> None:
        options = StreamingOptions(backlog_seconds=2, overflow="drop_oldest")
        intake = Intake(options, lambda start, end, cause: gaps.append((start, end)))
        for number in range(seconds):
            await intake.put(_second(number))
            if number < fed:
                intake.next()
        intake.close()

    asyncio.run(scene())
    return gaps


def test_sound_that_no_engine_was_given_is_reported_as_one_stretch() -> None:
    assert _gaps(fed=0, seconds=5) == [(0, 3 * SAMPLE_RATE)]


def test_sound_that_was_given_to_the_engine_is_no_gap_when_it_is_dropped() -> None:
    assert _gaps(fed=9, seconds=5) == []


def test_a_long_stretch_is_reported_while_it_grows() -> None:
    assert _gaps(fed=0, seconds=14)[0] == (0, 5 * SAMPLE_RATE)


def test_waiting_for_room_ends_when_the_session_closes() -> None:
    async def scene() -> None:
        intake = Intake(StreamingOptions(backlog_seconds=1), lambda *gap: None)
        await intake.put(_second(0))
        waiting = asyncio.create_task(intake.put(_second(1)))
        await asyncio.sleep(0)
        intake.close()
        async with asyncio.timeout(1):
            await waiting

    asyncio.run(scene())

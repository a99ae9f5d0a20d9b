"""Sound that comes in and is kept."""

import asyncio
from typing import Any

import numpy as np
import pytest

from captioner.streaming import SAMPLE_RATE, AudioFrame, StreamingOptions
from captioner.streaming.backlog import Cursor
from captioner.streaming.frames import EncodedAudio
from captioner.streaming.intake import Intake


def _second(number: int) -> AudioFrame:
    return AudioFrame(number * SAMPLE_RATE, np.zeros((SAMPLE_RATE, 1), np.int16))


def _gaps(fed: int, seconds: int) -> list[tuple[int, int]]:
    gaps: list[tuple[int, int]] = []

    async def scene() -> None:
        options = StreamingOptions(backlog_seconds=2, overflow="drop_oldest")
        intake = Intake(options, lambda start, end, cause: gaps.append((start, end)), takes_encoded=False)
        cursor = intake.open(0)
        for number in range(seconds):
            await intake.put(_second(number))
            while number < fed and intake.next(cursor):
                pass
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
        intake = Intake(StreamingOptions(backlog_seconds=1), lambda *gap: None, takes_encoded=False)
        intake.open(0)
        await intake.put(_second(0))
        waiting = asyncio.create_task(intake.put(_second(1)))
        await asyncio.sleep(0)
        intake.close()
        async with asyncio.timeout(1):
            await waiting

    asyncio.run(scene())


def _intake(gaps: list[tuple[int, int]], takes_encoded: bool = True, **declared: Any) -> Intake:
    options = StreamingOptions(**declared)
    return Intake(options, lambda start, end, cause: gaps.append((start, end)), takes_encoded=takes_encoded)


def _fed(intake: Intake, cursor: Cursor) -> list[tuple[int, int]]:
    """Where all that is fed next lies."""
    fed: list[tuple[int, int]] = []
    while sound := intake.next(cursor):
        fed.append((sound.start, sound.end))
    return fed


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        ({}, AudioFrame),
        ({"channels": 2}, AudioFrame),
        ({"sample_rate": 48_000}, EncodedAudio),
        ({"encoding": "mulaw", "sample_rate": 8_000}, EncodedAudio),
        ({"encoding": "opus"}, EncodedAudio),
        ({"encoding": None}, EncodedAudio),
    ],
)
def test_an_engine_that_takes_it_gets_sound_as_it_was_declared(declared: dict[str, Any], kind: type) -> None:
    intake = _intake([], **declared)

    asyncio.run(intake.put(bytes(3200)))

    assert isinstance(intake.next(intake.open(0)), kind)


def test_an_engine_that_takes_frames_gets_frames_whatever_was_declared() -> None:
    intake = _intake([], False, encoding="mulaw", sample_rate=8_000, channels=2)

    asyncio.run(intake.put(bytes(1600)))
    intake.finish()
    sound = intake.next(intake.open(0))

    assert isinstance(sound, AudioFrame)
    assert sound.channels == 1


def test_what_is_not_settled_is_fed_again_from_where_it_is_needed() -> None:
    gaps: list[tuple[int, int]] = []
    intake = _intake(gaps, encoding="mulaw", sample_rate=8_000)
    cursor = intake.open(0)
    asyncio.run(intake.put(bytes(8_000)))
    assert _fed(intake, cursor)[-1] == (14_400, 16_000)
    intake.settle(cursor, 4_000, 16_000)

    assert intake.rewind(cursor, 3_000, 4_000) == 0.75
    assert _fed(intake, cursor)[0] == (3_000, 3_200)
    assert gaps == []


def test_packets_of_a_codec_are_given_once_and_what_a_broken_link_had_is_a_gap() -> None:
    gaps: list[tuple[int, int]] = []
    intake = _intake(gaps, encoding="opus")
    cursor = intake.open(0)
    asyncio.run(intake.put(bytes(4_000)))
    assert _fed(intake, cursor) == [(0, 16_000)]
    assert intake.kept == 0.0
    asyncio.run(intake.put(bytes(4_000)))

    assert intake.rewind(cursor, 8_000, 8_000) == 0.0
    assert gaps == [(8_000, 16_000)]
    assert _fed(intake, cursor) == [(16_000, 32_000)]


def test_a_full_backlog_of_packets_has_room_again_once_they_are_given() -> None:
    intake = _intake([], encoding="opus", backlog_seconds=1)

    async def scene() -> None:
        cursor = intake.open(0)
        await intake.put(bytes(4_000))
        waiting = asyncio.create_task(intake.put(bytes(4_000)))
        await asyncio.sleep(0)
        assert not waiting.done()
        intake.next(cursor)
        async with asyncio.timeout(1):
            await waiting

    asyncio.run(scene())

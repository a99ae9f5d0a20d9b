"""What a session promises, over a scripted engine."""

import asyncio
import gc
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest

from captioner.streaming import (
    SAMPLE_RATE,
    AnyEvent,
    AudioFrame,
    ClientError,
    ConfigurationError,
    EngineFailedError,
    Session,
    StreamEvent,
    StreamingOptions,
)
from captioner.streaming.engines.scripted import Break, ScriptedEngine, spoken
from captioner.streaming.retry import Retry

TWO_LINES = (*spoken("Yes we can", 1.0, 2.0), *spoken("No we cannot", 3.0, 4.0))


def _frames(seconds: float, channels: int = 1) -> list[AudioFrame]:
    return [
        AudioFrame(start, np.ones((1600, channels), np.int16))
        for start in range(0, round(seconds * SAMPLE_RATE), 1600)
    ]


async def _source(seconds: float) -> AsyncIterator[AudioFrame]:
    for frame in _frames(seconds):
        yield frame


def _session(engine: ScriptedEngine, options: StreamingOptions | None = None) -> Session:
    return Session(engine, options or StreamingOptions(), retry=Retry(uniform=lambda low, high: 0.0))


async def _hear(engine: ScriptedEngine, seconds: float = 5.0) -> list[AnyEvent]:
    async with _session(engine) as session:
        await session.send_from(_source(seconds))
        return [event async for event in session]


def _finals(events: list[AnyEvent]) -> list[str]:
    return [
        event.transcript for event in events if isinstance(event, StreamEvent.Transcript) and event.is_final
    ]


def test_the_accumulated_transcript_holds_the_utterance_at_its_end_and_is_cleared_behind_it() -> None:
    async def scene() -> list[tuple[str, str]]:
        async with _session(ScriptedEngine(TWO_LINES)) as session:
            await session.send_from(_source(5))
            return [(event.type, session.accumulated_transcript) async for event in session]

    seen = asyncio.run(scene())

    assert [text for kind, text in seen if kind == "utterance_end"] == ["Yes we can", "No we cannot"]
    assert seen[-1] == ("closed", "")


def test_a_broken_link_loses_and_doubles_nothing() -> None:
    engine = ScriptedEngine(
        (*spoken("Yes we can", 1.0, 2.0), (2.5, Break())), spoken("No we cannot", 1.0, 2.0)
    )

    events = asyncio.run(_hear(engine))

    assert _finals(events) == ["Yes we can", "No we cannot"]
    assert [event.type for event in events].count("reconnected") == 1


def test_an_engine_that_breaks_again_and_again_ends_with_error_closed_and_the_exception() -> None:
    engine = ScriptedEngine([(0.1, Break("no luck"))])
    events: list[AnyEvent] = []

    async def scene() -> None:
        async with _session(engine) as session:
            for frame in _frames(1):
                await session.send(frame)
            async for event in session:
                events.append(event)  # noqa: PERF401 - it raises behind the last one

    with pytest.raises(EngineFailedError, match="no luck"):
        asyncio.run(scene())
    assert [event.type for event in events][-3:] == ["error", "gap", "closed"]


def test_leaving_the_block_settles_the_open_line_and_closes() -> None:
    engine = ScriptedEngine(spoken("We were just", 1.0, 9.0))

    async def scene() -> list[AnyEvent]:
        async with _session(engine) as session:
            follower = session.subscribe()
            for frame in _frames(8):
                await session.send(frame)
            async for event in session:
                if isinstance(event, StreamEvent.Transcript):
                    break
        return [event async for event in follower]

    events = asyncio.run(scene())

    assert _finals(events) == ["We were"]
    assert isinstance(events[-1], StreamEvent.Closed)
    assert events[-1].reason == "finished"  # the engine was given and heard all that was sent
    assert engine.links[0].is_closed


def test_finals_that_nobody_reads_hold_the_engine_back_and_a_full_backlog_makes_a_program_wait() -> None:
    engine = ScriptedEngine(
        [step for number in range(12) for step in spoken("Yes", 0.0, 0.1, segment=f"{number}")]
    )

    async def scene() -> tuple[bool, list[AnyEvent]]:
        async with _session(engine, StreamingOptions(backlog_seconds=1, event_buffer=10)) as session:
            sending = asyncio.create_task(session.send_from(_source(3)))
            for _ in range(100):
                await asyncio.sleep(0)
            is_waiting = not sending.done() and session.stats.kept == pytest.approx(1.0)
            return is_waiting, [event async for event in session]

    is_waiting, events = asyncio.run(scene())

    assert is_waiting
    assert _finals(events) == ["Yes"] * 12
    assert engine.links[0].seconds == pytest.approx(3.0)
    assert [event.code for event in events if isinstance(event, StreamEvent.Warning)] == ["slow_reader"]


def test_a_full_backlog_of_a_device_drops_the_oldest_and_says_so_in_one_gap() -> None:
    async def scene() -> list[AnyEvent]:
        options = StreamingOptions(backlog_seconds=1, overflow="drop_oldest")
        async with _session(ScriptedEngine(()), options) as session:
            for frame in _frames(3):
                await session.send(frame)
            await session.finish()
            return [event async for event in session]

    gaps = [event for event in asyncio.run(scene()) if isinstance(event, StreamEvent.Gap)]

    assert [(gap.start, gap.end, gap.state) for gap in gaps] == [(0.0, 2.0, "final")]


def test_sound_behind_finish_is_refused() -> None:
    async def scene() -> None:
        async with _session(ScriptedEngine(TWO_LINES)) as session:
            await session.finish()
            await session.send(bytes(320))

    with pytest.raises(ClientError, match="finish"):
        asyncio.run(scene())


def test_bytes_are_heard_as_well_as_frames() -> None:
    async def scene() -> list[AnyEvent]:
        async with _session(ScriptedEngine(TWO_LINES)) as session:
            await session.send(bytes(2 * SAMPLE_RATE * 5))
            await session.finish()
            return [event async for event in session]

    assert _finals(asyncio.run(scene())) == ["Yes we can", "No we cannot"]


@pytest.mark.parametrize("step", range(0, 120, 3))
def test_cancelled_anywhere_it_leaves_no_task_and_no_open_link(step: int) -> None:
    engine = ScriptedEngine(TWO_LINES)

    async def scene() -> set[str]:
        running = asyncio.create_task(_hear(engine))
        for _ in range(step):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait({running})
        return {task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()}

    assert asyncio.run(scene()) == set()
    assert all(link.is_closed for link in engine.links)
    gc.collect()


def test_a_small_backlog_of_a_program_never_waits_for_a_line_that_waits_for_sound() -> None:
    engine = ScriptedEngine(spoken("A very long line", 0.5, 4.0))

    async def scene() -> list[AnyEvent]:
        async with _session(engine, StreamingOptions(backlog_seconds=1)) as session:
            async with asyncio.timeout(5):
                await session.send_from(_source(5))
                return [event async for event in session]

    assert _finals(asyncio.run(scene())) == ["A very long line"]


def test_a_follower_that_comes_after_the_end_is_told_of_it() -> None:
    async def scene() -> list[AnyEvent]:
        async with _session(ScriptedEngine(TWO_LINES)) as session:
            await session.finish()
            _ = [event async for event in session]
            return [event async for event in session.subscribe()]

    assert [event.type for event in asyncio.run(scene())] == ["closed"]


def test_the_loop_belongs_to_others_too_while_an_engine_takes_everything_at_once() -> None:
    async def scene() -> int:
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        counting = asyncio.create_task(count())
        async with _session(ScriptedEngine(())) as session:
            await session.send(bytes(2 * SAMPLE_RATE * 60))
            await session.finish()
            _ = [event async for event in session]
        counting.cancel()
        return turns

    assert asyncio.run(scene()) >= 600


def test_a_session_is_entered_once() -> None:
    async def scene() -> list[str]:
        session = _session(ScriptedEngine())
        async with session:
            with pytest.raises(ClientError, match="entered before"):
                await session.__aenter__()
            await session.finish()
            events = [event.type async for event in session]
        with pytest.raises(ClientError, match="entered before"):
            await session.__aenter__()
        return events

    assert asyncio.run(scene()) == ["connecting", "connected", "closed"]


def test_iterating_a_session_that_was_not_entered_is_refused_instead_of_waiting_for_ever() -> None:
    async def scene() -> None:
        async for _event in _session(ScriptedEngine()):
            pass

    with pytest.raises(ClientError, match="not entered"):
        asyncio.run(scene())


def test_two_tasks_that_send_while_the_backlog_is_full_lose_no_sound_of_each_other() -> None:
    engine = ScriptedEngine()

    async def scene() -> None:
        async with _session(engine, StreamingOptions(backlog_seconds=1)) as session:
            sounds = [np.full(3 * SAMPLE_RATE, number, "<i2").tobytes() for number in (1, 2)]
            await asyncio.gather(*(session.send(sound) for sound in sounds))
            await session.finish()
            _ = [event async for event in session]

    asyncio.run(scene())

    given = np.concatenate(engine.links[0].given)
    assert [int((given == number).sum()) for number in (1, 2)] == [3 * SAMPLE_RATE, 3 * SAMPLE_RATE]


def test_a_failure_that_nobody_was_told_is_raised_by_leaving() -> None:
    async def scene() -> None:
        async with _session(ScriptedEngine([(0.1, Break())])) as session:
            await session.send(bytes(3200))
            await asyncio.sleep(0.1)

    with pytest.raises(EngineFailedError):
        asyncio.run(scene())


def test_a_source_ends_quietly_with_the_session_which_says_why() -> None:
    async def scene() -> None:
        async with _session(ScriptedEngine([(0.1, Break())])) as session:
            sending = asyncio.create_task(session.send_from(_source(600)))
            with pytest.raises(EngineFailedError):
                async for _ in session:
                    pass
            await sending

    asyncio.run(scene())


@pytest.mark.parametrize("audio", [5, [1, 2], "sound", None])
def test_what_is_no_sound_is_refused(audio: Any) -> None:
    async def scene() -> None:
        async with _session(ScriptedEngine()) as session:
            await session.send(audio)

    with pytest.raises(ConfigurationError, match=type(audio).__name__):
        asyncio.run(scene())

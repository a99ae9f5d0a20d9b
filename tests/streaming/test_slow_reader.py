"""Whoever reads slowly, or not at all: the connection lives, and no final is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from captioner.streaming import (
    AnyEvent,
    ClientError,
    DeepgramClient,
    Session,
    StreamEvent,
    StreamingOptions,
)
from tests.deepgram import Connection, DeepgramServer
from tests.virtual_time import run

CHUNK = bytes(3200)
"""A tenth of a second."""

BUFFER = 100
FINALS_A_CHUNK = 3
DUE = FINALS_A_CHUNK + 1
"""What the server still says for sound that it was given before the engine had to wait."""


async def flood(connection: Connection) -> None:
    """Three finals for every tenth of a second, each after two interims."""
    chunk = 0
    while True:
        chunk += 1
        await connection.wait_audio(chunk / 10)
        length = 0.1 / FINALS_A_CHUNK
        for number in range(FINALS_A_CHUNK):
            start = (chunk - 1) / 10 + number * length
            await connection.interim(f"{chunk}", start, length)
            await connection.interim(f"{chunk} {number}", start, length)
            await connection.results(f"{chunk} {number}", start, length)


@asynccontextmanager
async def listening(**options: object) -> AsyncIterator[tuple[Session, DeepgramServer]]:
    declared = StreamingOptions.from_mapping({"event_buffer": BUFFER, **options})
    async with DeepgramServer(flood) as server:
        client = DeepgramClient("key", base_url=server.url)
        async with client.listen.stream(declared) as session:
            yield session, server


async def speak(session: Session, seconds: float) -> None:
    """Sound as it comes from a microphone, then its end."""
    for _ in range(round(seconds * 10)):
        await session.send(CHUNK)
        await asyncio.sleep(0.1)
    await session.finish()


def queued(session: Session) -> int:
    return len(session._outlet.main)


def held(session: Session) -> int:
    """Places in memory, those of replaced interims among them."""
    return len(session._outlet.main._events)


def finals(events: list[AnyEvent]) -> list[str]:
    return [
        event.transcript for event in events if isinstance(event, StreamEvent.Transcript) and event.is_final
    ]


def spoken(chunks: int) -> list[str]:
    """The finals that the server says of so many tenths of a second, in order."""
    return [f"{chunk} {number}" for chunk in range(1, chunks + 1) for number in range(FINALS_A_CHUNK)]


def warnings(events: list[AnyEvent]) -> list[str]:
    return [event.code for event in events if isinstance(event, StreamEvent.Warning)]


async def collect(events: AsyncIterator[AnyEvent]) -> list[AnyEvent]:
    return [event async for event in events]


async def until_cut(events: AsyncIterator[AnyEvent]) -> list[AnyEvent]:
    """What is left for a reader that did not read in time."""
    kept: list[AnyEvent] = []
    with pytest.raises(ClientError, match=f"{BUFFER} events were not read"):
        await read_on(events, kept)
    return kept


async def read_on(events: AsyncIterator[AnyEvent], kept: list[AnyEvent]) -> None:
    while True:
        kept.append(await anext(events))


def test_a_consumer_asleep_for_75_s_loses_no_final_and_not_the_connection() -> None:
    async def scene() -> tuple[list[AnyEvent], DeepgramServer]:
        async with listening() as (session, server):
            speaking = asyncio.create_task(speak(session, 80))
            await asyncio.sleep(75)
            assert BUFFER < queued(session) <= BUFFER + DUE + 1  # one more is the warning itself
            assert held(session) <= 2 * queued(session) + 70
            assert session.stats.coalesced > BUFFER / 2

            events = [event async for event in session]
            await speaking
            return events, server

    events, server = run(scene())

    assert finals(events) == spoken(800)
    assert warnings(events) == ["slow_reader"]
    assert all(event.type != "disconnected" for event in events)
    assert len(server.connections) == 1
    assert events[-1].type == "closed"


def test_events_come_in_the_order_of_their_time_after_a_long_sleep() -> None:
    async def scene() -> list[AnyEvent]:
        async with listening() as (session, _server):
            speaking = asyncio.create_task(speak(session, 80))
            await asyncio.sleep(75)
            events = [event async for event in session]
            await speaking
            return events

    texts = [event for event in run(scene()) if isinstance(event, StreamEvent.Transcript)]

    assert [event.start for event in texts] == sorted(event.start for event in texts)
    frozen: set[str] = set()
    for event in texts:
        assert event.segment_id not in frozen
        frozen |= {event.segment_id} if event.is_final else set()


def test_while_the_engine_waits_it_is_kept_alive_and_pings_are_answered_both_ways() -> None:
    async def scene() -> tuple[list[float], list[float]]:
        async with listening() as (session, server):
            speaking = asyncio.create_task(speak(session, 80))
            await asyncio.sleep(20)
            (connection,) = server.connections
            last_sound = connection.audio_frames[-1][0]
            for _ in range(10):
                async with asyncio.timeout(0.5):
                    await (await connection._websocket.ping())  # the server asks; our reader drains
                await asyncio.sleep(5)
            assert last_sound == connection.audio_frames[-1][0] < 10  # sending has paused
            kept = [entry.at for entry in connection.log if entry.content == {"type": "KeepAlive"}]
            _ = [event async for event in session]
            await speaking
            return [last_sound, *kept], [at for at, _sound in connection.audio_frames]

    kept, sound = run(scene())

    assert len(kept) > 15
    assert [later - earlier for earlier, later in pairwise(kept)] == pytest.approx([4] * (len(kept) - 1))
    assert sound[-1] > 120  # feeding goes on once events are read, no faster than the provider takes it


def test_a_reader_just_too_slow_is_not_warned_with_every_event() -> None:
    async def scene() -> list[AnyEvent]:
        events: list[AnyEvent] = []
        async with listening() as (session, _server):
            speaking = asyncio.create_task(speak(session, 60))
            async for event in session:
                events.append(event)
                await asyncio.sleep(0.05)
            await speaking
        return events

    events = run(scene())

    assert finals(events) == spoken(600)
    assert 1 < len(warnings(events)) < len(events) / (BUFFER / 2)


def test_one_line_said_for_hours_does_not_fill_the_memory() -> None:
    async def scene() -> int:
        async with DeepgramServer() as server:
            client = DeepgramClient("key", base_url=server.url)
            async with client.listen.stream(StreamingOptions(event_buffer=BUFFER)) as session:
                connection = await server.connection()
                for number in range(2_000):
                    await connection.interim(f"and so on {number}", 0.0, 1.0)
                await connection.results("and so on", 0.0, 1.0)
                await asyncio.sleep(1)
                assert session.stats.coalesced == 2_000
                return held(session)

    assert run(scene()) <= BUFFER


def test_minutes_of_sound_behind_a_sleeping_consumer_stay_within_the_backlog() -> None:
    async def scene() -> list[AnyEvent]:
        async with listening(backlog_seconds=10, overflow="drop_oldest") as (session, _server):
            speaking = asyncio.create_task(speak(session, 300))
            for _ in range(29):
                await asyncio.sleep(10)
                assert session.stats.kept <= 10.1
                assert queued(session) <= BUFFER + DUE + 1 + 300 / 5  # a gap every 5 s, and the warning
            events = [event async for event in session]
            await speaking
            return events

    events = run(scene())

    gaps = [event for event in events if isinstance(event, StreamEvent.Gap)]
    heard = [event for event in events if isinstance(event, StreamEvent.Transcript) and event.is_final]
    assert warnings(events) == ["slow_reader"]
    assert sum(gap.end - gap.start for gap in gaps) + len(heard) / FINALS_A_CHUNK / 10 == pytest.approx(300)
    assert all(event.type != "disconnected" for event in events)


def test_a_program_that_sends_faster_than_anybody_reads_is_held_back() -> None:
    async def scene() -> list[AnyEvent]:
        async with listening(backlog_seconds=10) as (session, _server):
            speaking = asyncio.create_task(speak(session, 300))
            await asyncio.sleep(250)
            assert session.stats.kept == pytest.approx(10)
            assert session.stats.received < 20
            events = [event async for event in session]
            await speaking
            return events

    assert finals(run(scene())) == spoken(3000)


def test_whoever_leaves_without_reading_is_told_what_there_was_no_time_to_hear() -> None:
    async def scene() -> tuple[list[AnyEvent], float]:
        async with listening() as (session, server):
            await speak(session, 30)
            before = server.connections[0].seconds
        return [event async for event in session], before

    events, before = run(scene())

    (gap,) = [event for event in events if isinstance(event, StreamEvent.Gap)]
    assert before < 10  # the engine waited
    assert finals(events) == spoken(round(gap.start * 10))
    assert (gap.end, gap.state) == (30.0, "final")


def test_subscribers_that_never_read_are_cut_and_hold_nothing_up() -> None:
    async def scene() -> tuple[list[AnyEvent], list[AnyEvent]]:
        async with listening() as (session, _server):
            asleep = session.subscribe()
            speaking = asyncio.create_task(speak(session, 20))
            events = [event async for event in session]
            await speaking
        return events, await until_cut(asleep)

    events, kept = run(scene())

    assert finals(events) == spoken(200)
    assert warnings(events) == []
    assert finals(kept) == spoken(200)[: len(finals(kept))]
    assert len(kept) <= BUFFER + 1


def test_it_is_enough_that_a_subscriber_reads() -> None:
    async def scene() -> tuple[list[AnyEvent], list[AnyEvent]]:
        async with listening() as (session, _server):
            reading = asyncio.create_task(collect(session.subscribe()))
            await speak(session, 80)
            return await reading, await until_cut(session)

    events, unread = run(scene())

    assert finals(events) == spoken(800)
    assert warnings(events) == []
    assert len(unread) <= BUFFER + 1


def test_a_subscriber_that_never_reads_does_not_cost_a_sleeping_consumer_its_finals() -> None:
    async def scene() -> list[AnyEvent]:
        async with listening() as (session, _server):
            _asleep = session.subscribe()
            speaking = asyncio.create_task(speak(session, 80))
            await asyncio.sleep(75)
            events = [event async for event in session]
            await speaking
            return events

    assert finals(run(scene())) == spoken(800)


def test_two_tasks_cannot_read_one_session() -> None:
    async def scene() -> list[AnyEvent]:
        async with listening() as (session, _server):
            reading = asyncio.create_task(collect(session))
            await asyncio.sleep(1)
            with pytest.raises(ClientError, match="iterate one session"):
                await anext(session)
            await speak(session, 1)
            return await reading

    assert finals(run(scene())) == spoken(10)

"""Sound that is given again, or cannot be, over the scripted server."""

import asyncio
from typing import Any

import numpy as np
import pytest

from captioner.streaming import (
    AnyEvent,
    AudioFrame,
    DeepgramClient,
    Session,
    StreamEvent,
    StreamingOptions,
)
from captioner.streaming.retry import Retry
from tests.deepgram import Connection, DeepgramServer, Script, silent
from tests.virtual_time import run

TENTH = bytes(3_200)


def _session(server: DeepgramServer, **options: Any) -> Session:
    engine = DeepgramClient("", base_url=server.url).listen.engine
    asked = StreamingOptions(vad_events=False, **options)
    return Session(engine, asked, retry=Retry(5, uniform=lambda low, high: 0.0))


def _live(seconds: float, piece: bytes, *scripts: Script, **options: Any) -> list[AnyEvent]:
    """A piece every tenth of a second: the events."""

    async def scene() -> list[AnyEvent]:
        async with DeepgramServer(*scripts) as server, _session(server, **options) as session:

            async def talk() -> None:
                for _ in range(round(seconds * 10)):
                    await session.send(piece)
                    await asyncio.sleep(0.1)
                await asyncio.sleep(1)
                await session.finish()

            talking = asyncio.create_task(talk())
            events = [event async for event in session]
            await talking
            return events

    return run(scene(), limit=100)


def _texts(events: list[AnyEvent]) -> list[tuple[str, str, bool]]:
    return [
        (event.segment_id, event.transcript, event.unconfirmed)
        for event in events
        if isinstance(event, StreamEvent.Transcript) and event.is_final
    ]


def _gaps(events: list[AnyEvent]) -> list[tuple[float, float]]:
    return [(event.start, event.end) for event in events if isinstance(event, StreamEvent.Gap)]


async def _says_hello(connection: Connection) -> None:
    await connection.wait_audio(0.01)
    await connection.results("Hello.", 0.0, 1.0, speech_final=True)


def test_words_whose_packets_cannot_be_given_again_are_not_replaced_by_the_next_ones() -> None:
    async def breaks(connection: Connection) -> None:
        await connection.wait_audio(0.01)
        await asyncio.sleep(0.6)
        await connection.interim("Yes we can", 0.0, 0.5)
        await connection.close(1011)

    events = _live(2.0, bytes(400), breaks, _says_hello, encoding="opus", sample_rate=48_000)

    assert _texts(events) == [("0-1", "Yes we can", True), ("0-2", "Hello.", False)]
    ((start, _end),) = _gaps(events)
    assert start == 0.5


def test_sound_that_was_given_to_a_lost_connection_and_then_dropped_is_a_gap() -> None:
    async def breaks(connection: Connection) -> None:
        await connection.wait_audio(5.0)
        await connection.close(1011)

    events = _live(5.0, TENTH, breaks, _says_hello, backlog_seconds=1, overflow="drop_oldest")

    assert _gaps(events) == [(0.0, 4.0)]
    assert _texts(events) == [("0-1", "Hello.", False)]


def test_a_small_backlog_of_a_program_waits_for_no_line_that_is_only_interims() -> None:
    async def holds(connection: Connection) -> None:
        for half in range(1, 10):
            await connection.wait_audio(half * 0.5)
            await connection.interim("on " * half, 0.0, half * 0.5)

    events = _live(5.0, TENTH, holds, backlog_seconds=1)

    assert [text.count("on") for _id, text, _unconfirmed in _texts(events)] == [9]


@pytest.mark.parametrize("encoding", ["linear16", "mulaw"])
@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000])
def test_a_channel_that_is_further_is_silent_in_a_replay_whatever_the_encoding(
    encoding: str, rate: int
) -> None:
    kind, silence = (np.int16, 0) if encoding == "linear16" else (np.uint8, 0xFF)

    async def breaks(connection: Connection) -> None:
        await connection.wait_audio(2.0)
        await connection.results("further", 0.0, 1.75, channel=0)
        await connection.results("behind", 0.0, 1.0, channel=1)
        await connection.close(1011)

    async def scene() -> bytes:
        async with DeepgramServer(breaks, silent) as server:
            options = {"encoding": encoding, "sample_rate": rate, "channels": 2, "multichannel": True}
            async with _session(server, **options) as session:
                await session.send(np.full((rate * 2, 2), 7, kind).tobytes())
                await asyncio.sleep(1)
            return server.connections[1].audio

    again = np.frombuffer(run(scene()), kind).reshape(-1, 2)

    assert [int((again[:, channel] != silence).sum()) for channel in (0, 1)] == [rate * 5 // 4, rate * 2]
    assert (again[-1] == 7).all()


def test_a_pause_on_the_clock_is_not_counted_as_sound_that_is_given_again() -> None:
    async def breaks(connection: Connection) -> None:
        await connection.wait_audio(2.0)
        await connection.results("", 0.0, 0.5)
        await connection.close(1011)

    async def scene() -> list[AnyEvent]:
        async with DeepgramServer(breaks, silent) as server, _session(server) as session:
            for start in (0, 160_000):
                await session.send(AudioFrame(start, np.zeros((16_000, 1), np.int16)))
            await asyncio.sleep(1)
            await session.finish()
            return [event async for event in session]

    events = run(scene())

    assert [event.replayed for event in events if isinstance(event, StreamEvent.Reconnected)] == [1.5]

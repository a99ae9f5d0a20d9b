"""One conversation with Deepgram on the wire, minute by minute, in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from captioner.streaming import (
    AnyEvent,
    AudioFrame,
    DeepgramClient,
    ServerCapabilities,
    Session,
    StreamEvent,
    StreamingOptions,
)
from captioner.streaming.retry import Retry
from tests.deepgram import BATCH, WHISPERLIVEKIT, Connection, DeepgramServer, says, spoken
from tests.virtual_time import run

SECOND = bytes(32_000)
END = ["Finalize", "CloseStream"]


def _session(
    server: DeepgramServer, options: StreamingOptions | None = None, can: ServerCapabilities | None = None
) -> Session:
    engine = DeepgramClient("", base_url=server.url, server=can).listen.engine
    retry = Retry(5, uniform=lambda low, high: 0.0)
    return Session(engine, options or StreamingOptions(vad_events=False), retry=retry)


async def _rest(session: Session) -> list[AnyEvent]:
    await session.finish()
    return [event async for event in session]


def _now() -> float:
    return asyncio.get_running_loop().time()


def _finals(events: list[AnyEvent]) -> list[str]:
    return [
        event.transcript for event in events if isinstance(event, StreamEvent.Transcript) and event.is_final
    ]


def _kinds(events: list[AnyEvent]) -> list[str]:
    return [event.type for event in events]


def _talk(
    *scripts: Callable[[Connection], Awaitable[None]], can: ServerCapabilities | None = None, **server: Any
) -> tuple[list[AnyEvent], DeepgramServer, float]:
    """A second of sound at once, one a second later, and the end: events, server, when it was over."""

    async def scene() -> tuple[list[AnyEvent], DeepgramServer, float]:
        async with DeepgramServer(*scripts, **server) as there, _session(there, can=can) as session:
            await session.send(SECOND)
            await asyncio.sleep(1)
            await session.send(SECOND)
            events = await _rest(session)
            return events, there, _now() - 1

    return run(scene())


def test_a_muted_stretch_does_not_exist_for_the_server_but_does_on_the_clock() -> None:
    def frame(second: int) -> AudioFrame:
        return AudioFrame(second * 16_000, np.ones((16_000, 1), np.int16))

    async def scene() -> list[tuple[float, float]]:
        script = says(spoken("One", 0.0, 1.0), spoken("Two", 1.0, 2.0))
        async with DeepgramServer(script) as server, _session(server) as session:
            await session.send(frame(0))
            await asyncio.sleep(60)
            await session.send(frame(60))
            events = await _rest(session)
            assert server.connections[0].seconds == 2.0
            return [
                (event.start, event.end)
                for event in events
                if isinstance(event, StreamEvent.Transcript) and event.is_final
            ]

    assert run(scene()) == [(0.0, 1.0), (60.0, 61.0)]


def test_finalize_and_closestream_stand_behind_the_last_sound() -> None:
    events, server, seconds = _talk(says(spoken("Yes we can", 0.5, 2.0)))
    (connection,) = server.connections

    assert [entry.content["type"] for entry in connection.log[-2:] if isinstance(entry.content, dict)] == END
    assert connection.seconds == 2.0
    assert _finals(events) == ["Yes we can"]
    assert events[-1].type == "closed"
    assert connection.closed_code == 1000
    assert seconds < 1.0


def test_nothing_but_closestream_is_sent_where_no_sound_was() -> None:
    async def scene() -> None:
        async with DeepgramServer() as server, _session(server) as session:
            await _rest(session)

            assert [message["type"] for message in server.connections[0].messages] == ["CloseStream"]

    run(scene())


def test_words_that_come_long_after_closestream_arrive() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_message("CloseStream")
        for number in range(41):
            await asyncio.sleep(0.2)
            await connection.results(f"Word {number}.", number / 50, 1 / 50)

    events, _server, seconds = _talk(script)

    assert _finals(events) == [f"Word {number}." for number in range(41)]
    assert sorted(_kinds(events)[-3:-1]) == ["metadata", "utterance_end"]
    assert events[-1].type == "closed"
    assert seconds == pytest.approx(8.2, abs=0.5)


def test_what_was_not_settled_at_the_end_becomes_an_unconfirmed_final() -> None:
    async def script(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_audio(2.0)
        await connection.interim("and then", 0.0, 1.5)

    events, _server, seconds = _talk(script)

    last = [event for event in events if isinstance(event, StreamEvent.Transcript)][-1]
    assert (last.transcript, last.is_final, last.unconfirmed) == ("and then", True, True)
    assert events[-3] == StreamEvent.UtteranceEnd(1.5, "finish")
    assert events[-2] == StreamEvent.Gap(1.5, 2.0, "the session ended", "final")
    assert isinstance(events[-1], StreamEvent.Closed)
    assert events[-1].reason == "left"
    assert 5.0 <= seconds <= 20.0


def test_a_server_that_never_closes_is_left_a_second_after_its_goodbye() -> None:
    async def script(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_message("CloseStream")
        await connection.results("Last words.", 0.0, 2.0)
        await connection.metadata()

    events, _server, seconds = _talk(script)

    assert _finals(events) == ["Last words."]
    assert events[-1].type == "closed"
    assert 1.0 <= seconds <= 3.5


def test_metadata_at_the_opening_is_no_goodbye() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_message("CloseStream")
        await asyncio.sleep(4)
        await connection.results("Last words.", 0.0, 2.0)

    can = ServerCapabilities(finalize=False, metadata_at_open=True, word_confidence=False)
    events, _server, seconds = _talk(script, can=can, dialect=WHISPERLIVEKIT)

    assert _finals(events) == ["Last words."]
    assert _kinds(events).count("metadata") == 2
    assert [event.confidence for event in events if isinstance(event, StreamEvent.Transcript)] == [None]
    assert seconds >= 4.0


def test_a_server_that_works_only_at_the_end_gets_its_time() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(2.0)
        await connection.results("All of it.", 0.0, 2.0)
        await connection.wait_message("CloseStream")
        await asyncio.sleep(50)

    can = ServerCapabilities(interims=False, finalize=False)
    events, _server, seconds = _talk(script, can=can, dialect=BATCH)

    assert _finals(events) == ["All of it."]
    assert seconds == pytest.approx(50, abs=0.5)


def test_a_server_that_never_says_that_it_has_heard_all_leaves_a_gap() -> None:
    async def script(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_message("CloseStream")

    events, _server, _seconds = _talk(script)

    warning, gap, closed = events[-3:]
    assert isinstance(warning, StreamEvent.Warning)
    assert warning.code == "unanswered"
    assert isinstance(gap, StreamEvent.Gap)
    assert (gap.start, gap.end, gap.state) == (0.0, 2.0, "final")
    assert isinstance(closed, StreamEvent.Closed)
    assert closed.reason == "left"

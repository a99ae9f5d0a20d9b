"""Connections that end when nobody asked for it, and peers that only seem to be gone."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from captioner.streaming import (
    AnyEvent,
    CaptionerError,
    DeepgramClient,
    FormatError,
    Session,
    StreamEvent,
    StreamingOptions,
)
from captioner.streaming.retry import Retry
from tests.deepgram import WHISPERLIVEKIT, Connection, DeepgramServer, says, silent, spoken
from tests.virtual_time import run

SECOND = bytes(32_000)


def _session(server: DeepgramServer) -> Session:
    engine = DeepgramClient("", base_url=server.url).listen.engine
    return Session(engine, StreamingOptions(vad_events=False), retry=Retry(5, uniform=lambda low, high: 0.0))


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
    *scripts: Callable[[Connection], Awaitable[None]], **server: Any
) -> tuple[list[AnyEvent], DeepgramServer]:
    """A second of sound at once, one a second later, and the end: the events and the server."""

    async def scene() -> tuple[list[AnyEvent], DeepgramServer]:
        async with DeepgramServer(*scripts, **server) as there, _session(there) as session:
            await session.send(SECOND)
            await asyncio.sleep(1)
            await session.send(SECOND)
            return await _rest(session), there

    return run(scene())


@pytest.mark.parametrize("code", [1000, 1001, 1009, 1011, 1012, 1013, 1014, 4000])
def test_a_connection_that_the_server_ends_is_made_again_and_the_sound_given_again(code: int) -> None:
    async def breaks(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.results("Yes.", 0.0, 0.5, speech_final=True)
        await connection.close(code, "so there")

    async def goes_on(connection: Connection) -> None:
        await connection.wait_audio(2.0)
        await connection.results("Yes.", 0.0, 0.5)
        await connection.results("We can.", 0.5, 1.5, speech_final=True)

    events, server = _talk(breaks, goes_on)

    assert _finals(events) == ["Yes.", "We can."]
    (lost,) = [event for event in events if isinstance(event, StreamEvent.Disconnected)]
    assert lost.code == code
    assert "so there" in lost.reason
    (back,) = [event for event in events if isinstance(event, StreamEvent.Reconnected)]
    assert back.request_id == server.connections[1].request_id
    assert server.connections[1].seconds == pytest.approx(2.0)
    starts = [event.start for event in events if isinstance(event, StreamEvent.Transcript)]
    assert starts == pytest.approx([0.0, 0.5])


def test_a_reset_line_is_made_again() -> None:
    async def breaks(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        connection.abort()

    events, server = _talk(breaks, says(spoken("Yes", 0.0, 2.0)))

    assert _finals(events) == ["Yes"]
    assert [event.code for event in events if isinstance(event, StreamEvent.Disconnected)] == [1006]
    assert server.connections[1].seconds == 2.0


def test_every_parameter_is_sent_again_on_a_new_connection() -> None:
    async def breaks(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.fail("NET-0001")

    _events, server = _talk(breaks, silent)

    first, second = server.handshakes
    assert (second.query, second.path) == (first.query, first.path)


async def _undecodable(connection: Connection) -> None:
    await connection.wait_audio(1.0)
    await connection.fail("DATA-0000")


@pytest.mark.parametrize("code", [None, 1003, 1007, 4400, 4401])
def test_sound_that_the_server_cannot_read_ends_the_session_at_once(code: int | None) -> None:
    async def closes(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.close(code or 1008, "no")

    async def scene() -> None:
        async with DeepgramServer(closes if code else _undecodable) as server:
            async with _session(server) as session:
                await session.send(SECOND)
                await asyncio.sleep(1)
                with pytest.raises(CaptionerError) as caught:
                    await session.send(SECOND)

            assert code == 4401 or isinstance(caught.value, FormatError)
            assert not caught.value.recoverable
            assert caught.value.request_id == server.connections[0].request_id
            assert len(server.handshakes) == 1

    run(scene())


def test_a_server_that_hangs_up_on_finalize_never_gets_one_again() -> None:
    events, server = _talk(says(spoken("Yes", 0.0, 2.0)), dialect=WHISPERLIVEKIT)

    assert _finals(events)[-1] == "Yes"
    first, second = (connection.messages for connection in server.connections)
    assert first[0] == {"type": "Finalize"}
    assert second == [{"type": "CloseStream"}]
    assert isinstance(events[-1], StreamEvent.Closed)
    assert events[-1].reason == "finished"
    assert [event.code for event in events if isinstance(event, StreamEvent.Disconnected)] == [4400]


def test_a_ping_without_answer_ends_the_connection_and_nothing_is_lost() -> None:
    async def freezes(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        connection.freeze()

    async def scene() -> None:
        async with DeepgramServer(freezes, says(spoken("Yes", 0, 1))) as server, _session(server) as session:
            await session.send(SECOND)
            await server.connection(1)
            lost_at = _now()
            events = await _rest(session)

            assert _finals(events) == ["Yes"]
            (lost,) = [event for event in events if isinstance(event, StreamEvent.Disconnected)]
            assert "no answer" in lost.reason
            assert 5.0 < lost_at <= 15.0

    run(scene())


def test_a_quiet_server_that_answers_pings_is_alive() -> None:
    async def says_silence(connection: Connection) -> None:
        for second in range(120):
            await connection.wait_audio(second + 1)
            await connection.results("", second, 1.0)

    async def scene() -> None:
        async with DeepgramServer(says_silence) as server, _session(server) as session:
            for _ in range(120):
                await session.send(SECOND)
                await asyncio.sleep(1)
            events = await _rest(session)

            assert "disconnected" not in _kinds(events)
            assert len(server.connections) == 1

    run(scene())


def test_a_line_that_breaks_behind_closestream_is_made_again_for_the_last_words() -> None:
    async def breaks(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_message("CloseStream")
        await connection.fail("NET-0000")

    events, server = _talk(breaks, says(spoken("Yes", 0.0, 2.0)))

    assert _finals(events) == ["Yes"]
    assert [connection.seconds for connection in server.connections] == [2.0, 2.0]
    assert _kinds(events).count("reconnected") == 1


@pytest.mark.parametrize("code", [None, 1001, 1011])
def test_a_line_that_breaks_behind_the_goodbye_is_not_made_again(code: int | None) -> None:
    async def breaks(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_message("CloseStream")
        await connection.results("Yes.", 0.0, 1.9, speech_final=True)
        await connection.metadata()
        await asyncio.sleep(0.1)
        if code:
            await connection.close(code)
        else:
            connection.abort()

    events, server = _talk(breaks)

    assert _finals(events) == ["Yes."]
    assert "disconnected" not in _kinds(events)
    assert len(server.connections) == 1


def test_a_server_that_is_gone_behind_closestream_is_not_believed_to_have_heard_all() -> None:
    async def freezes(connection: Connection) -> None:
        await connection.wait_message("CloseStream")
        connection.freeze()

    events, server = _talk(freezes, says(spoken("Yes", 0.0, 2.0)))

    assert _finals(events) == ["Yes"]
    assert [connection.seconds for connection in server.connections] == [2.0, 2.0]


@pytest.mark.parametrize("data", [b"\xc1\x02{}", b"\x83\x00", b"\x88\x03\x03\xe8\xff"])
def test_a_server_that_breaks_the_rules_of_the_line_is_asked_again_though_it_agrees(data: bytes) -> None:
    async def raves(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.wire(data)

    events, _server = _talk(raves, says(spoken("Yes", 0.0, 2.0)))

    assert _finals(events) == ["Yes"]
    (lost,) = [event for event in events if isinstance(event, StreamEvent.Disconnected)]
    assert "no WebSocket message" in lost.reason


def test_voices_are_strangers_behind_a_new_connection() -> None:
    async def breaks(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.results("Yes.", 0.0, 1.0, speech_final=True, speaker=0)
        await connection.fail("NET-0000")

    async def goes_on(connection: Connection) -> None:
        await connection.wait_audio(2.0)
        await connection.results("Yes.", 0.0, 1.0, speaker=1)
        await connection.results("No.", 1.0, 1.0, speech_final=True, speaker=0)

    events, _server = _talk(breaks, goes_on)

    finals = [event for event in events if isinstance(event, StreamEvent.Transcript)]
    assert [(event.transcript, event.speaker, event.words[0].speaker) for event in finals] == [
        ("Yes.", 0, 0),
        ("No.", 1, 1),
    ]
    assert len({event.segment_id for event in finals}) == 2


def test_what_the_server_says_beside_the_text_is_told_and_ends_nothing() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.error("Could not parse", "SchemaError")
        await connection.say({"type": "Error", "err_code": "E-1", "err_msg": "older", "request_id": "4711"})
        await connection.say({"type": "Error"})
        await connection.warning("Slow.", "W-1")
        await connection.warning("Slower.")
        await connection.say({"type": "Future", "value": [1]})
        for nonsense in ("nonsense", "[]", '{"type":7}', b"\x00\xff"):
            await connection.raw(nonsense)
        await connection.results("Yes.", 0.0, 1.0)

    events, server = _talk(script)

    request_id = server.connections[0].request_id
    errors = [event for event in events if isinstance(event, StreamEvent.Error)]
    assert [(error.code, error.message, error.request_id) for error in errors] == [
        ("SchemaError", "Could not parse", request_id),
        ("E-1", "older", "4711"),
        ("provider", "The provider reports an error", request_id),
    ]
    assert {(error.category, error.recoverable) for error in errors} == {("server", True)}
    warnings = [event for event in events if isinstance(event, StreamEvent.Warning)]
    assert [(warning.code, warning.message) for warning in warnings] == [
        ("W-1", "Slow."),
        ("provider", "Slower."),
    ]
    assert StreamEvent.Unknown("Future", '{"type":"Future","value":[1]}') in events
    assert _finals(events) == ["Yes."]
    assert isinstance(events[-1], StreamEvent.Closed)
    assert events[-1].summary.malformed == 4
    assert "disconnected" not in _kinds(events)


def test_metadata_of_the_connection_is_told_whole() -> None:
    events, server = _talk(silent)

    (metadata,) = [event for event in events if isinstance(event, StreamEvent.Metadata)]
    assert (metadata.request_id, metadata.duration, metadata.channels) == (
        server.connections[0].request_id,
        2.0,
        1,
    )
    assert [model["name"] for model in metadata.models.values()] == ["general-nova-3"]


def test_a_message_too_large_ends_the_connection_and_not_the_session() -> None:
    async def shouts(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.raw('{"type":"Results","x":"' + "x" * 2**21 + '"}')

    events, server = _talk(shouts, says(spoken("Yes", 0.0, 2.0)))

    assert _finals(events) == ["Yes"]
    assert server.connections[0].closed_code == 1009
    assert _kinds(events).count("reconnected") == 1


def test_a_message_that_is_too_long_is_named_as_the_cause() -> None:
    async def boast(connection: Connection) -> None:
        await connection.wait_audio(0.1)
        await connection.raw("x" * (2 * 2**20))

    async def scene() -> StreamEvent.Disconnected:
        async with (
            DeepgramServer(boast, silent) as server,
            DeepgramClient("key", base_url=server.url).listen.stream() as session,
        ):
            await session.send(bytes(6400))
            async for event in session:
                if isinstance(event, StreamEvent.Disconnected):
                    return event
        raise AssertionError("nothing was lost")

    lost = run(scene())

    assert (lost.code, type(lost.code)) == (1009, int)
    assert "more at once" in lost.reason

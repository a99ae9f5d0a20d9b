"""Key terms and formatting, changed while a conversation runs."""

import asyncio
from collections.abc import Sequence

import pytest

from captioner.streaming import (
    ConfigurationError,
    DeepgramClient,
    EngineTimeoutError,
    ServerCapabilities,
    Session,
    StreamingOptions,
)
from captioner.streaming.engines.deepgram import DeepgramEngine
from captioner.streaming.engines.deepgram_link import CONFIGURE_SECONDS
from captioner.streaming.retry import Retry
from tests.deepgram import Connection, DeepgramServer, Dialect, silent
from tests.streaming.engines.deepgram_talk import heard, linked, now, stand_still
from tests.virtual_time import run

SECOND = bytes(32_000)


def _session(
    server: DeepgramServer, options: StreamingOptions | None = None, can: ServerCapabilities | None = None
) -> Session:
    engine = DeepgramClient("", base_url=server.url, server=can).listen.engine
    return Session(engine, options or StreamingOptions(), retry=Retry(5, uniform=lambda low, high: 0.0))


async def _kinds(session: Session) -> list[str]:
    await session.finish()
    return [event.type async for event in session]


def _configures(connection: Connection) -> list[dict[str, object]]:
    return [message for message in connection.messages if message["type"] == "Configure"]


def test_what_is_changed_is_said_and_what_is_not_is_left_out() -> None:
    async def scene() -> None:
        async with DeepgramServer() as server, _session(server) as session:
            await session.send(SECOND)
            await session.configure(keyterms=["one", "two words"])
            await session.configure(keyterms=[])
            await session.configure(features={"numerals": True, "smart_format": False})
            await session.configure(keyterms=["three"], features={"numerals": False})

            assert _configures(server.connections[0]) == [
                {"type": "Configure", "keyterms": ["one", "two words"]},
                {"type": "Configure", "keyterms": []},
                {"type": "Configure", "features": {"numerals": True, "smart_format": False}},
                {"type": "Configure", "keyterms": ["three"], "features": {"numerals": False}},
            ]
            assert "unknown" not in await _kinds(session)

    run(scene())


def test_it_is_text_as_every_message_of_ours() -> None:
    async def scene() -> None:
        async with DeepgramServer() as server, _session(server) as session:
            await session.configure(keyterms=["Grüße"])
            await _kinds(session)
            assert server.connections[0].audio == b""

    run(scene())


def test_a_refusal_is_an_error_with_the_server_s_words_and_the_session_goes_on() -> None:
    async def script(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_message("Configure")
        await connection.configure_failure("CONFIGURE_KEYTERM_LIMIT_EXCEEDED", "Too many.")
        await connection.wait_message("CloseStream")
        await connection.results("", 0.0, 1.0)
        await connection.close()

    async def scene() -> None:
        async with DeepgramServer(script) as server, _session(server) as session:
            await session.send(SECOND)
            with pytest.raises(ConfigurationError) as caught:
                await session.configure(keyterms=["one"])

            for part in ("keyterms", "CONFIGURE_KEYTERM_LIMIT_EXCEEDED", "Too many."):
                assert part in caught.value.message
            assert caught.value.request_id == server.connections[0].request_id
            kinds = await _kinds(session)
            assert "error" not in kinds
            assert "disconnected" not in kinds

    run(scene())


def test_a_server_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    async def script(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_message("Configure")
        await connection.wait_message("Configure")
        await connection.configure_success()
        connection.answers = True

    async def scene() -> None:
        async with DeepgramServer(script) as server, _session(server) as session:
            await session.send(SECOND)
            with pytest.raises(EngineTimeoutError) as caught:
                await session.configure(keyterms=["one"])

            assert asyncio.get_running_loop().time() == CONFIGURE_SECONDS
            assert caught.value.request_id == server.connections[0].request_id
            await session.configure(keyterms=["two"])
            assert "disconnected" not in await _kinds(session)

    run(scene())


def test_a_loop_that_stood_still_does_not_make_the_answer_late() -> None:
    async def script(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_message("Configure")
        asyncio.get_running_loop().call_later(4.0, stand_still, 8.0)
        await asyncio.sleep(9.7)
        await connection.configure_success()

    async def scene() -> float:
        async with DeepgramServer(script, dialect=Dialect(idle_seconds=60)) as server, linked(server) as link:
            reading = asyncio.create_task(heard(link))
            await link.configure(["one"], {})
            assert not reading.done()
            return now()

    assert run(scene()) == pytest.approx(12.0)


def test_the_server_is_asked_one_thing_at_a_time() -> None:
    pending: list[int] = []

    async def script(connection: Connection) -> None:
        connection.answers = False
        for number in range(3):
            await connection.wait_message("Configure")
            await asyncio.sleep(2)
            pending.append(len(_configures(connection)) - number)
            await connection.configure_success()
        connection.answers = True

    async def change(session: Session, keyterms: Sequence[str]) -> float:
        await session.configure(keyterms=keyterms)
        return asyncio.get_running_loop().time()

    async def scene() -> None:
        async with DeepgramServer(script) as server, _session(server) as session:
            await session.send(SECOND)
            times = await asyncio.gather(*(change(session, [word]) for word in ("one", "two", "three")))

            assert times == [2.0, 4.0, 6.0]
            assert pending == [1, 1, 1]
            await _kinds(session)

    run(scene())


def test_a_change_is_kept_on_the_next_connection() -> None:
    async def breaks(connection: Connection) -> None:
        await connection.wait_audio(2.0)
        await connection.fail("NET-0000")

    async def scene() -> None:
        async with (
            DeepgramServer(breaks, silent) as server,
            _session(server, StreamingOptions(keyterm="old")) as session,
        ):
            await session.send(SECOND)
            await session.configure(keyterms=["one", "two words"], features={"numerals": True})
            await session.send(SECOND)
            await server.connection(1)
            await _kinds(session)

            first, second = (handshake.query for handshake in server.handshakes)
            assert (first["keyterm"], first.get("numerals")) == (["old"], None)
            assert (second["keyterm"], second["numerals"]) == (["one", "two words"], ["true"])
            assert _configures(server.connections[1]) == []

    run(scene())


def test_a_line_that_breaks_before_the_answer_makes_nobody_wait() -> None:
    async def breaks(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_message("Configure")
        await connection.fail("NET-0000")

    async def scene() -> None:
        async with DeepgramServer(breaks, silent) as server, _session(server) as session:
            await session.send(SECOND)
            await session.configure(keyterms=["one"])

            assert asyncio.get_running_loop().time() < 1
            await server.connection(1)
            await _kinds(session)
            assert server.handshakes[1].query["keyterm"] == ["one"]

    run(scene())


def test_answers_that_nobody_waits_for_are_no_events_and_do_no_harm() -> None:
    async def script(connection: Connection) -> None:
        await connection.configure_success(["one"])
        await connection.configure_failure("CONFIGURE_INTERNAL_ERROR")
        await connection.wait_audio(1.0)
        await connection.results("Yes.", 0.0, 1.0)

    async def scene() -> list[str]:
        async with DeepgramServer(script) as server, _session(server) as session:
            await session.send(SECOND)
            return await _kinds(session)

    assert run(scene()) == ["connecting", "connected", "transcript", "metadata", "utterance_end", "closed"]


@pytest.mark.parametrize(
    ("host", "can_configure"),
    [
        ("wss://api.deepgram.com", True),
        ("wss://api.eu.deepgram.com", False),
        ("wss://api.au.deepgram.com", False),
        ("wss://api.in.deepgram.com", False),
        ("ws://127.0.0.1:9", True),
        ("wss://deepgram.example.org", True),
    ],
)
def test_a_regional_host_cannot_change_anything_on_the_way(host: str, can_configure: bool) -> None:
    engine = DeepgramEngine(host, "Token x", ServerCapabilities())

    assert engine._server.configure is can_configure


def test_a_server_that_cannot_is_not_asked_and_the_session_goes_on() -> None:
    async def scene() -> None:
        can = ServerCapabilities(configure=False)
        async with DeepgramServer() as server, _session(server, can=can) as session:
            with pytest.raises(ConfigurationError, match="cannot change"):
                await session.configure(keyterms=["one"])

            assert _configures(server.connections[0]) == []
            assert (await _kinds(session))[-1] == "closed"

    run(scene())


def test_a_change_behind_the_end_is_not_waited_for() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_message("CloseStream")
        await asyncio.sleep(3)

    async def scene() -> None:
        async with DeepgramServer(script) as server, _session(server) as session:
            await session.send(SECOND)
            assert (await _kinds(session))[-1] == "closed"
            await session.configure(keyterms=["one"])

            assert asyncio.get_running_loop().time() < 4
            assert [message["type"] for message in server.connections[0].messages][-1] == "CloseStream"

    run(scene())


def test_one_term_is_one_term_and_not_its_letters() -> None:
    async def scene() -> list[list[str] | None]:
        async with DeepgramServer() as server:
            engine = DeepgramClient("", base_url=server.url).listen.engine
            async with Session(engine, StreamingOptions()) as session:
                await session.configure(keyterms="captioner")
            return [message.get("keyterms") for message in server.connections[0].messages][:1]

    assert run(scene()) == [["captioner"]]

"""The scripted server against a plain client: what it refuses, and how it ends."""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidHandshake, InvalidStatus

from tests.deepgram import (
    Connection,
    DeepgramServer,
    HangUp,
    Stall,
    refuse,
    says,
    spoken,
)
from tests.plain_client import CLOSE_STREAM, SECOND, client, rest
from tests.virtual_time import run


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 429, 503])
def test_a_refusal_carries_the_reason_and_the_request_id(status: int) -> None:
    async def talk() -> None:
        async with DeepgramServer(refuse(status, "CODE", "because", retry_after=7)) as server:
            with pytest.raises(InvalidStatus) as refused:
                async with client(server):
                    pass

            response = refused.value.response
            assert response.status_code == status
            assert (response.headers["dg-error"], response.headers["Retry-After"]) == ("because", "7")
            assert json.loads(response.body) == {
                "err_code": "CODE",
                "err_msg": "because",
                "request_id": response.headers["dg-request-id"],
            }
            assert not server.connections

    run(talk())


def test_each_attempt_has_its_own_plan_and_the_last_one_stays() -> None:
    async def talk() -> None:
        async with DeepgramServer(refuse(503), HangUp(), says(spoken("Yes", 0, 1))) as server:
            for _attempt in range(2):
                with pytest.raises(InvalidHandshake):
                    async with client(server):
                        pass
            for _attempt in range(2):
                async with client(server) as websocket:
                    response = websocket.response
                    assert response is not None
                    assert response.headers["dg-request-id"] == server.connections[-1].request_id

            assert [handshake.status for handshake in server.handshakes] == [503, None, 101, 101]

    run(talk())


def test_a_stalled_handshake_is_answered_late_or_never() -> None:
    async def talk() -> None:
        async with DeepgramServer(Stall(), Stall(3)) as server:
            with pytest.raises(TimeoutError):
                async with client(server, open_timeout=10):
                    pass
            async with client(server):
                assert asyncio.get_running_loop().time() == 13

    run(talk())


@pytest.mark.parametrize("shown", ["Token secret", "Bearer secret"])
def test_a_key_is_asked_for(shown: str, caplog: pytest.LogCaptureFixture) -> None:
    async def talk() -> None:
        async with DeepgramServer(key="secret") as server:
            with pytest.raises(InvalidStatus, match="401"):
                async with client(server):
                    pass
            async with client(server, additional_headers={"Authorization": shown}):
                pass
            assert [handshake.status for handshake in server.handshakes] == [401, 101]

    caplog.set_level("DEBUG")
    caplog.set_level("INFO", "websockets.client")
    run(talk())

    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/v2/listen", "", "404"),
        ("/v1/listen", "punctuate=True", "400"),
        ("/v1/listen", "utterance_end_ms=1000", "400"),
        ("/v1/listen", "encoding=linear16", "400"),
        ("/v1/listen", "channels=two", "400"),
    ],
)
def test_what_the_service_would_not_take_is_refused(path: str, query: str, status: str) -> None:
    async def talk() -> None:
        async with DeepgramServer() as server:
            with pytest.raises(InvalidStatus, match=status):
                async with client(server, query, path):
                    pass

    run(talk())


@pytest.mark.parametrize(("sent", "after", "reason"), [("", 10, "net0001"), ("KeepAlive", 25, "net0000")])
def test_a_client_without_sound_is_closed(sent: str, after: float, reason: str) -> None:
    async def keep_alive(websocket: ClientConnection) -> None:
        while sent:
            await websocket.send(json.dumps({"type": sent}))
            await asyncio.sleep(4)

    async def talk() -> None:
        async with DeepgramServer() as server, client(server) as websocket:
            keeping = asyncio.create_task(keep_alive(websocket))
            await rest(websocket)
            keeping.cancel()

            assert websocket.close_code == 1011
            assert reason in (websocket.close_reason or "")
            assert asyncio.get_running_loop().time() == after

    run(talk())


def test_bad_text_is_answered_by_an_error_and_the_stream_goes_on() -> None:
    async def talk() -> list[dict[str, Any]]:
        async with DeepgramServer() as server, client(server) as websocket:
            await websocket.send("nonsense")
            await websocket.send('{"type":"Nonsense"}')
            await websocket.send("")
            await websocket.send(b"")
            return await rest(websocket)

    messages = run(talk())

    assert [message.get("variant") for message in messages] == ["SchemaError"] * 3 + [None]
    assert messages[-1]["type"] == "Metadata"


@pytest.mark.parametrize("ending", ["abort", "close", "fail"])
def test_a_connection_ends_in_every_way(ending: str) -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(1)
        match ending:
            case "abort":
                connection.abort()
            case "close":
                await connection.close(4401, "bad token")
            case _:
                await connection.fail("DATA-0000")

    async def talk() -> None:
        async with DeepgramServer(script) as server, client(server) as websocket:
            await websocket.send(SECOND)
            await rest(websocket)
            expected = {"abort": 1006, "close": 4401, "fail": 1008}
            assert websocket.close_code == expected[ending]

    run(talk())


def test_a_frozen_server_answers_no_ping() -> None:
    async def talk() -> None:
        async with DeepgramServer() as server, client(server) as websocket:
            (await server.connection()).freeze()
            pong = await websocket.ping()
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(pong, 5)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(websocket.recv(), 60)

    run(talk())


def test_a_thawed_server_hears_what_was_sent_meanwhile() -> None:
    async def talk() -> None:
        async with DeepgramServer() as server, client(server) as websocket:
            connection = await server.connection()
            connection.freeze()
            await websocket.send(SECOND)
            await asyncio.sleep(3)
            connection.thaw()
            await connection.wait_audio(1.0)

            assert connection.audio_frames == [(3.0, SECOND)]

    run(talk())


def test_a_script_that_fails_fails_the_test() -> None:
    async def script(connection: Connection) -> None:
        assert (await connection.wait_message("CloseStream"))["type"] == "Finalize"

    async def talk() -> None:
        async with DeepgramServer(script) as server, client(server) as websocket:
            await websocket.send(CLOSE_STREAM)
            await rest(websocket)

    with pytest.raises(AssertionError):
        run(talk())

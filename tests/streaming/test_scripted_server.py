"""The scripted server against a plain client: what it says."""

import asyncio
import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.deepgram import (
    BATCH,
    WHISPERLIVEKIT,
    Connection,
    DeepgramServer,
    says,
    spoken,
)
from tests.plain_client import CLOSE_STREAM, FINALIZE, SECOND, client, rest, texts
from tests.virtual_time import run


def test_a_line_is_spoken_as_the_service_speaks_it() -> None:
    async def talk() -> list[dict[str, Any]]:
        async with DeepgramServer(says(spoken("Yes we", 0.5, 1.0))) as server, client(server) as websocket:
            await websocket.send(SECOND)
            await websocket.send(CLOSE_STREAM)
            return await rest(websocket)

    messages = run(talk())

    kinds = ["SpeechStarted", "Results", "Results", "Results", "UtteranceEnd", "Metadata"]
    assert [message["type"] for message in messages] == kinds
    assert texts(messages) == ["Yes", "Yes we", "Yes we"]
    final = messages[3]
    assert (final["is_final"], final["speech_final"], final["start"], final["duration"]) == (
        True,
        True,
        0.5,
        0.5,
    )
    assert final["channel"]["alternatives"][0]["words"][0] == {
        "word": "yes",
        "punctuated_word": "Yes",
        "start": 0.5,
        "end": 0.75,
        "confidence": 0.98,
    }
    assert messages[5]["duration"] == 1.0


def test_nothing_is_said_before_its_sound_has_come() -> None:
    async def talk() -> None:
        async with DeepgramServer(says(spoken("Yes", 0.5, 1.0))) as server, client(server) as websocket:
            await websocket.send(SECOND[:-2])
            assert json.loads(await websocket.recv())["type"] == "SpeechStarted"
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(websocket.recv(), 5)

            await websocket.send(SECOND[:2])
            assert texts([json.loads(await websocket.recv())]) == ["Yes"]

    run(talk())


def test_what_was_not_asked_for_is_not_sent() -> None:
    async def talk() -> list[dict[str, Any]]:
        async with (
            DeepgramServer(says(spoken("Yes we", 0.5, 1.0))) as server,
            client(server, "model=nova-3") as websocket,
        ):
            await websocket.send(SECOND)
            await websocket.send(CLOSE_STREAM)
            return await rest(websocket)

    assert [message["type"] for message in run(talk())] == ["Results", "Metadata"]


def test_a_script_is_told_in_order_and_the_record_shows_it() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.interim("last wor", 0.0, 0.9, speaker=1)
        await connection.wait_message("CloseStream")
        await asyncio.sleep(2)
        await connection.results("Last words.", 0.0, 1.0, speaker=1)

    async def talk() -> None:
        async with DeepgramServer(script) as server, client(server, "model=nova-3&tag=a&tag=b") as websocket:
            await asyncio.sleep(3)
            await websocket.send(SECOND)
            await websocket.send('{"type":"KeepAlive"}')
            await websocket.send(CLOSE_STREAM)
            said = await rest(websocket)

            (connection,) = server.connections
            assert texts(said) == ["last wor", "Last words."]
            assert said[-1] == json.loads(connection.sent[-1])
            assert said[-1]["request_id"] == connection.request_id
            assert said[0]["channel"]["alternatives"][0]["words"][0]["speaker"] == 1
            assert connection.query["tag"] == ["a", "b"]
            assert connection.path == "/v1/listen"
            assert connection.audio == SECOND
            assert connection.audio_frames == [(3.0, SECOND)]
            assert [message["type"] for message in connection.messages] == ["KeepAlive", "CloseStream"]
            await connection.wait_closed()
            assert (connection.opened_at, connection.closed_at, connection.closed_code) == (0.0, 5.0, 1000)

    run(talk())


def test_a_test_may_speak_for_the_server_itself() -> None:
    async def talk() -> None:
        async with DeepgramServer() as server, client(server) as websocket:
            connection = await server.connection()
            await connection.speech_started(0.1)
            await connection.results("Hello.", 0.0, 1.0, language="en")
            await connection.utterance_end(1.0)
            await connection.warning("slow", "W-1")
            await connection.say({"type": "Brand new"})
            await connection.raw(b"\xff", text=True)
            kinds = [json.loads(await websocket.recv())["type"] for _message in range(5)]

            assert kinds == ["SpeechStarted", "Results", "UtteranceEnd", "Warning", "Brand new"]
            with pytest.raises(ConnectionClosed):
                await websocket.recv()

    run(talk())


def test_finalize_settles_what_is_open_and_else_says_nothing() -> None:
    async def talk() -> None:
        async with DeepgramServer() as server, client(server) as websocket:
            connection = await server.connection()
            await connection.interim("so far", 0.0, 0.5)
            await websocket.send(FINALIZE)
            await websocket.send(FINALIZE)
            await websocket.send(CLOSE_STREAM)
            said = await rest(websocket)

            assert texts(said) == ["so far", "so far"]
            assert [message.get("from_finalize") for message in said] == [False, True, None]

    run(talk())


def test_configure_is_answered_by_model() -> None:
    async def talk(model: str) -> str:
        async with DeepgramServer() as server, client(server, f"model={model}") as websocket:
            await websocket.send('{"type":"Configure","keyterms":["Kubernetes"]}')
            return json.loads(await websocket.recv())["type"]

    assert run(talk("nova-3")) == "ConfigureSuccess"
    assert run(talk("nova-2")) == "ConfigureFailure"


def test_whisperlivekit_says_metadata_first_and_knows_no_finalize() -> None:
    async def talk() -> None:
        async with DeepgramServer(dialect=WHISPERLIVEKIT) as server, client(server) as websocket:
            assert json.loads(await websocket.recv())["type"] == "Metadata"
            await websocket.send(FINALIZE)
            assert [message["type"] for message in await rest(websocket)] == ["Error"]
            assert websocket.close_code == 4400

    run(talk())


def test_a_batch_server_says_everything_at_the_end() -> None:
    async def talk() -> list[dict[str, Any]]:
        script = says(spoken("One two.", 0, 0.5), spoken("Three.", 0.5, 1.0))
        async with DeepgramServer(script, dialect=BATCH) as server, client(server, "model=x") as websocket:
            await websocket.send(SECOND)
            await websocket.send(CLOSE_STREAM)
            return await rest(websocket)

    assert texts(run(talk())) == ["One two. Three."]


def test_a_flood_arrives_whole() -> None:
    async def talk() -> int:
        async with DeepgramServer() as server, client(server) as websocket:
            flooding = asyncio.create_task((await server.connection()).flood(["x" * 300] * 20_000))
            for _message in range(20_000):
                assert len(await websocket.recv()) == 300
            await flooding
            return len(server.connections)

    assert run(talk()) == 1

"""A plain websockets client for tests of the scripted server itself."""

import json
from contextlib import AbstractAsyncContextManager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.deepgram import DeepgramServer

SECOND = bytes(32_000)
ALL = "interim_results=true&utterance_end_ms=1000&vad_events=true"


def client(
    server: DeepgramServer, query: str = ALL, path: str = "/v1/listen", **named: Any
) -> AbstractAsyncContextManager[ClientConnection]:
    return connect(f"{server.url}{path}?{query}", compression=None, ping_interval=None, **named)


async def rest(websocket: ClientConnection) -> list[dict[str, Any]]:
    """Everything until the server closes."""
    messages: list[dict[str, Any]] = []
    try:
        while True:
            messages.append(json.loads(await websocket.recv()))
    except ConnectionClosed:
        return messages


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [
        message["channel"]["alternatives"][0]["transcript"]
        for message in messages
        if message["type"] == "Results"
    ]


CLOSE_STREAM = '{"type":"CloseStream"}'
FINALIZE = '{"type":"Finalize"}'

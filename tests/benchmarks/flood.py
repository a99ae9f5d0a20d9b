"""A Deepgram server in its own process: `python flood.py finals|mixed|paced COUNT` prints its address.

The first sound that comes sets it off; then it answers CloseStream as Deepgram does. `finals` and `mixed`
send as fast as they are taken, `paced` sends PER_SECOND a second, each with its time of sending.
"""

import asyncio
import json
import sys
from time import monotonic, monotonic_ns
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.frames import Frame, Opcode

PER_SECOND = 50

STAMP = "0" * 19
"""Stands for the nanoseconds at which a paced message is sent; its transcript begins with them."""

_TEXT = "So the quarterly numbers look better than we expected today."
_TOGETHER = 200  # messages in one write
_REQUEST = "b5f5a3c6-6f2e-4ab7-8a3e-0e5d3a3b7e11"
_MODEL = "40bd3654-e622-47c4-a111-63a61b23bfe8"
_MODEL_INFO = {"name": "general-nova-3", "version": "2025-04-17.21547", "arch": "nova-3"}


def results(number: int, *, only_finals: bool, stamped: bool = False) -> str:
    """The message as Deepgram would write it: three interims and their final, every fourth a pause."""
    segment, revision = (number, 3) if only_finals else divmod(number, 4)
    start, duration = segment * 4.0, 1.0 + revision
    is_final = revision == 3
    words = [
        _word(word, start + duration * place / 10, duration / 10) for place, word in enumerate(_TEXT.split())
    ]
    transcript = f"{STAMP} {_TEXT}" if stamped else _TEXT
    message = {
        "type": "Results",
        "channel_index": [0, 1],
        "duration": duration,
        "start": start,
        "is_final": is_final,
        "speech_final": is_final and segment % 4 == 3,
        "channel": {"alternatives": [{"transcript": transcript, "confidence": 0.99609375, "words": words}]},
        "metadata": {"request_id": _REQUEST, "model_info": _MODEL_INFO, "model_uuid": _MODEL},
        "from_finalize": False,
    }
    return json.dumps(message, separators=(",", ":"))


def _word(text: str, start: float, seconds: float) -> dict[str, Any]:
    return {
        "word": text.strip(".").lower(),
        "start": round(start, 3),
        "end": round(start + seconds * 0.9, 3),
        "confidence": 0.9980469,
        "punctuated_word": text,
    }


def _metadata() -> str:
    message = {
        "type": "Metadata",
        "transaction_key": "deprecated",
        "request_id": _REQUEST,
        "sha256": "0" * 64,
        "created": "2026-11-21T09:00:00.000Z",
        "duration": 1.0,
        "channels": 1,
        "models": [_MODEL],
        "model_info": {_MODEL: _MODEL_INFO},
    }
    return json.dumps(message, separators=(",", ":"))


class Server:
    """Sends `count` Results to everybody who speaks, and then goodbye."""

    def __init__(self, kind: str, count: int) -> None:
        self._is_paced = kind == "paced"
        every = [
            results(number, only_finals=kind == "finals", stamped=self._is_paced) for number in range(count)
        ]
        self._messages = every if self._is_paced else []
        # Message by message `send` writes 150 000 a second, hardly more than the fastest reader reads.
        frames = (
            []
            if self._is_paced
            else [Frame(Opcode.TEXT, text.encode()).serialize(mask=False) for text in every]
        )
        self._writes = [b"".join(frames[at : at + _TOGETHER]) for at in range(0, len(frames), _TOGETHER)]

    async def talk(self, socket: ServerConnection) -> None:
        """One connection."""
        is_started = False
        async for message in socket:
            if isinstance(message, bytes):
                if not is_started:
                    is_started = True
                    await (self._pace(socket) if self._is_paced else self._flood(socket))
            elif "CloseStream" in message:
                await socket.send(_metadata())
                return

    async def _flood(self, socket: ServerConnection) -> None:
        for data in self._writes:
            socket.transport.write(data)
            await socket.drain()

    async def _pace(self, socket: ServerConnection) -> None:
        began = monotonic()
        for number, text in enumerate(self._messages):
            await asyncio.sleep(began + number / PER_SECOND - monotonic())
            await socket.send(text.replace(STAMP, f"{monotonic_ns():019}", 1))


async def main(kind: str, count: int) -> None:
    """Serve until the process is ended."""
    talk = Server(kind, count).talk
    async with serve(talk, "127.0.0.1", 0, compression=None, ping_interval=None, write_limit=2**20) as server:
        print(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

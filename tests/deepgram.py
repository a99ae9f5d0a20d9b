"""A scripted server that speaks Deepgram's v1 live protocol, in process, on loopback.

For example:

    async def script(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.results("Yes we can.", start=0.2, duration=0.8, speech_final=True)

    async with DeepgramServer(refuse(429, retry_after=1), script) as server:
        ...  # connect to server.url, be refused, connect again
        assert server.connections[0].seconds == 1.0
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from tests.deepgram_connection import BATCH, DEEPGRAM, WHISPERLIVEKIT, Connection, Dialect
from tests.deepgram_handshake import Handshake, Refusal, fault, refuse
from tests.deepgram_record import Entry

__all__ = [
    "BATCH",
    "DEEPGRAM",
    "WHISPERLIVEKIT",
    "Connection",
    "DeepgramServer",
    "Dialect",
    "Entry",
    "Handshake",
    "HangUp",
    "Refusal",
    "Script",
    "Stall",
    "Step",
    "refuse",
    "says",
    "silent",
    "spoken",
]

Script = Callable[[Connection], Awaitable[None]]
"""What the server says on one connection. It may end early: the connection stays, and is answered."""

Step = tuple[float, Callable[[Connection], Awaitable[None]]]
"""How much sound (seconds) must have come, and what is said then."""


LOGGER = logging.getLogger("tests.deepgram")
"""Kept to itself: it shows the headers, and tests look for keys in the logs of the client."""

LOGGER.disabled = True


async def silent(connection: Connection) -> None:
    """The script that says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Stall:
    """The handshake is answered late, or never."""

    seconds: float | None = None
    then: "Script | Refusal" = silent


@dataclass(frozen=True, slots=True)
class HangUp:
    """The connection is cut instead of a handshake."""


Plan = Script | Refusal | Stall | HangUp


def spoken(
    text: str, start: float, end: float, channel: int = 0, speaker: int | None = None
) -> tuple[Step, ...]:
    """The steps of one utterance as the service says it: onset, interims word by word, a final, its end.

    What the client did not ask for (interim_results, vad_events, utterance_end_ms) is left out.
    """
    written = text.split()

    async def onset(connection: Connection) -> None:
        if connection.option("vad_events") == "true":
            await connection.speech_started(start, channel)

    def interim(count: int, said: float) -> Step:
        async def say(connection: Connection) -> None:
            if connection.option("interim_results") == "true":
                heard = " ".join(written[:count])
                await connection.interim(heard, start, said - start, channel=channel, speaker=speaker)

        return said, say

    async def final(connection: Connection) -> None:
        await connection.results(
            text, start, end - start, speech_final=True, channel=channel, speaker=speaker
        )
        if connection.option("utterance_end_ms"):
            await connection.utterance_end(end, channel)

    pace = (end - start) / max(len(written), 1)
    interims = (interim(count, start + pace * count) for count in range(1, len(written) + 1))
    return ((start, onset), *interims, (end, final))


def says(*lines: tuple[Step, ...]) -> Script:
    """A script that says each step once as much sound has come: `says(spoken("Yes we can.", 0.5, 1.0))`."""
    steps = sorted((step for line in lines for step in line), key=lambda step: step[0])

    async def script(connection: Connection) -> None:
        for seconds, say in steps:
            await connection.wait_audio(seconds)
            await say(connection)

    return script


class DeepgramServer:
    """Serves each connection attempt by the next plan; the last one serves all further attempts.

    `key`: who does not bring it is refused with 401. A script that raised makes leaving the block raise.
    `handshakes` are all attempts, `connections` those that were accepted.
    """

    def __init__(
        self,
        *plans: Plan,
        key: str | None = None,
        dialect: Dialect = DEEPGRAM,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._plans = plans or (silent,)
        self._key = key
        self._dialect = dialect
        self._tls = tls
        self._accepted: dict[ServerConnection, tuple[Handshake, Script]] = {}
        self._failures: list[Exception] = []
        self._bell = asyncio.Condition()
        self._leaving = asyncio.Event()
        self.handshakes: list[Handshake] = []
        self.connections: list[Connection] = []
        self.url = ""

    async def connection(self, index: int = 0) -> Connection:
        """The connection of that number, as soon as it is there."""
        async with self._bell:
            await self._bell.wait_for(lambda: len(self.connections) > index)
        return self.connections[index]

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            ssl=self._tls,
            process_request=self._process_request,
            process_response=self._process_response,
            compression=None,
            open_timeout=None,
            ping_interval=None,
            close_timeout=1,
            max_size=None,
            logger=LOGGER,
        )
        scheme = "wss" if self._tls else "ws"
        self.url = f"{scheme}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        for connection in self.connections:
            connection.leave()
        self._server.close()
        await self._server.wait_closed()
        for failure in self._failures:
            if error is None:
                raise failure
            error.add_note(f"and a script of the server failed: {failure!r}")

    async def _process_request(self, websocket: ServerConnection, request: Request) -> Response | None:
        number = len(self.handshakes)
        request_id = f"{number:08x}-5c21-4d5e-9f3a-64a1d2e0c0de"
        handshake = Handshake.of(request.path, request.headers, asyncio.get_running_loop().time(), request_id)
        self.handshakes.append(handshake)
        plan = self._plans[min(number, len(self._plans) - 1)]
        if isinstance(plan, Stall):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), plan.seconds)
            plan = plan.then
        if isinstance(plan, HangUp):
            websocket.transport.abort()
            return None
        refusal = plan if isinstance(plan, Refusal) else fault(handshake, self._key)
        handshake = replace(handshake, status=refusal.status if refusal else 101)
        self.handshakes[number] = handshake
        if not isinstance(plan, Refusal):
            self._accepted[websocket] = handshake, plan
        return refusal.response(request_id) if refusal else None

    def _process_response(self, websocket: ServerConnection, request: Request, response: Response) -> None:
        for handshake in self.handshakes:
            if handshake.headers is request.headers:
                response.headers["dg-request-id"] = handshake.request_id

    async def _serve(self, websocket: ServerConnection) -> None:
        handshake, script = self._accepted.pop(websocket)
        connection = Connection(websocket, handshake, self._dialect)
        self.connections.append(connection)
        async with self._bell:
            self._bell.notify_all()
        try:
            await connection.serve(script)
        except Exception as failure:
            self._failures.append(failure)

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
from typing import Self, cast

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from tests.deepgram_connection import BATCH, DEEPGRAM, WHISPERLIVEKIT, Connection, Dialect
from tests.deepgram_door import Door, Shut
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
    "Garbage",
    "Handshake",
    "HangUp",
    "Plan",
    "Refusal",
    "Script",
    "Shut",
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


@dataclass(frozen=True, slots=True)
class Garbage:
    """The handshake is answered with something that is no HTTP."""

    data: bytes = b"\x16\x03\x01 220 mail.example.org ESMTP\r\n\r\n"


Plan = Script | Refusal | Stall | HangUp | Garbage


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
    `handshakes` are all attempts, `connections` those that were accepted. `speed`: of the clients' sound, in
    times real time. `limit`: conversations at a time; more are refused with 429. `narrow`: see `Door`.
    """

    def __init__(
        self,
        *plans: Plan,
        key: str | None = None,
        dialect: Dialect = DEEPGRAM,
        tls: ssl.SSLContext | None = None,
        speed: float = 1.0,
        limit: int | None = None,
        narrow: bool = False,
    ) -> None:
        self._plans = plans or (silent,)
        self._key = key
        self._dialect = dialect
        self._tls = tls
        self._speed = speed
        self._limit = limit
        self._door = Door(narrow=narrow)
        self._servers: list[Server] = []
        self._harmed_at: float | None = None
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

    @property
    def harmed_at(self) -> float | None:
        """When the service last failed somebody; from then on it is well. None = it never did."""
        times = [connection.harmed_at for connection in self.connections]
        return max((at for at in (*times, self._harmed_at) if at is not None), default=None)

    def _live(self) -> int:
        """Conversations; the place of who is silent for too long is free again, whatever the line does."""
        silent = asyncio.get_running_loop().time() - self._dialect.idle_seconds
        return sum(there.closed_at is None and there.heard_at > silent for there in self.connections)

    async def shut(self, how: Shut) -> None:
        """An outage begins: new clients meet what `how` says, the present ones are reset or left alone."""
        self._door.shut = how
        if how == "refuse":
            self._servers[-1].server.close()
        for connection in self.connections:
            if connection.closed_at is None:
                connection.freeze() if how == "blackhole" else connection.abort()

    async def open(self) -> None:
        """The outage is over."""
        if self._door.shut == "refuse":
            await self._listen()
        self._door.open()
        self._harmed_at = asyncio.get_running_loop().time()

    async def __aenter__(self) -> Self:
        await self._listen()
        scheme = "wss" if self._tls else "ws"
        self.url = f"{scheme}://127.0.0.1:{self._door.port}"
        return self

    async def _listen(self) -> None:
        server = await serve(
            self._serve,
            sock=self._door.socket(),
            ssl=self._tls,
            process_request=self._process_request,
            process_response=self._process_response,
            compression=None,
            open_timeout=None,
            ping_interval=None,
            close_timeout=1,
            max_size=None,
            logger=LOGGER,
            create_connection=cast(type[ServerConnection], self._door.knock),
        )
        self._servers.append(server)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        for connection in self.connections:
            connection.leave()
        for server in self._servers:
            server.close()
            await server.wait_closed()
        self._door.leave()
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
        if not callable(plan):
            self._harmed_at = handshake.at
        if isinstance(plan, Stall):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), plan.seconds)
            plan = plan.then
        if isinstance(plan, HangUp):
            websocket.transport.abort()
            return None
        if isinstance(plan, Garbage):
            websocket.transport.write(plan.data)
            websocket.transport.close()
            return None
        refusal = plan if isinstance(plan, Refusal) else fault(handshake, self._key)
        if not refusal and self._limit is not None and self._live() >= self._limit:
            refusal = refuse(429)
        handshake = replace(handshake, status=refusal.status if refusal else 101)
        self.handshakes[number] = handshake
        if not isinstance(plan, Refusal) and not refusal:
            self._accepted[websocket] = handshake, plan
        return refusal.response(request_id) if refusal else None

    def _process_response(self, websocket: ServerConnection, request: Request, response: Response) -> None:
        for handshake in self.handshakes:
            if handshake.headers is request.headers:
                response.headers["dg-request-id"] = handshake.request_id

    async def _serve(self, websocket: ServerConnection) -> None:
        handshake, script = self._accepted.pop(websocket)
        connection = Connection(websocket, handshake, self._dialect, self._speed)
        self.connections.append(connection)
        async with self._bell:
            self._bell.notify_all()
        try:
            await connection.serve(script)
        except Exception as failure:
            self._failures.append(failure)

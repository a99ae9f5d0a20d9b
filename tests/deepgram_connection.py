"""The server's end of one live connection: what it says, and how it answers by itself."""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tests import deepgram_messages as build
from tests.deepgram_handshake import Handshake
from tests.deepgram_line import Line
from tests.deepgram_messages import Message

TURNS = 5
"""Turns of the loop in which whoever waited for a message speaks before the server's own answer."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a server differs from Deepgram's own."""

    metadata_at_open: bool = False
    metadata_at_end: bool = True
    finalize: bool = True  # False: an Error, then close 4400
    batch: bool = False  # one Results after Finalize or CloseStream, no interims
    confidence: float = 0.98
    idle_seconds: float = 10.0  # without audio or text: NET-0001
    silent_seconds: float = 25.0  # without any audio since the opening: NET-0000
    empty_frame_code: int | None = None  # None: an empty frame ends the stream as CloseStream does


DEEPGRAM = Dialect()

WHISPERLIVEKIT = Dialect(
    metadata_at_open=True,
    finalize=False,
    confidence=0.0,
    idle_seconds=30.0,
    silent_seconds=math.inf,
    empty_frame_code=4400,
)

BATCH = Dialect(batch=True, metadata_at_end=False, idle_seconds=math.inf, silent_seconds=math.inf)
"""A small wrapper around a model that takes whole recordings."""


class Connection(Line):
    """One client: what it sent (see `Record`), and the words to answer it with (see `Line`, too).

    By itself it answers Finalize, CloseStream, Configure and faults, each after whoever waited for that
    message has spoken; CloseStream is answered only once the script has ended or waits again (itself, not a
    task it started). `answers = False` leaves all of this to the script. So does a `listener`, which a script
    sets before it first waits: it is given each thing that comes in, in order.
    """

    def __init__(
        self, websocket: ServerConnection, handshake: Handshake, dialect: Dialect, speed: float = 1.0
    ) -> None:
        super().__init__(websocket, handshake, speed)
        self._dialect = dialect
        self._failure: Exception | None = None
        self._interims: dict[int, tuple[str, float, float]] = {}
        self._held: list[tuple[str, float, float]] = []
        self.answers = True
        self.listener: Callable[[bytes | Message | str], Awaitable[None]] | None = None

    async def results(
        self,
        text: str,
        start: float = 0.0,
        duration: float = 1.0,
        *,
        is_final: bool = True,
        from_finalize: bool = False,
        channel: int = 0,
        **fields: Any,
    ) -> None:
        """A Results message. `fields`: `speech_final`, `words` (else spread evenly), `speaker`, `language`,
        `confidence`; any other name goes in at the message's top level."""
        if self._dialect.batch and not from_finalize:
            if is_final:
                self._held.append((text, start, start + duration))
            return
        if is_final:
            self._interims.pop(channel, None)
        elif text:
            self._interims[channel] = (text, start, duration)
        fields = {"confidence": self._dialect.confidence, **fields}
        message = build.results(
            text,
            start,
            duration,
            is_final=is_final,
            from_finalize=from_finalize,
            channel=channel,
            channels=self.channels,
            request_id=self.request_id,
            **fields,
        )
        await self.say(message)

    async def interim(self, text: str, start: float = 0.0, duration: float = 1.0, **more: Any) -> None:
        """A Results message that is not final."""
        await self.results(text, start, duration, is_final=False, **more)

    async def utterance_end(self, last_word_end: float, channel: int = 0) -> None:
        await self.say(build.utterance_end(last_word_end, channel, self.channels))

    async def speech_started(self, timestamp: float, channel: int = 0) -> None:
        await self.say(build.speech_started(timestamp, channel, self.channels))

    async def metadata(self) -> None:
        """The summary: the sound so far, the channels, the request."""
        await self.say(build.metadata(self.request_id, self.seconds, self.channels))

    async def error(self, description: str, variant: str | None = None, **more: Any) -> None:
        await self.say(build.error(description, variant, **more))

    async def warning(self, description: str, code: str | None = None, **more: Any) -> None:
        await self.say(build.warning(description, code, **more))

    async def configure_success(self, keyterms: Sequence[str] | None = None) -> None:
        terms = {} if keyterms is None else {"keyterms": list(keyterms)}
        await self.say({"type": "ConfigureSuccess", "request_id": self.request_id, **terms})

    async def configure_failure(self, code: str, description: str = "Refused.") -> None:
        failure = {"code": code, "description": description}
        await self.say({"type": "ConfigureFailure", "request_id": self.request_id, **failure})

    async def say(self, message: Message) -> None:
        """Any JSON message."""
        await self.raw(build.dump(message))

    async def serve(self, script: Callable[["Connection"], Awaitable[None]]) -> None:
        """Play the script and answer the client to the end. Raises what the script raised."""
        if self._dialect.metadata_at_open:
            await self.metadata()
        self.script = asyncio.create_task(self._play(script), name=f"script of {self.request_id}")
        watch = asyncio.create_task(self._watch(), name=f"watch of {self.request_id}")
        await asyncio.sleep(0)  # the script is the first to speak, and sets who listens
        try:
            async for frame in self._websocket:
                await self._take(frame)
        except ConnectionClosed:
            pass
        finally:
            self.hear_end(self._websocket.close_code, self._websocket.close_reason)
            watch.cancel()
            self.script.cancel()
            await asyncio.wait([watch, self.script])
        if self._failure is not None:
            raise self._failure

    def leave(self) -> None:
        """The server goes away: the script stops where it stands."""
        if self.script is not None:
            self.script.cancel()
        if self._is_mute:
            self._websocket.transport.abort()

    async def _play(self, script: "Callable[[Connection], Awaitable[None]]") -> None:
        try:
            await script(self)
        except (ConnectionClosed, ConnectionError):
            return
        except Exception as failure:
            self._failure = failure
            await self.close(1011, "the script failed")
        finally:
            self.script_is_idle.set()

    async def _watch(self) -> None:
        while True:
            due = self.heard_at + self._dialect.idle_seconds
            code = "NET-0001"
            silent = math.inf if self.seconds else self.opened_at + self._dialect.silent_seconds
            if silent < due:
                due, code = silent, "NET-0000"
            if (left := due - self._loop.time()) <= 0:
                return await self.fail(code)
            await asyncio.sleep(min(left, 3600))

    async def _take(self, frame: str | bytes) -> None:
        message: Any = None
        if isinstance(frame, str):
            try:
                message = json.loads(frame)
            except ValueError:
                message = None
        is_message = isinstance(message, dict)
        if self.hear(message if is_message else frame):
            for _turn in range(TURNS):
                await asyncio.sleep(0)
        if self.listener:
            return await self.listener(message if is_message else frame)
        if not self.answers:
            return
        if frame == b"":
            await self._end_of_stream(self._dialect.empty_frame_code)
        elif isinstance(frame, str):
            await self._answer(message if is_message else {})

    async def _answer(self, message: Message) -> None:
        match message.get("type"):
            case "KeepAlive":
                pass
            case "Finalize" if not self._dialect.finalize:
                await self.error("Finalize is not supported", request_id=self.request_id)
                await self.close(4400, "Finalize is not supported")
            case "Finalize":
                await self._settle(message.get("channel"), from_finalize=True)
            case "CloseStream":
                await self._end_of_stream(None)
            case "Configure" if self.option("model", "nova-3").startswith("nova-3"):
                await self.configure_success(message.get("keyterms"))
            case "Configure":
                await self.configure_failure("CONFIGURE_KEYTERMS_NOT_SUPPORTED")
            case _:
                await self.error("Could not parse the message", "SchemaError")

    async def _settle(self, only: int | None, *, from_finalize: bool) -> None:
        for channel, (text, start, duration) in list(self._interims.items()):
            if only is None or channel == only:
                await self.results(text, start, duration, channel=channel, from_finalize=from_finalize)
        if self._held:
            text = " ".join(text for text, _start, _end in self._held)
            start, end = self._held[0][1], self._held[-1][2]
            self._held.clear()
            await self.results(text, start, end - start, speech_final=True, from_finalize=True)

    async def _end_of_stream(self, code: int | None) -> None:
        await self.script_is_idle.wait()
        if code is not None:
            return await self.close(code)
        await self._settle(None, from_finalize=False)
        if self._dialect.metadata_at_end:
            await self.metadata()
        await self.close(1000)

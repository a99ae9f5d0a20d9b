"""One WebSocket conversation with Deepgram or a server like it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from captioner.streaming.engines import deepgram_wire as wire
from captioner.streaming.engines.deepgram_hearing import Hearing
from captioner.streaming.engines.deepgram_line import Line
from captioner.streaming.engines.deepgram_patience import SLICE_SECONDS, Patience, in_time
from captioner.streaming.engines.deepgram_refusal import broken_by_us, closed, first, said_by_server
from captioner.streaming.engines.deepgram_server import ServerCapabilities
from captioner.streaming.engines.deepgram_upkeep import Upkeep
from captioner.streaming.engines.engine import LinkLost, LinkMessage, Malformed, Progress, Unanswered
from captioner.streaming.errors import ConfigurationError, EngineTimeoutError
from captioner.streaming.events import ErrorEvent, MetadataEvent, UnknownEvent, WarningEvent
from captioner.streaming.frames import AudioFrame, Sound
from captioner.streaming.options import StreamingOptions

DRAIN_SECONDS = 5.0
"""After CloseStream: how long without a message until the server is taken to have said all."""

GOODBYE_SECONDS = 1.0
"""The same after its Metadata, which is the last it says."""

BATCH_SECONDS = 60.0
"""The same for a server that begins to work only then."""

ENDLESS_SECONDS = 300.0
"""However much it says: after CloseStream, a server has this long."""

CONFIGURE_SECONDS = 10.0

_FINALIZE = '{"type":"Finalize"}'
_CLOSE_STREAM = '{"type":"CloseStream"}'


class DeepgramLink:
    """Made by `DeepgramEngine.connect` once the handshake is through."""

    def __init__(
        self,
        socket: ClientConnection,
        options: StreamingOptions,
        capabilities: ServerCapabilities,
        server: str,
        forget_finalize: Callable[[], None],
    ) -> None:
        self._socket = socket
        self._patience = Patience(options.speed)
        self._line = Line(socket, self._patience)
        self._channels = options.speech_channels
        self._capabilities = capabilities
        self._server = server
        self._forget_finalize = forget_finalize
        self._hearing = Hearing(
            options.speech_channels,
            has_confidence=capabilities.word_confidence,
            finals_tile=capabilities.finals_tile,
        )
        self._rate, self._sent = options.bytes_per_second, 0
        if self._rate:
            self._hearing.given = 0.0
        self._loop = asyncio.get_running_loop()
        self._upkeep = Upkeep(
            self._line, self._hearing, options, self._patience, knows_keep_alive=capabilities.keep_alive
        )
        self._greetings = 1 if capabilities.metadata_at_open else 0
        self._finalized = False
        self._finishing = False
        self._allowance = self._patience.answer(DRAIN_SECONDS if capabilities.interims else BATCH_SECONDS)
        self._heard_something = False
        self._has_goodbye = False
        self._is_over = False
        self._configuring = asyncio.Lock()
        self._configured: asyncio.Future[wire.ConfigureSuccess | wire.ConfigureFailure] | None = None
        self.request_id = first(socket.response.headers, "dg-request-id") if socket.response else None
        self._tasks = [
            asyncio.create_task(self._upkeep.run(), name="deepgram keepalive"),
            asyncio.create_task(self._line.watch(), name="deepgram ping"),
        ]

    # -- to the server

    async def send(self, sound: Sound) -> None:
        self._upkeep.sound_at = self._loop.time()
        data = (
            sound.samples.astype("<i2", copy=False).tobytes() if isinstance(sound, AudioFrame) else sound.data
        )
        if data:  # an empty frame would end the stream
            if self._rate:
                self._sent += len(data)
                self._hearing.given = self._sent / self._rate
            await self._write(data)

    async def keep_alive(self) -> None:
        try:
            await self._upkeep.keep_alive()
        except ConnectionClosed:
            raise self._lost() from None

    async def finalize(self) -> None:
        if self._capabilities.finalize and self._upkeep.sound_at is not None:
            self._finalized = True
            await self._write(_FINALIZE)

    async def finish(self) -> None:
        await self.finalize()
        self._finishing = self._upkeep.is_over = True
        await self._write(_CLOSE_STREAM)
        self._tasks.append(asyncio.create_task(self._drain(), name="deepgram drain"))

    async def configure(self, keyterms: Sequence[str] | None, features: Mapping[str, bool]) -> None:
        """Change key terms (None = keep them) and formatting; returns when the server has agreed."""
        if not self._capabilities.configure:
            raise ConfigurationError(f"{self._server} cannot change key terms on the way", "Start anew")
        request: dict[str, Any] = {"type": "Configure"}
        if keyterms is not None:
            request["keyterms"] = list(keyterms)
        if features:
            request["features"] = dict(features)
        async with self._configuring:  # the server takes one at a time
            self._configured = self._loop.create_future()
            try:
                await self._write(msgspec.json.encode(request).decode())
                if not await in_time(self._configured, self._patience.answer(CONFIGURE_SECONDS)):
                    raise EngineTimeoutError(
                        f"{self._server} did not answer a change of key terms", request_id=self.request_id
                    )
                answer = self._configured.result()
            finally:
                self._configured = None
        if isinstance(answer, wire.ConfigureFailure):
            raise ConfigurationError(
                f"keyterms: {self._server} says {answer.code}: {said_by_server(answer.description)}",
                "The old ones go on",
                request_id=answer.request_id,
            )

    async def close(self) -> None:
        if self._configured and not self._configured.done():
            self._configured.set_exception(LinkLost("The connection ended before the answer"))
        for task in self._tasks:
            task.cancel()
        try:
            if not self._finishing:  # a server that did not hang up on CloseStream has had its time
                await self._line.close()
        finally:
            self._line.cut()
            await asyncio.wait(self._tasks)
            await self._socket.wait_closed()

    async def _write(self, message: str | bytes) -> None:
        try:
            await self._line.write(message)
        except ConnectionClosed:
            raise self._lost() from None

    # -- from the server

    async def __aiter__(self) -> AsyncIterator[LinkMessage]:
        hearing = self._hearing
        receive, decode, hear = self._socket.recv, wire.decode, hearing.results
        while True:
            try:
                raw = await (
                    self._receive_soon(wait) if (wait := hearing.patience) else receive(decode=False)
                )
            except ConnectionClosed:
                break
            except TimeoutError:
                for said in hearing.release():
                    yield said
                continue
            message = decode(raw)
            self._heard_something = True
            if isinstance(message, wire.Results):
                for said in hear(message):
                    yield said
            else:
                for said in self._understand(message):
                    yield said
        if not self._is_done():
            raise self._lost()
        for said in hearing.release():
            yield said
        if self._is_over and not self._has_goodbye:
            yield Unanswered()

    async def _receive_soon(self, seconds: float) -> bytes:
        """The next message, while finals wait for one that is missing. Raises TimeoutError."""
        async with asyncio.timeout(self._patience.answer(seconds)):
            return await self._socket.recv(decode=False)

    def _understand(self, message: wire.Message | wire.Unknown | None) -> Iterable[LinkMessage]:
        match message:
            case None:
                return (Malformed(),)
            case wire.Results():
                return self._hearing.results(message)
            case wire.UtteranceEnd():
                return self._hearing.utterance_end(message)
            case wire.SpeechStarted():
                return self._hearing.speech_started(message)
            case wire.Metadata():
                return self._metadata(message)
            case wire.ConfigureSuccess() | wire.ConfigureFailure():
                if self._configured and not self._configured.done():
                    self._configured.set_result(message)
                return ()
            case wire.Error():
                return (_error(message, self.request_id),)
            case wire.Warning():
                return (WarningEvent(message.code or "provider", said_by_server(message.description)),)
            case wire.Unknown():
                return (UnknownEvent(message.type, message.raw),)

    def _metadata(self, message: wire.Metadata) -> Iterable[LinkMessage]:
        said: list[LinkMessage] = []
        if self._greetings:
            self._greetings -= 1
        elif self._finishing:
            self._allowance = self._patience.answer(GOODBYE_SECONDS)
            self._has_goodbye = True
            said += self._hearing.release()
            # Nothing more will be said of the sound that it has heard, and it tells how much that is.
            heard = max(0.0, message.duration - self._hearing.skipped)
            said += (Progress(index, heard, heard) for index in range(self._channels))
        about = MetadataEvent(
            message.request_id,
            message.created,
            message.duration,
            message.channels,
            message.sha256,
            message.model_info or {},
        )
        return (*said, about)

    def _is_done(self) -> bool:
        """Whether the connection ended because all was said."""
        # Behind its goodbye nothing is left to be said, however the line ends then.
        is_over = self._is_over or self._has_goodbye
        return self._finishing and (is_over or self._socket.close_code in (1000, 1005))

    def _lost(self) -> Exception:
        """LinkLost where trying again may help, else the error that ends the session."""
        code = None if self._socket.close_code is None else int(self._socket.close_code)
        if self._line.fault:
            error = closed(None, self._line.fault, self._server, self.request_id)
            return LinkLost(error.message, None, error)
        if code == 4400 and self._finalized:
            # WhisperLiveKit hangs up on Finalize: from now on it gets none, and the sound is given again.
            self._forget_finalize()
            return LinkLost(f"{self._server} does not know Finalize", code)
        protocol = self._socket.protocol
        if protocol.close_sent and not protocol.close_rcvd_then_sent:
            # It was we who hung up, whatever the other side answered to that.
            code = int(protocol.close_sent.code)
            error = broken_by_us(code, protocol.close_sent.reason, self._server, self.request_id)
            return LinkLost(error.message, code, error)
        error = closed(code, self._socket.close_reason or "", self._server, self.request_id)
        return LinkLost(error.message, code, error) if error.recoverable else error

    async def _drain(self) -> None:
        """End the conversation when the server does not hang up."""
        answer = self._patience.answer
        left, whole = self._allowance, answer(ENDLESS_SECONDS)
        while left > 0 and whole > 0:
            await asyncio.sleep(SLICE_SECONDS)
            whole -= SLICE_SECONDS
            left = min(left - SLICE_SECONDS, self._allowance)
            if self._heard_something:
                self._heard_something = False
                left = self._allowance = min(self._allowance, answer(DRAIN_SECONDS))
        # Who is gone has not heard all; who only says nothing had its time.
        self._is_over = self._has_goodbye or await self._line.is_alive()
        self._line.cut(None if self._is_over else "no answer")


def _error(message: wire.Error, request_id: str | None) -> ErrorEvent:
    """The three spellings of an error as one; the stream usually goes on."""
    return ErrorEvent(
        code=message.code or message.variant or message.err_code or "provider",
        message=said_by_server(message.description or message.message or message.err_msg or "")
        or "The provider reports an error",
        category="server",
        recoverable=True,
        request_id=message.request_id or request_id,
    )

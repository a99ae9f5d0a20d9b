"""One WebSocket conversation with Deepgram or a server like it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode

from captioner.streaming.engines import deepgram_wire as wire
from captioner.streaming.engines.deepgram_hearing import Hearing
from captioner.streaming.engines.deepgram_ping import PING_SECONDS, SLICE_SECONDS, is_alive
from captioner.streaming.engines.deepgram_refusal import closed, first, said_by_server
from captioner.streaming.engines.deepgram_server import ServerCapabilities
from captioner.streaming.engines.engine import LinkLost, LinkMessage, Malformed, Unanswered
from captioner.streaming.errors import ConfigurationError, EngineError, EngineTimeoutError, ServerError
from captioner.streaming.events import ErrorEvent, MetadataEvent, UnknownEvent, WarningEvent
from captioner.streaming.frames import AudioFrame, Sound
from captioner.streaming.options import StreamingOptions

KEEP_ALIVE_SECONDS = 4.0
"""Without sound or KeepAlive the server hangs up after 10 s."""

PRIME_SECONDS = 5.0
"""A fresh connection without sound for this long gets some silence: KeepAlive alone does not hold it."""

PRIME_AGAIN_SECONDS = 15.0
SILENCE_SECONDS = 0.1

DRAIN_SECONDS = 5.0
"""After CloseStream: how long without a message until the server is taken to have said all."""

GOODBYE_SECONDS = 1.0
"""The same after its Metadata, which is the last it says."""

BATCH_SECONDS = 60.0
"""The same for a server that begins to work only then."""

ENDLESS_SECONDS = 300.0
"""However much it says: after CloseStream, a server has this long."""

CONFIGURE_SECONDS = 10.0

_KEEP_ALIVE = '{"type":"KeepAlive"}'
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
        self._options = options
        self._capabilities = capabilities
        self._server = server
        self._forget_finalize = forget_finalize
        self._hearing = Hearing(options.speech_channels, has_confidence=capabilities.word_confidence)
        self._loop = asyncio.get_running_loop()
        self._sound_at: float | None = None  # when sound was last sent
        self._greetings = 1 if capabilities.metadata_at_open else 0
        self._finalized = False
        self._finishing = False
        self._allowance = DRAIN_SECONDS if capabilities.interims else BATCH_SECONDS
        self._heard_something = False
        self._has_goodbye = False
        self._is_over = False
        self._silent_peer = False
        self._configuring = asyncio.Lock()
        self._configured: asyncio.Future[wire.ConfigureSuccess | wire.ConfigureFailure] | None = None
        self.request_id = first(socket.response.headers, "dg-request-id") if socket.response else None
        self._tasks = [
            asyncio.create_task(self._keep_alive_always(), name="deepgram keepalive"),
            asyncio.create_task(self._ping_always(), name="deepgram ping"),
        ]

    # -- to the server

    async def send(self, sound: Sound) -> None:
        self._sound_at = self._loop.time()
        data = (
            sound.samples.astype("<i2", copy=False).tobytes() if isinstance(sound, AudioFrame) else sound.data
        )
        if data:  # an empty frame would end the stream
            await self._write(data)

    async def keep_alive(self) -> None:
        if self._capabilities.keep_alive and not self._finishing:
            await self._write(_KEEP_ALIVE)

    async def finalize(self) -> None:
        if self._capabilities.finalize and self._sound_at is not None:
            self._finalized = True
            await self._write(_FINALIZE)

    async def finish(self) -> None:
        await self.finalize()
        self._finishing = True
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
                async with asyncio.timeout(CONFIGURE_SECONDS):
                    answer = await self._configured
            except TimeoutError:
                raise EngineTimeoutError(
                    f"{self._server} did not answer a change of key terms", request_id=self.request_id
                ) from None
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
                await self._socket.close()
        finally:
            self._socket.transport.abort()
            await asyncio.wait(self._tasks)
            await self._socket.wait_closed()

    async def _write(self, message: str | bytes) -> None:
        try:
            await self._socket.send(message)
        except ConnectionClosed:
            raise self._lost() from None

    # -- from the server

    async def __aiter__(self) -> AsyncIterator[LinkMessage]:
        receive, decode, hear = self._socket.recv, wire.decode, self._hearing.results
        while True:
            try:
                raw = await receive(decode=False)
            except ConnectionClosed:
                break
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
        if self._is_over and not self._has_goodbye:
            yield Unanswered()

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
                return (self._metadata(message),)
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

    def _metadata(self, message: wire.Metadata) -> MetadataEvent:
        if self._greetings:
            self._greetings -= 1
        elif self._finishing:
            self._allowance = GOODBYE_SECONDS
            self._has_goodbye = True
        return MetadataEvent(
            message.request_id,
            message.created,
            message.duration,
            message.channels,
            message.sha256,
            message.model_info or {},
        )

    def _is_done(self) -> bool:
        """Whether the connection ended because all was said."""
        # Behind its goodbye nothing is left to be said, however the line ends then.
        is_over = self._is_over or self._has_goodbye
        return self._finishing and (is_over or self._socket.close_code in (1000, 1005))

    def _lost(self) -> Exception:
        """LinkLost where trying again may help, else the error that ends the session."""
        code = None if self._socket.close_code is None else int(self._socket.close_code)
        reason = self._socket.close_reason or ""
        if self._silent_peer:
            code, reason = None, "no answer"
        if code == 4400 and self._finalized:
            # WhisperLiveKit hangs up on Finalize: from now on it gets none, and the sound is given again.
            self._forget_finalize()
            return LinkLost(f"{self._server} does not know Finalize", code)
        ours = self._socket.protocol.close_sent
        if ours and not self._socket.protocol.close_rcvd and ours.code == CloseCode.MESSAGE_TOO_BIG:
            error = ServerError(
                f"{self._server} sent more at once than anybody says", request_id=self.request_id
            )
            return LinkLost(error.message, int(ours.code), error)
        error = closed(code, reason, self._server, self.request_id)
        return LinkLost(error.message, code, error) if error.recoverable else error

    # -- beside

    async def _keep_alive_always(self) -> None:
        opened = self._loop.time()
        primed = opened + PRIME_SECONDS - PRIME_AGAIN_SECONDS
        kept = opened
        while not self._finishing:
            now = self._loop.time()
            quiet_since = max(self._sound_at or opened, kept)
            if self._sound_at is None and now >= primed + PRIME_AGAIN_SECONDS:
                primed = now
                await self._prime()
            elif now >= quiet_since + KEEP_ALIVE_SECONDS:
                kept = now
                with suppress(LinkLost, EngineError):  # the reader reports it
                    await self.keep_alive()
            wake = max(self._sound_at or opened, kept) + KEEP_ALIVE_SECONDS
            if self._sound_at is None:
                wake = min(wake, primed + PRIME_AGAIN_SECONDS)
            await asyncio.sleep(max(0.0, wake - self._loop.time()))

    async def _prime(self) -> None:
        """Some silence that lies at no time: what the server says later is counted behind it."""
        silence = self._options.silence(SILENCE_SECONDS)
        rate = self._options.bytes_per_second
        if silence and rate:
            self._hearing.skipped += len(silence) / rate
            with suppress(LinkLost, EngineError):
                await self._write(silence)

    async def _ping_always(self) -> None:
        while not self._silent_peer:
            await asyncio.sleep(PING_SECONDS)
            self._silent_peer = not await is_alive(self._socket)
        self._socket.transport.abort()

    async def _drain(self) -> None:
        """End the conversation when the server does not hang up."""
        left, whole = self._allowance, ENDLESS_SECONDS
        while left > 0 and whole > 0:
            await asyncio.sleep(SLICE_SECONDS)
            whole -= SLICE_SECONDS
            left = min(left - SLICE_SECONDS, self._allowance)
            if self._heard_something:
                self._heard_something = False
                left = self._allowance = min(self._allowance, DRAIN_SECONDS)
        self._is_over = True
        self._socket.transport.abort()


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

"""The callback form: handlers called with the events of a session, built on its iterator.

    connection = client.listen.live()
    connection.on(LiveTranscriptionEvents.Transcript, on_transcript)
    await connection.start(StreamingOptions(model="nova-3"))
    await connection.send(audio_bytes)
    await connection.finish()

The names are those of Deepgram's SDK 3 to 5, so that code written for it goes on working.
"""

import asyncio
import logging
import traceback
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from enum import StrEnum
from inspect import isawaitable
from typing import Any, cast

from captioner.streaming.errors import CaptionerError, ClientError, ConfigurationError, HandlerError
from captioner.streaming.events import AnyEvent, ErrorEvent, StreamEvent
from captioner.streaming.frames import AudioFrame
from captioner.streaming.handler import Function, Handler
from captioner.streaming.options import StreamingOptions
from captioner.streaming.query import shown
from captioner.streaming.session import Session

_log = logging.getLogger(__name__)

HANDLER_SECONDS = 5.0
"""How long handlers may take over the last events of a session that was refused or cancelled."""

_call_id: ContextVar[object] = ContextVar("the handler's call that this code runs in, or was started by")


class LiveTranscriptionEvents(StrEnum):
    """What a handler can be for, as the SDK names it. All other events go by their own name or class."""

    Open = "Open"
    Close = "Close"
    Transcript = "Results"
    Metadata = "Metadata"
    UtteranceEnd = "UtteranceEnd"
    SpeechStarted = "SpeechStarted"
    Error = "Error"
    Warning = "Warning"
    Unhandled = "Unhandled"


_TYPES = {
    name: event.type
    for event in StreamEvent.__subclasses__()
    for name in (event.type, event.__name__.removesuffix("Event"))
} | {"Open": "connected", "Close": "closed", "Results": "transcript", "Unhandled": "unknown"}
"""Our events by every name they have."""

_KEYWORDS = {"connected": "open", "closed": "close", "transcript": "result", "unknown": "unhandled"}
"""By which keyword the SDK gives an event to a handler, where that is not the event's own name."""


class LiveConnection:
    """One session that calls handlers. `send`, `finalize` and `keep_alive` are the session's own."""

    def __init__(
        self, stream: Callable[[StreamingOptions | None], Session], options: StreamingOptions | None = None
    ) -> None:
        self._stream = stream
        self._options = options
        self._handlers: defaultdict[str, list[Handler]] = defaultdict(list)
        self._kwargs: dict[str, Any] = {}
        self._session: Session | None = None
        self._calling: asyncio.Task[None] | None = None
        self._call_id: object = None
        self._failure: CaptionerError | None = None

    @property
    def session(self) -> Session:
        """The session behind it, for all that has no name of its own here. Handlers use up its iterator."""
        if not self._session:
            raise ClientError("The connection is not started", "Await connection.start() first")
        return self._session

    def on(self, event: LiveTranscriptionEvents | type[StreamEvent] | str, handler: Function) -> None:
        """Call `handler` for every such event, in order of registration, each before the next event.

        It is called as `handler(connection, event, **kwargs)`; by the SDK's keyword (`result`, `metadata`,
        ...) where it has that or takes no second position; with the event alone where it takes nothing else,
        or its first parameter is named `event` or as that keyword. Of the `kwargs` it gets those it takes.
        A handler that raises is reported as an `Error` event and stops nothing. Registered twice, it is
        called once. Raises ConfigurationError for an unknown event.
        """
        name = event if isinstance(event, str) else getattr(event, "type", None)
        known = _TYPES.get(name or "")
        if known is None:
            names = ", ".join(sorted(set(_TYPES.values())))
            raise ConfigurationError(f"There is no event {shown(event)}", f"Choose one of {names}")
        if not callable(handler):
            raise ConfigurationError(f"The handler is {shown(handler)}", "Give a function")
        handlers = self._handlers[known]
        if all(other.function != handler for other in handlers):
            handlers.append(Handler.of(handler, _KEYWORDS.get(known, known)))

    async def start(
        self,
        options: StreamingOptions | Mapping[str, Any] | object | None = None,
        addons: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> bool:
        """Connect. `kwargs` are given to every handler that takes them.

        `options`: also a mapping in the SDK's spelling, or an object that makes one (`to_dict()`,
        `model_dump()`); `addons` are added to them. Returns True, or raises why it cannot, after the handlers
        of `Error` and `Close` were called.
        """
        if self._session:
            raise ClientError("start() was called twice", "Make another connection with listen.live()")
        session = self._stream(_options(self._options if options is None else options, addons))
        self._session, self._kwargs = session, kwargs
        self._calling = asyncio.create_task(self._call_all(session), name="captioner callbacks")
        try:
            await session.__aenter__()
        except BaseException:
            await self._part(session, self._calling)
            raise
        return True

    async def send(self, audio: bytes | memoryview | AudioFrame) -> bool:
        """Give sound; see `Session.send`. Returns True, which code written for the SDK asks for."""
        await self.session.send(audio)
        return True

    async def finalize(self) -> None:
        """See `Session.finalize`."""
        await self.session.finalize()

    async def keep_alive(self) -> None:
        """See `Session.keep_alive`."""
        await self.session.keep_alive()

    async def finish(self) -> bool:
        """Declare the end of sound, wait until all is heard and every handler was called, and part.

        From within a handler it only declares the end. Raises what ended the session before that. Cancelled,
        it still brings the handlers what the engine says within 5 s. Returns True.
        """
        session, calling = self.session, self._calling
        await session.finish()
        # Not the task is asked: a handler may wait for this in a task of its own, as gather() makes it.
        if calling is None or (self._call_id and _call_id.get(None) is self._call_id):
            return True
        try:
            await asyncio.wait({calling})
        finally:
            await self._part(session, calling)
        if self._failure:
            raise self._failure
        if not calling.cancelled():
            calling.result()
        return True

    async def _part(self, session: Session, calling: asyncio.Task[None]) -> None:
        """End the session; handlers that are still behind get a moment."""
        try:
            await session.__aexit__(None, None, None)
            await asyncio.wait({calling}, timeout=HANDLER_SECONDS)
        finally:
            calling.cancel()
            await asyncio.wait({calling})

    async def _call_all(self, session: Session) -> None:
        try:
            async for event in session:
                for handler in tuple(self._handlers[event.type]):
                    await self._call(handler, event, session)
        except CaptionerError as error:
            self._failure = error  # it was an `Error` event before; send() and finish() raise it

    async def _call(self, handler: Handler, event: AnyEvent, session: Session) -> None:
        self._call_id = object()
        _call_id.set(self._call_id)
        try:
            result = handler(self, event, self._kwargs)
            if isawaitable(result):
                await result
        except (Exception, asyncio.CancelledError) as error:  # a stranger's code may raise anything
            if isinstance(error, asyncio.CancelledError) and self._calling and self._calling.cancelling():
                raise  # it is we who are cancelled, not something the handler waited for
            said = " ".join(traceback.format_exception_only(error)[0].split())
            raised = HandlerError(f"{handler.name} raised {said}", "Mend the handler")
            raised.__cause__ = error
            _log.error("%s", raised.message, exc_info=error)
            # A handler of errors that raises for every error would go on for ever.
            if not (isinstance(event, ErrorEvent) and event.category == HandlerError.category):
                session.report(raised)
        finally:
            self._call_id = None


@dataclass(frozen=True, slots=True)
class Versions:
    """`client.listen.asyncwebsocket`."""

    live: Callable[[], LiveConnection]

    def v(self, version: str = "1") -> LiveConnection:
        """A connection of protocol version "1"; there is no other."""
        if str(version) != "1":
            raise ConfigurationError(f"version is {version!r}", 'Live transcription has version "1"')
        return self.live()


def _options(options: object, addons: Mapping[str, Any] | None) -> StreamingOptions:
    """The options in whatever form they are given."""
    if isinstance(options, StreamingOptions):
        return replace(options, extra={**options.extra, **addons}) if addons else options
    for name in ("to_dict", "model_dump"):
        if not isinstance(options, Mapping) and callable(make := getattr(options, name, None)):
            options = make()
    if options is None or (addons and isinstance(options, Mapping)):
        options = {**(cast("Mapping[str, Any] | None", options) or {}), **(addons or {})}
    return StreamingOptions.from_mapping(cast("Mapping[str, Any]", options))

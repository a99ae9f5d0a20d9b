"""The callback form: who is called, with what, and that nobody who is called can break it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from captioner.streaming import (
    ClientError,
    ConfigurationError,
    DeepgramClient,
    LiveConnection,
    LiveTranscriptionEvents,
    StreamEvent,
    StreamingOptions,
)
from tests.deepgram import Connection, DeepgramServer, Script, says, spoken
from tests.live import KEY, SECOND, TWO_LINES
from tests.virtual_time import run

LINE = says(spoken("Yes we can.", 0.0, 0.75))
Register = Callable[[LiveConnection], None]


async def converse(script: Script, register: Register, options: object = None, **kwargs: Any) -> Connection:
    """One second of sound, with the handlers that `register` sets; what the server got."""
    async with DeepgramServer(script, key=KEY) as server:
        connection = DeepgramClient(KEY, base_url=server.url).listen.asyncwebsocket.v("1")
        register(connection)
        assert await connection.start(options, **kwargs)
        await connection.send(SECOND)
        await connection.finish()
    assert asyncio.all_tasks() == {asyncio.current_task()}
    return server.connections[0]


@dataclass
class SdkOptions:
    """As the SDK's LiveOptions: no mapping, but it makes one."""

    model: str = "nova-2"
    utterance_end_ms: str = "1200"
    endpointing: str = "true"
    diarize: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}


class Model:
    """As a pydantic model."""

    def model_dump(self) -> dict[str, Any]:
        return {"model": "nova-2", "punctuate": None}


@pytest.mark.parametrize(
    "event",
    [
        LiveTranscriptionEvents.Transcript,
        LiveTranscriptionEvents("Results"),
        StreamEvent.Transcript,
        "Results",
        "Transcript",
        "transcript",
    ],
)
def test_an_event_is_named_by_the_enumeration_by_its_class_or_by_text(event: Any) -> None:
    said: list[str] = []

    def register(connection: LiveConnection) -> None:
        connection.on(event, lambda self, result: said.append(result.channel.alternatives[0].transcript))

    run(converse(LINE, register, {"interim_results": False}))

    assert said == ["Yes we can."]


@pytest.mark.parametrize("event", ["Finalize", "nonsense", None, 3])
def test_an_unknown_event_and_what_is_no_handler_are_refused(event: Any) -> None:
    connection = DeepgramClient(KEY).listen.live()

    with pytest.raises(ConfigurationError, match=r"There is no event .*utterance_end"):
        connection.on(event, print)
    with pytest.raises(ConfigurationError, match="Give a function"):
        connection.on("transcript", event)


def test_there_is_only_version_one() -> None:
    listen = DeepgramClient(KEY).listen

    assert isinstance(listen.asyncwebsocket.v(), LiveConnection)
    with pytest.raises(ConfigurationError, match="version"):
        listen.asyncwebsocket.v("2")


def test_every_event_of_the_sdk_comes_under_its_name() -> None:
    said: list[str] = []

    async def script(connection: Connection) -> None:
        await LINE(connection)
        await connection.warning("Too quiet.", "QUIET")
        await connection.error("Could not parse the message", "SchemaError")
        await connection.say({"type": "Sentiment", "mood": "good"})

    def register(connection: LiveConnection) -> None:
        for event in LiveTranscriptionEvents:
            connection.on(event, partial(said.append, event.name))

    run(converse(script, register, {"interim_results": False}))

    assert said == [
        *("Open", "SpeechStarted", "Transcript", "UtteranceEnd", "Warning", "Error", "Unhandled"),
        *("Metadata", "Close"),
    ]


def test_plain_and_async_handlers_are_called_in_order_and_each_before_the_next_event() -> None:
    said: list[str] = []

    async def slow(self: object, result: StreamEvent.Transcript) -> None:
        await asyncio.sleep(3)
        said.append(f"slow {result.transcript}")

    class Listener:
        async def hear(self, connection: object, result: StreamEvent.Transcript, **kwargs: object) -> None:
            said.append(f"method {result.transcript}")

        async def __call__(self, event: StreamEvent.Transcript) -> None:
            said.append(f"object {event.transcript}")

    def register(connection: LiveConnection) -> None:
        for handler in (slow, Listener().hear, Listener(), lambda event: said.append("lambda")):
            connection.on(LiveTranscriptionEvents.Transcript, handler)

    run(converse(TWO_LINES, register, {"interim_results": False}))

    assert said == [
        *("slow Yes.", "method Yes.", "object Yes.", "lambda"),
        *("slow No.", "method No.", "object No.", "lambda"),
    ]


def test_a_handler_that_is_registered_twice_is_called_once() -> None:
    ends: list[StreamEvent] = []

    def register(connection: LiveConnection) -> None:
        connection.on("utterance_end", ends.append)
        connection.on(LiveTranscriptionEvents.UtteranceEnd, ends.append)

    run(converse(LINE, register))

    assert len(ends) == 1


def test_a_handler_may_come_after_the_start_and_from_a_handler() -> None:
    said: list[str] = []

    async def scene() -> None:
        async with DeepgramServer(TWO_LINES) as server:
            connection = DeepgramClient(KEY, base_url=server.url).listen.live(
                StreamingOptions(interim_results=False)
            )
            await connection.start()
            connection.on("transcript", lambda line, event: line.on("transcript", hear))
            await connection.send(SECOND)
            await connection.finish()

    def hear(event: StreamEvent.Transcript) -> None:
        said.append(event.transcript)

    run(scene())

    assert said == ["No."]


def test_what_is_given_to_start_by_keyword_comes_to_every_handler_that_takes_it() -> None:
    said: list[object] = []

    def register(connection: LiveConnection) -> None:
        connection.on("utterance_end", lambda self, utterance_end, **kwargs: said.append(kwargs))
        connection.on("utterance_end", lambda event, *, db: said.append(db))
        connection.on("utterance_end", lambda event: said.append(event.type))

    run(converse(LINE, register, db=3, note="a note"))

    assert said == [{"db": 3, "note": "a note"}, 3, "utterance_end"]


def test_the_utterance_and_all_else_of_the_session_is_at_hand() -> None:
    said: list[str] = []

    def register(connection: LiveConnection) -> None:
        connection.on("utterance_end", lambda event: said.append(connection.session.accumulated_transcript))

    run(converse(TWO_LINES, register))

    assert said == ["Yes.", "No."]


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        (StreamingOptions(model="nova-2"), {"model": "nova-2", "endpointing": "300"}),
        ({"model": "nova-2", "endpointing": "500", "tier": "x"}, {"endpointing": "500", "tier": "x"}),
        ({"interim_results": "true", "utterance_end_ms": "1500"}, {"utterance_end_ms": "1500"}),
        (SdkOptions(), {"model": "nova-2", "utterance_end_ms": "1200", "endpointing": "300"}),
        (Model(), {"model": "nova-2"}),
        (None, {"model": "nova-3", "smart_format": "true"}),
    ],
)
def test_options_come_in_any_form(options: object, asked: dict[str, str]) -> None:
    server = run(converse(LINE, lambda connection: None, options))

    assert asked.items() <= {name: values[-1] for name, values in server.query.items()}.items()


@pytest.mark.parametrize("options", [None, {"model": "nova-2"}, SdkOptions(), StreamingOptions()])
def test_addons_are_added_to_the_options(options: object) -> None:
    server = run(converse(LINE, lambda connection: None, options, addons={"new_feature": "on"}))

    assert server.option("new_feature") == "on"


def test_options_given_early_hold_unless_start_is_given_others() -> None:
    async def scene() -> list[str]:
        async with DeepgramServer(LINE) as server:
            for options in (None, {"model": "nova-2"}):
                connection = DeepgramClient(KEY, base_url=server.url).listen.live(
                    StreamingOptions(model="nova")
                )
                await connection.start(options)
                await connection.finish()
            return [connection.option("model") for connection in server.connections]

    assert run(scene()) == ["nova", "nova-2"]


@pytest.mark.parametrize("options", [3, "nova-3", {"model": ""}, {"callback": "https://example.org"}])
def test_impossible_options_are_refused_and_the_connection_may_still_start(options: Any) -> None:
    async def scene() -> None:
        async with DeepgramServer(LINE) as server:
            connection = DeepgramClient(KEY, base_url=server.url).listen.live()
            with pytest.raises(ConfigurationError):
                await connection.start(options)
            assert server.handshakes == []

            await connection.start()
            await connection.finish()

    run(scene())


def test_before_the_start_nothing_can_be_sent_or_finished() -> None:
    async def scene() -> None:
        connection = DeepgramClient(KEY).listen.live()
        for call in (connection.send(SECOND), connection.finalize(), connection.keep_alive()):
            with pytest.raises(ClientError, match="start"):
                await call
        with pytest.raises(ClientError, match="start"):
            await connection.finish()

    run(scene())


def test_it_starts_once() -> None:
    async def scene() -> None:
        async with DeepgramServer(LINE) as server:
            connection = DeepgramClient(KEY, base_url=server.url).listen.live()
            first, second = await asyncio.gather(
                connection.start(), connection.start(), return_exceptions=True
            )
            assert first is True
            assert isinstance(second, ClientError)

            await connection.finish()
            with pytest.raises(ClientError, match="twice"):
                await connection.start()

    run(scene())


def test_finalize_and_keep_alive_reach_the_server() -> None:
    async def scene() -> list[str]:
        async with DeepgramServer(LINE) as server:
            connection = DeepgramClient(KEY, base_url=server.url).listen.live()
            await connection.start()
            await connection.send(SECOND)
            await connection.keep_alive()
            await connection.finalize()
            await (await server.connection()).wait_message("Finalize")
            await connection.finish()
            await connection.finish()
            return [message["type"] for message in server.connections[0].messages]

    assert run(scene()) == ["KeepAlive", "Finalize", "Finalize", "CloseStream"]

"""The callback form when something fails: a handler, or the server."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from captioner.streaming import (
    AuthenticationError,
    FormatError,
    LiveConnection,
    RateLimitError,
    StreamEvent,
)
from tests.deepgram import Connection, refuse, says, silent, spoken
from tests.live import SECOND, TWO_LINES, Kept, converse, keep, meet


def fail(event: object) -> None:
    raise ValueError("no room")


class Unprintable(Exception):  # noqa: N818 - it is as odd as it can be
    """Even its text raises."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


async def wait_for_somebody_cancelled(event: object) -> None:
    task = asyncio.ensure_future(asyncio.sleep(60))
    task.cancel()
    await task


def raise_unprintable(event: object) -> None:
    raise Unprintable


def takes_too_much(connection: object, event: object, more: object) -> None: ...


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (fail, "fail raised ValueError: no room"),
        (wait_for_somebody_cancelled, "wait_for_somebody_cancelled raised asyncio.exceptions.CancelledError"),
        (raise_unprintable, "raise_unprintable raised"),
        (takes_too_much, "takes_too_much raised TypeError: takes_too_much() missing 1 required"),
    ],
)
def test_a_handler_that_raises_is_an_error_event_and_stops_nothing(
    handler: Callable[..., Any], message: str
) -> None:
    kept: Kept = []
    followed: Kept = []

    async def follow(connection: LiveConnection) -> None:
        followed.extend([event async for event in connection.session.subscribe()])

    async def scene(connection: LiveConnection) -> None:
        connection.on("transcript", handler)
        keep(kept, connection, "transcript", "error", "closed")
        await connection.start()
        following = asyncio.create_task(follow(connection))
        await connection.send(SECOND)
        await connection.finish()
        await following

    meet(TWO_LINES, scene=scene)

    errors = [event for event in kept if isinstance(event, StreamEvent.Error)]
    assert [event.type for event in kept if event not in errors] == ["transcript", "transcript", "closed"]
    assert [(error.category, error.recoverable) for error in errors] == [("handler", True)] * 2
    assert errors[0].message.startswith(message)
    assert [event for event in followed if isinstance(event, StreamEvent.Error)] == errors


def test_what_a_handler_raised_stands_in_the_log_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(connection: LiveConnection) -> None:
        connection.on("utterance_end", fail)
        await converse(connection)

    meet(says(spoken("Yes.", 0.1, 0.4)), scene=scene)

    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.exc_info
    assert isinstance(record.exc_info[1], ValueError)


def test_a_handler_of_errors_that_raises_for_every_error_does_not_go_on_for_ever() -> None:
    calls: list[str] = []

    def on_error(event: StreamEvent.Error) -> None:
        calls.append(event.category)
        if len(calls) < 10:
            raise ValueError

    async def script(connection: Connection) -> None:
        await connection.wait_audio(1.0)
        await connection.error("Could not parse the message", "SchemaError")

    async def scene(connection: LiveConnection) -> None:
        connection.on("error", on_error)
        await converse(connection)

    meet(script, scene=scene)

    assert calls == ["server", "handler"]


def test_a_close_handler_that_raises_is_reported_too() -> None:
    kept: Kept = []

    async def scene(connection: LiveConnection) -> None:
        connection.on("closed", fail)
        keep(kept, connection, "error")
        await converse(connection)

    meet(TWO_LINES, scene=scene)

    assert [event.type for event in kept] == ["error"]


def test_a_refusal_is_raised_and_told_to_the_handlers_first() -> None:
    kept: Kept = []

    async def scene(connection: LiveConnection) -> None:
        keep(kept, connection, "error", "closed", "connected")
        with pytest.raises(AuthenticationError, match="401"):
            await connection.start()
        assert [event.type for event in kept] == ["error", "closed"]
        for call in (connection.send(SECOND), connection.finish(), connection.finish()):
            with pytest.raises(AuthenticationError):
                await call

    server = meet(refuse(401), scene=scene)

    assert len(server.handshakes) == 1
    error, closed = kept
    assert isinstance(error, StreamEvent.Error)
    assert (error.category, error.recoverable) == ("authentication", False)
    assert isinstance(closed, StreamEvent.Closed)
    assert closed.reason == "failed"


def test_a_slow_handler_of_a_refusal_is_waited_for_and_a_stuck_one_is_not() -> None:
    kept: list[str] = []

    async def on_error(event: StreamEvent.Error) -> None:
        await asyncio.sleep(2)
        kept.append("told")
        await asyncio.Event().wait()

    async def scene(connection: LiveConnection) -> None:
        connection.on("error", on_error)
        with pytest.raises(AuthenticationError):
            await connection.start()

    meet(refuse(401), scene=scene)

    assert kept == ["told"]


def test_while_start_tries_again_the_handlers_know() -> None:
    kept: list[str] = []

    async def scene(connection: LiveConnection) -> None:
        for name in ("connecting", "disconnected", "connected"):
            connection.on(name, lambda event: kept.append(event.type))
        starting = asyncio.create_task(connection.start())
        await asyncio.sleep(1.0)
        assert kept == ["connecting", "disconnected"]
        await starting
        await connection.finish()

    meet(refuse(429, retry_after=3), silent, scene=scene)

    assert kept == ["connecting", "disconnected", "connected"]


def test_the_last_of_many_refusals_is_raised_by_its_own_name() -> None:
    async def scene(connection: LiveConnection) -> None:
        with pytest.raises(RateLimitError):
            await connection.start()

    meet(refuse(429), scene=scene)


def test_a_fatal_error_in_mid_stream_is_told_and_raised_by_what_comes_next() -> None:
    kept: Kept = []

    async def script(connection: Connection) -> None:
        await connection.wait_audio(0.5)
        await connection.results("Yes.", 0.0, 0.4)
        await connection.fail("DATA-0000")

    async def scene(connection: LiveConnection) -> None:
        closed = asyncio.Event()
        for event in (StreamEvent.Transcript, StreamEvent.Error, StreamEvent.Gap, StreamEvent.Closed):
            connection.on(event, kept.append)
        connection.on("Close", closed.set)
        await connection.start()
        await connection.send(SECOND)
        await closed.wait()
        with pytest.raises(FormatError):
            await connection.send(SECOND)
        with pytest.raises(FormatError, match="encoding"):
            await connection.finish()

    meet(script, scene=scene)

    assert [event.type for event in kept] == ["transcript", "error", "gap", "closed"]


def test_nobody_need_call_finish_after_a_fatal_error() -> None:
    async def script(connection: Connection) -> None:
        await connection.fail("DATA-0000")

    async def scene(connection: LiveConnection) -> None:
        closed = asyncio.Event()
        connection.on("Close", closed.set)
        await connection.start()
        await closed.wait()
        await asyncio.sleep(0)

    meet(script, scene=scene)

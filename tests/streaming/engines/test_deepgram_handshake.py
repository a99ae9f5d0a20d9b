"""Handshakes that fail on the way: names, lines, TLS, proxies, and servers that say something else."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import pytest

from captioner.streaming import (
    CaptionerError,
    ConfigurationError,
    EngineTimeoutError,
    NetworkError,
    ServerCapabilities,
    StreamingOptions,
)
from captioner.streaming.engines.deepgram import DeepgramEngine
from captioner.streaming.engines.engine import LinkLost
from tests.deepgram import DeepgramServer, Garbage, Plan, Shut, Stall, silent
from tests.leaks import nothing_left
from tests.streaming.engines.deepgram_talk import linked, now, stand_still
from tests.virtual_time import run


async def _refused(url: str, **options: Any) -> CaptionerError:
    """The error of a conversation that cannot begin; that of a LinkLost where waiting may help."""
    engine = DeepgramEngine(url, "Token k3y", ServerCapabilities())
    with pytest.raises((LinkLost, CaptionerError)) as caught:
        await engine.connect(StreamingOptions(**options))
    error = caught.value.error if isinstance(caught.value, LinkLost) else caught.value
    assert isinstance(error, CaptionerError)
    assert error.recoverable is isinstance(caught.value, LinkLost)
    return error


def _error(plan: Plan, **options: Any) -> tuple[CaptionerError, float]:
    async def scene() -> tuple[CaptionerError, float]:
        async with nothing_left(), DeepgramServer(plan) as server:
            return await _refused(server.url, **options), now()

    return run(scene())


@asynccontextmanager
async def _answering(data: bytes | None) -> AsyncIterator[int]:
    """The port of something that answers whatever it hears; None = it does not."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        if data is not None:
            writer.write(data)
            await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01 220 mail.example.org ESMTP\r\n\r\n",
        b"HTTP/1.1 \x1b[31m hello\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: \x1b[31m\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 101 Yes\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n",
        b"HTTP/1.1 101 Yes\r\n" + b"x: y\r\n" * 1000,
        b"x" * 100_000,
    ],
)
def test_a_server_that_answers_with_something_else_is_tried_again(data: bytes) -> None:
    error, at = _error(Garbage(data))

    assert isinstance(error, NetworkError)
    assert error.message.isprintable()
    assert "something else than a stream" in error.message
    assert at == 0.0


def test_a_page_at_this_address_is_no_stream() -> None:
    error, _at = _error(Garbage(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHi"))

    assert isinstance(error, ConfigurationError)
    assert "address" in error.hint


@pytest.mark.parametrize(("speed", "seconds"), [(1.0, 10.0), (4.0, 2.5), (1000.0, 1.0), (0.1, 10.0)])
def test_a_handshake_that_is_never_answered_has_ten_seconds_of_the_recording(
    speed: float, seconds: float
) -> None:
    error, at = _error(Stall(), speed=speed)

    assert isinstance(error, EngineTimeoutError)
    assert at == pytest.approx(seconds)


def test_a_handshake_that_stalls_in_the_middle_is_given_up_too() -> None:
    async def scene() -> tuple[CaptionerError, float]:
        async with _answering(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n") as port:
            return await _refused(f"ws://127.0.0.1:{port}"), now()

    error, at = run(scene())

    assert isinstance(error, EngineTimeoutError)
    assert at == pytest.approx(10.0)


@pytest.mark.parametrize("delay", [0.1, 5.0, 8.9, 9.6])
def test_a_loop_that_stood_still_during_the_handshake_waits_on(delay: float) -> None:
    async def scene() -> float:
        async with DeepgramServer(Stall(9.7, silent)) as server:
            asyncio.get_running_loop().call_later(delay, stand_still, 8.0)
            async with linked(server):
                return now()

    assert run(scene()) == pytest.approx(max(9.7, delay + 8.0))


@pytest.mark.parametrize(
    ("how", "kind", "seconds"),
    [("refuse", NetworkError, 0.0), ("drop", NetworkError, 0.0), ("blackhole", EngineTimeoutError, 10.0)],
)
def test_an_outage_is_tried_again_however_it_looks(
    how: Shut, kind: type[CaptionerError], seconds: float
) -> None:
    async def scene() -> tuple[CaptionerError, float]:
        async with nothing_left(), DeepgramServer() as server:
            await server.shut(how)
            return await _refused(server.url), now()

    error, at = run(scene())

    assert (type(error), at) == (kind, pytest.approx(seconds))


def test_whoever_is_cancelled_during_the_handshake_leaves_nothing_behind() -> None:
    async def scene() -> None:
        async with nothing_left(), DeepgramServer(Stall(5.0, silent)) as server:
            connecting = asyncio.create_task(_refused(server.url))
            for delay in (0.0, 1.0):
                await asyncio.sleep(delay)
                connecting.cancel()
                await asyncio.wait({connecting})
                assert connecting.cancelled()
                connecting = asyncio.create_task(_refused(server.url))
            connecting.cancel()
            await asyncio.wait({connecting})

    run(scene())


def test_a_name_that_nobody_knows_is_a_matter_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    async def unknown(*_arguments: object, **_named: object) -> NoReturn:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", unknown)
    error = run(_refused("wss://nobody.invalid"))

    assert isinstance(error, NetworkError)
    assert error.message == "No way to nobody.invalid: Name or service not known"


def test_a_server_without_tls_at_a_tls_address_is_named() -> None:
    async def scene() -> CaptionerError:
        async with _answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
            return await _refused(f"wss://127.0.0.1:{port}")

    error = run(scene())

    assert isinstance(error, NetworkError)
    assert "does not speak TLS" in error.message


def test_a_server_that_never_shakes_hands_over_tls_has_ten_seconds() -> None:
    async def scene() -> tuple[CaptionerError, float]:
        async with _answering(None) as port:
            return await _refused(f"wss://127.0.0.1:{port}"), now()

    error, at = run(scene())

    assert isinstance(error, EngineTimeoutError)
    assert at == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (b"HTTP/1.1 407 Who are you?\r\nContent-Length: 0\r\n\r\n", ConfigurationError, "refuses the way"),
        (b"HTTP/1.1 403 Never\r\nContent-Length: 0\r\n\r\n", ConfigurationError, "(403)"),
        (b"HTTP/1.1 502 Nobody there\r\nContent-Length: 0\r\n\r\n", NetworkError, "502"),
        (b"SSH-2.0-what\r\n\r\n", NetworkError, "something else"),
        (None, EngineTimeoutError, "does not answer"),
    ],
)
def test_a_proxy_that_does_not_let_through_is_named(
    answer: bytes | None, kind: type[CaptionerError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> CaptionerError:
        async with _answering(answer) as port:
            monkeypatch.setenv("https_proxy", f"http://me:s3cret@127.0.0.1:{port}")
            return await _refused("wss://example.org")

    error = run(scene())

    assert type(error) is kind
    assert words in error.message
    assert "s3cret" not in str(error)

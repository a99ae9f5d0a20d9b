"""The loop whose clock jumps, alone and with real sockets."""

import asyncio
import gc
import itertools
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests import virtual_time
from tests.virtual_time import StuckError, run

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def now() -> float:
    return asyncio.get_running_loop().time()


async def server_of(
    handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> tuple[AbstractAsyncContextManager[asyncio.Server], int]:
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    await writer.wait_closed()


def test_an_hour_of_waiting_costs_nothing() -> None:
    began = time.monotonic()

    async def wait() -> float:
        await asyncio.sleep(3600)
        return now()

    assert run(wait()) == 3600
    assert time.monotonic() - began < 1


def test_timers_fire_in_order_and_at_their_time() -> None:
    async def note(delay: float, notes: list[tuple[float, float]]) -> None:
        await asyncio.sleep(delay)
        notes.append((delay, now()))

    async def wait() -> list[tuple[float, float]]:
        notes: list[tuple[float, float]] = []
        await asyncio.gather(*(note(delay, notes) for delay in (3, 1, 2, 0.1, 0.05)))
        return notes

    assert run(wait()) == [(0.05, 0.05), (0.1, 0.1), (1, 1), (2, 2), (3, 3)]


def test_a_deadline_does_not_overtake_bytes_between_two_sockets_of_the_loop() -> None:
    async def talk() -> float:
        server, port = await server_of(echo)
        async with server:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            for _turn in range(2000):
                writer.write(b"sound")
                async with asyncio.timeout(0.001):
                    assert await reader.readexactly(5) == b"sound"
            await close(writer)
        return now()

    assert run(talk()) == 0


def test_a_deadline_does_not_overtake_more_than_the_system_can_hold() -> None:
    async def talk() -> float:
        server, port = await server_of(echo)
        async with server:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(bytes(30_000_000))
            async with asyncio.timeout(0.001):
                await reader.readexactly(30_000_000)
            await close(writer)
        return now()

    assert run(talk()) == 0


def test_time_goes_on_where_the_other_end_does_not_read() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # pyright: ignore[reportAttributeAccessIssue]
        try:
            await asyncio.sleep(100)
        finally:
            writer.transport.abort()

    async def talk() -> float:
        server, port = await server_of(deaf)
        async with server:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(bytes(30_000_000))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(75):
                    await writer.drain()
            at = now()
            writer.transport.abort()
        return at

    assert run(talk()) == 75


def test_an_end_of_file_is_not_overtaken() -> None:
    async def bye(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)
        await close(writer)

    async def talk() -> float:
        server, port = await server_of(bye)
        async with server:
            for _turn in range(100):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                async with asyncio.timeout(1.001):
                    assert await reader.read() == b""
                await close(writer)
        return now()

    assert run(talk()) == pytest.approx(100)


def test_a_thread_holds_the_clock_until_it_is_back() -> None:
    async def work() -> float:
        async with asyncio.timeout(1):
            await asyncio.to_thread(time.sleep, 0.05)
            await asyncio.get_running_loop().getaddrinfo("localhost", 80)
        return now()

    assert run(work()) == 0


def test_a_thread_that_does_not_come_back_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_time, "PATIENCE", 0.02)

    with pytest.raises(StuckError, match="thread"):
        run(asyncio.to_thread(time.sleep, 0.1))


def test_a_deadlock_names_who_waits_and_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_time, "DEADLOCK", 0.02)

    async def wait_for_ever() -> None:
        await asyncio.Event().wait()

    with pytest.raises(StuckError, match=r"(?s)nothing will ever happen.*in wait_for_ever"):
        run(wait_for_ever())


def test_past_the_limit_the_test_fails_and_is_cleaned_up() -> None:
    cleaned: list[float] = []

    async def wait() -> None:
        try:
            for _week in itertools.count():
                await asyncio.sleep(7)
        finally:
            await asyncio.sleep(5)
            cleaned.append(now())

    with pytest.raises(StuckError, match="100 s of virtual time are over"):
        run(wait(), limit=100)
    assert cleaned == [110]


def test_work_that_never_waits_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(virtual_time, "SPIN", 0.02)

    async def spin() -> None:
        for _turn in itertools.count():
            await asyncio.sleep(0)

    with pytest.raises(StuckError, match="the clock never moved"):
        run(spin())


def test_a_connection_from_outside_the_loop_is_heard() -> None:
    async def heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(2))
        await close(writer)

    def call(port: int) -> bytes:
        with socket.create_connection(("127.0.0.1", port)) as peer:
            peer.sendall(b"hi")
            return peer.recv(2)

    async def talk() -> bytes:
        server, port = await server_of(heard)
        async with server:
            return await asyncio.to_thread(call, port)

    assert run(talk()) == b"hi"


def test_a_refused_connection_is_refused_as_ever() -> None:
    async def call() -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)

    run(call())


def test_nothing_is_left_open() -> None:
    async def talk() -> None:
        server, port = await server_of(echo)
        async with server:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await close(writer)
            await asyncio.sleep(1)

    for _turn in range(3):
        run(talk())
    gc.collect()  # a socket left open would warn here, and warnings are errors

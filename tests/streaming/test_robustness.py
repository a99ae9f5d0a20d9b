"""However a block is left, nothing stays behind, it is left in time, and the last words are heard."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest

from captioner.streaming import AnyEvent, DeepgramClient, EngineTimeoutError, Session, StreamEvent
from captioner.streaming.engines.deepgram import CLOSE_SECONDS
from captioner.streaming.pace import BURST_SECONDS
from captioner.streaming.session import DRAIN_SECONDS
from tests.deepgram import Connection, DeepgramServer, Plan, Stall
from tests.leaks import nothing_left
from tests.virtual_time import run

SECOND = bytes(32_000)
SLACK = 0.01
"""Seconds of virtual time that a handshake or a close costs with a server that is there."""

PACED = (1.0 - BURST_SECONDS) / 1.2
"""So long it takes until a second of sound is given."""

Body = Callable[[Session], Awaitable[None]]


class OwnFaultError(Exception):
    """What goes wrong in a user's own code."""


async def late(connection: Connection) -> None:
    """The last words come two seconds after the end of sound."""
    await connection.wait_audio(1.0)
    await connection.interim("So far.", 0.0, 0.8)
    await connection.wait_message("CloseStream")
    await asyncio.sleep(2)
    await connection.results("Last words.", 0.8, 0.2)


LAST_WORDS = [("So far.", True), ("Last words.", True)]


async def mute(connection: Connection) -> None:
    """Some words, and then neither an answer nor an end."""
    await connection.wait_audio(1.0)
    await connection.interim("last wor", 0.0, 0.8)
    connection.answers = False


async def frozen(connection: Connection) -> None:
    """The same, but even the system at the other end is gone."""
    await mute(connection)
    await connection.wait_message("CloseStream")
    connection.freeze()


def leave(plan: Plan, body: Body, *, after: Body | None = None) -> tuple[list[AnyEvent], float]:
    """Play `body` in a block, then read all that is left. The events, and how long it took.

    `after` is called beside it. The same must be heard by a subscriber, and nothing may be left.
    """

    async def scene() -> tuple[list[AnyEvent], float]:
        async with nothing_left(), DeepgramServer(plan) as server:
            session = DeepgramClient("key", base_url=server.url).listen.stream()
            follower = session.subscribe()
            using = asyncio.create_task(use(session, body))
            if after:
                await after(session)
                using.cancel()
            with suppress(asyncio.CancelledError, OwnFaultError, TimeoutError):
                await using
            assert using.cancelled() or type(using.exception()) is FAULTS.get(body, type(None))
            took = asyncio.get_running_loop().time()
            running = {task.get_name() for task in asyncio.all_tasks()}
            assert not [name for name in running if name.startswith(("captioner", "deepgram"))]
            events = [event async for event in session]
            assert texts([event async for event in follower])[-1:] == texts(events)[-1:]
            return events, took

    return run(scene())


async def use(session: Session, body: Body) -> None:
    async with session:
        await body(session)


def texts(events: list[AnyEvent]) -> list[tuple[str, bool]]:
    """The finals, each with whether the engine confirmed it."""
    return [
        (event.transcript, not event.unconfirmed)
        for event in events
        if isinstance(event, StreamEvent.Transcript) and event.is_final
    ]


async def leave_early(session: Session) -> None:
    await session.send(SECOND)


async def break_out(session: Session) -> None:
    await session.send(SECOND)
    async for event in session:
        if event.type == "transcript":
            break


async def fail(session: Session) -> None:
    await break_out(session)
    raise OwnFaultError


async def run_out_of_time(session: Session) -> None:
    await session.send(SECOND)
    async with asyncio.timeout(0):
        _ = [event async for event in session]


async def listen_on(session: Session) -> None:
    await session.send(SECOND)
    _ = [event async for event in session]


async def broken_source() -> AsyncIterator[bytes]:
    yield SECOND
    raise OwnFaultError


async def send_from_a_broken_source(session: Session) -> None:
    await session.send_from(broken_source())


async def a_second(session: Session) -> None:
    await asyncio.sleep(1)


FAULTS: dict[Body, type[Exception]] = {
    fail: OwnFaultError,
    send_from_a_broken_source: OwnFaultError,
    run_out_of_time: TimeoutError,
}
"""What comes out of the block, as it was raised."""

WAYS = [leave_early, break_out, fail, run_out_of_time, send_from_a_broken_source]


@pytest.mark.parametrize("body", WAYS)
def test_the_last_words_are_heard_however_the_block_is_left(body: Body) -> None:
    events, took = leave(late, body)

    assert texts(events) == LAST_WORDS
    assert [event.type for event in events].index("closed") == len(events) - 1
    assert took == pytest.approx(PACED + 2, abs=SLACK)


def test_the_last_words_are_heard_when_the_task_is_cancelled() -> None:
    events, took = leave(late, listen_on, after=a_second)

    assert texts(events) == LAST_WORDS
    assert took == pytest.approx(1 + 2, abs=SLACK)


@pytest.mark.parametrize("body", WAYS)
@pytest.mark.parametrize("plan", [mute, frozen])
def test_a_server_that_never_hangs_up_is_left_in_time_with_its_words(plan: Plan, body: Body) -> None:
    events, took = leave(plan, body)

    assert texts(events) == [("last wor", False)]
    assert took <= DRAIN_SECONDS + CLOSE_SECONDS


@pytest.mark.parametrize("plan", [mute, frozen])
def test_cancelled_while_it_waits_for_the_last_words_it_goes_at_once(plan: Plan) -> None:
    events, took = leave(plan, leave_early, after=a_second)

    assert texts(events) == [("last wor", False)]
    assert took == pytest.approx(1, abs=SLACK)


@pytest.mark.parametrize("plan", [Stall(), Stall(30)])
def test_cancelled_during_a_stalled_handshake_it_goes_at_once(plan: Plan) -> None:
    events, took = leave(plan, leave_early, after=a_second)

    assert [event.type for event in events] == ["connecting", "closed"]
    assert took == pytest.approx(1, abs=SLACK)


def test_a_timeout_around_the_block_ends_a_stalled_handshake() -> None:
    async def scene() -> float:
        async with nothing_left(), DeepgramServer(Stall()) as server:
            session = DeepgramClient("key", base_url=server.url).listen.stream()
            with suppress(TimeoutError):
                async with asyncio.timeout(3), session:
                    raise AssertionError("the handshake was never answered")
            return asyncio.get_running_loop().time()

    assert run(scene()) == pytest.approx(3, abs=SLACK)


def test_a_timeout_around_the_block_still_brings_the_last_words() -> None:
    async def scene() -> tuple[list[AnyEvent], float]:
        async with nothing_left(), DeepgramServer(late) as server:
            session = DeepgramClient("key", base_url=server.url).listen.stream()
            with suppress(TimeoutError):
                async with asyncio.timeout(3):
                    await use(session, listen_on)
            return [event async for event in session], asyncio.get_running_loop().time()

    events, took = run(scene())

    assert texts(events) == LAST_WORDS
    assert took == pytest.approx(3 + 2, abs=SLACK)


def test_a_server_that_never_answers_is_given_up_and_named() -> None:
    with pytest.raises(EngineTimeoutError, match="does not answer"):
        leave(Stall(), leave_early)


def test_what_is_left_behind_is_noticed() -> None:
    async def sleep() -> None:
        await asyncio.sleep(100)

    async def fault() -> None:
        raise OwnFaultError

    async def forget_a_task() -> None:
        leaks.append(asyncio.create_task(sleep()))

    async def forget_a_result() -> None:
        task = asyncio.create_task(fault())
        await asyncio.wait({task})

    async def forget_to_await() -> None:
        sleep()  # pyright: ignore[reportUnusedCoroutine]

    async def forget_a_file() -> None:
        leaks.append(open(__file__))  # noqa: PTH123, SIM115, ASYNC230

    async def watched(scene: Callable[[], Awaitable[None]]) -> None:
        async with nothing_left():
            await scene()

    leaks: list[object] = []
    for scene in (forget_a_task, forget_a_result, forget_to_await, forget_a_file):
        with pytest.raises(AssertionError):
            run(watched(scene))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        leaks.clear()

"""Cancelled at any await, a session leaves nothing behind, and what was said is heard."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

import captioner.streaming
from captioner.streaming import AnyEvent, Client, DeepgramClient, LiveConnection, Session, StreamEvent
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.streaming.engines.scripted import spoken as line
from captioner.streaming.session import DRAIN_SECONDS
from tests.cancelling import Canceller
from tests.deepgram import Connection, DeepgramServer, HangUp, Plan, silent
from tests.leaks import cheap_collections, nothing_left
from tests.poison import Invariants
from tests.virtual_time import run

CHUNK = bytes(3200)
"""A tenth of a second."""

CHUNKS = 200
PLACES = range(1, 201)
OURS = str(Path(captioner.streaming.__file__).parent)

Clients = Callable[[], AbstractAsyncContextManager[Client]]
Scene = Callable[[Session, list[AnyEvent]], Coroutine[Any, Any, None]]


async def chatter(connection: Connection) -> None:
    """An interim for every tenth of a second, and a final for every second."""
    for chunk in range(1, CHUNKS + 1):
        await connection.wait_audio(chunk / 10)
        start = (chunk - 1) // 10
        words = " ".join(f"w{number}" for number in range(start * 10, chunk))
        await connection.results(words, start, chunk / 10 - start, is_final=chunk % 10 == 0)


async def late(connection: Connection) -> None:
    """The last words come long after the end of sound."""
    await connection.wait_audio(0.5)
    await connection.interim("So far.", 0.0, 0.4)
    await connection.wait_message("CloseStream")
    await asyncio.sleep(2)
    await connection.results("Last words.", 0.4, 0.1)


@asynccontextmanager
async def deepgram(*plans: Plan) -> AsyncIterator[Client]:
    async with DeepgramServer(*plans or (chatter,)) as server:
        yield DeepgramClient("key", base_url=server.url)


@asynccontextmanager
async def scripted() -> AsyncIterator[Client]:
    lines = [
        line(" ".join(f"w{number}" for number in range(start * 10, start * 10 + 10)), start, start + 1)
        for start in range(CHUNKS // 10)
    ]
    yield Client(ScriptedEngine([step for steps in lines for step in steps]))


@pytest.fixture(autouse=True, scope="module")
def _cheap() -> Iterator[None]:
    with cheap_collections():
        yield


async def converse(session: Session, heard: list[AnyEvent]) -> None:
    """Everything a session can do, in one task; the end of the block is left to drain."""
    async with session:
        for chunk in range(CHUNKS):
            await session.send(CHUNK)
            heard.append(await anext(session))
            await asyncio.sleep(0.1)
            if chunk == 30:
                await session.finalize()
            if chunk == 50:
                await session.configure(keyterms=["Kubernetes"])
            if chunk == 70:
                await session.keep_alive()


async def leave(session: Session, heard: list[AnyEvent]) -> None:
    """Break out while words are open."""
    async with session:
        for _ in range(5):
            await session.send(CHUNK)
        async for event in session:
            heard.append(event)
            if isinstance(event, StreamEvent.Transcript):
                break


async def insist(session: Session, heard: list[AnyEvent]) -> None:
    """Two seconds of sound, whatever becomes of the connection."""
    async with session:
        for _ in range(20):
            await session.send(CHUNK)
            await asyncio.sleep(0.1)
        await session.finish()
        async for event in session:
            heard.append(event)  # noqa: PERF401 - it may be cancelled in the middle


async def play(
    clients: Clients, canceller: Canceller, *, counts_all: bool = False, scene: Scene = converse
) -> str:
    """One conversation, cancelled where the canceller says; how it closed. Nothing may be left of it."""
    heard: list[AnyEvent] = []
    async with nothing_left(canceller.places), clients() as client:
        session = client.listen.stream()
        follower = session.subscribe()
        with canceller.counting_all(OURS) if counts_all else nullcontext():
            task = canceller.start(scene(session, heard))
            await asyncio.wait({task})
        assert not ours_running()
        assert task.cancelled() or task.result() is None
        if canceller.cancelled_at is not None:
            assert asyncio.get_running_loop().time() <= canceller.cancelled_at + DRAIN_SECONDS
        return await end_of(session, heard, follower)


async def end_of(session: Session, heard: list[AnyEvent], follower: AsyncIterator[AnyEvent]) -> str:
    """What can still be read when all is over ends with `Closed`, for every reader; no word stays open."""
    async with asyncio.timeout(0.1):
        heard.extend([event async for event in session])
        followed = [event async for event in follower]
    for events in (heard, followed):
        assert [event.type for event in events].index("closed") == len(events) - 1
        assert len(finals(events)) == session.stats.finals
        invariants = Invariants()
        invariants.take_all(events)
        invariants.ended()
    closed = heard[-1]
    assert isinstance(closed, StreamEvent.Closed)
    return closed.reason


def ours_running() -> list[str]:
    tasks = asyncio.all_tasks()
    return [task.get_name() for task in tasks if task.get_name().startswith(("captioner", "deepgram"))]


def finals(events: list[AnyEvent]) -> list[str]:
    return [
        event.transcript for event in events if isinstance(event, StreamEvent.Transcript) and event.is_final
    ]


@pytest.mark.parametrize("clients", [deepgram, scripted])
def test_cancelled_at_any_of_its_awaits_it_drains_and_leaves_nothing(clients: Clients) -> None:
    whole = Canceller()

    assert run(play(clients, whole)) == "finished"
    assert whole.count >= len(PLACES)
    for place in PLACES:
        assert run(play(clients, Canceller(place))) == ("left" if place == 1 else "finished"), place


@pytest.mark.parametrize("clients", [deepgram, scripted])
def test_cancelled_wherever_a_task_of_the_session_stands_it_leaves_nothing(clients: Clients) -> None:
    reasons = {run(play(clients, Canceller(place), counts_all=True)) for place in PLACES}

    assert reasons == {"left", "finished"}


@pytest.mark.parametrize("later", [1, 3])
def test_cancelled_again_while_it_drains_it_goes_at_once(later: int) -> None:
    for place in PLACES:
        run(play(deepgram, Canceller(place, place + later), counts_all=True))


@pytest.mark.parametrize("again", [None, 1, 3])
def test_cancelled_anywhere_on_the_way_out_it_leaves_nothing(again: int | None) -> None:
    whole = Canceller()
    run(play(lambda: deepgram(late), whole, counts_all=True, scene=leave))

    for place in range(1, whole.count + 1):
        places = [place] if again is None else [place, place + again]
        run(play(lambda: deepgram(late), Canceller(*places), counts_all=True, scene=leave))


@pytest.mark.parametrize("cut", ["abort", "close", "hang up"])
def test_cancelled_anywhere_while_the_link_breaks_it_leaves_nothing(cut: str) -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(0.3)
        await connection.interim("so", 0.0, 0.3)
        await connection.wait_audio(0.5)
        connection.abort() if cut == "abort" else await connection.close(1011, "because")

    def clients() -> AbstractAsyncContextManager[Client]:
        return deepgram(script, HangUp() if cut == "hang up" else script, silent)

    for place in range(1, 101):
        for places in ((place,), (place, place + 2)):
            run(play(clients, Canceller(*places), counts_all=True, scene=insist))


async def talk(connection: LiveConnection) -> None:
    """The same by callbacks."""
    await connection.start()
    try:
        for chunk in range(CHUNKS):
            await connection.send(CHUNK)
            await asyncio.sleep(0.1)
            if chunk == 30:
                await connection.finalize()
    finally:
        await connection.finish()


async def play_callbacks(
    clients: Clients, canceller: Canceller, *, counts_all: bool = False
) -> list[AnyEvent]:
    heard: list[AnyEvent] = []
    async with nothing_left(canceller.places), clients() as client:
        connection = client.listen.live()
        for kind in ("connecting", "connected", "transcript", "utterance_end", "closed"):
            connection.on(kind, heard.append)
        with canceller.counting_all(OURS) if counts_all else nullcontext():
            task = canceller.start(talk(connection))
            await asyncio.wait({task})
        assert not ours_running()
        assert task.cancelled() or task.result() is None
    return heard


@pytest.mark.parametrize(("clients", "counts_all"), [(scripted, False), (scripted, True), (deepgram, True)])
def test_callbacks_cancelled_at_any_await_hear_the_end_and_leave_nothing(
    clients: Clients, counts_all: bool
) -> None:
    for place in PLACES:
        heard = run(play_callbacks(clients, Canceller(place), counts_all=counts_all))

        assert [event.type for event in heard].index("closed") == len(heard) - 1
        invariants = Invariants()
        invariants.take_all(heard)
        invariants.ended()

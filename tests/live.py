"""What the tests of the callback form share."""

import asyncio
from collections.abc import Awaitable, Callable

from captioner.streaming import DeepgramClient, LiveConnection, StreamEvent, StreamingOptions
from tests.deepgram import DeepgramServer, Plan, says, spoken
from tests.virtual_time import run

KEY = "0123456789abcdef"
SECOND = bytes(32_000)
OPTIONS = StreamingOptions(interim_results=False)
TWO_LINES = says(spoken("Yes.", 0.1, 0.4), spoken("No.", 0.5, 0.9))

Kept = list[StreamEvent]


def live(server: DeepgramServer) -> LiveConnection:
    return DeepgramClient(KEY, base_url=server.url).listen.live(OPTIONS)


def meet(*plans: Plan, scene: Callable[[LiveConnection], Awaitable[None]]) -> DeepgramServer:
    """Play `scene` with a connection to the server; no task of theirs may be left behind."""

    async def play() -> DeepgramServer:
        async with DeepgramServer(*plans) as server:
            await scene(live(server))
            names = {task.get_name() for task in asyncio.all_tasks()}
            assert not [name for name in names if name.startswith(("captioner", "deepgram"))]
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return server

    return run(play())


async def converse(connection: LiveConnection) -> None:
    await connection.start()
    await connection.send(SECOND)
    await connection.finish()


def keep(kept: Kept, connection: LiveConnection, *names: str) -> None:
    """Put the events of these names there."""
    for name in names:
        connection.on(name, kept.append)

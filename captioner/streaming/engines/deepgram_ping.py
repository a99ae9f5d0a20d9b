"""Whether the other side of a WebSocket lives."""

import asyncio
from contextlib import suppress

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

PING_SECONDS = 5.0
"""How often the other side is asked whether it lives, and how long it may take to answer."""

SLICE_SECONDS = 0.25
"""Deadlines are counted in slices in which our loop ran: a loop that stood still is not a dead peer."""


async def is_alive(socket: ClientConnection) -> bool:
    """Ask, and wait for the answer. A connection that is closed counts as alive: its reader tells why."""
    # A task also for the question: a line that takes nothing any more cannot even be asked.
    asking = asyncio.create_task(_ask(socket), name="deepgram ping answer")
    try:
        for _ in range(round(PING_SECONDS / SLICE_SECONDS)):
            await asyncio.wait({asking}, timeout=SLICE_SECONDS)
            if asking.done():
                return True
        return False
    finally:
        asking.cancel()
        await asyncio.wait({asking})


async def _ask(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        await (await socket.ping())

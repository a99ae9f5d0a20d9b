"""The WebSocket under a conversation, and whether it still moves."""

import asyncio
from contextlib import suppress

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, ConnectionClosedError

from captioner.streaming.engines.deepgram_patience import Patience, in_time
from captioner.streaming.tasks import end

PING_SECONDS = 5.0
"""How often the other side is asked whether it lives, and how long it may take to answer."""

SEND_SECONDS = 1.0
"""A line that takes nothing for so long is stuck: the system's own buffers hold some seconds of sound."""

CLOSE_SECONDS = 2.0
"""How long the other side may take to say goodbye."""

_ROOM = 2**14
"""Bytes that fit into our buffer without waiting; websockets begins to wait at twice that."""


class Line:
    """Writes in bounded time, asks whether the other side lives, and is cut when it does not.

    `fault`: why it was cut, None = it was not.
    """

    def __init__(self, socket: ClientConnection, patience: Patience) -> None:
        self.socket = socket
        self.fault: str | None = None
        self._patience = patience

    async def write(self, message: str | bytes) -> None:
        """Send one message. Raises ConnectionClosed, also when the line was stuck and had to be cut."""
        transport = self.socket.transport
        if transport.is_closing() or transport.get_write_buffer_size() + len(message) <= _ROOM:
            await self.socket.send(message)
        else:
            await self._write_in_time(message)

    async def watch(self) -> None:
        """Ask again and again whether the other side lives; cut the line when it does not answer."""
        while True:
            await asyncio.sleep(self._patience.sound(PING_SECONDS))
            if not await self.is_alive():
                break
        self.cut("no answer")

    async def is_alive(self) -> bool:
        """Ask, and wait for the answer. A connection that is closed counts as alive: its reader tells why."""
        # A task also for the question: a line that takes nothing any more cannot even be asked.
        asking = asyncio.create_task(self._ask(), name="deepgram ping answer")
        try:
            return await in_time(asking, self._patience.answer(PING_SECONDS))
        finally:
            await end(asking)

    def cut(self, fault: str | None = None) -> None:
        """End it at once, without a goodbye: that would wait behind what is stuck."""
        self.fault = self.fault or fault
        self.socket.transport.abort()

    async def close(self) -> None:
        """Say goodbye where the other side takes it, and free the line. Safe to call twice."""
        leaving = asyncio.create_task(self.socket.close(), name="deepgram goodbye")
        try:
            await in_time(leaving, self._patience.answer(CLOSE_SECONDS))
        finally:
            self.cut()
            await end(leaving)

    async def _write_in_time(self, message: str | bytes) -> None:
        sending = asyncio.create_task(self.socket.send(message), name="deepgram send")
        try:
            if not await in_time(sending, self._patience.answer(SEND_SECONDS)):
                self.cut("it takes no more sound")
            if self.fault:  # a send that waits is told of nothing when the line is cut
                raise ConnectionClosedError(None, None)
            sending.result()
        finally:
            await end(sending)

    async def _ask(self) -> None:
        with suppress(ConnectionClosed):
            await (await self.socket.ping())

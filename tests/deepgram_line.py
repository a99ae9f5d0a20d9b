"""The line under one connection: frames of any kind, and every way in which it can end or fall silent."""

from collections.abc import Iterable

from websockets.asyncio.server import ServerConnection

from tests import deepgram_messages as build
from tests.deepgram_door import reset
from tests.deepgram_handshake import Handshake
from tests.deepgram_record import Record


class Line(Record):
    """What one client sent (see `Record`), and the way back to it."""

    def __init__(self, websocket: ServerConnection, handshake: Handshake, speed: float) -> None:
        super().__init__(handshake, speed)
        self._websocket = websocket
        self._is_mute = False
        self.sent: list[str | bytes] = []

    async def raw(self, data: str | bytes, *, text: bool | None = None) -> None:
        """One frame of anything. Bytes go as a binary frame; with `text=True` as text, valid or not."""
        if not self._is_mute:
            if self.keeps:
                self.sent.append(data)
            await self._websocket.send(data, text=text)

    async def flood(self, messages: Iterable[str | bytes], *, chunk: int = 1 << 18) -> None:
        """Many prepared messages as fast as the client reads them. They are not noted in `sent`."""
        frames = bytearray()
        for message in messages:
            frames += build.text_frame(message)
            if len(frames) >= chunk:
                await self.wire(bytes(frames))
                frames.clear()
        await self.wire(bytes(frames))

    async def wire(self, data: bytes) -> None:
        """Bytes for the socket as they are: prepared frames, or nonsense."""
        self._websocket.transport.write(data)
        await self._websocket.drain()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """End the connection with a close frame, and wait for the client's."""
        if not self._is_mute:
            await self._websocket.close(code, reason)

    async def fail(self, code: str) -> None:
        """End the stream as the service does on NET-0000, NET-0001 or DATA-0000."""
        await self.close(*build.FAILURES[code])

    def abort(self) -> None:
        """Cut the connection: the client's system is told by a reset, without a close frame."""
        reset(self._websocket.transport)

    def hang_up(self) -> None:
        """End the connection without a word of WebSocket's: an end of file."""
        self._websocket.transport.close()

    async def close_without_code(self) -> None:
        """End the connection with a close frame that is empty (1005)."""
        await self.wire(b"\x88\x00")

    def mute(self) -> None:
        """Say nothing more, not even a close frame; pings are still answered."""
        self._is_mute = True

    def freeze(self) -> None:
        """Be gone without a word: nothing is read any more, so no ping is answered either."""
        self.mute()
        self.stop_reading()

    def stop_reading(self) -> None:
        """Read nothing any more; what the client sends is stuck in its system, and then in the client."""
        self.rules.stop()
        self._websocket.transport.pause_reading()
        self._websocket.recv_messages.resume = lambda: None  # the library reads on when its queue is empty

    def thaw(self) -> None:
        """Be back, after `freeze` or `mute`, with all that the client sent meanwhile."""
        self._is_mute = False
        self._websocket.recv_messages.resume = self._websocket.transport.resume_reading
        self._websocket.transport.resume_reading()

"""Where clients of the scripted server knock: open, or shut as a dead provider or a bad network shuts it."""

import asyncio
import socket
import struct
from typing import Any, Literal, cast

from websockets.asyncio.server import ServerConnection

Shut = Literal["refuse", "drop", "blackhole"]
"""Nobody listens; who knocks is taken in and reset; who knocks is taken in and never answered."""

NARROW_BYTES = 4096
NARROW_SEGMENT = 536


class Door:
    """The port of a server, kept while nobody listens on it.

    `narrow`: the system holds little of what was sent and not read, so that a server which stops reading is
    felt within seconds (on loopback it holds two megabytes else: more than a minute of sound).
    """

    def __init__(self, *, narrow: bool = False) -> None:
        self._narrow = narrow
        self._held: list[asyncio.Transport] = []
        self.shut: Shut | None = None
        self.port = 0
        self._place = self.socket()
        self.port = self._place.getsockname()[1]

    def socket(self) -> socket.socket:
        """A socket at this address, for a server to listen on."""
        # Named TCP, or asyncio leaves its sockets to Nagle, which costs 40 real milliseconds a message.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        if hasattr(socket, "SO_REUSEPORT"):  # else one stranger in 30 000 takes the place while it is shut
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if self._narrow:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW_BYTES)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, NARROW_SEGMENT)
        listener.bind(("127.0.0.1", self.port))
        return listener

    def knock(self, *arguments: Any, **named: Any) -> ServerConnection:
        """Whom a client meets that was taken in (websockets' `create_connection`)."""
        if self.shut is None:
            return ServerConnection(*arguments, **named)
        return cast(ServerConnection, _Nobody(self._held, resets=self.shut == "drop"))

    def open(self) -> None:
        """Let everybody in from now on; who was taken in meanwhile and never answered is forgotten."""
        self.shut = None
        for transport in self._held:
            transport.abort()
        self._held.clear()

    def leave(self) -> None:
        """Forget the place, too."""
        self.open()
        self._place.close()


class _Nobody(asyncio.Protocol):
    """Takes a client in and says nothing."""

    def __init__(self, held: list[asyncio.Transport], *, resets: bool) -> None:
        self._held = held
        self._resets = resets

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if self._resets:
            reset(transport)
        else:
            transport.pause_reading()
            self._held.append(transport)


def reset(transport: asyncio.Transport) -> None:
    """Cut a connection: the other system is told by a reset."""
    linger = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()

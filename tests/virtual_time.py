"""An event loop whose clock jumps: an hour of waiting costs nothing, with real loopback sockets too.

Theory of operation. The loop asks its selector to wait until the next timer. Ours looks at the sockets for
real; when none has anything it moves the clock to that timer instead of waiting. The one danger is to jump
while something is on its way, so three things hold the clock still in real time: bytes (or an end of file)
sent by a socket of this loop to another one that listens and has not got them, work in the loop's executor
(files, databases, `getaddrinfo`), and for a moment a socket whose other end is not of this loop.

Limits: a thread of one's own and a child process are not known to the loop; sound or sleep in them is not
waited for.
"""

import asyncio
import contextlib
import selectors
import socket
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Executor
from typing import Any, TypeVar

_T = TypeVar("_T")

STRANGER = 0.001
"""Real seconds given to sockets whose other end we cannot see."""

CONNECTING = 0.005
"""Real seconds given to a connection being made; on loopback it is made within the call."""

PATIENCE = 5.0
"""Real seconds until what is on its way is held to be lost, or a thread to be stuck."""

DEADLOCK = 0.5
"""Real seconds with neither timer nor socket before the test is held to be stuck."""

SPIN = 60.0
"""Real seconds of work without a jump before the test is held to spin."""


class StuckError(AssertionError):
    """Virtual time cannot go on, or went on for too long. The message lists what every task waits for."""


def run(coroutine: Coroutine[Any, Any, _T], *, limit: float = 3600.0) -> _T:
    """`asyncio.run` in virtual time from 0 on. `StuckError` on a deadlock, or past `limit` seconds."""
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(limit)) as runner:
        return runner.run(coroutine)


class CountedSocket(socket.socket):
    """A connected socket that counts, so that both ends together tell what is on its way."""

    sent = 0
    received = 0
    said_end = False
    heard_end = False
    other: "CountedSocket | None" = None

    def send(self, *arguments: Any) -> int:
        count = super().send(*arguments)
        self.sent += count
        return count

    if hasattr(socket.socket, "sendmsg"):

        def sendmsg(self, *arguments: Any) -> int:
            count = super().sendmsg(*arguments)
            self.sent += count
            return count

    def recv(self, *arguments: Any) -> bytes:
        with self._hearing():
            data = super().recv(*arguments)
        self._hear(len(data))
        return data

    def recv_into(self, *arguments: Any, **named: Any) -> int:
        with self._hearing():
            count = super().recv_into(*arguments, **named)
        self._hear(count)
        return count

    def shutdown(self, how: int) -> None:
        self.said_end = True
        super().shutdown(how)

    def close(self) -> None:
        self.said_end = True
        super().close()

    def is_awaiting(self) -> bool:
        """Whether the other end sent something that did not come out here yet."""
        other = self.other
        if other is None or self.heard_end:
            return False
        return other.sent > self.received or other.said_end

    def _hear(self, count: int) -> None:
        self.received += count
        self.heard_end = self.heard_end or not count

    @contextlib.contextmanager
    def _hearing(self):
        try:
            yield
        except BlockingIOError:
            raise
        except OSError:
            self.heard_end = True
            raise


class JumpingSelector(selectors.BaseSelector):
    """Looks at the sockets for real, and moves the clock instead of waiting for timers."""

    def __init__(self, limit: float) -> None:
        self._real = selectors.DefaultSelector()
        self._limit = limit
        self._worked_since = time.monotonic()
        self._ends: dict[tuple[Any, Any], CountedSocket] = {}
        self.sockets: dict[int, CountedSocket] = {}
        self.quiet: set[int] = set()  # descriptors that never hold the clock: listeners, the loop's own pipe
        self.threads = 0
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if time.monotonic() - self._worked_since > SPIN:
            self._worked_since = time.monotonic()
            raise StuckError(self._report(f"{SPIN:g} s of work, and the clock never moved"))
        events = self._real.select(0)
        if events or (timeout is not None and timeout <= 0):
            return events
        events = self._wait_for_what_is_on_its_way()
        if not events:
            self._jump(timeout)
        return events

    def _wait_for_what_is_on_its_way(self) -> list[tuple[selectors.SelectorKey, int]]:
        if not self.threads:
            wait = self._real_wait()
            return self._real.select(wait) if wait else []
        if events := self._real.select(PATIENCE):
            return events
        raise StuckError(self._report(f"a thread has not come back for {PATIENCE:g} s"))

    def _real_wait(self) -> float:
        wait = 0.0
        for key in self._real.get_map().values():
            end = self.sockets.get(key.fd)
            if key.fd in self.quiet:
                continue
            if end is None or end.fileno() != key.fd:
                wait = max(wait, CONNECTING if key.events & selectors.EVENT_WRITE else STRANGER)
            elif end.other is None:
                wait = max(wait, STRANGER)
            elif key.events & selectors.EVENT_READ and (end.is_awaiting() or self._writes(end.other)):
                return PATIENCE
        return wait

    def _writes(self, end: CountedSocket) -> bool:
        """Whether it still holds bytes that the system did not take; it will, when the reader has read."""
        key = self._real.get_map().get(end.fileno()) if end.fileno() >= 0 else None
        return key is not None and bool(key.events & selectors.EVENT_WRITE)

    def _jump(self, timeout: float | None) -> None:
        self._worked_since = time.monotonic()
        if timeout is None:
            if not self._real.select(DEADLOCK):
                raise StuckError(self._report("nothing will ever happen: no timer, and no socket speaks"))
            return
        self.now += timeout
        if self.now > self._limit:
            reached, self._limit = self._limit, self.now + 60  # what cleans up has a minute
            raise StuckError(self._report(f"{reached:g} s of virtual time are over"))

    def _report(self, what: str) -> str:
        tasks = sorted(asyncio.all_tasks(asyncio.get_running_loop()), key=lambda task: task.get_name())
        return "\n".join([f"at {self.now:.3f} s: {what}", *(_place(task) for task in tasks)])

    def pair(self, end: CountedSocket) -> None:
        """Make the two ends of one connection known to each other."""
        self.sockets[end.fileno()] = end
        try:
            here, there = end.getsockname(), end.getpeername()
        except OSError:  # already reset
            return
        if other := self._ends.pop((there, here), None):
            end.other, other.other = other, end
        else:
            self._ends[here, there] = end

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def close(self) -> None:
        self._real.close()

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()


def _place(task: "asyncio.Task[Any]") -> str:
    frames = task.get_stack()
    places = [f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}" for frame in frames]
    return f"  {task.get_name()} at {places[-1] if places else 'its end'}"


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop of `run`."""

    def __init__(self, limit: float) -> None:
        self._jumping = JumpingSelector(limit)
        super().__init__(self._jumping)
        self._clock_resolution = 1e-9  # that of the real clock is 15 ms on Windows
        self._jumping.quiet.update(key.fd for key in self._jumping.get_map().values())

    def time(self) -> float:
        return self._jumping.now

    def run_in_executor(self, executor: Executor | None, func: Callable[..., Any], *args: Any) -> Any:
        future = super().run_in_executor(executor, func, *args)
        self._jumping.threads += 1
        future.add_done_callback(self._thread_came_back)
        return future

    def _thread_came_back(self, _future: object) -> None:
        self._jumping.threads -= 1

    async def shutdown_default_executor(self, *arguments: Any) -> None:
        # It joins a thread of its own under a deadline of 300 s, which the clock must not jump to.
        self._jumping.threads += 1
        try:
            await super().shutdown_default_executor(*arguments)
        finally:
            self._jumping.threads -= 1

    async def create_server(self, *arguments: Any, **named: Any) -> asyncio.Server:
        server = await super().create_server(*arguments, **named)
        self._jumping.quiet.update(listener.fileno() for listener in server.sockets)
        return server

    # The two places of asyncio where a connected socket gets its transport.

    def _make_socket_transport(self, sock: socket.socket, *arguments: Any, **named: Any) -> Any:
        make = super()._make_socket_transport  # pyright: ignore[reportAttributeAccessIssue]
        return make(self._counted(sock), *arguments, **named)

    def _make_ssl_transport(self, rawsock: socket.socket, *arguments: Any, **named: Any) -> Any:
        make = super()._make_ssl_transport  # pyright: ignore[reportAttributeAccessIssue]
        return make(self._counted(rawsock), *arguments, **named)

    def _counted(self, sock: socket.socket) -> CountedSocket:
        family, kind, protocol = sock.family, sock.type, sock.proto
        end = CountedSocket(family, kind, protocol, fileno=sock.detach())
        end.setblocking(False)
        self._jumping.quiet.discard(end.fileno())  # the number may have been a listener's
        self._jumping.pair(end)
        return end

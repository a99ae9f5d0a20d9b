"""Devices that come and go, told as they do."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from captioner.audio.devices import Device, devices_of, list_without_server
from captioner.audio.server.pulse import NoSoundServerError, SoundServer
from captioner.streaming.errors import SourceError

TOGETHER = 0.1
"""Seconds in which changes count as one: a headset that is plugged in is a dozen events."""

LEAST = 0.5
"""Least seconds between two looks: a program that beeps ten times a second starts as many streams."""

ANSWERED_WITHIN = 4.0
"""Seconds after which a sound server that was asked for its devices counts as hung."""

RETRY = 1.0
"""Seconds between attempts to find a sound server again."""

POLL = 2.0
"""Seconds between two looks where nobody tells of changes."""


@dataclass(frozen=True, slots=True)
class DeviceChange:
    """What there is now, and what is new about it.

    `removed` holds devices as they were. `defaults` are those that have become the default of their kind. A
    device that is only called differently now, or has become the default, is neither added nor removed.
    """

    devices: tuple[Device, ...]
    added: tuple[Device, ...]
    removed: tuple[Device, ...]
    defaults: tuple[Device, ...]


class DeviceWatch:
    """`async with DeviceWatch() as watch: async for change in watch: ...`

    First comes what is there now (`added` holds all of it), then one change for all that happened within a
    tenth of a second; changes that nobody has read yet become one. While there is no sound server, or it
    hangs, there are no devices but those of PortAudio. It never raises, and ends only when it is left.

    A thread asks the server whenever that says that something has changed. `look` is asked every two seconds
    instead, where given, and where no server can tell: on other systems than Linux. PortAudio itself lists
    its microphones once, when it starts: one that is plugged in later appears after a recording ended.
    """

    def __init__(self, look: Callable[[], Sequence[Device]] | None = None) -> None:
        self._look = look or (None if sys.platform == "linux" else list_without_server)
        self._stopping = threading.Event()
        self._changing = threading.Lock()
        self._server: SoundServer | None = None
        self._found: tuple[Device, ...] | None = None
        self._told: tuple[Device, ...] | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._ready = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="devices", daemon=True)
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changing:
            self._stopping.set()
            if self._server is not None:
                self._server.abort()
        self._ready.set()
        await asyncio.to_thread(self._thread.join, 5.0)

    def __aiter__(self) -> AsyncIterator[DeviceChange]:
        return self

    async def __anext__(self) -> DeviceChange:
        while True:
            await self._ready.wait()
            if self._stopping.is_set():
                raise StopAsyncIteration
            self._ready.clear()
            before, now = self._told, self._found
            if now is not None and now != before:
                self._told = now
                return _change(before or (), now)

    def _run(self) -> None:
        """The watching thread."""
        starts = True  # once, as any other program would; a server that was stopped is not started again
        while not self._stopping.is_set():
            if self._look is not None:
                self._tell(_looked(self._look))
                self._stopping.wait(POLL)
                continue
            try:
                with SoundServer(starts=starts) as server:
                    self._follow(server)
            except NoSoundServerError:
                self._tell(_looked(list_without_server))
            except SourceError:
                self._tell(())
            self._server, starts = None, False
            self._stopping.wait(RETRY)

    def _follow(self, server: SoundServer) -> None:
        """Tell of every change, until told to stop. Raises `SourceError` when the server is gone."""
        with self._changing:
            self._server = server
        with server.within(ANSWERED_WITHIN):
            server.listen("sink_input")
        while not self._stopping.is_set():
            server.has_changed()
            with server.within(ANSWERED_WITHIN):
                found = devices_of(server)
            self._tell(found)
            self._stopping.wait(LEAST - TOGETHER)
            while not self._stopping.is_set() and not server.has_changed():
                server.wait(RETRY)
            self._stopping.wait(TOGETHER)

    def _tell(self, found: Sequence[Device]) -> None:
        with self._changing:
            if not self._stopping.is_set():
                self._found = tuple(found)
                self._loop.call_soon_threadsafe(self._ready.set)


def _looked(look: Callable[[], Sequence[Device]]) -> Sequence[Device]:
    try:
        return look()
    except Exception:
        # Whatever a system's library raises: the thread must live to see the devices come back.
        return ()


def _change(before: Sequence[Device], now: tuple[Device, ...]) -> DeviceChange:
    known, there = ({(each.kind, each.id) for each in devices} for devices in (before, now))
    were = {(each.kind, each.id) for each in before if each.is_default}
    return DeviceChange(
        devices=now,
        added=tuple(each for each in now if (each.kind, each.id) not in known),
        removed=tuple(each for each in before if (each.kind, each.id) not in there),
        defaults=tuple(each for each in now if each.is_default and (each.kind, each.id) not in were),
    )

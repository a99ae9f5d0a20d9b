"""A microphone as a sound source."""

import asyncio
import sys
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Literal, Self

from captioner.audio.clock import MeetingClock
from captioner.audio.direct import DirectMicrophone
from captioner.audio.identity import same_device
from captioner.audio.portaudio import inputs
from captioner.audio.server.pulse import NoSoundServerError, SoundServer, ask
from captioner.audio.server.recorder import RecordedSource
from captioner.audio.server.wish import Target
from captioner.audio.source import Loss
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import AudioFrame


class MicrophoneWish:
    """One microphone by its id, or whichever is the default now."""

    may_rest: Literal["never"] = "never"

    def __init__(self, name: str | None) -> None:
        self._name = name

    def settle(self, server: SoundServer) -> None:
        """Raises `SourceError` where there is none at all: for a named one another may stand in."""
        if not server.microphones():
            raise SourceError("There is no microphone", "Connect one")

    def choose(self, server: SoundServer) -> Target | None:
        """The named one, while it is not there the default in its stead; never what the computer plays."""
        ports = {port.name: port for port in server.microphones()}
        if self._name is not None and (named := same_device(self._name, ports)) is not None:
            return Target(ports[named])
        # Without a microphone of its own the server's default source is a monitor: the call as "You".
        port = ports.get(server.default_source()) or next(iter(ports.values()), None)
        return Target(port, is_substitute=self._name is not None) if port else None


class MicrophoneSource:
    """What the microphone hears, one channel, 20 to 50 ms a frame.

    `device` is an id of `list_devices`, None the default, followed when it changes. No frame starts before
    `start` on the meeting `clock`. While a named microphone is not there, also from the beginning, the
    default one stands in for it, and without any there is a hole on the clock. (PortAudio's microphones
    have no stand-in.)

    Where a sound server runs, the server is asked directly: PortAudio's Linux build sees it as one device
    "pulse", on many machines not even that, and which microphone it means is a setting of the whole
    process. Everywhere else PortAudio records. Entering raises `SourceError`.
    """

    def __init__(self, device: str | None = None, *, start: int = 0, clock: MeetingClock) -> None:
        self._device = device
        self._start = start
        self._clock = clock
        self._source: RecordedSource | DirectMicrophone | None = None

    @property
    def channels(self) -> int:
        """Always one."""
        return 1

    @property
    def device(self) -> str | None:
        """The name, for people, of the microphone in use; None while it is gone."""
        return self._source.device if self._source else None

    @property
    def loss(self) -> Loss | None:
        """Why nothing is heard, None while it is."""
        return self._source.loss if self._source else None

    @property
    def substitute(self) -> bool:
        """Whether another microphone than the one asked for is recorded, because that is not there."""
        return isinstance(self._source, RecordedSource) and self._source.substitute

    def _opened(self) -> RecordedSource | DirectMicrophone:
        assert self._source is not None, "enter the source first"
        return self._source

    async def __aenter__(self) -> Self:
        missing = await asyncio.to_thread(_missing_server) if sys.platform == "linux" else None
        if sys.platform == "linux" and missing is None:
            self._source = RecordedSource(MicrophoneWish(self._device), start=self._start, clock=self._clock)
        else:
            self._source = DirectMicrophone(self._device, start=self._start, clock=self._clock)
        try:
            await self._source.__aenter__()
        except SourceError as error:
            # Without a server ALSA has no device on most machines: that is the cause to name.
            if missing and not await asyncio.to_thread(inputs):
                raise missing from error
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._opened().__aexit__(kind, error, trace)

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self

    async def __anext__(self) -> AudioFrame:
        return await self._opened().__anext__()


def _missing_server() -> NoSoundServerError | None:
    try:
        ask(lambda server: True)
    except NoSoundServerError as error:
        return error
    return None

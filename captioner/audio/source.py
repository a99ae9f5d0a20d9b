"""The port of every sound source."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Protocol, Self

from captioner.streaming.frames import AudioFrame

Cause = Literal["missing", "unplugged", "server", "busy", "denied", "format", "failed"]


@dataclass(frozen=True, slots=True)
class Loss:
    """A live source gives no sound now, though it should, and tries to come back.

    `since`: the position on the meeting clock (16 kHz samples) up to which it was heard, or from which it
    should have been. `cause`: it was never heard, because it could not be opened; the device is gone, or the
    sound server is; another program holds it; the system forbids it; it does not take the asked format; or it
    gave up for a reason that is in the words. `message` and `hint`: what happened and what to do, for people.
    """

    since: int
    cause: Cause
    message: str
    hint: str = ""


class Source(Protocol):
    """Sound as frames: `async with source: async for frame in source: ...`.

    Entering opens the device or file and raises `SourceError` (cause and cure) where that fails; leaving
    closes it, also after cancellation. Iteration yields frames in order and ends with the sound; a live
    source ends only when closed, or raises `SourceError` when it is lost for good. Cancelling a pending
    `__anext__` loses nothing that was not captured yet.
    """

    @property
    def channels(self) -> int:
        """How many channels every frame has."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def __aiter__(self) -> AsyncIterator[AudioFrame]: ...


class LiveSource(Source, Protocol):
    """A source that is a device: it can go, and come back."""

    @property
    def device(self) -> str | None:
        """The name, for people, of what is recorded now; None while that is not there."""
        ...

    @property
    def loss(self) -> Loss | None:
        """Why nothing is heard, None while it is; safe to read at any time from the loop's thread."""
        ...


class Absent:
    """A source that is switched off: it opens nothing and ends at once."""

    channels = 1
    device: str | None = None
    loss: Loss | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self

    async def __anext__(self) -> AudioFrame:
        raise StopAsyncIteration

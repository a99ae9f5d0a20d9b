"""A loop that jumps to the next timer, and sources that are played from a script on it."""

import asyncio
import selectors
from collections.abc import AsyncIterator, Coroutine, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np

from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE, AudioFrame

T = TypeVar("T")


class _Jump(selectors.SelectSelector):
    """Never waits: what it was to wait is added to the time instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time passes only when everything waits."""

    def __init__(self) -> None:
        self._jump = _Jump()
        super().__init__(self._jump)

    def time(self) -> float:
        return self._jump.now

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Threads end in real time: from Python 3.12 on they have 300 s, which here are over at once."""
        await super().shutdown_default_executor()

    def pass_time(self, seconds: float) -> None:
        """As if a callback had blocked the loop for so long."""
        self._jump.now += seconds


def run(main: Coroutine[Any, Any, T]) -> T:
    """asyncio.run in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


def sound(start: int, length: int, value: int = 1_000) -> AudioFrame:
    """A frame of one channel that is constantly `value`."""
    return AudioFrame(start, np.full((length, 1), value, np.int16))


class ScriptedSource:
    """Gives each frame at its second on the loop's clock, then ends, or raises `error`, at `ends`."""

    def __init__(
        self,
        script: Sequence[tuple[float, AudioFrame]],
        *,
        ends: float = 1e9,
        error: SourceError | None = None,
        refuses: SourceError | None = None,
    ) -> None:
        self._script = list(script)
        self._ends = ends
        self._error = error
        self._refuses = refuses
        self.is_open = False

    @property
    def channels(self) -> int:
        return 1

    async def __aenter__(self) -> Self:
        if self._refuses is not None:
            raise self._refuses
        self.is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False

    def __aiter__(self) -> AsyncIterator[AudioFrame]:
        return self

    async def __anext__(self) -> AudioFrame:
        at = self._script[0][0] if self._script else self._ends
        if (delay := at - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(delay)
        if self._script:
            return self._script.pop(0)[1]
        raise self._error or StopAsyncIteration


def live(
    begin: float, end: float, value: int = 1_000, *, late: float = 0.01
) -> list[tuple[float, AudioFrame]]:
    """A script of a device: 20 ms frames, each given `late` after it was heard."""
    size = SAMPLE_RATE // 50
    return [
        ((start + size) / SAMPLE_RATE + late, sound(start, size, value))
        for start in range(round(begin * SAMPLE_RATE), round(end * SAMPLE_RATE), size)
    ]

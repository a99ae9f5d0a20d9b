"""Frames in: from the source that is open now to the session."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import zip_longest

from captioner.audio.source import Source
from captioner.meeting.plan import Mix, Plan
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import AudioFrame

Ear = Callable[[AudioFrame], None]
"""Hears every frame before the session does; it must not take long."""

Choice = tuple[str | None, str | None]
"""What a channel is to hear: its name, None = it is off; and the device's id, None = the default."""

HOLE_SECONDS = 1.5
"""Devices that give nothing for so long are lost, or the program stood still."""


class Pump:
    """Runs until the source ends or fails, or `stop` is called; while paused every device is closed.

    `changed` is called whenever `source`, `is_paused` or `is_over` has changed. A device that cannot be
    opened again after a pause ends nothing: `refused` is told why, and the pause goes on.
    """

    def __init__(
        self,
        plan: Plan,
        changed: Callable[[], None],
        refused: Callable[[SourceError], None],
        ears: Sequence[Ear] = (),
    ) -> None:
        self._plan = plan
        self._changed = changed
        self._refused = refused
        self._ears = ears
        self._task: asyncio.Task[None] | None = None
        self._wish = asyncio.Event()
        self._choice = asyncio.Event()
        self._acting: list[Choice] = []
        self._wants_pause = False
        self._is_opening = False
        self.is_paused = False
        self.is_over = False
        self.source: Source | None = None
        self.opened_at: float | None = None
        self.damage: str | None = None
        self._fed_at: float | None = None  # when the last frame came; None once what was said is settled

    @property
    def heard(self) -> tuple[Choice | None, ...]:
        """What each channel is to hear, and hears; None for one that is off, or about to hear another."""
        if self.source is None:
            return ()
        pairs = zip(_choices(self._plan), self._acting, strict=False)
        return tuple(wish if wish == acting and wish[0] else None for wish, acting in pairs)

    def pause(self) -> None:
        """Close the devices: nothing is captured until `resume`."""
        self._wants_pause = True
        self._interrupt()

    def resume(self) -> None:
        """Open the devices again."""
        self._wants_pause = False
        self._wish.set()

    def stop(self) -> None:
        """Capture nothing more."""
        self.is_over = True
        self._interrupt()
        self._changed()

    def follow_choices(self) -> None:
        """Other devices may be chosen: the channels of a mix that hear another one by now are opened anew."""
        self._choice.set()

    async def settle_at_hole(self) -> None:
        """Where sound has ceased, what was said is settled, not glued to what is said behind the hole."""
        now = asyncio.get_running_loop().time()
        if isinstance(self.source, Mix) and self._fed_at is not None and now - self._fed_at > HOLE_SECONDS:
            self._fed_at = None
            await self._plan.session.finalize()

    async def run(self) -> None:
        """Pump, and wait while paused. Raises the source's SourceError and the session's failure."""
        while not self.is_over:
            if self._wants_pause:
                await self._rest()
                continue
            self._task = asyncio.create_task(self._pour(), name="meeting source")
            try:
                await asyncio.wait({self._task})
            finally:
                self._task.cancel()
                await asyncio.wait({self._task})
            if self._task.cancelled():
                continue
            error = self._task.exception()
            if isinstance(error, SourceError) and self.opened_at is not None and self._is_opening:
                self._wants_pause = True
                self._refused(error)
                continue
            self.is_over = True
            self._changed()
            self._task.result()

    async def _rest(self) -> None:
        self.is_paused = True
        self._changed()
        # What was said up to here is settled now, not glued to what comes after the pause.
        await self._plan.session.finalize()
        self._wish.clear()
        if self._wants_pause and not self.is_over:
            await self._wish.wait()
        self.is_paused = False
        self._changed()

    async def _pour(self) -> None:
        self._is_opening = True
        self._acting = _choices(self._plan)
        async with self._plan.open_source(self._plan.now()) as source:
            self._is_opening = False
            self.source = source
            if self.opened_at is None:
                self.opened_at = asyncio.get_running_loop().time()
            self._changed()
            choosing = asyncio.create_task(self._choose(source), name="meeting choices")
            try:
                async for frame in source:
                    for ear in self._ears:
                        ear(frame)
                    await self._plan.session.send(frame)
                    self._fed_at = asyncio.get_running_loop().time()
                self.damage = getattr(source, "damage", None)
            finally:
                self.source = self._fed_at = None
                choosing.cancel()
                await asyncio.wait({choosing})
            if not choosing.cancelled():
                choosing.result()

    async def _choose(self, source: Source) -> None:
        """Let each channel hear what is chosen for it, as often as that changes."""
        open_channel = self._plan.open_channel
        if open_channel is None or not isinstance(source, Mix):
            return
        while True:
            await self._choice.wait()
            self._choice.clear()
            for channel, acting in enumerate(self._acting):
                wish = _choices(self._plan)[channel]
                if wish == acting:
                    continue
                with suppress(SourceError):  # the mix says so of the channel, and tries it again
                    await source.replace(channel, open_channel(channel, self._plan.now()))
                self._acting[channel] = wish

    def _interrupt(self) -> None:
        self._wish.set()
        if self._task:
            self._task.cancel()


def _choices(plan: Plan) -> list[Choice]:
    names = plan.source_names()
    ids = plan.device_ids()
    return [(name, chosen if name else None) for name, chosen in zip_longest(names, ids)]

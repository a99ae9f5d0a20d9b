"""How loud the chosen sources are while no meeting hears them: for the page where they are chosen."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from captioner.streaming.errors import SourceError

if TYPE_CHECKING:  # what the first window does not need is imported behind it
    from captioner.audio.level import Meter
    from captioner.audio.source import Source
    from captioner.ui.sound_page import SoundPage, SourceCard

FRESH = 0.5
"""Seconds for which what was heard last still says how loud it is."""

TICK = 0.05
"""Seconds between two levels, and until a device that is not wanted any more is closed."""

RETRY = 1.0
"""Seconds between two attempts to open a device that cannot be opened."""

Name = Literal["system", "microphone"]
Wish = dict[Name, str | None]
"""What to hear: the device of each source, None = the default; a source that is not there is not opened."""

Open = Callable[[Name, str | None], "Source"]
"""Makes the source for a device, None = the default."""


@dataclass(slots=True)
class _Heard:
    """One source that is open, or could not be."""

    meter: "Meter"
    heard_at: float = -FRESH
    problem: str = ""
    source: "Source | None" = None

    @property
    def trouble(self) -> str:
        """Why nothing is heard, "" while it is."""
        loss = getattr(self.source, "loss", None)
        return loss.message if loss else self.problem


class Preview:
    """Opens the devices only while the page is shown and `wished` gives any; nothing is kept or sent."""

    def __init__(self, wished: Callable[[], Wish], open_source: Open) -> None:
        self._wished = wished
        self._open_source = open_source
        self._page: SoundPage | None = None
        self._shown = asyncio.Event()

    def attach(self, page: "SoundPage") -> None:
        """Serve this page."""
        self._page = page
        page.shown_changed.connect(self._on_shown)

    def _on_shown(self, is_shown: bool) -> None:
        if is_shown:
            self._shown.set()
        else:
            self._shown.clear()

    async def run(self) -> None:
        """Open and close the devices as the page comes and goes, for as long as the program runs."""
        while True:
            await self._shown.wait()
            if wish := self._wished():
                async with self._listening(wish) as heard:
                    while self._shown.is_set() and self._wished() == wish:
                        self._show(heard)
                        await asyncio.sleep(TICK)
                self._show({})
            await asyncio.sleep(TICK)

    @asynccontextmanager
    async def _listening(self, wish: Wish) -> "AsyncGenerator[dict[Name, _Heard]]":
        from captioner.audio.level import Meter

        heard: dict[Name, _Heard] = {name: _Heard(Meter(1)) for name in wish}
        tasks = [
            asyncio.create_task(self._hear(name, wish[name], each), name=f"preview {name}")
            for name, each in heard.items()
        ]
        try:
            yield heard
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self, name: Name, device: str | None, heard: _Heard) -> None:
        while True:
            try:
                async with await asyncio.to_thread(self._open_source, name, device) as source:
                    heard.source, heard.problem = source, ""
                    async for frame in source:
                        heard.meter.hear(frame)
                        heard.heard_at = asyncio.get_running_loop().time()
                return
            except SourceError as error:
                heard.source, heard.problem = None, error.message
            await asyncio.sleep(RETRY)

    def _show(self, heard: "dict[Name, _Heard]") -> None:
        page = self._page
        assert page
        oldest = asyncio.get_running_loop().time() - FRESH
        cards: dict[Name, SourceCard] = {"system": page.system, "microphone": page.microphone}
        for name, card in cards.items():
            each = heard.get(name)
            is_heard = each is not None and each.heard_at > oldest
            card.meter.set_level(each.meter.levels[0] if each and is_heard else None)
            card.meter.set_peak(each.meter.peaks[0] if each and is_heard else None)
            card.show_problem(each.trouble if each else "")
        page.show_open([name for name, each in heard.items() if not each.problem])


def device_source(name: Name, device: str | None) -> "Source":
    """A device of this computer, heard from now on. Raises SourceError."""
    from captioner.audio.clock import MeetingClock
    from captioner.audio.loopback import system_source
    from captioner.audio.microphone import MicrophoneSource

    make = MicrophoneSource if name == "microphone" else system_source
    return make(device, clock=MeetingClock())

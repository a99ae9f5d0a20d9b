"""A watch over devices that come and go as a test says."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from captioner.audio.devices import Device
from captioner.audio.watch import DeviceChange

BUILT_IN = Device("built_in", "Built-in Audio", "system", is_default=True)
CAMERA = Device("camera", "Camera Microphone", "microphone", is_default=True)
HEADSET = Device("headset", "Jabra Evolve2 65", "microphone", is_default=False, is_telephone=True)
BROWSER = Device("app:Firefox", "Firefox", "application", is_default=False)


class PlayedWatch:
    """Call `becomes` with all devices that there are from then on."""

    def __init__(self, *devices: Device) -> None:
        self.is_open = False
        self._news: asyncio.Queue[Sequence[Device]] = asyncio.Queue()
        self.becomes(*devices)

    def becomes(self, *devices: Device) -> None:
        self._news.put_nowait(devices)

    async def __aenter__(self) -> Self:
        self.is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> DeviceChange:
        return DeviceChange(tuple(await self._news.get()), (), (), ())

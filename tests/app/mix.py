"""Two devices that a running meeting may exchange, as a plan for the window program."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

import numpy as np

from captioner.app.program import PlanMaker
from captioner.audio.source import Absent, Loss, Source
from captioner.meeting.plan import Plan
from captioner.settings.choices import Settings
from captioner.streaming import AudioFrame, Client, Session, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.transcript.store import Store
from tests.tape import Tape


class PlayedMix:
    """Noise on two channels for ever, louder on the first.

    `replaced`: each channel that was, and whether by a device.
    """

    channels = 2

    def __init__(self) -> None:
        self.is_open = False
        self.losses: tuple[Loss | None, ...] = (None, None)
        self.substitutes = (False, False)
        self.devices: tuple[str | None, ...] = ("Camera Microphone", "Built-in Audio")
        self.replaced: list[tuple[int, bool]] = []

    async def replace(self, channel: int, source: Source) -> None:
        self.replaced.append((channel, isinstance(source, Tape)))

    async def __aenter__(self) -> Self:
        self.is_open = True
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_open = False

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        noise, loudness = np.random.default_rng(5), np.array([10, 1], np.int16)
        start = 0
        while True:
            yield AudioFrame(start, noise.integers(-900, 900, (800, 2), np.int16) * loudness)
            start += 800
            await asyncio.sleep(0.02)


def mixed(make: PlanMaker, mixes: list[PlayedMix]) -> PlanMaker:
    """Plans as `make` gives them, but of two devices; every mix that is opened is added to `mixes`."""

    def plan(chosen: Callable[[], Settings], store: Store | None, key: str | None) -> Plan:
        def open_source(start: int) -> PlayedMix:
            mixes.append(PlayedMix())
            return mixes[-1]

        def is_on(channel: int) -> bool:
            return (chosen().microphone_on, chosen().system_on)[channel]

        session: Session = Client(ScriptedEngine(())).listen.stream(StreamingOptions(channels=2))
        return replace(
            make(chosen, store, key),
            session=session,
            open_source=open_source,
            source_names=lambda: tuple(
                name if is_on(channel) else None for channel, name in enumerate(("microphone", "system"))
            ),
            device_ids=lambda: (chosen().microphone, chosen().system),
            open_channel=lambda channel, start: Tape(start, 1) if is_on(channel) else Absent(),
        )

    return plan

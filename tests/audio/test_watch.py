"""Devices that come and go, on real sound servers of our own, and where none tells of changes."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from captioner.audio.devices import Device
from captioner.audio.watch import DeviceChange, DeviceWatch
from captioner.streaming.errors import SourceError
from tests.audio.headset import HEADSET, plug_headset
from tests.audio.live import until
from tests.sound_server import CALL, MICROPHONE, ROOM, SPARE, PrivateSoundServer, tone


@asynccontextmanager
async def watching(watch: DeviceWatch) -> AsyncGenerator[list[DeviceChange]]:
    """Enter a watch and collect what it tells."""
    told: list[DeviceChange] = []

    async def collect() -> None:
        async for change in watch:
            told.append(change)  # noqa: PERF401  a comprehension would collect them only at the end

    async with watch:
        task = asyncio.create_task(collect(), name="collect")
        try:
            yield told
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def ids(devices: Sequence[Device]) -> set[str]:
    return {device.id for device in devices}


def watch_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "devices"]


def test_first_comes_what_there_is(any_sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        async with watching(DeviceWatch()) as told:
            await until(lambda: bool(told))
            first = told[0]
            assert ids(first.devices) == {MICROPHONE, CALL, SPARE, ROOM}
            assert first.added == first.devices
            assert first.removed == ()
            assert ids(first.defaults) == {MICROPHONE, CALL}

    asyncio.run(scenario())

    assert watch_threads() == []


def test_what_is_plugged_in_and_out_and_a_new_default_are_told_at_once(
    any_sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        async with watching(DeviceWatch()) as told:
            await until(lambda: bool(told))
            began = time.monotonic()
            await asyncio.to_thread(any_sound_server.add_sink, "hdmi", "Screen")
            await until(lambda: "hdmi" in ids(told[-1].devices))
            assert time.monotonic() - began < 5
            assert ids(told[-1].added) == {"hdmi"}

            await asyncio.to_thread(any_sound_server.pactl, "set-default-sink", SPARE)
            await until(lambda: ids(told[-1].defaults) == {SPARE})
            assert (told[-1].added, told[-1].removed) == ((), ())

            await asyncio.to_thread(any_sound_server.unplug, "hdmi")
            await until(lambda: "hdmi" not in ids(told[-1].devices))
            assert told[-1].removed[0].name == "Screen"

    asyncio.run(scenario())


def test_a_program_that_begins_to_play_and_a_headset_are_told(any_sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        async with watching(DeviceWatch()) as told:
            await until(lambda: bool(told))
            player = any_sound_server.play(tone(440, 30), CALL)
            await until(lambda: "app:paplay" in ids(told[-1].devices))
            player.kill()
            await until(lambda: "app:paplay" not in ids(told[-1].devices))
            await asyncio.to_thread(plug_headset, any_sound_server)
            await until(lambda: HEADSET in ids(told[-1].devices))
            assert told[-1].added[-1].is_telephone

    asyncio.run(scenario())


def test_the_servers_death_and_return_are_changes_like_any_other(
    any_sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        async with watching(DeviceWatch()) as told:
            await until(lambda: bool(told))
            any_sound_server.stop()
            await until(lambda: told[-1].devices == ())
            assert ids(told[-1].removed) == {MICROPHONE, CALL, SPARE, ROOM}
            await asyncio.to_thread(any_sound_server.start_again)
            await until(lambda: ids(told[-1].devices) == {MICROPHONE, CALL, SPARE, ROOM})

    asyncio.run(scenario())


def test_a_server_that_hangs_holds_nobody_up(any_sound_server: PrivateSoundServer) -> None:
    async def scenario() -> float:
        async with watching(DeviceWatch()) as told:
            await until(lambda: bool(told))
            os.kill(any_sound_server.process.pid, 19)
            await asyncio.sleep(0.2)
            began = time.monotonic()
        return time.monotonic() - began

    assert asyncio.run(scenario()) < 3
    assert watch_threads() == []


def test_without_a_server_there_is_an_empty_list_and_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    monkeypatch.setattr("captioner.audio.watch.list_without_server", _raises)

    async def scenario() -> None:
        async with watching(DeviceWatch()) as told:
            await until(lambda: bool(told))
            assert told == [DeviceChange((), (), (), ())]

    asyncio.run(scenario())


def _raises() -> list[Device]:
    raise SourceError("There is no sound server on this computer")


class Looked:
    """What a system lists, or raises, one look after the other."""

    def __init__(self, *lists: list[Device] | Exception) -> None:
        self.lists = list(lists)

    def __call__(self) -> list[Device]:
        found = self.lists.pop(0) if len(self.lists) > 1 else self.lists[0]
        if isinstance(found, Exception):
            raise found
        return found


DESK = Device("desk", "Desk", "microphone", is_default=True)
MISSING = SourceError("The PortAudio library is missing")
USB = Device("usb", "USB", "microphone", is_default=False)


@pytest.mark.parametrize(
    ("look", "last"),
    [
        (Looked([DESK], [DESK, USB]), DeviceChange((DESK, USB), (USB,), (), ())),
        (Looked([DESK, USB], [DESK]), DeviceChange((DESK,), (), (USB,), ())),
        (Looked([DESK], MISSING), DeviceChange((), (), (DESK,), ())),
        (Looked(MISSING, [DESK]), DeviceChange((DESK,), (DESK,), (), (DESK,))),
        (Looked(RuntimeError("Error 0x88890004"), [DESK]), DeviceChange((DESK,), (DESK,), (), (DESK,))),
    ],
)
def test_where_nobody_tells_of_changes_the_system_is_asked_again_and_again(
    look: Callable[[], Sequence[Device]], last: DeviceChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("captioner.audio.watch.POLL", 0.01)

    async def scenario() -> None:
        async with watching(DeviceWatch(look)) as told:
            await until(lambda: bool(told) and told[-1] == last)

    asyncio.run(scenario())


def test_the_same_list_is_not_told_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("captioner.audio.watch.POLL", 0.001)
    looks = threading.Semaphore(0)

    def look() -> list[Device]:
        looks.release()
        return [DESK]

    async def scenario() -> None:
        async with watching(DeviceWatch(look)) as told:
            for _ in range(20):
                await asyncio.to_thread(looks.acquire)
            assert len(told) == 1

    asyncio.run(scenario())

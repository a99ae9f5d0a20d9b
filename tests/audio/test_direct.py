"""The microphone through PortAudio, played by a script instead of a device."""

import asyncio
import threading
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from captioner.audio.clock import MeetingClock
from captioner.audio.direct import DirectMicrophone
from captioner.audio.portaudio import Callback, Input, inputs
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import AudioFrame
from tests.audio.live import hearing, until


class NoTime:
    """A driver that does not know when its sound was heard."""

    inputBufferAdcTime = 0.0  # noqa: N815
    currentTime = 0.0  # noqa: N815


class ScriptError(Exception):
    """What PortAudio would raise."""


class ScriptedStream:
    """Calls back with 20 ms blocks of a constant, from a thread of its own, until it is unplugged."""

    def __init__(self, callback: Callback, rate: float, unplugged: threading.Event) -> None:
        self.callback = callback
        self.rate = rate
        self.unplugged = unplugged
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.call)

    @property
    def active(self) -> bool:
        return not self.unplugged.is_set()

    def call(self) -> None:
        block = np.full((round(self.rate / 50), 1), 5_000, np.int16)
        while not self.stopped.wait(0.02) and self.active:
            self.callback(block, len(block), NoTime(), None)

    def start(self) -> None:
        self.thread.start()

    def abort(self) -> None:
        self.stopped.set()
        self.thread.join()

    def close(self) -> None:
        pass


@dataclass
class ScriptedPortAudio:
    """One microphone of 48 kHz, or none."""

    refusal: str | None = None
    has_microphone: bool = True

    PortAudioError: type[Exception] = ScriptError

    def __post_init__(self) -> None:
        self.unplugged = threading.Event()
        self.looks = 0

    def query_hostapis(self) -> tuple[dict[str, Any], ...]:
        return ({"name": "ALSA", "default_input_device": 1},)

    def query_devices(self) -> list[dict[str, Any]]:
        form = {"hostapi": 0, "default_samplerate": 48_000.0}
        speaker = {"name": "Speaker", "max_input_channels": 0, **form}
        microphone = {"name": "Desk", "max_input_channels": 1, **form}
        return [speaker, microphone] if self.has_microphone else [speaker]

    def InputStream(self, *, samplerate: float, callback: Callback, **_rest: object) -> ScriptedStream:  # noqa: N802
        if self.refusal:
            raise ScriptError(self.refusal)
        self.unplugged.clear()
        return ScriptedStream(callback, samplerate, self.unplugged)

    def _initialize(self) -> None:
        self.looks += 1

    def _terminate(self) -> None:
        pass


class HandPlayed(ScriptedPortAudio):
    """A microphone of 16 kHz that hears what a test plays to it, when it plays it."""

    def query_devices(self) -> list[dict[str, Any]]:
        return [{**device, "default_samplerate": 16_000.0} for device in super().query_devices()]

    def InputStream(self, *, samplerate: float, callback: Callback, **_rest: object) -> ScriptedStream:  # noqa: N802
        self._callback = callback
        stream = ScriptedStream(callback, samplerate, self.unplugged)
        stream.stopped.set()  # its own thread plays nothing
        return stream

    def play(self, block: NDArray[np.int16]) -> None:
        self._callback(block, len(block), NoTime(), None)


def microphone(library: ScriptedPortAudio, name: str | None = None) -> DirectMicrophone:
    return DirectMicrophone(name, start=0, clock=MeetingClock(), library=library)


def test_only_inputs_are_listed() -> None:
    assert inputs(ScriptedPortAudio()) == [Input(1, "Desk", 48_000.0, is_default=True)]


def test_blocks_of_the_devices_rate_become_16_khz_frames() -> None:
    async def scenario() -> None:
        source = microphone(ScriptedPortAudio(), "desk")
        async with hearing(source) as heard:
            await heard.seconds(0.3)
            assert source.device == "Desk"
            assert {frame.channels for frame in heard.frames} == {1}
            assert abs(int(heard.frames[-1].samples[-1, 0]) - 5_000) < 10

    asyncio.run(scenario())

    assert "microphone" not in [thread.name for thread in threading.enumerate()]


def test_an_unplugged_device_leaves_a_hole_and_is_found_again() -> None:
    async def scenario() -> None:
        library = ScriptedPortAudio()
        source = microphone(library)
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            gone = heard.frames[-1].end
            library.unplugged.set()
            await until(lambda: source.device is None)
            await heard.seconds(0.1)
            assert library.looks == 1
            assert max(frame.start for frame in heard.frames) - gone > 0.8 * 16_000

    asyncio.run(scenario())


def test_a_blocked_loop_costs_no_sound() -> None:
    async def scenario() -> list[AudioFrame]:
        now = [100.0]
        library = HandPlayed()
        clock = MeetingClock(seconds=lambda: now[0])
        source = DirectMicrophone(None, start=0, clock=clock, library=library)
        async with hearing(source) as heard:
            # Eight seconds in one piece: the loop has no turn meanwhile.
            for number in range(400):
                now[0] += 0.02
                library.play(np.full((320, 1), number, np.int16))
            await until(lambda: bool(heard.frames) and heard.frames[-1].end == 128_000)
        return heard.frames

    frames = asyncio.run(scenario())

    assert all(one.end == other.start for one, other in pairwise(frames))
    samples = np.concatenate([frame.samples[:, 0] for frame in frames])
    assert samples.tolist() == np.repeat(np.arange(400), 320).tolist()


@pytest.mark.parametrize(
    ("library", "message"),
    [
        (
            ScriptedPortAudio(refusal="Device unavailable"),
            r'"Desk" cannot be opened: Device unavailable\. Close',
        ),
        (ScriptedPortAudio(has_microphone=False), r"There is no microphone\. Connect one"),
    ],
)
def test_a_microphone_that_does_not_open_says_why(library: ScriptedPortAudio, message: str) -> None:
    async def scenario() -> None:
        async with microphone(library):
            pass

    with pytest.raises(SourceError, match=message):
        asyncio.run(scenario())

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
from captioner.audio.source import Cause
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import AudioFrame
from tests.audio.live import hearing, until

UNPLUGGED = ("unplugged", "The sound device was unplugged")


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
    """One microphone that calls 48 kHz its own and takes `rates`, or none."""

    refusal: str | None = None
    has_microphone: bool = True
    rates: tuple[float, ...] = (48_000.0,)

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
        if samplerate not in self.rates:
            raise ScriptError("Error opening InputStream: Invalid sample rate", -9997)
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


class Mute(ScriptedPortAudio):
    """A microphone whose driver goes on without ever giving a block, once it is `deaf`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.deaf = threading.Event()

    def InputStream(self, *, samplerate: float, callback: Callback, **rest: object) -> ScriptedStream:  # noqa: N802
        def hear(*block: Any) -> None:
            if not self.deaf.is_set():
                callback(*block)

        return super().InputStream(samplerate=samplerate, callback=hear, **rest)


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
            assert source.loss is not None
            assert (source.loss.cause, source.loss.message) == UNPLUGGED
            assert gone <= source.loss.since <= heard.frames[-1].end
            await heard.seconds(0.1)
            assert source.loss is None
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
            r'Another program holds "Desk"\. Close it',
        ),
        (
            ScriptedPortAudio(refusal="Permission denied"),
            r'does not let captioner hear "Desk"\. Allow the microphone',
        ),
        (ScriptedPortAudio(rates=()), r'"Desk" gives no sound that can be read\. Choose another'),
        (ScriptedPortAudio(refusal="Moon"), r'"Desk" cannot be opened: Moon\. Look at the privacy'),
        (ScriptedPortAudio(has_microphone=False), r"There is no microphone\. Connect one"),
    ],
)
def test_a_microphone_that_does_not_open_says_why(library: ScriptedPortAudio, message: str) -> None:
    async def scenario() -> None:
        async with microphone(library):
            pass

    with pytest.raises(SourceError, match=message):
        asyncio.run(scenario())


@pytest.mark.parametrize("rate", [44_100.0, 16_000.0, 8_000.0])
def test_a_device_that_refuses_its_own_rate_is_asked_for_others(rate: float) -> None:
    async def scenario() -> None:
        async with hearing(microphone(ScriptedPortAudio(rates=(rate,)))) as heard:
            await heard.seconds(0.3)
            assert abs(int(heard.frames[-1].samples[-1, 0]) - 5_000) < 10

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("refusal", "cause"), [("Device or resource busy", "busy"), ("Permission denied", "denied")]
)
def test_a_device_that_was_lost_says_why_it_does_not_come_back_and_comes_back(
    refusal: str, cause: Cause
) -> None:
    async def scenario() -> None:
        library = ScriptedPortAudio()
        source = microphone(library)
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            library.refusal = refusal
            library.unplugged.set()
            await until(lambda: source.loss is not None and source.loss.cause == cause)
            lost = source.loss
            library.refusal = None
            await heard.seconds(0.1)
            assert source.loss is None
            assert lost
            assert lost.since < heard.frames[-1].start

    asyncio.run(scenario())


def test_a_device_that_is_not_listed_any_more_is_unplugged_for_as_long_as_it_lasts() -> None:
    async def scenario() -> None:
        library = ScriptedPortAudio()
        source = microphone(library, "Desk")
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            library.has_microphone = False
            library.unplugged.set()
            await until(lambda: library.looks >= 2)
            assert source.loss
            assert (source.loss.cause, source.loss.message) == UNPLUGGED
            library.has_microphone = True
            await heard.seconds(0.1)

    asyncio.run(scenario())


class Restarting(ScriptedPortAudio):
    """PortAudio that does not start again at once when it is to look again."""

    def _initialize(self) -> None:
        super()._initialize()
        if self.looks == 1:
            raise ScriptError("PortAudio not initialized", -10000)

    def query_devices(self) -> list[dict[str, Any]]:
        if self.looks == 1:
            raise ScriptError("PortAudio not initialized", -10000)
        return super().query_devices()


def test_a_portaudio_that_fails_while_it_looks_for_a_device_is_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("captioner.audio.direct.RETRY", 0.01)

    async def scenario() -> None:
        library = Restarting()
        source = microphone(library)
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            library.unplugged.set()
            await until(lambda: library.looks >= 2)
            await heard.seconds(0.1)
            assert source.loss is None

    asyncio.run(scenario())


def test_a_driver_that_stops_giving_sound_is_noticed_within_a_second_and_forgiven() -> None:
    async def scenario() -> None:
        library = Mute()
        source = microphone(library)
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            library.deaf.set()
            await until(lambda: source.loss is not None)
            assert library.looks == 0  # said before the stream is given up
            library.deaf.clear()
            await heard.seconds(0.1)
            assert source.loss is None

    asyncio.run(scenario())

"""The contract with Windows, over a recorded device layer."""

import asyncio
import threading

import numpy as np
import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback.captured import CapturedSource
from captioner.audio.loopback.windows import WindowsComputer
from captioner.audio.output import Output
from captioner.audio.wasapi import load, outputs
from captioner.streaming.errors import SourceError
from tests.audio.live import Heard, hearing, until
from tests.audio.loopback.computers import DENIED, HEADSET, IN_USE, SCREEN, WindowsSound


def source_of(sound: WindowsSound, name: str | None = None) -> CapturedSource:
    return CapturedSource(WindowsComputer(name, sound), start=0, clock=MeetingClock())


def last_value(heard: Heard) -> float:
    return float(heard.frames[-1].samples[-1, 0]) / 32768


def test_the_default_is_captured_in_frames_of_the_meeting_clock_and_closed() -> None:
    sound = WindowsSound(HEADSET, SCREEN)

    async def scenario() -> None:
        source = source_of(sound)
        async with hearing(source) as heard:
            await heard.seconds(0.5)
            assert source.device == HEADSET.name
            assert last_value(heard) == pytest.approx(0.25, abs=0.001)
            assert {frame.channels for frame in heard.frames} == {1}
            assert source.loss is None
            assert not source.substitute

    asyncio.run(scenario())

    assert sound.calls == [f"open {HEADSET.id} 48000 2 48000", f"close {HEADSET.id}"]
    assert "capture" not in [thread.name for thread in threading.enumerate()]


def test_a_new_default_is_followed() -> None:
    sound = WindowsSound(HEADSET, SCREEN)

    async def scenario() -> None:
        source = source_of(sound)
        async with hearing(source) as heard:
            await heard.seconds(0.2)
            sound.default = SCREEN
            await until(lambda: source.device == SCREEN.name)
            await until(lambda: abs(last_value(heard) - 0.5) < 0.001)

    asyncio.run(scenario())


def test_a_named_one_that_is_unplugged_is_replaced_by_the_default_until_it_is_back() -> None:
    sound = WindowsSound(SCREEN, HEADSET)

    async def scenario() -> None:
        source = source_of(sound, "headset")
        async with hearing(source) as heard:
            await heard.seconds(0.2)
            assert (source.device, source.substitute) == (HEADSET.name, False)
            sound.speakers.remove(HEADSET)
            await until(lambda: (source.device, source.substitute) == (SCREEN.name, True))
            sound.speakers.append(HEADSET)
            await until(lambda: (source.device, source.substitute) == (HEADSET.name, False))
            assert all(np.min(frame.samples) >= 0 for frame in heard.frames), "a microphone was heard"

    asyncio.run(scenario())


def test_the_last_one_that_is_unplugged_is_a_loss_and_ends_when_it_is_back() -> None:
    sound = WindowsSound(HEADSET)

    async def scenario() -> None:
        source = source_of(sound)
        async with hearing(source) as heard:
            await heard.seconds(0.2)
            sound.speakers, sound.default = [], None
            await until(lambda: source.loss is not None)
            assert source.loss is not None
            assert (source.loss.cause, source.device) == ("unplugged", None)
            assert source.loss.since == heard.frames[-1].end
            sound.speakers, sound.default = [HEADSET], HEADSET
            await until(lambda: source.loss is None)
            assert source.device == HEADSET.name

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("fault", "cause", "words"),
    [
        (IN_USE, "busy", "Another program holds"),
        (DENIED, "denied", "Windows does not let"),
        ("Error 0x88890010", "server", "sound service"),
        ("unsupported format 0x88890008", "format", "48 kHz"),
        ("Could not create capture buffer", "failed", "Could not create capture buffer"),
    ],
)
def test_each_fault_has_a_cause_in_words_at_the_start_and_later(fault: str, cause: str, words: str) -> None:
    sound = WindowsSound(HEADSET)

    async def scenario() -> None:
        source = source_of(sound)
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            sound.fault = fault
            await until(lambda: source.loss is not None)
            assert source.loss is not None
            assert source.loss.cause == cause
            assert words in source.loss.message
        async with source_of(sound):
            pass

    with pytest.raises(SourceError, match=words):
        asyncio.run(scenario())


@pytest.mark.parametrize(
    ("sound", "name", "words"),
    [
        (WindowsSound(HEADSET), "attic", r'no loudspeaker or headset "attic"\. There is: Headset \(Jabra\)'),
        (WindowsSound(), None, "no loudspeaker or headset to listen to. Connect one"),
    ],
)
def test_what_is_not_there_is_refused_with_what_there_is(
    sound: WindowsSound, name: str | None, words: str
) -> None:
    async def scenario() -> None:
        async with source_of(sound, name):
            pass

    with pytest.raises(SourceError, match=words):
        asyncio.run(scenario())


def test_every_loudspeaker_is_listed_also_without_a_default() -> None:
    sound = WindowsSound(HEADSET, SCREEN)
    sound.default = None

    assert outputs(sound) == [Output(each.id, each.name, False) for each in (HEADSET, SCREEN)]


def test_without_the_package_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "soundcard", None)

    with pytest.raises(SourceError, match="needs the package soundcard"):
        load()

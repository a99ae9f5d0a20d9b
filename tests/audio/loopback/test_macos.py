"""The contract with macOS, over a recorded device layer."""

import asyncio
import sys
import threading
from collections.abc import Callable

import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback.captured import CapturedSource, CaptureError
from captioner.audio.loopback.macos import EVERYTHING, MacComputer
from captioner.audio.output import Output
from captioner.audio.taps import Buffer, load, outputs
from captioner.streaming.errors import SourceError
from tests.audio.live import hearing, until
from tests.audio.loopback.computers import AudioDevice, Format, MacSound, Tap

SPEAKERS = AudioDevice("built-in", "MacBook Speakers", is_default_output=True)
BUDS = AudioDevice("buds", "Buds", output_streams=("left and right",))
MICROPHONE = AudioDevice("mic", "MacBook Microphone", output_streams=())


def source_of(sound: MacSound, name: str | None = None) -> CapturedSource:
    return CapturedSource(MacComputer(name, sound), start=0, clock=MeetingClock())


@pytest.mark.parametrize("form", [Format(), Format(48_000.0, 2), Format(48_000.0, 2, 16, "signed_integer")])
def test_all_that_is_played_becomes_frames_of_the_meeting_clock_whatever_the_format(form: Format) -> None:
    sound = MacSound([SPEAKERS], form)

    async def scenario() -> None:
        source = source_of(sound)
        async with hearing(source) as heard:
            await heard.seconds(0.5)
            assert source.device == EVERYTHING
            assert float(heard.frames[-1].samples[-1, 0]) / 32768 == pytest.approx(0.25, abs=0.002)
            assert {frame.channels for frame in heard.frames} == {1}

    asyncio.run(scenario())

    assert sound.calls == ["everything, mono True", "close"]
    assert not {"capture", "catap"} & {thread.name for thread in threading.enumerate()}


def test_a_named_one_is_tapped_alone_and_replaced_by_everything_while_it_is_gone() -> None:
    sound = MacSound([SPEAKERS, BUDS])

    async def scenario() -> None:
        source = source_of(sound, "buds")
        async with hearing(source) as heard:
            await heard.seconds(0.2)
            assert (source.device, source.substitute) == ("Buds", False)
            sound.devices.remove(BUDS)
            await until(lambda: (source.device, source.substitute) == (EVERYTHING, True))
            sound.devices.append(BUDS)
            await until(lambda: (source.device, source.substitute) == ("Buds", False))

    asyncio.run(scenario())

    assert [call for call in sound.calls if call != "close"] == [
        "device left and right",
        "everything, mono True",
        "device left and right",
    ]


class Fleeting(MacSound):
    """A Mac whose buds go right after they were looked at."""

    def record_device(self, device: object, *, on_buffer: Callable[[Buffer], None]) -> Tap:
        raise NotImplementedError

    def list_audio_devices(self) -> list[AudioDevice]:
        found = super().list_audio_devices()
        self.calls.append("list")
        return found[: 1 if len(self.calls) > 2 else None]


def test_a_device_that_goes_between_two_looks_is_unplugged() -> None:
    computer = MacComputer("buds", Fleeting([SPEAKERS, BUDS]))
    computer.settle()

    with pytest.raises(CaptureError, match="was unplugged"), computer.capture():
        pass


def test_a_tap_that_fails_is_a_loss_and_another_one_is_begun() -> None:
    sound = MacSound([SPEAKERS])

    async def scenario() -> None:
        source = source_of(sound)
        async with hearing(source) as heard:
            await heard.seconds(0.2)
            sound.sessions[0].capture_failed = True
            await until(lambda: source.loss is not None)
            assert source.loss is not None
            assert source.loss.cause == "unplugged"
            await until(lambda: source.loss is None and source.device == EVERYTHING)
            assert len(sound.sessions) == 2

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (PermissionError(1, "not permitted"), "macOS does not let this program listen. Allow it in System"),
        (OSError("status 560947818"), "Recording does not work: status 560947818"),
    ],
)
def test_a_tap_that_is_refused_says_why_and_leaves_nothing_open(refusal: Exception, words: str) -> None:
    sound = MacSound([SPEAKERS], refusal=refusal)

    async def scenario() -> None:
        async with source_of(sound):
            pass

    with pytest.raises(SourceError, match=words):
        asyncio.run(scenario())

    assert sound.calls[-1] == "close"


def test_a_format_that_nobody_knows_is_a_loss() -> None:
    sound = MacSound([SPEAKERS], Format(48_000.0, 1, 24, "signed_integer"))

    async def scenario() -> None:
        source = source_of(sound)
        async with source:
            await until(lambda: source.loss is not None)
            assert source.loss is not None
            assert (source.loss.cause, "24 bits" in source.loss.message) == ("format", True)

    asyncio.run(scenario())


def test_an_unknown_name_is_refused_with_what_there_is() -> None:
    async def scenario() -> None:
        async with source_of(MacSound([SPEAKERS, MICROPHONE]), "attic"):
            pass

    with pytest.raises(SourceError, match=r"There is: MacBook Speakers$"):
        asyncio.run(scenario())


def test_what_can_be_played_on_is_listed() -> None:
    assert outputs(MacSound([SPEAKERS, MICROPHONE, BUDS])) == [
        Output("built-in", "MacBook Speakers", True),
        Output("buds", "Buds", False),
    ]


@pytest.mark.parametrize("version", ["13.6.1", "14.3", ""])
def test_an_older_system_gets_a_guide(version: str) -> None:
    with pytest.raises(SourceError, match=r"needs macOS 14\.4.*virtual device such as BlackHole"):
        load(version)


def test_without_the_package_the_guide_is_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "catap", None)

    with pytest.raises(SourceError, match=r"needs the package catap.*BlackHole"):
        load("15.1")

"""Which system's capture is chosen, and what it lists."""

import sys

import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.devices import Device, list_devices
from captioner.audio.loopback import system_source
from captioner.audio.loopback.captured import CapturedSource
from captioner.audio.loopback.macos import MacComputer
from captioner.audio.loopback.windows import WindowsComputer
from captioner.audio.portaudio import Input
from captioner.streaming.errors import SourceError
from tests.audio.loopback.computers import HEADSET, AudioDevice, MacSound, WindowsSound


@pytest.fixture
def one_microphone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Input(0, "Desk", 48_000.0, is_default=True)]
    monkeypatch.setattr("captioner.audio.devices.inputs", lambda: found)


@pytest.mark.parametrize(("platform", "computer"), [("win32", WindowsComputer), ("darwin", MacComputer)])
def test_each_system_has_a_capture_of_its_own(
    platform: str, computer: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = MeetingClock()
    monkeypatch.setattr(sys, "platform", platform)

    source = system_source("Headset", clock=clock)

    assert isinstance(source, CapturedSource)
    assert isinstance(source._computer, computer)  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize(
    ("platform", "device", "words"),
    [
        ("win32", "app:Zoom", r"on Linux only\. Choose a loudspeaker or headset"),
        ("freebsd14", None, r"not built on this system\. Choose a microphone or a recording"),
    ],
)
def test_what_a_system_does_not_have_is_refused_at_once(
    platform: str, device: str | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = MeetingClock()
    monkeypatch.setattr(sys, "platform", platform)

    with pytest.raises(SourceError, match=words):
        system_source(device, clock=clock)


def test_windows_lists_its_loudspeakers_beside_the_microphones(
    one_microphone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "soundcard", WindowsSound(HEADSET))
    monkeypatch.setattr(sys, "platform", "win32")

    assert list_devices() == [
        Device("Desk", "Desk", "microphone", is_default=True),
        Device(HEADSET.id, HEADSET.name, "system", is_default=True),
    ]


def test_macos_lists_what_it_plays_on_beside_the_microphones(
    one_microphone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    speakers = AudioDevice("built-in", "MacBook Speakers", is_default_output=True)
    monkeypatch.setitem(sys.modules, "catap", MacSound([speakers]))
    monkeypatch.setattr("platform.mac_ver", lambda: ("15.1", ("", "", ""), "arm64"))
    monkeypatch.setattr(sys, "platform", "darwin")

    assert list_devices()[1:] == [Device("built-in", "MacBook Speakers", "system", is_default=True)]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_without_the_package_the_microphones_are_listed_all_the_same(
    platform: str, one_microphone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("soundcard", "catap"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr("platform.mac_ver", lambda: ("15.1", ("", "", ""), "arm64"))
    monkeypatch.setattr(sys, "platform", platform)

    assert [device.kind for device in list_devices()] == ["microphone"]

"""PortAudio, narrowed: which inputs count, and what happens where the library is missing."""

import sys
from dataclasses import dataclass, field
from typing import Any

import pytest

from captioner.audio.portaudio import Callback, Input, Stream, inputs, load, look_again, reason_of
from captioner.audio.source import Cause
from captioner.streaming.errors import SourceError


@dataclass
class Listed:
    """A PortAudio that knows these devices: (name, host interface, input channels)."""

    hosts: list[str]
    devices: list[tuple[str, int, int]]
    default: int = 0
    calls: list[str] = field(default_factory=list[str])

    PortAudioError: type[Exception] = OSError

    def query_hostapis(self) -> tuple[dict[str, Any], ...]:
        return tuple({"name": name, "default_input_device": self.default} for name in self.hosts)

    def query_devices(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "hostapi": host, "max_input_channels": width, "default_samplerate": 44_100.0}
            for name, host, width in self.devices
        ]

    def InputStream(self, *, callback: Callback, **_rest: object) -> Stream:  # noqa: N802
        raise NotImplementedError

    def _initialize(self) -> None:
        self.calls.append("initialize")

    def _terminate(self) -> None:
        self.calls.append("terminate")


def test_what_cannot_be_recorded_is_left_out_and_the_others_keep_their_index() -> None:
    library = Listed(["ALSA"], [("Speaker", 0, 0), ("Desk", 0, 1), ("Headset", 0, 2)], default=2)

    assert inputs(library) == [
        Input(1, "Desk", 44_100.0, is_default=False),
        Input(2, "Headset", 44_100.0, is_default=True),
    ]


def test_a_microphone_that_windows_lists_twice_is_there_once() -> None:
    library = Listed(["MME", "Windows WASAPI"], [("Desk", 0, 1), ("Desk", 1, 1)], default=1)

    assert inputs(library) == [Input(1, "Desk", 44_100.0, is_default=True)]


def test_several_interfaces_elsewhere_are_all_listed() -> None:
    library = Listed(["ALSA", "JACK"], [("Desk", 0, 1), ("system", 1, 2)])

    assert [each.name for each in inputs(library)] == ["Desk", "system"]


def test_looking_again_stops_portaudio_before_it_is_started() -> None:
    library = Listed([], [])

    look_again(library)

    assert library.calls == ["terminate", "initialize"]


class Stopped(Listed):
    """A PortAudio that did not start again, and does not know its devices."""

    def query_devices(self) -> list[dict[str, Any]]:
        raise OSError("PortAudio not initialized")

    def _terminate(self) -> None:
        raise OSError("PortAudio not initialized")


def test_a_portaudio_that_has_stopped_is_started_and_lists_nothing_until_it_is() -> None:
    library = Stopped(["ALSA"], [])

    with pytest.raises(SourceError, match=r"cannot be listed: PortAudio not initialized\. Start"):
        inputs(library)
    look_again(library)

    assert library.calls == ["initialize"]


def test_without_the_library_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)

    with pytest.raises(SourceError, match=r"PortAudio library is missing\. Install libportaudio2"):
        load()


UNANTICIPATED = ("Error opening InputStream: Unanticipated host error", -9999)


@pytest.mark.parametrize(
    ("raised", "cause"),
    [
        (("Error opening InputStream: Device unavailable", -9985), "busy"),
        ((*UNANTICIPATED, (0, -16, "Device or resource busy")), "busy"),
        ((*UNANTICIPATED, (0, 0x8889000A - 2**32, "")), "busy"),
        ((*UNANTICIPATED, (0, 4, "The specified device is already in use")), "busy"),
        ((*UNANTICIPATED, (0, -13, "Permission denied")), "denied"),
        ((*UNANTICIPATED, (0, 0x80070005 - 2**32, "")), "denied"),
        ((*UNANTICIPATED, (0, 1, "Access is denied.")), "denied"),
        (("Error opening InputStream: Invalid sample rate", -9997), "format"),
        (("Error opening InputStream: Invalid number of channels", -9998), "format"),
        (("Sample format not supported",), "format"),
        ((*UNANTICIPATED, (0, -19, "No such device")), "unplugged"),
        ((*UNANTICIPATED, (0, 0x88890004 - 2**32, "")), "unplugged"),
        (("Error opening InputStream: Invalid device", -9996), "failed"),
        ((), "failed"),
    ],
)
def test_the_cause_is_known_by_code_or_by_words(raised: tuple[Any, ...], cause: Cause) -> None:
    assert reason_of(OSError(*raised) if len(raised) < 2 else Exception(*raised), "Desk").cause == cause


def test_what_is_not_known_is_told_in_the_systems_own_words() -> None:
    reason = reason_of(Exception("Error starting stream", -9999, (0, 7, "Moon in the way")), "Desk")

    assert reason.message == '"Desk" cannot be opened: Error starting stream Moon in the way'
    assert "privacy settings" in reason.hint

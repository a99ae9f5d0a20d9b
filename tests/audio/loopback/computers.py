"""The sound of Windows and of macOS, recorded: libraries that answer as theirs did, and note every call."""

import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from captioner.audio import taps


@dataclass(frozen=True)
class Speaker:
    """A loudspeaker of Windows."""

    id: str
    name: str


HEADSET = Speaker("{0.0.0.00000000}.{head}", "Headset (Jabra)")
SCREEN = Speaker("{0.0.0.00000000}.{hdmi}", "Screen (HDMI)")
INVALIDATED, IN_USE, DENIED = "Error 0x88890004", "Error 0x8889000a", "Error 0x80070005"


class WindowsSound:
    """The module soundcard: two loudspeakers, each of which plays a constant (0.25 and 0.5).

    A microphone has the same name as the headset, so that who asks by name gets it. `fault`: what every
    stream raises from now on.
    """

    def __init__(self, *speakers: Speaker) -> None:
        self.speakers = list(speakers)
        self.default = self.speakers[0] if speakers else None
        self.fault: str | None = None
        self.calls: list[str] = []

    def all_speakers(self) -> list[Speaker]:
        return list(self.speakers)

    def default_speaker(self) -> Speaker:
        if self.default is None:
            raise RuntimeError("Error 0x80070490")
        return self.default

    def all_microphones(self, include_loopback: bool) -> "list[Recordable]":
        microphone = Recordable(self, HEADSET.name, isloopback=False, value=-1.0)
        values = {HEADSET.id: 0.25, SCREEN.id: 0.5}
        return [microphone, *(Recordable(self, each.id, True, values[each.id]) for each in self.speakers)]


@dataclass
class Recordable:
    """What can be recorded: a loopback, or the microphone."""

    sound: WindowsSound
    id: str
    isloopback: bool
    value: float

    @contextmanager
    def recorder(self, samplerate: int, channels: int, blocksize: int) -> "Generator[Recordable]":
        self.sound.calls.append(f"open {self.id} {samplerate} {channels} {blocksize}")
        if self.sound.fault:
            raise RuntimeError(self.sound.fault)
        try:
            yield self
        finally:
            self.sound.calls.append(f"close {self.id}")

    def record(self, numframes: int) -> NDArray[np.float32]:
        if self.sound.fault or self.id not in [each.id for each in self.sound.speakers]:
            raise RuntimeError(self.sound.fault or INVALIDATED)
        time.sleep(numframes / 48_000)
        return np.full((numframes, 2), self.value, np.float32)


@dataclass
class Format:
    """How a tap's samples lie."""

    sample_rate: float = 44_100.0
    num_channels: int = 1
    bits_per_sample: int = 32
    sample_type: str = "float"


@dataclass
class Buffer:
    """10 ms of a tap."""

    data: bytes
    format: Format


@dataclass
class AudioDevice:
    """A device of macOS."""

    uid: str
    name: str
    is_default_output: bool = False
    output_streams: Sequence[object] = ("stream",)


@dataclass
class MacSound:
    """The module catap: a tap gives the constant 0.25 in `format`, until it has failed."""

    devices: list[AudioDevice]
    format: Format = field(default_factory=Format)
    refusal: Exception | None = None
    calls: list[str] = field(default_factory=list[str])
    sessions: "list[Tap]" = field(default_factory=list["Tap"])

    def list_audio_devices(self) -> list[AudioDevice]:
        return list(self.devices)

    def record_system_audio(self, *, mono: bool, on_buffer: Callable[[taps.Buffer], None]) -> "Tap":
        self.calls.append(f"everything, mono {mono}")
        return self._tap(on_buffer)

    def record_device(self, device: object, *, on_buffer: Callable[[taps.Buffer], None]) -> "Tap":
        self.calls.append(f"device {device}")
        return self._tap(on_buffer)

    def _tap(self, on_buffer: Callable[[taps.Buffer], None]) -> "Tap":
        self.sessions.append(Tap(self, on_buffer))
        return self.sessions[-1]


class Tap:
    """A session of catap with a worker thread of its own."""

    def __init__(self, sound: MacSound, on_buffer: Callable[[taps.Buffer], None]) -> None:
        self.sound = sound
        self.on_buffer = on_buffer
        self.capture_failed = False
        self.closed = threading.Event()
        self.stream_format: Format | None = None
        self.thread = threading.Thread(target=self.play, name="catap")

    def start(self) -> None:
        if self.sound.refusal:
            raise self.sound.refusal
        self.stream_format = self.sound.format
        self.thread.start()

    def play(self) -> None:
        form = self.sound.format
        dtype = "<f4" if form.sample_type == "float" else "<i2"
        value = 0.25 if form.sample_type == "float" else 8_192
        data = np.full((round(form.sample_rate / 100), form.num_channels), value, dtype).tobytes()
        while not self.capture_failed and not self.closed.wait(0.01):
            self.on_buffer(Buffer(data, form))

    def close(self) -> None:
        self.sound.calls.append("close")
        self.closed.set()
        if self.thread.ident is not None:
            self.thread.join()

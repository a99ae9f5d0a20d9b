"""What the computer plays, on Windows: WASAPI's loopback of a loudspeaker or headset."""

import re
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from captioner.audio.devices import Device, find_device
from captioner.audio.loopback.captured import Capture, CaptureError
from captioner.audio.losses import BUSY, UNPLUGGED, Reason
from captioner.audio.output import Output
from captioner.audio.wasapi import RATE, Recordable, Recorder, SoundCard, load, outputs
from captioner.streaming.errors import SourceError

BLOCK = RATE // 50
"""Samples read at a time: 20 ms."""

KEPT = RATE
"""Samples that Windows keeps for us while this process is busy: 1 s."""

LOOK = 0.5
"""Seconds between two looks at which device is wanted."""

_REASONS = {
    "0x88890004": UNPLUGGED,
    "0x8889000a": BUSY,
    "0x80070005": Reason(
        "denied", "Windows does not let this program listen", "Allow it in Settings, Privacy"
    ),
    "0x88890008": Reason("format", "The sound device refuses 48 kHz", "Choose another sound device"),
    "0x88890010": Reason("server", "The sound service of Windows has stopped", "Start Windows Audio again"),
}
"""The numbers of WASAPI that people can do something about (audioclient.h)."""


class WindowsComputer:
    """The loopback of one loudspeaker or headset by name, or of whichever is the default now.

    `library` is soundcard, loaded where it is needed unless given.
    """

    def __init__(self, name: str | None, library: SoundCard | None = None) -> None:
        self._name = name
        self._library = library

    def settle(self) -> None:
        """From here on the name is Windows' own id. Raises `SourceError` where there is none like it."""
        try:
            found = outputs(self._loaded())
        except RuntimeError as error:
            raise _error(str(error)) from error
        if self._name is not None:
            known = [Device(each.id, each.name, "system", each.is_default) for each in found]
            self._name = find_device("system", self._name, known).id
        elif not found:
            raise SourceError("There is no loudspeaker or headset to listen to", "Connect one")

    @contextmanager
    def capture(self) -> Generator[Capture]:
        """Open what is wanted now. Raises `CaptureError`, also inside, when it is gone."""
        try:
            wanted = self._wanted()
            recordable = self._loopback_of(wanted) if wanted else None
            if wanted is None or recordable is None:
                raise CaptureError(UNPLUGGED)
            # Two channels: Windows mixes down to these on every device, and not to one on all of them.
            with recordable.recorder(RATE, channels=2, blocksize=KEPT) as recorder:
                is_substitute = self._name not in (None, wanted.id)
                yield _Loopback(wanted.name, is_substitute, recorder, lambda: self._wanted() == wanted)
        except RuntimeError as error:
            raise _error(str(error)) from error

    def _loaded(self) -> SoundCard:
        self._library = self._library or load()
        return self._library

    def _wanted(self) -> Output | None:
        """The named one while it is there, else the default."""
        found = outputs(self._loaded())
        named = next((each for each in found if each.id == self._name), None)
        return named or next((each for each in found if each.is_default), None)

    def _loopback_of(self, output: Output) -> Recordable | None:
        # Not get_microphone(id): what it does not find it takes for a part of a name, and a microphone's at
        # that. The call must never be one.
        recordable = self._loaded().all_microphones(include_loopback=True)
        return next((each for each in recordable if each.isloopback and each.id == output.id), None)


def _error(words: str) -> CaptureError:
    number = re.search(r"0x[0-9a-f]{8}", words)
    known = _REASONS.get(number[0]) if number else None
    unknown = Reason("failed", f"Recording does not work: {words}", "Choose another sound device")
    return CaptureError(known or unknown)


@dataclass
class _Loopback:
    name: str
    is_substitute: bool
    recorder: Recorder
    is_wanted: Callable[[], bool]
    rate: float = RATE
    looked: float = 0.0

    def read(self, seconds: float) -> NDArray[np.float32] | None:
        """20 ms, zeros while nothing plays; None when another device is wanted."""
        if time.monotonic() - self.looked > LOOK:
            if not self.is_wanted():
                return None
            self.looked = time.monotonic()
        return self.recorder.record(BLOCK).mean(axis=1, keepdims=True, dtype=np.float32)

"""PortAudio through sounddevice, narrowed to the few things that we use of it."""

import importlib
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from captioner.audio.losses import UNPLUGGED, Reason
from captioner.audio.source import Cause
from captioner.streaming.errors import SourceError

_LISTING = threading.Lock()
"""PortAudio is one for the whole process: while it looks again it has no devices for anybody."""


class CallbackTime(Protocol):
    """When the first sample of a block was heard and when the callback ran, seconds on one clock."""

    inputBufferAdcTime: float  # noqa: N815  PortAudio's own name
    currentTime: float  # noqa: N815


Callback = Callable[[NDArray[np.int16], int, CallbackTime, object], None]


class Stream(Protocol):
    """An input stream that has been opened."""

    @property
    def active(self) -> bool: ...

    def start(self) -> None: ...
    def abort(self) -> None: ...
    def close(self) -> None: ...


class PortAudio(Protocol):
    """The part of the module sounddevice that we use."""

    @property
    def PortAudioError(self) -> type[Exception]: ...  # noqa: N802
    def query_devices(self) -> list[dict[str, Any]]: ...
    def query_hostapis(self) -> tuple[dict[str, Any], ...]: ...
    def InputStream(  # noqa: N802
        self,
        *,
        device: int,
        channels: int,
        samplerate: float,
        blocksize: int,
        latency: str,
        dtype: str,
        callback: Callback,
    ) -> Stream: ...
    def _initialize(self) -> None: ...
    def _terminate(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Input:
    """A device with at least one input channel; `index` holds until PortAudio looks again."""

    index: int
    name: str
    rate: float
    is_default: bool


def load() -> PortAudio:
    """Raises `SourceError` where the PortAudio library is missing."""
    try:
        # Imported here: the import itself loads the library and starts it.
        return cast("PortAudio", importlib.import_module("sounddevice"))
    except (ImportError, OSError) as error:
        raise SourceError("The PortAudio library is missing", "Install libportaudio2") from error


def look_again(library: PortAudio) -> None:
    """PortAudio lists its devices once, when it starts. Every open stream must be closed before.

    Raises `SourceError` where it does not start any more; it can be asked again.
    """
    with _LISTING, _in_words(library):
        # sounddevice has no public name for it.
        with suppress(library.PortAudioError):  # it did not start the last time
            library._terminate()  # pyright: ignore[reportPrivateUsage]
        library._initialize()  # pyright: ignore[reportPrivateUsage]


def inputs(library: PortAudio | None = None) -> list[Input]:
    """Every input of the host interface that serves best. Raises `SourceError` without PortAudio."""
    library = library or load()
    with _LISTING, _in_words(library):
        hosts, devices = list(library.query_hostapis()), library.query_devices()
    # The same microphone is listed by each of the interfaces of Windows; WASAPI has the least delay.
    host = next((number for number, each in enumerate(hosts) if each["name"] == "Windows WASAPI"), None)
    found: list[Input] = []
    for index, device in enumerate(devices):
        if device["max_input_channels"] > 0 and host in (None, device["hostapi"]):
            host_of_it = hosts[int(device["hostapi"])]
            rate = float(device["default_samplerate"])
            found.append(Input(index, str(device["name"]), rate, host_of_it["default_input_device"] == index))
    return found


@contextmanager
def _in_words(library: PortAudio) -> Generator[None]:
    try:
        yield
    except library.PortAudioError as error:
        raise SourceError(f"The microphones cannot be listed: {error}", "Start the program again") from error


_HOST_CODES: dict[int, Cause] = {
    # ALSA gives the negative number of the system's error.
    -13: "denied",
    -16: "busy",
    -19: "unplugged",
    # Windows: E_ACCESSDENIED, then AUDCLNT_E_DEVICE_IN_USE, _DEVICE_INVALIDATED, _UNSUPPORTED_FORMAT.
    0x80070005 - 2**32: "denied",
    0x8889000A - 2**32: "busy",
    0x88890004 - 2**32: "unplugged",
    0x88890008 - 2**32: "format",
}

_CODES: dict[int, Cause] = {
    -9998: "format",  # paInvalidChannelCount
    -9997: "format",  # paInvalidSampleRate
    -9994: "format",  # paSampleFormatNotSupported
    -9985: "busy",  # paDeviceUnavailable
}

_SAID: dict[str, Cause] = {
    "permission": "denied",
    "not permitted": "denied",
    "access denied": "denied",
    "access is denied": "denied",
    "no such device": "unplugged",
    "invalidated": "unplugged",
    "sample rate": "format",
    "channels": "format",
    "format": "format",
    "busy": "busy",
    "in use": "busy",
    "unavailable": "busy",
}


def reason_of(error: Exception, name: str) -> Reason:
    """Why an input cannot be opened, from PortAudio's error: words, code, the host's (api, code, words)."""
    given: list[Any] = [*error.args, *("", 0, None)[len(error.args) :]]
    words, code, host = given[:3]
    _, host_code, host_words = host or (0, 0, "")
    said = f"{words} {host_words}".strip()
    named: Iterator[Cause] = (cause for text, cause in _SAID.items() if text in said.casefold())
    known = _HOST_CODES.get(host_code) or _CODES.get(code) or next(named, None)
    cause: Cause = known or "failed"
    return Reason(cause, *_words(cause, name, said))


def _words(cause: Cause, name: str, said: str) -> tuple[str, str]:
    """What happened, and what to do."""
    match cause:
        case "busy":
            return f'Another program holds "{name}"', "Close it, or choose another microphone"
        case "denied":
            hint = "Allow the microphone in the privacy settings of the system"
            return f'This system does not let captioner hear "{name}"', hint
        case "format":
            return f'"{name}" gives no sound that can be read', "Choose another microphone"
        case "unplugged":
            return UNPLUGGED.message, UNPLUGGED.hint
        case _:
            # Windows says "invalid device", too, of one that its privacy settings keep from us.
            hint = "Look at the privacy settings of the system, or choose another microphone"
            return f'"{name}" cannot be opened: {said}', hint

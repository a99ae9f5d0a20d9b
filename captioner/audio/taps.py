"""macOS' process taps through catap, narrowed to the few things that we use of it."""

import importlib
import platform
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from captioner.audio.output import Output
from captioner.streaming.errors import SourceError

OLDEST = (14, 4)
"""The macOS from which a program may hear what others play, after a question to the person."""

GUIDE = (
    "Set up a virtual device such as BlackHole, let the call play into it and your headphones, "
    "and choose it as the microphone"
)


class Format(Protocol):
    """How the samples of a buffer lie: interleaved, little endian."""

    @property
    def sample_rate(self) -> float: ...
    @property
    def num_channels(self) -> int: ...
    @property
    def bits_per_sample(self) -> int: ...
    @property
    def sample_type(self) -> str:
        """ "float" or "signed_integer"."""
        ...


class Buffer(Protocol):
    """What was played in a few milliseconds."""

    @property
    def data(self) -> bytes: ...
    @property
    def format(self) -> Format: ...


class Session(Protocol):
    """A recording; `start` and `close` raise OSError or RuntimeError, `close` may be called twice."""

    @property
    def capture_failed(self) -> bool: ...
    @property
    def stream_format(self) -> Format | None: ...
    def start(self) -> None: ...
    def close(self) -> None: ...


class AudioDevice(Protocol):
    """A device; `uid` stays. It can be played on if it has output streams."""

    @property
    def uid(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_default_output(self) -> bool: ...
    @property
    def output_streams(self) -> Sequence[object]: ...


class Catap(Protocol):
    """The part of the module catap that we use."""

    def list_audio_devices(self) -> Sequence[AudioDevice]: ...
    def record_system_audio(self, *, mono: bool, on_buffer: Callable[[Buffer], None]) -> Session: ...
    def record_device(self, device: object, *, on_buffer: Callable[[Buffer], None]) -> Session: ...


def load(version: str | None = None) -> Catap:
    """`version`: that of macOS, asked for unless given. Raises `SourceError` with a way out where it is too
    old, or the package is missing."""
    found = platform.mac_ver()[0] if version is None else version
    if tuple(int(part) for part in found.split(".")[:2] if part.isdecimal()) < OLDEST:
        raise SourceError(f"Listening to what the computer plays needs macOS 14.4; this is {found}", GUIDE)
    try:
        return cast("Catap", importlib.import_module("catap"))
    except (ImportError, OSError) as error:
        raise SourceError("Listening to what the computer plays needs the package catap", GUIDE) from error


def outputs(library: Catap | None = None) -> list[Output]:
    """Everything that this computer can play on. Raises `SourceError` where it cannot be heard."""
    found = (library or load()).list_audio_devices()
    return [Output(each.uid, each.name, each.is_default_output) for each in found if each.output_streams]

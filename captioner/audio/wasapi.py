"""Windows through soundcard, narrowed to the few things that we use of it."""

import importlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from captioner.audio.output import Output
from captioner.streaming.errors import SourceError

RATE = 48_000
"""What Windows mixes at on nearly every computer; where it does not, it converts."""


class Speaker(Protocol):
    """A loudspeaker or headset; `id` is Windows' own, and stays."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


class Recorder(Protocol):
    """An open device. Floats in ±1, shape (numframes, channels); zeros while nothing plays."""

    def record(self, numframes: int) -> NDArray[np.float32]: ...


class Recordable(Protocol):
    """A microphone, or (`isloopback`) what the speaker with the same id plays."""

    @property
    def id(self) -> str: ...
    @property
    def isloopback(self) -> bool: ...
    def recorder(
        self, samplerate: int, channels: int, blocksize: int
    ) -> AbstractContextManager[Recorder]: ...


class SoundCard(Protocol):
    """The part of the module soundcard that we use. Whatever fails raises RuntimeError with a number."""

    def all_speakers(self) -> Sequence[Speaker]: ...
    def default_speaker(self) -> Speaker: ...
    def all_microphones(self, include_loopback: bool) -> Sequence[Recordable]: ...


def load() -> SoundCard:
    """Raises `SourceError` where the package is missing."""
    try:
        # Imported here: the import itself loads the libraries of Windows.
        return cast("SoundCard", importlib.import_module("soundcard"))
    except (ImportError, OSError) as error:
        raise SourceError(
            "Listening to what the computer plays needs the package soundcard",
            "Set the program up again, or choose a microphone or a recording",
        ) from error


def outputs(library: SoundCard | None = None) -> list[Output]:
    """Everything that this computer can play on. Raises `SourceError` without the package."""
    library = library or load()
    try:
        default = library.default_speaker().id
    except RuntimeError:  # there is none
        default = ""
    return [Output(each.id, each.name, each.id == default) for each in library.all_speakers()]

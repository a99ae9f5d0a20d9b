"""What the computer plays, on macOS: a Core Audio process tap.

macOS asks the person once whether this program may listen; a "no" arrives as silence, not as an error.
"""

import queue
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from captioner.audio.devices import Device, find_device
from captioner.audio.loopback.captured import Capture, CaptureError
from captioner.audio.losses import UNPLUGGED, Reason
from captioner.audio.output import Output
from captioner.audio.resample import to_float
from captioner.audio.taps import Buffer, Catap, Session, load, outputs

KEPT = 1000
"""Buffers of about 10 ms that wait while this process is busy."""

LOOK = 0.5
"""Seconds between two looks at which device is wanted."""

EVERYTHING = "This Mac"
"""What is heard where no device is named: all that all programs play."""

_DENIED = Reason(
    "denied", "macOS does not let this program listen", "Allow it in System Settings, Privacy & Security"
)
_FAILURES = (OSError, RuntimeError, LookupError, ValueError)
_TYPES = {
    ("float", 32): "<f4",
    ("float", 64): "<f8",
    ("signed_integer", 16): "<i2",
    ("signed_integer", 32): "<i4",
}


class MacComputer:
    """All that is played, or what one loudspeaker or headset plays.

    `library` is catap, loaded where it is needed unless given.
    """

    def __init__(self, name: str | None, library: Catap | None = None) -> None:
        self._name = name
        self._library = library

    def settle(self) -> None:
        """From here on the name is macOS' own. Raises `SourceError` where there is none like it, or the
        system is too old: with a way out."""
        with _in_words():
            found = outputs(self._loaded())
        if self._name is not None:
            known = [Device(each.id, each.name, "system", each.is_default) for each in found]
            self._name = find_device("system", self._name, known).id

    @contextmanager
    def capture(self) -> Generator[Capture]:
        """Begin a tap of what is wanted now. Raises `CaptureError`, also inside, when it is gone."""
        with _in_words():
            waiting: queue.Queue[Buffer] = queue.Queue(KEPT)
            wanted = self._wanted()
            session = self._session(wanted, lambda buffer: _keep(waiting, buffer))
            try:
                session.start()
                name, is_substitute = (wanted.name, False) if wanted else (EVERYTHING, self._name is not None)
                yield _Tap(name, is_substitute, session, waiting, lambda: self._wanted() == wanted)
            finally:
                with suppress(*_FAILURES):
                    session.close()

    def _loaded(self) -> Catap:
        self._library = self._library or load()
        return self._library

    def _wanted(self) -> Output | None:
        """The named one while it is there; None means everything."""
        if self._name is None:
            return None
        return next((each for each in outputs(self._loaded()) if each.id == self._name), None)

    def _session(self, wanted: Output | None, keep: Callable[[Buffer], None]) -> Session:
        library = self._loaded()
        if wanted is None:
            return library.record_system_audio(mono=True, on_buffer=keep)
        device = next((each for each in library.list_audio_devices() if each.uid == wanted.id), None)
        if device is None:
            raise CaptureError(UNPLUGGED)  # since it was looked for
        return library.record_device(device.output_streams[0], on_buffer=keep)


@contextmanager
def _in_words() -> Generator[None]:
    try:
        yield
    except PermissionError as error:
        raise CaptureError(_DENIED) from error
    except _FAILURES as error:
        words = f"Recording does not work: {error}"
        raise CaptureError(Reason("failed", words, "Choose another sound device")) from error


def _keep(waiting: "queue.Queue[Buffer]", buffer: Buffer) -> None:
    """catap's thread: hand over, nothing else. A full queue drops, a hole on the clock."""
    with suppress(queue.Full):
        waiting.put_nowait(buffer)


@dataclass
class _Tap:
    name: str
    is_substitute: bool
    session: Session
    waiting: "queue.Queue[Buffer]"
    is_wanted: Callable[[], bool]
    looked: float = 0.0

    @property
    def rate(self) -> float:
        """In samples a second, known once it has begun."""
        found = self.session.stream_format
        return found.sample_rate if found else 48_000.0

    def read(self, seconds: float) -> NDArray[np.float32] | None:
        """One buffer; nothing while macOS hands none over; None when another device is wanted."""
        if time.monotonic() - self.looked > LOOK:
            if self.session.capture_failed:
                raise CaptureError(UNPLUGGED)
            if not self.is_wanted():
                return None
            self.looked = time.monotonic()
        try:
            return _decoded(self.waiting.get(timeout=seconds))
        except queue.Empty:
            return np.empty((0, 1), np.float32)


def _decoded(buffer: Buffer) -> NDArray[np.float32]:
    form = buffer.format
    kind = _TYPES.get((form.sample_type, form.bits_per_sample))
    if kind is None:
        words = f"The sound device gives {form.bits_per_sample} bits a sample"
        raise CaptureError(Reason("format", words, "Choose another sound device"))
    samples = to_float(np.frombuffer(buffer.data, kind).reshape(-1, form.num_channels))
    return samples.mean(axis=1, keepdims=True, dtype=np.float32)

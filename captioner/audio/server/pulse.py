"""The sound server of Linux, PulseAudio or PipeWire, through the one protocol that both speak."""

import importlib
import re
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from captioner.audio.server.libpulse import Event, Info, Pulse
from captioner.audio.server.place import SLICE, Place
from captioner.streaming.errors import SourceError

CONNECT_TIMEOUT = 2.0
"""Seconds until a server that does not answer the door counts as hung."""

T = TypeVar("T")


class NoSoundServerError(SourceError):
    """There is no sound server here at all, so asking PortAudio instead makes sense.

    Not raised for a server that hangs: PortAudio would hang with it, for two minutes.
    """


@dataclass(frozen=True, slots=True)
class Port:
    """A source of the server, described for people; its `index` is a new one whenever it comes back.

    `rate` in samples a second. `properties`: what the server knows of it, by PulseAudio's names; of a
    monitor, those of its sink.
    """

    index: int
    name: str
    description: str
    rate: int = field(default=0, compare=False)
    channels: int = field(default=1, compare=False)
    is_muted: bool = field(default=False, compare=False)
    properties: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)


@dataclass(frozen=True, slots=True)
class Playing:
    """A stream that a program plays: `index` is its own, `sink` that of where it is heard.

    `is_corked`: it is there and plays nothing at the moment.
    """

    index: int
    sink: int
    is_corked: bool
    properties: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)


@dataclass(frozen=True, slots=True)
class Recording:
    """A stream that a program records: `source` is the index of what it is really connected to."""

    source: int
    properties: Mapping[str, str] = field(default_factory=dict[str, str], compare=False)


class SoundServer:
    """A connection to the sound server. Everything blocks; only `abort` may be called from other threads.

    Opening raises `NoSoundServerError` when there is none. Opening and every question raise `SourceError`
    when the server is gone, does not answer, or was aborted. `starts` lets libpulse start a
    PulseAudio where the system wants that, as for any other program.
    """

    def __init__(self, *, starts: bool) -> None:
        try:
            # Imported here: loading it loads libpulse, which other systems do not have.
            library: Any = importlib.import_module("pulsectl")
        except (ImportError, OSError) as error:
            cause = "The library of the sound server is missing"
            raise NoSoundServerError(cause, "Install libpulse0") from error
        self._missing: type[Exception] = library.PulseIndexError
        self._failures: tuple[type[Exception], ...] = (
            TimeoutError,
            ConnectionError,
            library.PulseError,
            library.PulseDisconnected,
            library._pulsectl.LibPulse.CallError,
        )
        self._stop: type[Exception] = library.PulseLoopStop
        self._changed = False
        self._touched: set[int] = set()
        self._is_aborted = False
        self._closing = threading.Lock()
        self._pulse: Pulse | None = cast("Pulse", library.Pulse("captioner", connect=False))
        self._place = Place(self._pulse, library._pulsectl)
        try:
            # pulsectl's own timeout always waits to its end, also when connected.
            with self.within(CONNECT_TIMEOUT), self._answered() as pulse:
                pulse.connect(autospawn=starts)
                self.is_pipewire = "PipeWire" in pulse.server_info().server_name
        except SourceError as error:
            self.close()
            if self._is_aborted:
                raise
            raise NoSoundServerError(
                "There is no sound server on this computer", "Start PipeWire or PulseAudio, or log in again"
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; a second time does nothing."""
        with self._closing:
            pulse, self._pulse = self._pulse, None
        if pulse is not None:
            pulse.close()

    def abort(self) -> None:
        """From any thread: whatever waits for the server now, or asks later, raises at once."""
        with self._closing:
            self._is_aborted = True
            if self._pulse is not None:
                # A question waits for its answer only while `connected` holds.
                self._pulse.connected = False
                self._pulse.event_listen_stop()

    @property
    def is_given_up(self) -> bool:
        """Whether it was aborted, or let a question wait for too long."""
        return self._is_aborted

    @contextmanager
    def within(self, seconds: float) -> Generator[None]:
        """Abort whatever is asked inside and not answered in time."""
        answered = threading.Event()

        def watch() -> None:
            # In slices: a program that stood still has not waited for the server.
            for _ in range(max(1, round(seconds / SLICE))):
                if answered.wait(SLICE):
                    return
            self.abort()

        watching = threading.Thread(target=watch, name="sound server watch", daemon=True)
        watching.start()
        try:
            yield
        finally:
            answered.set()
            watching.join()

    @contextmanager
    def _answered(self) -> Generator[Pulse]:
        if self._pulse is None:
            raise SourceError("The sound server is gone")
        try:
            yield self._pulse
        except self._missing:
            raise
        except self._failures as error:
            self._is_aborted |= isinstance(error, TimeoutError)
            raise SourceError(
                "The sound server does not answer", "Start it again, or log in again"
            ) from error

    def microphones(self) -> list[Port]:
        """Everything that can be recorded and is not what the computer plays."""
        with self._answered() as pulse:
            return [
                _port(source.index, source.name, source)
                for source in pulse.source_list()
                if not _is_monitor(source)
            ]

    def monitors(self) -> dict[str, Port]:
        """Sink name → the source that gives what the sink plays, described as the sink."""
        with self._answered() as pulse:
            return {
                sink.name: _port(sink.monitor_source, sink.monitor_source_name, sink)
                for sink in pulse.sink_list()
            }

    def sinks(self) -> dict[int, str]:
        """Index → name of every sink."""
        with self._answered() as pulse:
            return {sink.index: sink.name for sink in pulse.sink_list()}

    def playing(self) -> list[Playing]:
        """Every stream that a program plays."""
        with self._answered() as pulse:
            return [
                Playing(stream.index, stream.sink, bool(stream.corked), dict(stream.proplist))
                for stream in pulse.sink_input_list()
            ]

    def recordings(self) -> list[Recording]:
        """Every stream that a program records."""
        with self._answered() as pulse:
            return [Recording(stream.source, dict(stream.proplist)) for stream in pulse.source_output_list()]

    def version(self) -> str:
        """Which server it is, for people: "PulseAudio 16.1", "PipeWire 1.0.5"."""
        with self._answered() as pulse:
            info = pulse.server_info()
        behind = re.search(r"PipeWire [\d.]+", info.server_name)
        return behind[0] if behind else f"PulseAudio {info.server_version}"

    def default_sink(self) -> str:
        """The name of the sink that programs play to unless told otherwise; it may not exist (any more)."""
        with self._answered() as pulse:
            return pulse.server_info().default_sink_name or ""

    def default_source(self) -> str:
        """The name of the source that programs record from unless told otherwise; it may be a monitor."""
        with self._answered() as pulse:
            return pulse.server_info().default_source_name or ""

    def stream_tagged(self, key: str, tag: str) -> int | None:
        """The index of the recording stream whose property `key` is `tag`, None while it is not there."""
        with self._answered() as pulse:
            streams = pulse.source_output_list()
        return next((stream.index for stream in streams if stream.proplist.get(key) == tag), None)

    def source_of(self, stream: int) -> int | None:
        """The index of the source that a recording stream is connected to now; None when it is gone."""
        with self._answered():
            return self._place.source_of(stream)

    def is_suspended(self, source: int) -> bool:
        """Whether a source is at rest, and so gives no sound at all; not, when it is gone."""
        try:
            with self._answered() as pulse:
                return pulse.source_info(source).state == "suspended"
        except self._missing:
            return False

    def listen(self, *more: str) -> None:
        """From now on note what changes: devices, defaults, and of `more` kinds, by pulsectl's names."""
        with self._answered() as pulse:
            pulse.event_callback_set(self._note)
            pulse.event_mask_set("sink", "source", "server", *more)

    def _note(self, event: Event) -> None:
        if event.facility == "source_output":
            if event.t == "change":
                self._touched.add(event.index)
            return
        self._changed = True
        raise self._stop

    def was_touched(self, stream: int) -> bool:
        """Whether a recording stream was changed by somebody: moved away, and back perhaps."""
        return stream in self._touched

    def has_changed(self) -> bool:
        """Whether devices or defaults changed since the last call; reads no news, every question does."""
        changed, self._changed = self._changed, False
        return changed

    def wait(self, seconds: float) -> None:
        """Until something changes, at most for `seconds`."""
        with self._answered() as pulse:
            if not self._changed:
                pulse.event_listen(seconds)


def _port(index: int, name: str, info: Info) -> Port:
    spec = info.sample_spec
    return Port(index, name, info.description, spec.rate, spec.channels, bool(info.mute), dict(info.proplist))


def _is_monitor(source: Info) -> bool:
    # pulsectl gives the unsigned "none" of the protocol as it is.
    return source.monitor_of_sink != 0xFFFF_FFFF or source.name.endswith(".monitor")


def ask(question: Callable[[SoundServer], T], *, within: float = 4.0) -> T:
    """One question on a connection of its own, answered within some seconds. Blocks; raises `SourceError`."""
    with SoundServer(starts=True) as server, server.within(within):
        return question(server)

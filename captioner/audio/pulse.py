"""The sound server of Linux, PulseAudio or PipeWire, through the one protocol that both speak."""

import importlib
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, cast

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
    """A source of the server, described for people; its `index` is a new one whenever it comes back."""

    index: int
    name: str
    description: str


class _Info(Protocol):
    """What pulsectl tells of a sink, a source, a stream or the server; each has some of these."""

    index: int
    name: str
    description: str
    proplist: dict[str, str]
    source: int
    monitor_source: int
    monitor_source_name: str
    monitor_of_sink: int
    server_name: str
    default_sink_name: str
    default_source_name: str


class _Pulse(Protocol):
    """The part of pulsectl.Pulse that we use; pulsectl has no types."""

    connected: bool

    def connect(self, autospawn: bool) -> None: ...
    def close(self) -> None: ...
    def server_info(self) -> _Info: ...
    def sink_list(self) -> Sequence[_Info]: ...
    def source_list(self) -> Sequence[_Info]: ...
    def source_output_list(self) -> Sequence[_Info]: ...
    def source_output_info(self, index: int) -> _Info: ...
    def event_mask_set(self, *masks: str) -> None: ...
    def event_callback_set(self, func: Callable[[Any], None]) -> None: ...
    def event_listen(self, timeout: float) -> None: ...
    def event_listen_stop(self) -> None: ...


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
            library.PulseError,
            library.PulseDisconnected,
            library._pulsectl.LibPulse.CallError,
        )
        self._stop: type[Exception] = library.PulseLoopStop
        self._changed = False
        self._is_aborted = False
        self._closing = threading.Lock()
        self._pulse: _Pulse | None = cast("_Pulse", library.Pulse("captioner", connect=False))
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

    @contextmanager
    def within(self, seconds: float) -> Generator[None]:
        """Abort whatever is asked inside and not answered in time."""
        timer = threading.Timer(seconds, self.abort)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    @contextmanager
    def _answered(self) -> Generator[_Pulse]:
        if self._pulse is None:
            raise SourceError("The sound server is gone")
        try:
            yield self._pulse
        except self._missing:
            raise
        except self._failures as error:
            raise SourceError(
                "The sound server does not answer", "Start it again, or log in again"
            ) from error

    def microphones(self) -> list[Port]:
        """Everything that can be recorded and is not what the computer plays."""
        with self._answered() as pulse:
            return [
                Port(source.index, source.name, source.description)
                for source in pulse.source_list()
                if not _is_monitor(source)
            ]

    def monitors(self) -> dict[str, Port]:
        """Sink name → the source that gives what the sink plays, described as the sink."""
        with self._answered() as pulse:
            return {
                sink.name: Port(sink.monitor_source, sink.monitor_source_name, sink.description)
                for sink in pulse.sink_list()
            }

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
        try:
            with self._answered() as pulse:
                return pulse.source_output_info(stream).source
        except self._missing:
            return None

    def listen(self) -> None:
        """From now on note what changes: devices, defaults, streams."""
        with self._answered() as pulse:
            pulse.event_callback_set(self._note)
            pulse.event_mask_set("sink", "source", "server")

    def _note(self, _event: object) -> None:
        self._changed = True
        raise self._stop

    def has_changed(self) -> bool:
        """Whether devices or defaults changed since the last call; reads no news, every question does."""
        changed, self._changed = self._changed, False
        return changed

    def wait(self, seconds: float) -> None:
        """Until something changes, at most for `seconds`."""
        with self._answered() as pulse:
            if not self._changed:
                pulse.event_listen(seconds)


def _is_monitor(source: _Info) -> bool:
    # pulsectl gives the unsigned "none" of the protocol as it is.
    return source.monitor_of_sink != 0xFFFF_FFFF or source.name.endswith(".monitor")


def ask(question: Callable[[SoundServer], T], *, within: float = 4.0) -> T:
    """One question on a connection of its own, answered within some seconds. Blocks; raises `SourceError`."""
    with SoundServer(starts=True) as server, server.within(within):
        return question(server)

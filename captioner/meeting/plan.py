"""What a meeting is made of: the person's choices become a source, a session and a transcript."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, Self, runtime_checkable

from captioner.audio.clock import MeetingClock
from captioner.audio.devices import list_devices
from captioner.audio.file import FileSource
from captioner.audio.loopback import system_source
from captioner.audio.microphone import MicrophoneSource
from captioner.audio.mixer import MixedSource
from captioner.audio.source import Absent, Loss, Source
from captioner.meeting.doubles import PATIENCE
from captioner.meeting.engine import session_of
from captioner.settings.choices import Settings
from captioner.streaming import ConfigurationError, Session
from captioner.streaming.errors import SourceError
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Transcript
from captioner.transcript.store import Store

APART_SECONDS = 60.0
"""So far apart the embedded engine's channels may be when it goes as fast as it can."""

SAMPLE_TITLE = "A Tale of Two Cities (sample)"


@runtime_checkable
class Mix(Source, Protocol):
    """A source whose channels are devices, each of which may go, come back, and be exchanged on the way."""

    @property
    def losses(self) -> tuple[Loss | None, ...]:
        """Why nothing is heard on a channel, None while it is."""
        ...

    @property
    def devices(self) -> tuple[str | None, ...]:
        """The names, for people, of what is recorded now; None while that is not there."""
        ...

    @property
    def substitutes(self) -> tuple[bool, ...]:
        """Whether that is another device than the chosen one, because that is not there."""
        ...

    async def replace(self, channel: int, source: Source) -> None:
        """Close what a channel hears, and hear that; raises `SourceError`, and the channel is lost."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What a meeting is made of. `engine`: the chosen one, whoever listens in its place.

    `open_source` makes a source whose sound begins at a position on the meeting clock (16 kHz samples), `now`
    says where that clock stands, `source_names` what each channel of the source is: "microphone", "system",
    or None for one that is off; empty where no devices are heard. `patience`: channel 0 may be a microphone
    that hears what channel 1 plays, and its lines then wait so many seconds of sound for the others' words;
    None = there is one channel.

    Of a `Mix`: `device_ids` is the chosen device of each channel, None = the system's default;
    `open_channel(channel, start)` makes the source for one, by the choices of the moment. `is_telephone` says
    of a microphone's name whether a headset sounds like a telephone while it is recorded; it blocks.
    """

    title: str
    engine: str
    session: Session
    open_source: Callable[[int], Source]
    source_names: Callable[[], tuple[str | None, ...]]
    now: Callable[[], int]
    assembler: Assembler
    store: Store | None = None
    device_ids: Callable[[], tuple[str | None, ...]] = lambda: ()
    open_channel: Callable[[int, int], Source] | None = None
    is_telephone: Callable[[str], bool] = lambda name: False
    patience: float | None = None


def live_plan(
    chosen: Callable[[], Settings], store: Store | None = None, title: str = "", *, key: str | None = None
) -> Plan:
    """The chosen devices, heard now. The microphone is channel 0, what the computer plays channel 1.

    `chosen` is asked again whenever devices are opened. A source that is switched off is a silent channel.
    `key` is for an engine that needs one. Raises ConfigurationError.
    """
    settings = chosen()
    if not settings.microphone_on and not settings.system_on:
        raise ConfigurationError("No sound source is chosen", "Choose the call, the microphone, or both")
    clock = MeetingClock()
    begun = datetime.now().astimezone()

    def open_channel(channel: int, start: int) -> Source:
        now = chosen()
        if channel == 0 and now.microphone_on:
            return MicrophoneSource(now.microphone, start=start, clock=clock)
        if channel == 1 and now.system_on:
            try:
                return system_source(now.system, start=start, clock=clock)
            except SourceError as error:
                return _Refused(error)
        return Absent()

    def open_source(start: int) -> Source:
        sources = open_channel(0, start), open_channel(1, start)
        return MixedSource(*sources, start=start, clock=clock, make=open_channel)

    def source_names() -> tuple[str | None, ...]:
        now = chosen()
        return "microphone" if now.microphone_on else None, "system" if now.system_on else None

    def device_ids() -> tuple[str | None, ...]:
        now = chosen()
        return now.microphone, now.system

    plan = _plan(
        settings,
        title or f"Meeting of {begun.day} {begun:%B, %H:%M}",
        session_of(settings, key, channels=2, is_live=True),
        open_source,
        store,
        now=clock.position,
        source_names=source_names,
        names={0: "You", 1: "Others"},
        # The microphone is one person, unless it is all there is to hear.
        voices={1} if settings.system_on else {0},
        patience=PATIENCE,
    )
    return replace(plan, device_ids=device_ids, open_channel=open_channel, is_telephone=_is_telephone)


class _Refused(Absent):
    """A source that there is no way to on this system: said when it is opened, as of every other."""

    def __init__(self, error: SourceError) -> None:
        self._error = error

    async def __aenter__(self) -> Self:
        raise self._error


def _is_telephone(microphone: str) -> bool:
    try:
        devices = list_devices()
    except SourceError:
        return False  # who cannot say which devices there are knows nothing of headsets
    return any(
        device.is_telephone for device in devices if device.kind == "microphone" and device.name == microphone
    )


def file_plan(
    path: Path,
    settings: Settings,
    store: Store | None = None,
    title: str = "",
    *,
    channels: Literal["mix", "split"] = "mix",
    speed: float = 1.0,
    key: str | None = None,
) -> Plan:
    """A recording, heard at `speed` times real time (0 = as fast as the engine goes).

    Its clock is its own time: after a pause it goes on where it stood. Split, each side is a speaker, also
    where the engine could tell voices apart.
    """
    opened: list[FileSource] = []
    is_split = channels == "split"
    if is_split and settings.diarization == "engine":
        settings = replace(settings, diarization="channels")

    def reached() -> int:
        return opened[-1].reached if opened else 0

    def open_source(start: int) -> Source:
        opened.append(FileSource(path, channels=channels, speed=speed, start=start, skip=start))
        return opened[-1]

    return _plan(
        settings,
        title or path.stem,
        session_of(settings, key, channels=2 if is_split else 1, speed=speed),
        open_source,
        store,
        now=reached,
        source_names=lambda: (),
        names={0: "Left", 1: "Right"} if is_split else {},
        voices={0},
        patience=(PATIENCE * max(1.0, speed) if speed else APART_SECONDS) if is_split else None,
    )


def demo_plan(settings: Settings, store: Store | None = None) -> Plan:
    """The sample in the embedded engine's own package, heard by it: a public-domain reading (LibriVox)."""
    local = replace(settings, engine="local", language="en", diarization="off")
    return file_plan(sample_recording(), local, store, SAMPLE_TITLE)


def sample_recording() -> Path:
    """Where the sample lies. Raises SourceError where the engine's package is missing."""
    try:
        from moonshine_voice import get_assets_path  # pyright: ignore[reportMissingTypeStubs]
    except ImportError as error:
        raise SourceError(
            "The sample recording is missing: the embedded engine is not installed here",
            "Use `captioner listen --file` with a recording of your own",
        ) from error
    return Path(str(get_assets_path())) / "two_cities.wav"


def _plan(
    settings: Settings,
    title: str,
    session: Session,
    open_source: Callable[[int], Source],
    store: Store | None,
    *,
    now: Callable[[], int],
    source_names: Callable[[], tuple[str | None, ...]],
    names: dict[int, str],
    voices: Collection[int],
    patience: float | None,
) -> Plan:
    """`names`: who is heard on a channel; `voices`: where the engine may tell people apart."""
    return Plan(
        title=title,
        engine=settings.engine,
        session=session,
        open_source=open_source,
        source_names=source_names,
        now=now,
        assembler=Assembler(
            Transcript(),
            settings.reading_mode,
            {} if settings.diarization == "off" else names,
            voices if settings.diarization == "engine" else (),
        ),
        store=store,
        patience=patience,
    )

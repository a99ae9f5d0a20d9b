"""`captioner listen` and the demo in the terminal."""

import argparse
import asyncio
import math
import os
import signal
import sys
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

from captioner.audio.devices import find_device, list_devices
from captioner.audio.identity import APPLICATION
from captioner.cli.arguments import DEFAULT_DEVICE
from captioner.cli.codes import DONE, INTERRUPTED, REFUSED
from captioner.cli.notices import NoticeLines
from captioner.cli.terminal import CaptionLines, JsonLines
from captioner.meeting.engine import fallback_of, needs_key, server_of, session_of
from captioner.meeting.meeting import Meeting
from captioner.meeting.plan import Plan, demo_plan, file_plan, live_plan
from captioner.secrets import ENVIRONMENT_NAME, read_key
from captioner.settings.choices import Settings
from captioner.streaming import AuthenticationError, ConfigurationError
from captioner.streaming.errors import SourceError, StoreError
from captioner.transcript.plain import plain
from captioner.transcript.store import DATABASE, Store


async def listen(chosen: argparse.Namespace, folder: Path) -> int:
    """Caption the chosen sources until they end or the program is told to stop."""
    _check(chosen)
    _check_engine(chosen)
    settings = _settings(chosen)
    key = await _key(settings)
    # Before anything is opened: what this engine cannot do, and which devices there are not.
    session_of(settings, key, speed=chosen.speed)
    settings = await asyncio.to_thread(_with_ids, settings)
    code = DONE
    async with _store(None if chosen.no_save else folder) as store:
        for plan in _plans(chosen, settings, key, store):
            meeting = Meeting(plan)
            try:
                await _run(meeting, settings, as_json=chosen.json)
            except SourceError as error:
                # One bad recording must not cost the others.
                print(f"captioner: {plain(str(error))}", file=sys.stderr, flush=True)
                code = REFUSED
            if meeting.is_stopped:
                break
    return code


async def demo_in_terminal(folder: Path) -> int:
    """Caption the sample recording."""
    print("captioner: a sample recording through the embedded engine; Ctrl+C stops it", file=sys.stderr)
    async with _store(folder) as store:
        settings = Settings()
        await _run(Meeting(demo_plan(settings, store)), settings, as_json=False)
    return 0


def _check(chosen: argparse.Namespace) -> None:
    if chosen.file and (chosen.mic is not None or chosen.system is not None):
        raise ConfigurationError("--file stands beside --mic or --system", "Choose recordings or devices")
    if not math.isfinite(chosen.speed) or chosen.speed < 0:
        raise ConfigurationError(f"--speed is {chosen.speed}", "Choose 0 (as fast as possible) or more")
    if not chosen.file and chosen.speed != 1.0:
        raise ConfigurationError("--speed is for recordings", "Add --file PATH")
    if not chosen.file and chosen.channels == "split":
        raise ConfigurationError("--channels is for recordings", "Add --file PATH")


def _check_engine(chosen: argparse.Namespace) -> None:
    if chosen.engine in ("deepgram", "auto"):
        if chosen.speed == 0:
            raise ConfigurationError(
                "--speed is 0, but a network engine takes sound no faster than it is said",
                "Choose --speed 1, or --engine local",
            )
        if chosen.channels == "split" and chosen.diarize == "engine":
            raise ConfigurationError(
                "--diarize engine stands beside --channels split, where each side is a speaker",
                "Choose one of them",
            )
        return
    for name in ("url", "model", "keyterm"):
        if getattr(chosen, name):
            raise ConfigurationError(f"--{name} is for a network engine", "Add --engine deepgram or auto")
    if chosen.diarize == "engine":
        raise ConfigurationError(
            "--diarize is engine, but the embedded engine does not tell voices apart yet",
            "Add --engine deepgram or auto, or choose --diarize channels",
        )


def _settings(chosen: argparse.Namespace) -> Settings:
    """What was chosen, over the defaults: the window program's choices are not for scripts."""
    plain = Settings()
    settings = replace(
        plain,
        reading_mode=chosen.reading_mode,
        diarization=chosen.diarize or plain.diarization,
        engine="deepgram" if chosen.engine == "auto" else chosen.engine or plain.engine,
        fallback=chosen.engine != "deepgram",
        deepgram_url=plain.deepgram_url if chosen.url is None else chosen.url,
        deepgram_model=plain.deepgram_model if chosen.model is None else chosen.model,
        language=chosen.language,
        keyterms=tuple(chosen.keyterm),
    )
    if chosen.mic is None and chosen.system is None:
        return settings
    return replace(
        settings,
        microphone_on=chosen.mic is not None,
        microphone=None if chosen.mic == DEFAULT_DEVICE else chosen.mic,
        system_on=chosen.system is not None,
        system=None if chosen.system == DEFAULT_DEVICE else chosen.system,
    )


def _with_ids(settings: Settings) -> Settings:
    """With ids in the place of what was typed. Raises `SourceError` that lists what there is.

    From here on a device that is not there is one that was unplugged, and another stands in for it.
    """
    microphone, system = settings.microphone, settings.system
    names_system = system is not None and not system.startswith(APPLICATION)
    if microphone is None and not names_system:
        return settings
    devices = list_devices()
    if microphone is not None:
        microphone = find_device("microphone", microphone, devices).id
    if system is not None and names_system:
        system = find_device("system", system, devices).id
    return replace(settings, microphone=microphone, system=system)


async def _key(settings: Settings) -> str | None:
    """The key for Deepgram; None without one where the embedded engine can listen instead.

    Another server gets at most the environment's: the keyring's is not for it.
    """
    if not needs_key(settings):
        return None
    cause = "There is no key for Deepgram"
    try:
        key = await read_key()
    except StoreError as error:
        if fallback_of(settings):
            return None
        raise AuthenticationError(f"{cause}: {error.message}", f"Set {ENVIRONMENT_NAME}") from error
    if key is None and not fallback_of(settings):
        raise AuthenticationError(cause, f"Set {ENVIRONMENT_NAME}, or keep one in the program's settings")
    return key.value if key else None


def _plans(
    chosen: argparse.Namespace, settings: Settings, key: str | None, store: Store | None
) -> Iterator[Plan]:
    """One plan for the devices, or one for each recording."""
    title = chosen.title or ""
    for path in chosen.file or ():
        yield file_plan(path, settings, store, title, channels=chosen.channels, speed=chosen.speed, key=key)
    if not chosen.file:
        yield live_plan(lambda: settings, store, title, key=key)


async def _run(meeting: Meeting, settings: Settings, *, as_json: bool) -> None:
    """Run one meeting and print it."""
    is_steady = settings.reading_mode == "steady"
    printer = JsonLines(sys.stdout, meeting, is_steady=is_steady) if as_json else CaptionLines(sys.stdout)
    meeting.listeners.extend([printer, NoticeLines(meeting, server_of(settings))])
    with _stop_on_signals(meeting):
        await meeting.run()


@contextmanager
def _stop_on_signals(meeting: Meeting) -> Generator[None]:
    """The first SIGINT or SIGTERM drains the meeting, a second one ends the program at once."""

    def stop() -> None:
        if meeting.is_stopped:
            # Finals are in the database already, and the engine's process ends with our pipe.
            os._exit(INTERRUPTED)
        meeting.stop()

    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


@asynccontextmanager
async def _store(folder: Path | None) -> AsyncGenerator[Store | None]:
    if folder is None:
        yield None
        return
    async with await Store.open(folder / DATABASE) as store:
        if store.recovered:
            print(
                f"captioner: the database was damaged; it is kept as {store.recovered.name}, "
                "what could be read is in the new one",
                file=sys.stderr,
            )
        yield store

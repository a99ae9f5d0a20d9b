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

from captioner.cli.arguments import DEFAULT_DEVICE
from captioner.cli.codes import DONE, INTERRUPTED, REFUSED
from captioner.cli.terminal import CaptionLines, JsonLines, NoticeLines
from captioner.meeting.meeting import Meeting
from captioner.meeting.plan import Plan, demo_plan, file_plan, live_plan
from captioner.settings import Settings
from captioner.streaming import ConfigurationError
from captioner.streaming.errors import SourceError
from captioner.transcript.plain import plain
from captioner.transcript.store import DATABASE, Store


async def listen(chosen: argparse.Namespace, folder: Path) -> int:
    """Caption the chosen sources until they end or the program is told to stop."""
    _check(chosen)
    code = DONE
    async with _store(None if chosen.no_save else folder) as store:
        for plan in _plans(chosen, store):
            meeting = Meeting(plan)
            try:
                await _run(meeting, as_json=chosen.json)
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
        await _run(Meeting(demo_plan(Settings(), store)), as_json=False)
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


def _plans(chosen: argparse.Namespace, store: Store | None) -> Iterator[Plan]:
    """One plan for the devices, or one for each recording."""
    settings = replace(Settings(), reading_mode=chosen.reading_mode, diarization=chosen.diarize or "channels")
    for path in chosen.file or ():
        yield file_plan(
            path, settings, store, chosen.title or "", channels=chosen.channels, speed=chosen.speed
        )
    if chosen.file:
        return
    if chosen.mic is not None or chosen.system is not None:
        settings = replace(
            settings,
            microphone_on=chosen.mic is not None,
            microphone=None if chosen.mic == DEFAULT_DEVICE else chosen.mic,
            system_on=chosen.system is not None,
            system=None if chosen.system == DEFAULT_DEVICE else chosen.system,
        )
    yield live_plan(lambda: settings, store, chosen.title or "")


async def _run(meeting: Meeting, *, as_json: bool) -> None:
    """Run one meeting and print it."""
    printer = JsonLines(sys.stdout, meeting) if as_json else CaptionLines(sys.stdout)
    meeting.listeners.extend([printer, NoticeLines()])
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

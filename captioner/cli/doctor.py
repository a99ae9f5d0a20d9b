"""`captioner doctor`: what works here, what does not, and what to do about it."""

import asyncio
import io
import shutil
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import cast

from captioner.cli.display import has_display
from captioner.cli.finding import Finding
from captioner.cli.logs import start_logging
from captioner.cli.sound_check import check_sound
from captioner.meeting.engine import needs_key, server_of
from captioner.secrets import ENVIRONMENT_NAME, read_key
from captioner.settings.choices import Settings
from captioner.settings.file import FILE_NAME, SettingsFile
from captioner.settings.folder import data_directory
from captioner.streaming import CaptionerError, StreamingOptions
from captioner.streaming.engines.local import LocalEngine
from captioner.streaming.errors import ConfigurationError, StoreError
from captioner.ui.desktop.abilities import abilities

FIT, UNFIT = 0, 1

LOADING = 8.0
"""Seconds after which the model counts as slow. The rest of the program waits a minute for it."""

LITTLE = 100_000_000
"""Bytes of free space under which a meeting may not fit."""


def examine(folder: Path | None, *, verbose: bool) -> int:
    """Print one line for each finding, and whether captions can run. The exit code says the latter, too."""
    if isinstance(out := cast("object", sys.stdout), io.TextIOWrapper):
        out.reconfigure(errors="replace")  # it may go to a file that knows no arrows
    return asyncio.run(_examine(folder, verbose=verbose))


async def _examine(folder: Path | None, *, verbose: bool) -> int:
    missing = {"sound source": 0, "engine": 0, "data directory": 0}
    async for finding in _findings(folder, verbose=verbose):
        print(f"{finding.verdict:<7}  {finding}", flush=True)
        if finding.proves:
            missing.pop(finding.proves, None)
    if missing:
        print(f"Captions cannot run: there is no {' and no '.join(missing)} that works", flush=True)
        return UNFIT
    print("Captions can run", flush=True)
    return FIT


async def _findings(chosen: Path | None, *, verbose: bool) -> AsyncIterator[Finding]:
    """In the order in which they are printed. The model is loaded while the devices are heard."""
    settings = Settings()
    try:
        folder = data_directory(chosen)
        start_logging(folder, verbose=verbose)
    except StoreError as error:
        yield Finding("failed", "data directory", error.message, error.hint)
    else:
        yield _space(folder)
        file = SettingsFile(folder / FILE_NAME)
        settings = file.load()
        if file.moved_aside:
            words = f"they could not be read and are now {file.moved_aside}; defaults are used"
            yield Finding("warning", "settings", words, "Choose again what you had chosen")
    yield _display()
    if has_display():
        for ability in abilities():
            verdict = "ok" if ability.works else "warning"
            yield Finding(verdict, ability.what, ability.words, ability.remedy)
    loading = asyncio.create_task(_embedded_engine(settings), name="load the model")
    try:
        async for finding in check_sound(settings):
            yield finding
        yield await loading
    finally:
        loading.cancel()
        await asyncio.gather(loading, return_exceptions=True)
    if settings.engine != "local":
        yield await _network_engine(settings)


def _space(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    words = f"{folder}, {free / 1e9:.1f} GB free"
    remedy = "Free some space" if free < LITTLE else ""
    return Finding("warning" if remedy else "ok", "data directory", words, remedy, proves="data directory")


def _display() -> Finding:
    if has_display():
        return Finding("ok", "display", "windows can be shown")
    return Finding("warning", "display", "there is none to show windows on", "Use `captioner listen`")


async def _embedded_engine(settings: Settings) -> Finding:
    """Load the model as a meeting does, in a process of its own, and let it go again."""
    what, began = "embedded engine", time.monotonic()
    try:
        async with asyncio.timeout(LOADING):
            link = await LocalEngine().connect(StreamingOptions())
            await link.close()
    except TimeoutError:
        words = f"its model is not loaded after {LOADING:.0f} s"
        return Finding("warning", what, words, "Close other programs", proves="engine")
    except CaptionerError as error:
        return Finding("failed", what, error.message, error.hint)
    took = f"its model is loaded in {time.monotonic() - began:.1f} s"
    if settings.engine == "local" and not settings.language.startswith("en"):
        words = f"{took}, but it understands English only; {settings.language} is chosen"
        return Finding("warning", what, words, "Choose English, or Deepgram", proves="engine")
    return Finding("ok", what, took, proves="engine")


async def _network_engine(settings: Settings) -> Finding:
    """Whether there is a key. Nothing is sent anywhere: the settings have a button that checks the key."""
    what = "Deepgram"
    try:
        what = server_of(settings)
        if not needs_key(settings):
            words = "needs no key; whether it answers is not tried here"
            return Finding("ok", what, words, proves="engine")
        key = await read_key()
    except ConfigurationError as error:
        return Finding("failed", what, error.message, error.hint)
    except StoreError as error:
        return Finding("failed", what, f"its key cannot be read: {error.message}", f"Set {ENVIRONMENT_NAME}")
    if key is None:
        return Finding(
            "failed", what, "there is no key for it", f"Set {ENVIRONMENT_NAME}, or paste one in Settings"
        )
    words = f"a key is in the {key.source}; whether it is good is not tried here"
    return Finding("ok", what, words, "Press Check in Settings, Engine", proves="engine")

"""What the person chose: frozen values, kept as TOML in the data directory."""

import os
import threading
import tomllib
from collections.abc import MutableMapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_type_hints

from captioner.streaming.errors import StoreError

FILE_NAME = "settings.toml"

ReadingMode = Literal["instant", "balanced", "steady"]
Diarization = Literal["off", "channels", "engine"]
ThemeChoice = Literal["system", "light", "dark"]
EngineName = Literal["local", "deepgram"]


@dataclass(frozen=True, slots=True)
class Settings:
    """All choices with their defaults. A device None = the system's default device.

    `deepgram_*`: Deepgram, or another server that speaks its protocol. `language`: BCP-47, or "multi" =
    several at once. `keyterms`: names and words to expect. `mip_opt_out`: ask not to be used for training.
    `fallback`: where a network engine fails, the embedded one listens until it is back. `backfill`: what the
    network engine missed it hears later on a second stream, which is charged.
    """

    microphone_on: bool = True
    microphone: str | None = None
    system_on: bool = True
    system: str | None = None
    engine: EngineName = "local"
    deepgram_url: str = "wss://api.deepgram.com"
    deepgram_model: str = "nova-3"
    language: str = "en"
    keyterms: tuple[str, ...] = ()
    mip_opt_out: bool = True
    fallback: bool = True
    backfill: bool = True
    diarization: Diarization = "channels"
    reading_mode: ReadingMode = "balanced"
    caption_px: int = 27
    captions_visible: bool = True
    overlay_x: int | None = None
    overlay_y: int | None = None
    theme: ThemeChoice = "system"


CAPTION_PX_RANGE = (13, 54)
"""Least and largest caption size in pixels."""


def fitting(settings: Settings) -> Settings:
    """The settings without what the chosen engine cannot do: the embedded one does not tell voices apart."""
    if settings.engine == "local" and settings.diarization == "engine":
        return replace(settings, diarization="channels")
    return settings


def data_directory(chosen: Path | None = None) -> Path:
    """The one folder the program writes to, made with mode 0700. Raises StoreError."""
    folder = chosen or _default_directory()
    try:
        folder = folder.expanduser().absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_ours(folder):
            folder.chmod(0o700)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch(mode=0o600)
        probe.unlink()
    except (OSError, RuntimeError) as error:
        raise StoreError(
            f"The data directory {folder} cannot be written to: {getattr(error, 'strerror', error)}",
            "Choose another with --data-dir",
        ) from error
    return folder


def _default_directory() -> Path:
    import platformdirs  # only needed without --data-dir

    return Path(platformdirs.user_data_dir("captioner", appauthor=False))


def _is_ours(folder: Path) -> bool:
    """Whether the folder is for us alone. A full one of somebody else keeps its mode (think of /tmp)."""
    names = {path.name for path in folder.iterdir()}
    return not names or bool(names & {FILE_NAME, "captioner.db", "logs"})


@dataclass(slots=True)
class SettingsFile:
    """Settings on disk. Unknown keys stay in the file; a broken file is moved aside and reported."""

    path: Path
    moved_aside: Path | None = None
    _saving: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def load(self) -> Settings:
        """The saved settings; defaults for what is missing or out of range."""
        try:
            values: dict[str, Any] = tomllib.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Settings()
        except (ValueError, OSError):
            self.moved_aside = self._move_aside()
            return Settings()
        known = {name: values[name] for name in _TYPES if name in values and _fits(name, values[name])}
        if "keyterms" in known:
            known["keyterms"] = tuple(known["keyterms"])
        return fitting(replace(Settings(), **known))

    def save(self, settings: Settings) -> None:
        """Write the file in one step; of several threads one after the other. Raises StoreError."""
        with self._saving:
            self._save(settings)

    def _save(self, settings: Settings) -> None:
        import tomlkit  # reading needs the standard library alone, and the start waits for nothing else
        import tomlkit.exceptions

        try:
            document = tomlkit.parse(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError, tomlkit.exceptions.TOMLKitError):
            document = tomlkit.document()
        values = cast(MutableMapping[str, Any], document)
        for each in fields(settings):
            value = getattr(settings, each.name)
            if value is None:
                values.pop(each.name, None)
            else:
                values[each.name] = list(cast(tuple[str, ...], value)) if each.name == "keyterms" else value
        fresh = self.path.with_suffix(".toml.new")
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(tomlkit.dumps(document))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {error.strerror}", "Free some space") from error

    def _move_aside(self) -> Path | None:
        aside = self.path.with_name(f"{self.path.name}.corrupt-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        try:
            self.path.replace(aside)
        except OSError:
            return None
        return aside


_TYPES: dict[str, Any] = get_type_hints(Settings)


def _fits(name: str, value: object) -> bool:
    """Whether a value from the file has the field's type and lies in its range."""
    choices = get_args(_TYPES[name])
    if name == "caption_px":
        low, high = CAPTION_PX_RANGE
        return type(value) is int and low <= value <= high
    if name == "keyterms":
        return isinstance(value, list) and all(_is_text(term) for term in cast(list[object], value))
    if choices and all(isinstance(choice, str) for choice in choices):
        return value in choices
    if _TYPES[name] is str:
        return _is_text(value)
    return type(value) in (choices or (_TYPES[name],))


def _is_text(value: object) -> bool:
    """Whether it is text at all. What is wrong with an address or a language is said when it is used: to
    take another server in its place would send the sound to somebody else."""
    return isinstance(value, str) and bool(value.strip())

"""Settings on disk, as TOML."""

import os
import threading
import tomllib
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_type_hints

import msgspec

from captioner.settings.choices import Settings, fitting
from captioner.settings.place import Place
from captioner.streaming.errors import StoreError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_Kept = TypeVar("_Kept", bound="DataclassInstance")

FILE_NAME = "settings.toml"


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
        return fitting(read(Settings(), values))

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
        _write(settings, cast(MutableMapping[str, Any], document))
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


def read(default: _Kept, values: Mapping[str, Any]) -> _Kept:
    """A frozen dataclass from a table of TOML: each field that is there and fits, else as in `default`."""
    found: dict[str, Any] = {}
    for name, kind in get_type_hints(type(default), include_extras=True).items():
        known = getattr(default, name)
        value = values.get(name)
        if value is None:
            continue
        if is_dataclass(known) and isinstance(value, Mapping):
            found[name] = read(cast(Any, known), cast(Mapping[str, Any], value))
        elif name == "places" and isinstance(value, Mapping):
            found[name] = _places(cast(Mapping[str, Any], value))
        else:
            with suppress(msgspec.ValidationError):
                found[name] = _fitting_text(msgspec.convert(value, kind))
    return replace(default, **found)


def _places(values: Mapping[str, Any]) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for layout, place in values.items():
        with suppress(msgspec.ValidationError):
            places[layout] = msgspec.convert(place, Place)
    return places


def _fitting_text(value: object) -> object:
    """Raises where text is empty. What is wrong with an address or a language is said when it is used: to
    take another server in its place would send the sound to somebody else."""
    for text in cast(tuple[object, ...], value) if isinstance(value, tuple) else (value,):
        if isinstance(text, str) and not text.strip():
            raise msgspec.ValidationError("text is expected")
    return cast(object, value)


def _write(chosen: object, values: MutableMapping[str, Any]) -> None:
    """Put a frozen dataclass into a table; what is None is left out, what is not ours stays."""
    for name, value in ((each.name, getattr(chosen, each.name)) for each in fields(cast(Any, chosen))):
        if value is None or value == {}:
            values.pop(name, None)
        elif is_dataclass(value):
            _write(value, _table(values, name))
        elif isinstance(value, Mapping):
            places = _table(values, name)
            for layout, place in cast(Mapping[str, Place], value).items():
                _write(place, _table(places, layout))
        else:
            values[name] = list(cast(tuple[str, ...], value)) if isinstance(value, tuple) else value


def _table(values: MutableMapping[str, Any], name: str) -> MutableMapping[str, Any]:
    """The table of this name, made where it is missing."""
    if not isinstance(values.get(name), MutableMapping):
        values[name] = {}
    return cast(MutableMapping[str, Any], values[name])

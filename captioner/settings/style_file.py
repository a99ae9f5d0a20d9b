"""A caption style as a file of its own, to be kept or given away."""

import os
import tempfile
import tomllib
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from captioner.settings.style import CaptionStyle
from captioner.streaming.errors import ConfigurationError, StoreError

SUFFIX = ".toml"
_TABLE = "caption_style"
_LARGEST = 64 * 1024
"""Bytes. A style has some hundred: what is larger is another file that was chosen by mistake."""

_LONGEST = 40
_CURE = "Choose a file that was exported here"


def export_style(style: CaptionStyle, path: Path) -> None:
    """Write the style to a file in one step. Raises StoreError."""
    import tomlkit  # only when a style is exported

    fresh: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=".captioner-", suffix=".part", dir=path.parent)
        fresh = Path(name)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(tomlkit.dumps({_TABLE: asdict(style)}))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        if fresh:
            fresh.unlink(missing_ok=True)
        raise StoreError(f"{path} cannot be written: {error.strerror}", "Choose another place") from error


def import_style(path: Path) -> CaptionStyle:
    """The style in a file, all of it or none. Raises StoreError where the file cannot be read, and
    ConfigurationError where a field is missing, unknown or out of range."""
    if path.exists() and not path.is_file():
        # A pipe would be waited for until somebody writes to it.
        raise ConfigurationError(f"{shortened(path.name)} holds no caption style", _CURE)
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}", "Choose another file") from error
    name = shortened(path.name)
    return _style(_table(content, name), name)


def shortened(name: str) -> str:
    """The name of a file or a field as part of a sentence: no more than it takes to know it again."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 + 1 :]}"


def _table(content: bytes, name: str) -> dict[str, Any]:
    try:
        found: object = (
            tomllib.loads(content.decode("utf-8")).get(_TABLE) if len(content) <= _LARGEST else None
        )
    except (ValueError, RecursionError):
        found = None
    try:
        return msgspec.convert(found, dict[str, Any])
    except msgspec.ValidationError:
        raise ConfigurationError(f"{name} holds no caption style", _CURE) from None


def _style(values: dict[str, Any], name: str) -> CaptionStyle:
    known = {field.name for field in fields(CaptionStyle)}
    if missing := sorted(known - values.keys()):
        raise ConfigurationError(f"{name} holds a part of a caption style: {missing[0]} is missing", _CURE)
    if unknown := sorted(values.keys() - known):
        raise ConfigurationError(
            f"{name} has a field that is not known here: {shortened(unknown[0])}", "Update captioner"
        )
    for field, kind in get_type_hints(CaptionStyle, include_extras=True).items():
        try:
            msgspec.convert(values[field], kind)
        except msgspec.ValidationError as error:
            raise ConfigurationError(f"{name} has a {field} that captions cannot have", _CURE) from error
    return msgspec.convert(values, CaptionStyle)

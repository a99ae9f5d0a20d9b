"""A caption style as a file of its own, to be kept or given away."""

import tomllib
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import msgspec

from captioner.settings.style import CaptionStyle
from captioner.streaming.errors import ConfigurationError, StoreError

SUFFIX = ".toml"
_TABLE = "caption_style"
_LARGEST = 64 * 1024
"""Bytes. A style has some hundred: what is larger is another file that was chosen by mistake."""

_CURE = "Choose a file that was exported here"


def export_style(style: CaptionStyle, path: Path) -> None:
    """Write the style to a file in one step. Raises StoreError."""
    import tomlkit  # only when a style is exported

    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_text(tomlkit.dumps({_TABLE: asdict(style)}), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise StoreError(f"{path} cannot be written: {error.strerror}", "Choose another place") from error


def import_style(path: Path) -> CaptionStyle:
    """The style in a file, all of it or none. Raises StoreError where the file cannot be read, and
    ConfigurationError where a field is missing, unknown or out of range."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}", "Choose another file") from error
    return _style(_table(content, path.name), path.name)


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
            f"{name} has a field that is not known here: {unknown[0]}", "Update captioner"
        )
    try:
        return msgspec.convert(values, CaptionStyle)
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"{name} holds no caption style: {error}", _CURE) from error

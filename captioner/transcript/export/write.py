"""An export on disk: whole or not at all, and for its owner's eyes only."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from captioner.streaming.errors import StoreError


def write_export(path: Path, text: str) -> None:
    """Write `text` as UTF-8, mode 0600, in one step: an older file stays until the new one is complete.

    A link is followed. Blocks; raises StoreError.
    """
    try:
        target = path.expanduser().resolve()
        if target.exists() and not target.is_file():
            # A rename would put a file in the place of a device or a pipe.
            raise StoreError(f"{path} is not a file", "Choose a file name with --output")
        _replace(target, text.encode(errors="replace"))
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}", "Choose another place with --output"
        ) from error


def _replace(target: Path, content: bytes) -> None:
    # mkstemp makes the file with mode 0600.
    descriptor, name = tempfile.mkstemp(prefix=".captioner-", suffix=".part", dir=target.parent)
    fresh = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

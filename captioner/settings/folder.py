"""The one folder the program writes to."""

import os
from pathlib import Path

from captioner.settings.file import FILE_NAME
from captioner.streaming.errors import StoreError


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

"""Where the program's own log goes. Transcripts and keys are never logged."""

import logging
import logging.handlers
import os
from pathlib import Path

from captioner.secrets import ENVIRONMENT_NAME
from captioner.streaming.errors import StoreError
from captioner.streaming.redact import RedactingFilter, hide

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def start_logging(folder: Path, *, verbose: bool) -> None:
    """Warnings into `logs/captioner.log` (0600, at most 2 MB); with `verbose` everything on stderr, too."""
    logs = folder / "logs"
    path = logs / "captioner.log"
    try:
        logs.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        to_file = logging.handlers.RotatingFileHandler(path, maxBytes=1_000_000, backupCount=1, delay=True)
    except OSError as error:
        raise StoreError(
            f"The log {path} cannot be written: {error.strerror}", "Choose another folder with --data-dir"
        ) from error
    to_file.setLevel(logging.WARNING)
    handlers: list[logging.Handler] = [to_file]
    if verbose:
        handlers.append(logging.StreamHandler())
    hide(os.environ.get(ENVIRONMENT_NAME, ""))
    for handler in handlers:
        handler.addFilter(RedactingFilter())
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING, format=_FORMAT, handlers=handlers
    )

"""The database file, made ready before anything is written to it."""

import errno
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from captioner.streaming.errors import StoreError
from captioner.transcript.faults import store_error
from captioner.transcript.salvage import SIDE_FILES, is_damaged, move_aside, salvage
from captioner.transcript.schema import VERSION, connect, migrate, use_wal, version_of


def prepare(path: Path, busy_timeout: float) -> Path | None:
    """Make the file, or check the one that is there and bring it to this version. Blocks; raises StoreError.

    A damaged file is moved aside and what can be read of it is copied into a new one: returns where it is
    now, None when all was well. A file of a newer version is refused and no byte of it changes.
    """
    try:
        _make_private(path)
        _refuse_newer(path, _version_in_file(path))
        aside = move_aside(path) if is_damaged(path, busy_timeout) else None
        if aside:
            _make_private(path)
        _fill(path, aside, busy_timeout)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be opened: {error.strerror}",
            "Check who may write there, or choose another folder with --data-dir",
        ) from error
    except sqlite3.Error as error:
        raise store_error(error, path) from error
    return aside


def _make_private(path: Path) -> None:
    """Create the file for its owner's eyes only. SQLite gives its side files the same mode."""
    # Not by the umask, which belongs to the whole process while other threads make files of their own. And
    # an existing file is opened by SQLite only: to close any other descriptor of it would give up all locks
    # that this process holds on it (sqlite.org/howtocorrupt.html, 2.2).
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    for suffix in ("", *SIDE_FILES):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).chmod(0o600)


def _version_in_file(path: Path) -> int:
    """The version as the file alone has it, without its journal; 0 where it cannot be read."""
    try:
        with closing(connect(path, 0.0, "ro&immutable=1")) as connection:
            return version_of(connection)
    except (sqlite3.Error, UnicodeDecodeError):
        return 0


def _refuse_newer(path: Path, version: int) -> None:
    if version > VERSION:
        raise StoreError(f"{path} was written by a newer captioner", "Update the program")


def _fill(path: Path, aside: Path | None, busy_timeout: float) -> None:
    """Make the tables that are missing and copy what was saved from the damaged file."""
    # A newer program may have left its version in the write-ahead log: closing a connection that can write
    # would already copy that into the file.
    with closing(connect(path, busy_timeout, "ro")) as connection:
        # In this order: another start may make the tables and their version, at once, between the two looks.
        is_empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        version = version_of(connection)
        _refuse_newer(path, version)
        if not version and not is_empty:
            raise StoreError(f"{path} is the database of another program", "Choose another with --data-dir")
    with closing(connect(path, busy_timeout)) as connection:
        migrate(connection)
        use_wal(connection, busy_timeout)
        if aside:
            salvage(aside, connection)

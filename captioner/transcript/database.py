"""The database file, made ready before anything is written to it."""

import os
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path

from captioner.streaming.errors import StoreError
from captioner.transcript.faults import store_error
from captioner.transcript.salvage import CHECK_SECONDS, SIDE_FILES, is_damaged, move_aside, salvage
from captioner.transcript.schema import VERSION, connect, migrate, use_wal, version_of


def prepare(path: Path, busy_timeout: float) -> Path | None:
    """Make the file, or check the one that is there and bring it to this version. Blocks; raises StoreError.

    A damaged file is moved aside and what can be read of it is copied into a new one: returns where it is
    now, None when all was well. A file of a newer version is refused and no byte of it changes.
    """
    try:
        _end_renewal(path)
        _make_private(path)
        _refuse_newer(path, _version_in_file(path))
        seconds = None if _suspicion(path).exists() else CHECK_SECONDS
        aside = _renew(path, busy_timeout) if is_damaged(path, busy_timeout, seconds) else None
        _fill(path, busy_timeout)
        _suspicion(path).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be opened: {error.strerror}",
            "Check who may write there, or choose another folder with --data-dir",
        ) from error
    except sqlite3.Error as error:
        raise store_error(error, path) from error
    return aside


def suspect(path: Path) -> None:
    """Damage was met in use, which the check at the start had not reached: have the next one check it all."""
    with suppress(OSError):
        _suspicion(path).touch(mode=0o600)


def may_pass(error: StoreError) -> bool:
    """Whether `prepare` may succeed later: the disk or another program refused, not this one."""
    return error.__cause__ is not None


def _renew(path: Path, busy_timeout: float) -> Path:
    """Put a new file with all that can be read in the place of the damaged one; returns where that is now.

    The damaged file stays where it is until the new one is complete: a crash or a full disk costs nothing.
    """
    fresh = _fresh(path)
    fresh.unlink(missing_ok=True)
    _make_private(fresh)
    with closing(connect(fresh, busy_timeout)) as connection:
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("PRAGMA synchronous = OFF")
        migrate(connection)
        salvage(path, connection)
    with fresh.open("r+b") as file:
        os.fsync(file.fileno())
    aside = move_aside(path)
    fresh.rename(path)
    return aside


def _end_renewal(path: Path) -> None:
    """Take the last step where the program died between the two: the damaged file is aside already."""
    if not path.exists():
        with suppress(FileNotFoundError):
            _fresh(path).rename(path)


def _fresh(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _suspicion(path: Path) -> Path:
    return path.with_name(f"{path.name}.check")


def _make_private(path: Path) -> None:
    """Create the file for its owner's eyes only. SQLite gives its side files the same mode."""
    # Not by the umask, which belongs to the whole process while other threads make files of their own. And
    # an existing file is opened by SQLite only: to close any other descriptor of it would give up all locks
    # that this process holds on it (sqlite.org/howtocorrupt.html, 2.2).
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if path.is_dir():
        raise StoreError(f"{path} is a folder", "Choose another place with --data-dir")
    for file in (path.with_name(path.name + suffix) for suffix in ("", *SIDE_FILES)):
        with suppress(FileNotFoundError):
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & 0o077:
                file.chmod(mode & 0o700)  # what its owner made read-only stays so


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


def _fill(path: Path, busy_timeout: float) -> None:
    """Make the tables that are missing."""
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

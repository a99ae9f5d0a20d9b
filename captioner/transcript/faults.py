"""SQLite's errors in the person's words."""

import sqlite3
from pathlib import Path

from captioner.streaming.errors import StoreError


def code_of(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 where Python itself raised the error."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is no database, or no longer one."""
    return code_of(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """The cause and the cure, for the database at `path`."""
    match code_of(error):
        case sqlite3.SQLITE_FULL:
            return StoreError(f"The disk that holds {path} is full", "Free some space")
        case sqlite3.SQLITE_IOERR:
            # A full disk is reported in this way too.
            return StoreError(f"The disk refused to write {path}", "Free some space, then check the disk")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return StoreError(
                f"{path} cannot be opened for writing",
                "Check who may write there, or choose another folder with --data-dir",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError(f"{path} is locked by another program", "Close that program and try again")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreError(
                f"{path} is damaged", "Start captioner again: it saves what can be read and begins a new one"
            )
        case _:
            return StoreError(f"{path}: {error}", "Try again, or choose another folder with --data-dir")

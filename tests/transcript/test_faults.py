import sqlite3
from pathlib import Path

import pytest

from captioner.transcript.faults import is_damage, store_error


def fault(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (sqlite3.SQLITE_FULL, "full"),
        (sqlite3.SQLITE_IOERR_WRITE, "refused"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "cannot be opened for writing"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "locked by another program"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "damaged"),
        (sqlite3.SQLITE_SCHEMA, "what SQLite says"),
    ],
)
def test_every_error_names_the_file_the_cause_and_a_cure(code: int, cause: str) -> None:
    error = store_error(fault(code), Path("captioner.db"))

    assert "captioner.db" in error.message
    assert cause in error.message
    assert error.hint


def test_only_a_broken_file_is_damage() -> None:
    assert is_damage(fault(sqlite3.SQLITE_NOTADB))
    assert not is_damage(fault(sqlite3.SQLITE_IOERR_READ))
    assert not is_damage(sqlite3.ProgrammingError("raised by Python, without a code"))

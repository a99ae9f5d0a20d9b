"""A database that lost its first page, made readable: the page holds no text, only where tables begin."""

import shutil
import sqlite3
from contextlib import closing
from itertools import chain
from pathlib import Path

from captioner.transcript.schema import STEPS

_PAGE = 4096
_FORMAT = slice(18, 20)
_PAGES = slice(28, 32)
"""Fields of the header: sqlite.org/fileformat2.html, 1.3."""


def mend(path: Path, copy: Path) -> None:
    """Write a copy of the database at `path`, and of its journal, with a new first page. Raises OSError.

    The tables begin on the same pages in every file, because every file is made in the same way. A file that
    was made at an older version has the newer tables elsewhere: those are not found.
    """
    journal = path.with_name(path.name + "-wal")
    if journal.exists():
        shutil.copyfile(journal, copy.with_name(copy.name + "-wal"))
    shutil.copyfile(path, copy)
    with copy.open("r+b") as file:
        file.write(_first_page(path.stat().st_size // _PAGE))


def _first_page(pages: int) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as empty:
        empty.execute(f"PRAGMA page_size = {_PAGE}")
        for statement in chain.from_iterable(STEPS):
            empty.execute(statement)
        page = bytearray(empty.serialize()[:_PAGE])
    # 2 = with a write-ahead log.
    page[_FORMAT] = b"\x02\x02"
    page[_PAGES] = pages.to_bytes(4)
    return bytes(page)

"""A database that was damaged, or that nothing can be written to: what a start makes of it."""

import asyncio
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from talk import Shown, as_nobody, talk, talk_into, yield_to_nobody

from captioner.streaming.errors import StoreError
from captioner.streaming.words import Word
from captioner.transcript import records
from captioner.transcript.database import prepare
from captioner.transcript.model import Segment
from captioner.transcript.schema import VERSION, connect
from captioner.transcript.store import Store

PAGE = 4096
MEETINGS, LINES, IN_LOG = 20, 500, 200
MANY = 200
"""Meetings in the large database: 100,000 lines are some 150 hours."""

TEXT = "So what I would suggest is that we look at the numbers again before Friday."

Figures = dict[str, float | str]
Damage = Callable[[Path], None]


def damaged() -> Figures:
    """Each kind of damage: what of the lines is there after the next start, and how long that takes."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        closed, killed, large = (Path(folder) / f"{name}.db" for name in ("closed", "killed", "large"))
        _write(closed, MEETINGS)
        _write(killed, MEETINGS, IN_LOG)
        _write(large, MANY)
        for name, damage in OF_FILE.items():
            figures[name] = _outcome(closed, damage)
        for name, damage in OF_LOG.items():
            figures[f"killed, {name}"] = _outcome(killed, damage)
        for name, damage in OF_FILE.items():
            figures[f"large, {name}"] = _outcome(large, damage)
    return figures


def _write(path: Path, meetings: int, in_log: int = 0) -> None:
    """Meetings with lines of some length, and more lines that only the write-ahead log has."""
    prepare(path, 1.0)
    with closing(connect(path, 1.0)) as connection:
        for number in range(meetings):
            connection.execute("BEGIN")
            meeting = records.add_meeting(connection, f"Meeting {number}", "local", datetime.now(UTC))
            for line in range(LINES):
                records.put_row(connection, meeting, _line(line))
            connection.execute("COMMIT")
    if not in_log:
        return
    live = path.rename(path.with_name("live.db"))
    with closing(connect(live, 1.0)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        for line in range(LINES, LINES + in_log):
            records.put_row(connection, meetings, _line(line))
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{live}{suffix}", f"{path}{suffix}")


def _line(number: int) -> Segment:
    words = tuple(
        Word(word.lower(), word, 5.0 * number + at / 4, 5.0 * number + at / 4 + 0.2, 0.98)
        for at, word in enumerate(TEXT.split())
    )
    return Segment(f"0-{number}", 0, "You", 5.0 * number, 5.0 * number + 4, TEXT, True, TEXT, words=words)


def _outcome(whole: Path, damage: Damage) -> str:
    path = whole.with_name("captioner.db")
    for file in whole.parent.glob("captioner.db*"):
        file.unlink()
    path.write_bytes(_content(whole))
    if log := _content(whole, "-wal"):
        _log(path).write_bytes(log)
    before = _lines(whole)
    damage(path)
    content = _contents(path)
    os.sync()  # a file that was damaged is not one that was just written
    began = time.monotonic()
    aside = prepare(path, 1.0)
    seconds = time.monotonic() - began
    kept = "nothing to move"
    if aside:
        is_same = content == _contents(aside)
        kept = "original kept" if is_same else "ORIGINAL CHANGED"
    return f"{_lines(path)} of {before} lines, start {seconds:.2f} s, {kept}"


def _content(path: Path, suffix: str = "") -> bytes:
    file = Path(f"{path}{suffix}")
    return file.read_bytes() if file.exists() else b""


def _contents(path: Path) -> list[bytes]:
    return [_content(path), _content(path, "-wal")]


def _lines(path: Path) -> int:
    with closing(connect(path, 1.0, "ro")) as connection:
        return connection.execute("SELECT count(*) FROM segment").fetchone()[0]


# -- kinds of damage


def _put(path: Path, offset: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def _flip(path: Path, page: int) -> None:
    """Every bit of a page the other way round."""
    content = path.read_bytes()[page * PAGE : (page + 1) * PAGE]
    _put(path, page * PAGE, bytes(byte ^ 0xFF for byte in content))


def _flip_some(path: Path, count: int) -> None:
    pages = path.stat().st_size // PAGE
    for page in random.Random(4).sample(range(10, pages), count):
        _flip(path, page)


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


OF_FILE: dict[str, Damage] = {
    "no damage": lambda path: None,
    "cut in half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut to its first page": lambda path: os.truncate(path, PAGE),
    "cut within its last page": lambda path: os.truncate(path, path.stat().st_size - 1000),
    "header overwritten": lambda path: _put(path, 0, b"\xa5" * 100),
    "first page overwritten": lambda path: _put(path, 0, b"\xa5" * PAGE),
    "a page flipped": lambda path: _flip(path, path.stat().st_size // PAGE // 2),
    "20 pages flipped": lambda path: _flip_some(path, 20),
    "all zeros": _zero,
}
OF_LOG: dict[str, Damage] = {
    "no damage": lambda path: None,
    "log zeroed": lambda path: _zero(_log(path)),
    "log cut in half": lambda path: os.truncate(_log(path), _log(path).stat().st_size // 2),
    "log flipped in the middle": lambda path: _flip(_log(path), _log(path).stat().st_size // PAGE // 2),
    "file's header overwritten": lambda path: _put(path, 0, b"\xa5" * 100),
    "all of the file zeroed": _zero,
}


# -- where nothing can be written


def _lock_file(path: Path) -> None:
    path.chmod(0o400)


def _lock_folder(path: Path) -> None:
    path.parent.chmod(0o500)


def _age(path: Path) -> None:
    with closing(connect(path, 1.0)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")


REFUSALS: dict[str, Damage] = {
    "read-only file": _lock_file,
    "read-only folder": _lock_folder,
    "newer schema": _age,
}


def refused() -> Figures:
    """A start where the file or its folder is read-only, or the file is from a newer program."""
    figures: Figures = {}
    for name, spoil in REFUSALS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "data" / "captioner.db"
            path.parent.mkdir()
            _write(path, 1)
            spoil(path)
            yield_to_nobody(Path(folder))
            content = _contents(path)
            answer = Path(folder) / "answer"
            process = multiprocessing.get_context("forkserver").Process(target=_try, args=(path, answer))
            process.start()
            process.join()
            is_same = content == _contents(path)
            figures[name] = f"{answer.read_text()}, {'bytes unchanged' if is_same else 'BYTES CHANGED'}"
    return figures


def _try(path: Path, answer: Path) -> None:
    """Open the database and hold a short meeting, as far as that goes."""
    shown, seconds, words = Shown(), 0.0, "nothing"

    async def run() -> None:
        nonlocal seconds
        began = time.monotonic()
        try:
            store = await Store.open(path)
        finally:
            seconds = time.monotonic() - began
        async with store:
            await talk(store, "refused", shown, lines=20)

    def attempt() -> None:
        nonlocal words
        try:
            asyncio.run(run())
        except StoreError as error:
            words = str(error).replace(f"{path.parent}/", "")

    # Once where all is well, so that everything is imported before the rights are given up.
    with tempfile.TemporaryDirectory() as folder:
        talk_into(Path(folder) / path.name, "first", Path(folder) / "printed", lines=1)
    as_nobody(attempt)
    lines = f"{len(shown.texts)} of 20 lines shown, {len(shown.unsaved)} as not saved yet"
    answer.write_text(f"start {seconds:.2f} s, {lines}, said: {words}")

"""What the database promises: killed, on a full disk, damaged, and where nothing can be written."""

import asyncio
import multiprocessing
import os
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

from damage import damaged, refused
from talk import Shown, talk, talk_into

from captioner.meeting.listener import Notice
from captioner.transcript import records
from captioner.transcript.database import prepare
from captioner.transcript.model import Segment
from captioner.transcript.schema import connect
from captioner.transcript.store import Store
from captioner.transcript.wording import line_of

KILLS = 200
FULL_FROM, FULL_TO, LINES = 40, 120, 200

Figures = dict[str, float | str]


def store_figures() -> Iterator[tuple[str, Figures]]:
    """One group after the other; the first takes some minutes."""
    yield "killed", killed()
    yield "disk full", disk_full()
    yield "damaged", damaged()
    yield "refused", refused()


# -- killed


def killed() -> Figures:
    """`kill -9` at random moments of meetings that run, one after the other in one database."""
    dice = random.Random(4)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["talk"])
    shown = missing = moved = 0
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path, printed = Path(folder) / "captioner.db", Path(folder) / "printed"
        for number in range(KILLS):
            printed.unlink(missing_ok=True)
            process = context.Process(target=talk_into, args=(path, f"meeting {number}", printed))
            process.start()
            time.sleep(dice.uniform(0.0, 1.5))
            process.kill()
            process.join()
            lines = Counter(_lines(printed))
            began = time.monotonic()
            moved += path.exists() and prepare(path, 1.0) is not None
            slowest = max(slowest, time.monotonic() - began)
            shown += lines.total()
            missing += (lines - Counter(_saved(path, f"meeting {number}"))).total()
        return {
            "kill -9 at random moments": f"{KILLS}",
            "finals printed": f"{shown}",
            "of these not in the database": f"{missing} of {shown}",
            "databases damaged": f"{moved}",
            "slowest next start s": slowest,
        }


def _lines(printed: Path) -> list[str]:
    """The lines that were printed whole."""
    return printed.read_text().split("\n")[:-1] if printed.exists() else []


def _saved(path: Path, title: str) -> list[str]:
    if not path.exists():
        return []
    with closing(connect(path, 1.0, "ro")) as connection:
        for summary in records.summaries(connection)[:1]:
            if summary.title == title and (meeting := records.stored_meeting(connection, summary.id)):
                return [line_of(row) for row in meeting.rows]
    return []


# -- disk full


class _Filler(Shown):
    """Fills the disk after some lines and frees it after some more."""

    def __init__(self, ballast: Path) -> None:
        super().__init__()
        self._ballast = ballast
        self.notices: list[Notice] = []
        self.shown_at: list[float] = []

    def on_final(self, count: int) -> None:
        self.shown_at.append(time.monotonic())
        if count == FULL_FROM:
            _fill(self._ballast)
        elif count == FULL_TO:
            self._ballast.unlink()

    def notices_changed(self, notices: tuple[Notice, ...]) -> None:
        self.notices += notices


def disk_full() -> Figures:
    """A disk that fills up in a meeting and has room again before its end."""
    if os.geteuid() != 0:
        return {"left out": "only root may mount a small disk"}
    with tempfile.TemporaryDirectory() as folder, _small_disk(Path(folder)) as disk:
        path = disk / "captioner.db"
        listener = _Filler(disk / "ballast")

        async def run() -> list[str]:
            async with await Store.open(path) as store:
                await talk(store, "full", listener, lines=LINES)
                await store.settled()
                return [row.text for row in (await store.load()).rows if isinstance(row, Segment)]

        saved = asyncio.run(run())
        pauses = [later - earlier for earlier, later in pairwise(listener.shown_at)]
        return {
            "lines shown": f"{len(listener.texts)} of {LINES}",
            "of these while it was full": f"{FULL_TO - FULL_FROM}",
            "shown as not saved yet": f"{len(listener.unsaved)}",
            "notice": listener.notices[0].body if listener.notices else "none",
            "longest pause between two lines s": max(pauses),
            "missing at the end": f"{len(set(listener.texts) - set(saved))} of {len(listener.texts)}",
        }


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _fill(ballast: Path) -> None:
    """Take all the room there is, to the last byte."""
    with ballast.open("wb", buffering=0) as file:
        for size in (4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue

"""Eight hours of a meeting in minutes: two channels, a fault every few minutes, and what is left of it all.

Program, server and judge share one process, since virtual time needs one loop. So memory is told net of the
text: what the transcript's rows take is measured on a sample of them, and taken off.
"""

import asyncio
import gc
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np
from memory import resident_mb

sys.path.insert(0, str(Path(__file__).parents[2]))
from captioner.transcript.model import Row, Segment, Transcript
from tests.deepgram import DeepgramServer, Shut
from tests.faults import Harm, closes, cut, fails, frozen, muted, outage
from tests.faults_scene import Scene, play

HOURS = 8
HOUR = 3600.0
CALM = (300.0, 900.0)
"""Seconds between two faults."""

SETTLED_HOURS = 1
"""The first hour is left out of the slope: caches and arenas fill."""

OUTAGES = (3.0, 10.0, 30.0, 120.0, 300.0, 600.0)
"""Seconds, by chance."""

FORGOTTEN_SECONDS = 60.0
"""A provider has long hung up on who is silent."""

SAMPLE = 4000

DESCRIPTORS = Path("/proc/self/fd")

Fault = Callable[[DeepgramServer, random.Random], Awaitable[None]]


@dataclass
class Hour:
    """What the process holds at the end of an hour; of tasks and descriptors the median of the hour."""

    resident: float
    text: float
    tasks: float
    threads: int
    descriptors: float


@dataclass
class Soak:
    """The faults that were made, by kind, and the hours."""

    made: dict[str, int] = field(default_factory=dict[str, int])
    hours: list[Hour] = field(default_factory=list[Hour])
    violations: int = 0

    async def trouble(self, server: DeepgramServer) -> None:
        """One fault after the other, by chance."""
        chance = random.Random(8)
        while True:
            await asyncio.sleep(chance.uniform(*CALM))
            name = chance.choice([*FAULTS])
            self.made[name] = self.made.get(name, 0) + 1
            await FAULTS[name](server, chance)

    async def watch(self, server: DeepgramServer, transcript: Transcript) -> None:
        """Look every minute, and note every hour."""
        for _ in range(HOURS):
            seen: list[tuple[int, int]] = []
            for _minute in range(60):
                await asyncio.sleep(HOUR / 60 - 0.01)
                self._forget(server)
                seen.append((len(asyncio.all_tasks()), descriptors()))
            gc.collect()
            usual = [median(counts) for counts in zip(*seen, strict=True)]
            resident, text = resident_mb(os.getpid()), text_mb(transcript.rows)
            self.hours.append(Hour(resident, text, usual[0], threading.active_count(), usual[1]))

    def _forget(self, server: DeepgramServer) -> None:
        """The server's own memory is not the program's: what is over leaves it, and what is half-open."""
        long_ago = asyncio.get_running_loop().time() - FORGOTTEN_SECONDS
        for connection in server.connections:
            if connection.closed_at is None and connection.heard_at < long_ago:
                connection.abort()
        over = [connection for connection in server.connections if connection.closed_at is not None]
        self.violations += sum(connection.rules.violations.total() for connection in over)
        server.connections[:] = [connection for connection in server.connections if connection not in over]
        server.handshakes.clear()


def harming(harm: Harm) -> Fault:
    """Every conversation is harmed."""

    async def fault(server: DeepgramServer, chance: random.Random) -> None:
        for connection in list(server.connections):
            if connection.closed_at is None:
                connection.harm()
                await harm(connection)

    return fault


def gone(how: Shut) -> Fault:
    """The provider is gone for a while."""

    async def fault(server: DeepgramServer, chance: random.Random) -> None:
        await outage(how, chance.choice(OUTAGES), at=0.0)(server)

    return fault


async def flapping(server: DeepgramServer, chance: random.Random) -> None:
    """Connections that live for a few seconds."""
    for _ in range(6):
        await harming(cut)(server, chance)
        await asyncio.sleep(chance.uniform(2.0, 4.0))


FAULTS: dict[str, Fault] = {
    "reset": harming(cut),
    "mute": harming(muted),
    "half-open": harming(frozen),
    "close 1011": harming(fails("NET-0000")),
    "close 1000": harming(closes(1000)),
    "refused": gone("refuse"),
    "dropped": gone("drop"),
    "black hole": gone("blackhole"),
    "flapping": flapping,
}


def descriptors() -> int:
    """How many are open."""
    return len(list(DESCRIPTORS.iterdir()))


def soak_figures(*, fallback: bool) -> dict[str, float | str]:
    """The whole meeting, in a process of its own: memory that was used once hides what is used next."""
    command = [sys.executable, __file__, *(["fallback"] if fallback else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def soaked(*, fallback: bool) -> dict[str, float | str]:
    """The whole meeting, here."""
    soak, began = Soak(), time.monotonic()
    scene = Scene(trouble=soak.trouble, seconds=HOURS * HOUR, channels=2, fallback=fallback, keeps=False)
    verdict = play(scene, limit=(HOURS + 1) * HOUR, watch=soak.watch)
    found, hours = verdict.judgement, soak.hours
    return {
        "hours simulated": f"{HOURS}",
        "minutes it took": (time.monotonic() - began) / 60,
        "faults": f"{sum(soak.made.values())} ({', '.join(f'{n} {name}' for name, n in soak.made.items())})",
        "words": f"{verdict.words}",
        "words lost": f"{len(found.lost)}",
        "words twice": f"{len(found.duplicated)}",
        "words out of order": f"{len(found.disordered)}",
        "anything else wrong": f"{len(found.strange) + len(found.gaps)}",
        "worst time error s": found.worst_error,
        "breaches of the protocol": f"{soak.violations + verdict.violations.total()}",
        "most sound held s": verdict.kept,
        "text MB, by the hour": _series(hour.text for hour in hours),
        "RSS net of text MB, by the hour": _series(hour.resident - hour.text for hour in hours),
        "RSS net of text, MB an hour": slope([hour.resident - hour.text for hour in hours[SETTLED_HOURS:]]),
        "tasks, by the hour": _series(hour.tasks for hour in hours),
        "threads, by the hour": _series(hour.threads for hour in hours),
        "descriptors, by the hour": _series(hour.descriptors for hour in hours),
    }


def slope(values: list[float]) -> float:
    """How much they grow from one to the next."""
    return float(np.polyfit(range(len(values)), values, 1)[0]) if len(values) > 1 else float("nan")


def text_mb(rows: list[Row]) -> float:
    """What the rows take, by a sample of them; each object in the 16 bytes steps of Python's memory."""
    segments = [row for row in rows if isinstance(row, Segment)]
    sample = segments[:: max(1, len(segments) // SAMPLE)]
    if not sample:
        return 0.0
    return sum(map(_bytes, sample)) / len(sample) * len(segments) / 1e6


def _bytes(segment: Segment) -> int:
    parts: list[object] = [segment, segment.id, segment.start, segment.end, segment.text, segment.words]
    if segment.committed is not segment.text:
        parts.append(segment.committed)
    for word in segment.words:
        parts += [word, word.word, word.start, word.end, word.confidence]
        if word.punctuated_word is not word.word:
            parts.append(word.punctuated_word)
    return sum((sys.getsizeof(part) + 15) // 16 * 16 for part in parts)


def _series(values: Iterable[float]) -> str:
    return " ".join(f"{value:.0f}" for value in values)


if __name__ == "__main__":
    print(json.dumps(soaked(fallback="fallback" in sys.argv)))

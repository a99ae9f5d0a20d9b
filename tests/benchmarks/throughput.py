"""Reading a stream: how fast, and how late, beside a bare `websockets` loop and beside Deepgram's own SDK.

The SDK is no dependency of ours: it is measured where CAPTIONER_BENCH_SDK names the Python of an environment
that has it (`pip install deepgram-sdk==7.16.0`), or where it can be imported here.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import truediv
from pathlib import Path
from statistics import median, quantiles

from flood import PER_SECOND
from readers import Read

MESSAGES = 60_000
ROUNDS = 5
LATENCY_SECONDS, LATENCY_ROUNDS = 8, 3  # other work on the machine hits all rounds alike

_HERE = Path(__file__).parent
_VERSION = "import deepgram, importlib.metadata as m; print(m.version('deepgram-sdk'))"


@dataclass(frozen=True)
class Reader:
    """One way to read, and the Python that has it."""

    name: str
    title: str
    python: str = sys.executable

    def read(self, url: str, finals: int, *options: str) -> Read:
        """Once, in a fresh process."""
        command = [self.python, str(_HERE / "readers.py"), self.name, url, str(finals), *options]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=300)
        return Read(**json.loads(done.stdout))


BARE = Reader("bare", "bare websockets")
OURS = Reader("captioner", "captioner")


def throughput_figures() -> dict[str, float | str]:
    """Messages a second. Only of finals none can make way for a newer one: that is the measure."""
    sdk, found = find_sdk()
    readers = [BARE, OURS, *([sdk] if sdk else [])]
    figures: dict[str, float | str] = {"deepgram-sdk": found}
    for kind, finals in (("finals", MESSAGES), ("mixed", MESSAGES // 4)):
        rates: dict[Reader, list[float]] = {reader: [] for reader in readers}
        coalesced = 0
        with serving(kind, MESSAGES) as url:
            for _ in range(ROUNDS):
                for reader in readers:
                    read = reader.read(url, finals)
                    _check(read, reader)
                    rates[reader].append(MESSAGES / read.seconds)
                    coalesced += read.coalesced
        figures |= {f"{kind}: {reader.title} a second": f"{median(rates[reader]):.0f}" for reader in readers}
        figures |= {
            f"{kind}: {OURS.title} / {reader.title}": median(map(truediv, rates[OURS], rates[reader]))
            for reader in readers
            if reader is not OURS
        }
        figures[f"{kind}: {OURS.title}, coalesced %"] = 100 * coalesced / (MESSAGES * ROUNDS)
    return figures


def latency_figures() -> dict[str, float | str]:
    """From the server's send to the consumer's hands, without the first second of each process."""
    count = LATENCY_SECONDS * PER_SECOND
    delays: dict[Reader, list[float]] = {BARE: [], OURS: []}
    with serving("paced", count) as url:
        for _ in range(LATENCY_ROUNDS):
            for reader, late in delays.items():
                late += [
                    delay / 1000 for delay in reader.read(url, count // 4, "stamped").delays[PER_SECOND:]
                ]
    figures: dict[str, float | str] = {}
    hundredths = {reader: quantiles(late, n=100) for reader, late in delays.items()}
    for reader, late in delays.items():
        figures |= {
            f"{reader.title}, median µs": f"{median(late):.0f}",
            f"{reader.title}, p99 µs": f"{hundredths[reader][98]:.0f}",
            f"{reader.title}, worst µs": f"{max(late):.0f}",
        }
    figures[f"{OURS.title} / {BARE.title}, median"] = median(delays[OURS]) / median(delays[BARE])
    figures[f"{OURS.title} / {BARE.title}, p99"] = hundredths[OURS][98] / hundredths[BARE][98]
    return figures


def find_sdk() -> tuple[Reader | None, str]:
    """The SDK's reader, and its version or why there is none."""
    python = os.environ.get("CAPTIONER_BENCH_SDK", sys.executable)
    try:
        found = subprocess.run([python, "-c", _VERSION], capture_output=True, text=True, timeout=60)
    except OSError as error:
        return None, f"left out: CAPTIONER_BENCH_SDK is {python}: {error.strerror}"
    if found.returncode:
        return None, "left out: set CAPTIONER_BENCH_SDK to a Python that has it"
    return Reader("sdk", "deepgram-sdk", python), found.stdout.strip()


@contextmanager
def serving(kind: str, count: int) -> Iterator[str]:
    """The address of a server in its own process."""
    command = [sys.executable, str(_HERE / "flood.py"), kind, str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def _check(read: Read, reader: Reader) -> None:
    if read.messages + read.coalesced != MESSAGES or read.words != 10 * read.messages:
        raise RuntimeError(f"{reader.title} read {read.messages} of {MESSAGES} messages, {read.words} words")

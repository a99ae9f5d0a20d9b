"""Records a source as it is heard, frame by frame: a program of the benchmark of hearing.

`python hear.py FILE system|microphone|both [DEVICE]` until SIGTERM; says "open" once it records. In FILE,
each frame is a HEADER (when it came, by the monotonic clock; where it starts; how many samples; how many
channels) and then its samples.
"""

import asyncio
import signal
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback import system_source
from captioner.audio.microphone import MicrophoneSource
from captioner.audio.mixer import MixedSource
from captioner.audio.source import Source

HEADER = struct.Struct("<dqii")


@dataclass(frozen=True, slots=True)
class HeardFrame:
    """A frame, and when it came."""

    at: float
    start: int
    samples: NDArray[np.int16]  # (n, channels)

    @property
    def end(self) -> int:
        return self.start + len(self.samples)


def frames(path: Path) -> Iterator[HeardFrame]:
    """What the program wrote so far."""
    data, at = path.read_bytes() if path.exists() else b"", 0
    while at + HEADER.size <= len(data):
        came, start, count, channels = HEADER.unpack_from(data, at)
        end = at + HEADER.size + 2 * count * channels
        if end > len(data):
            return
        samples = np.frombuffer(data[at + HEADER.size : end], np.int16).reshape(count, channels)
        yield HeardFrame(came, start, samples)
        at = end


def _source(what: str, device: str | None) -> Source:
    clock = MeetingClock()
    if what == "system":
        return system_source(device, clock=clock)
    if what == "microphone":
        return MicrophoneSource(device, clock=clock)
    return MixedSource(MicrophoneSource(clock=clock), system_source(clock=clock), clock=clock)


async def _record(path: str, what: str, device: str | None = None) -> None:
    task = asyncio.current_task()
    assert task
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with open(path, "wb") as file:  # noqa: ASYNC230, PTH123 - nothing else runs on this loop
        async with _source(what, device) as source:
            print("open", flush=True)
            async for frame in source:
                file.write(HEADER.pack(monotonic(), frame.start, *frame.samples.shape))
                file.write(frame.samples.tobytes())
                file.flush()


if __name__ == "__main__":
    try:
        asyncio.run(_record(*sys.argv[1:]))
    except asyncio.CancelledError:
        sys.exit(0)

"""The local engine's worker process: `python -m captioner.streaming.engines.local_worker CHANNELS [MODEL]`.

One thread reads the pipe, one thread a channel runs the model, all of them write what was said. Measured on
2026-11: two streams of one transcriber from two threads are fine, two threads on one stream are not.
"""

import os
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from captioner.streaming.engines.engine import LinkMessage
from captioner.streaming.engines.local_channel import Channel, load_transcriber
from captioner.streaming.engines.local_wire import HEADER, Kind, pack


class Said:
    """The pipe back to the program, shared by all threads."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()
        self._encoder = msgspec.msgpack.Encoder()

    def message(self, message: LinkMessage) -> None:
        """Say a link message."""
        self.raw(pack(Kind.SAID, self._encoder.encode(message)))

    def raw(self, data: bytes) -> None:
        """Write whole messages. The program's end of the pipe being gone is our end, too."""
        with self._lock:
            try:
                self._pipe.write(data)
                self._pipe.flush()
            except OSError:
                os._exit(0)


def serve(pipe: BinaryIO, said: Said, channels: int, model: Path | None) -> None:
    """Load the model, then hear what comes through the pipe until it ends or FINISH is answered."""
    transcriber = load_transcriber(model)
    workers = [Channel(transcriber, index, said.message) for index in range(channels)]
    for worker in workers:
        worker.start()
    said.raw(pack(Kind.READY))
    while header := pipe.read(HEADER.size):
        length, kind = HEADER.unpack(header)
        body = pipe.read(length)
        if kind == Kind.SOUND:
            samples = np.frombuffer(body, "<i2").reshape(-1, channels)
            for index, worker in enumerate(workers):
                worker.add(samples[:, index])
        else:
            for worker in workers:
                worker.settle(last=kind == Kind.FINISH)
            if kind == Kind.FINISH:
                for worker in workers:
                    worker.join()
                return
    os._exit(0)  # the program is gone; threads deep in the model need not finish


def _end_with_it(fault: threading.ExceptHookArgs) -> None:
    """A channel that fails takes the process with it: the session starts another and gives it the sound."""
    os._exit(1)


def main() -> None:
    """Run until the program lets go. Native code prints to stdout: give it stderr and keep the pipe apart."""
    pipe_out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    said = Said(pipe_out)
    threading.excepthook = _end_with_it
    try:
        model = Path(sys.argv[2]) if len(sys.argv) > 2 else None
        serve(sys.stdin.buffer, said, int(sys.argv[1]), model)
    except Exception as error:  # the last net of this process: the program reports it
        said.raw(pack(Kind.FAILED, f"{type(error).__name__}: {error}".encode()))
        sys.exit(1)


if __name__ == "__main__":
    main()

"""A `parec` child process: one source of the sound server as raw blocks."""

import os
import select
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

import numpy as np

from captioner.streaming.errors import SourceError
from captioner.streaming.frames import SAMPLE_RATE, Samples

TAG = "captioner.stream"
"""The property by which our stream is found among the server's."""

LATENCY_MS = {"pulseaudio": 20, "pipewire": 30}
"""Always asked for: without it PipeWire delivers blocks of two seconds."""

BLOCK = 0.04
"""Seconds of sound that are read at a time: parec writes crumbs of any size, and each block costs a question
to the server (0.3 ms of a core in pulsectl: 2 % at 40 ms, 5 % at 20 ms)."""

PIPE = 1 << 20
"""Bytes that the pipe holds while this process is stopped: 32 s, all that Linux grants without a privilege.
Of what the pipe does not hold, the sound server keeps two minutes more."""

WAITED = 0.25
"""Seconds in which sound that had waited comes faster than it is heard, however busy the machine."""

LONGEST = 180.0
"""Seconds of sound that can have waited: more than pipe and server hold."""


def require_parec() -> None:
    """Raises `SourceError` where parec is not installed."""
    if shutil.which("parec") is None:
        raise SourceError("The program parec is missing", "Install pulseaudio-utils")


class Parec:
    """Records one source by its name, 16 kHz mono, until left. `tag` is unique to this stream.

    It ends by itself when this process dies, because nobody reads its pipe any more.
    """

    def __init__(self, source: str, *, is_pipewire: bool) -> None:
        require_parec()
        self.tag = uuid.uuid4().hex
        latency = LATENCY_MS["pipewire" if is_pipewire else "pulseaudio"]
        command = [
            "parec",
            f"--device={source}",
            "--raw",
            "--format=s16le",
            f"--rate={SAMPLE_RATE}",
            "--channels=1",
            f"--latency-msec={latency}",
            "--client-name=captioner",
            "--stream-name=Live captions",
            f"--property={TAG}={self.tag}",
            # WirePlumber: neither remember another source for us, nor move us to one.
            "--property=state.restore-target=false",
            "--property=node.dont-reconnect=true",
        ]
        try:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Ctrl+C in the terminal is ours to answer: the last words are still to be drained.
                start_new_session=True,
            )
        except OSError as error:
            raise SourceError(f"parec cannot be started: {error.strerror}", "Close other programs") from error
        assert self._child.stdout is not None
        self._pipe = self._child.stdout.fileno()
        _widen(self._pipe)
        self._poll = select.poll()
        self._poll.register(self._pipe, select.POLLIN)
        self._odd = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Not terminate: it would drain its stream first, and a hung server never lets it.
        self._child.kill()
        self._child.communicate()

    def read(self, timeout: float) -> Samples | None:
        """What has come, about 40 ms or more, shape (n, 1).

        n = 0 when nothing came within `timeout` seconds; None at the stream's end.
        """
        data = self._read(timeout)
        deadline = time.monotonic() + BLOCK
        while data and len(data) < BLOCK * SAMPLE_RATE * 2 and (left := deadline - time.monotonic()) > 0:
            more = self._read(left)
            if more is None:
                break
            data += more
        if data is None:
            return None
        data = self._odd + data
        whole = len(data) - len(data) % 2
        self._odd = data[whole:]
        return np.frombuffer(data[:whole], "<i2").reshape(-1, 1)

    def _read(self, timeout: float) -> bytes | None:
        if not self._poll.poll(timeout * 1000):
            return b""
        return os.read(self._pipe, PIPE) or None

    def read_on(self, block: Samples, is_late: Callable[[int], bool]) -> Samples:
        """`block` and what had waited behind it, as long as `is_late` holds of the number of samples so far.

        It ends, too, when sound comes no faster than it is heard: then nothing was waiting, it is missing.
        """
        blocks, count = [block], block.shape[0]
        began, counted = time.monotonic(), 0
        while is_late(count) and count < LONGEST * SAMPLE_RATE:
            more = self.read(WAITED)
            if more is None:
                break
            blocks.append(more)
            count += more.shape[0]
            counted += more.shape[0]
            if (passed := time.monotonic() - began) >= WAITED:
                if counted <= 1.5 * passed * SAMPLE_RATE:
                    break
                began, counted = time.monotonic(), 0
        return np.concatenate(blocks)

    def last_words(self) -> str:
        """Why it ended, as it says itself; only after its end."""
        assert self._child.stderr is not None
        lines = self._child.stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it gives no reason"


def _widen(pipe: int) -> None:
    if sys.platform == "linux":
        import fcntl  # other systems import this file, too, and not all of them have it

        with suppress(OSError):  # this person's programs hold too many pipes: the server keeps the rest
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)

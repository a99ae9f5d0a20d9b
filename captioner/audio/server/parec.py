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

LATENCY_MS = {"pulseaudio": 20, "pipewire": 50}
"""Always asked for: without it PipeWire delivers blocks of two seconds."""

BLOCK = 0.05
ENOUGH = 0.035
"""Seconds of sound that are read at a time, and with which one is content: PulseAudio sends crumbs of 6 ms,
and each block costs a question to the server. PipeWire sends 50 ms."""

PIPE = 1 << 20
"""Bytes that the pipe holds while this process is stopped: all that Linux grants without a privilege, 5 s of
48 kHz in stereo. Of what the pipe does not hold, the sound server keeps 4 MB, 20 s more."""

FASTEST = 48_000
"""Samples a second that are asked for at most: a studio's 192 kHz hold no more speech, only less time."""

WAITED = 0.5
"""Seconds in which sound that had waited comes faster than it is heard, however busy the machine."""

LONGEST = 180.0
"""Seconds of sound that can have waited: more than pipe and server hold."""


def require_parec() -> None:
    """Raises `SourceError` where parec is not installed."""
    if shutil.which("parec") is None:
        raise SourceError("The program parec is missing", "Install pulseaudio-utils")


class Parec:
    """Records one source by its name, as one channel of 16 bit, until left. `tag` is unique to this stream.

    `rate` and `channels`: those of the device, so that nothing but us converts it. `playing`: only what this
    stream plays into the sink of which `source` is the monitor. It ends by itself when this process dies,
    because nobody reads its pipe any more.
    """

    def __init__(
        self,
        source: str,
        *,
        is_pipewire: bool,
        rate: int = SAMPLE_RATE,
        channels: int = 1,
        playing: int | None = None,
    ) -> None:
        require_parec()
        self.tag = uuid.uuid4().hex
        self.rate = min(rate, FASTEST)
        # PulseAudio makes one channel of two by their mean; PipeWire's is 3 dB louder, which cuts loud calls.
        self._channels = min(channels, 2) if is_pipewire else 1
        latency = LATENCY_MS["pipewire" if is_pipewire else "pulseaudio"]
        command = [
            "parec",
            f"--device={source}" if playing is None else f"--monitor-stream={playing}",
            "--raw",
            "--format=s16le",
            f"--rate={self.rate}",
            f"--channels={self._channels}",
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
                # Its last words are read, in no language but one.
                env={**os.environ, "LC_ALL": "C"},
            )
        except OSError as error:
            raise SourceError(f"parec cannot be started: {error.strerror}", "Close other programs") from error
        assert self._child.stdout is not None
        self._pipe = self._child.stdout.fileno()
        _widen(self._pipe)
        self._poll = select.poll()
        self._poll.register(self._pipe, select.POLLIN)
        self._buffer = memoryview(bytearray(PIPE))
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
        """What has come, 40 ms or more as a rule, shape (n, 1).

        n = 0 when nothing came within `timeout` seconds; None at the stream's end.
        """
        data = self._read(timeout)
        size = 2 * self._channels
        if data and (heard := len(data) / (size * self.rate)) < ENOUGH:
            # Not woken for every crumb: what is missing will be there once it has been heard.
            time.sleep(BLOCK - heard)
            data += self._read(BLOCK - heard) or b""
        if data is None:
            return None
        data = self._odd + data
        whole = len(data) - len(data) % size
        self._odd = data[whole:]
        sound = np.frombuffer(data[:whole], "<i2").reshape(-1, self._channels)
        return sound if self._channels == 1 else _mean(sound)

    def _read(self, timeout: float) -> bytes | None:
        if not self._poll.poll(timeout * 1000):
            return b""
        # Not os.read: it allocates, and gives back, all that it could read.
        return bytes(self._buffer[: os.readv(self._pipe, [self._buffer])]) or None

    def read_on(self, block: Samples, is_late: Callable[[int], bool]) -> Samples:
        """`block` and what had waited behind it, as long as `is_late` holds of the number of samples so far.

        It ends, too, when sound comes no faster than it is heard: then nothing was waiting, it is missing.
        """
        blocks, count = [block], block.shape[0]
        began, counted = time.monotonic(), 0
        while is_late(count) and count < LONGEST * self.rate:
            more = self.read(WAITED)
            if more is None:
                break
            blocks.append(more)
            count += more.shape[0]
            counted += more.shape[0]
            if (passed := time.monotonic() - began) >= WAITED:
                if counted <= 1.5 * passed * self.rate:
                    break
                began, counted = time.monotonic(), 0
        return np.concatenate(blocks)

    @property
    def has_ended(self) -> bool:
        """Whether it is over, though what it recorded may still be read."""
        return self._child.poll() is not None

    def last_words(self) -> str:
        """Why it ended, as it says itself; only after its end."""
        assert self._child.stderr is not None
        lines = self._child.stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it gives no reason"


def _mean(sound: Samples) -> Samples:
    """Two channels as one, shape (n, 1)."""
    return (sound.sum(axis=1, dtype=np.int32, keepdims=True) >> 1).astype(np.int16)


def _widen(pipe: int) -> None:
    if sys.platform == "linux":
        import fcntl  # other systems import this file, too, and not all of them have it

        with suppress(OSError):  # this person's programs hold too many pipes: the server keeps the rest
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)

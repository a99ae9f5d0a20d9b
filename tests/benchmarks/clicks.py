"""Plays short tones into a sink at moments that are known: a program of the benchmark of hearing.

`python clicks.py SINK COUNT`: a line for each tone: when its first sample was given to the sound server, by
the monotonic clock. It is played a little later, 20 to 30 ms: the buffer is as short as it can be.
"""

import ctypes
import os
import random
import sys
from time import monotonic

import numpy as np

RATE = 48_000
STEP = RATE // 100
"""Samples that are written at a time: 10 ms."""

BUFFER_MS = 20
BURST = 6
"""Steps that a tone lasts."""

PAUSES = (60, 110)
"""Steps between two tones, at random, so that they meet no block of the server at the same place."""

_PLAYBACK, _S16LE = 1, 3


class _Spec(ctypes.Structure):
    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class Player:
    """A playback stream of 48 kHz mono; libpulse's simple door, which has no wrapper that we use."""

    def __init__(self, sink: str) -> None:
        self._library = ctypes.CDLL("libpulse-simple.so.0")
        self._library.pa_simple_new.restype = ctypes.c_void_p
        spec, error = _Spec(_S16LE, RATE, 1), ctypes.c_int()
        words = (None, b"clicks", _PLAYBACK, sink.encode(), b"clicks")
        stream = self._library.pa_simple_new(*words, ctypes.byref(spec), None, None, ctypes.byref(error))
        if not stream:
            raise RuntimeError(f"the sound server gives no stream: error {error.value}")
        self._stream = ctypes.c_void_p(stream)

    def write(self, samples: np.ndarray) -> None:
        """Blocks while the buffer is full."""
        data = samples.astype("<i2").tobytes()
        if self._library.pa_simple_write(self._stream, data, ctypes.c_size_t(len(data)), None) < 0:
            raise RuntimeError("the sound server is gone")


def play(sink: str, count: int) -> None:
    """Silence, and in it the tones."""
    chance, player = random.Random(5), Player(sink)
    silence = np.zeros(STEP)
    tone = np.rint(np.sin(2 * np.pi * 1000 * np.arange(STEP * BURST) / RATE) * 16_000)
    for _ in range(100):
        player.write(silence)
    for _ in range(count):
        for _ in range(chance.randint(*PAUSES)):
            player.write(silence)
        print(monotonic(), flush=True)
        player.write(tone)
    for _ in range(100):
        player.write(silence)


if __name__ == "__main__":
    os.environ["PULSE_LATENCY_MSEC"] = str(BUFFER_MS)
    play(sys.argv[1], int(sys.argv[2]))

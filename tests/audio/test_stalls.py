"""A program that stands still, beside a sound server that does not: numbered sound tells what is lost."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.audio.exact import CALL, DESK, exact_devices
from tests.audio.live import until
from tests.sound_server import RATE, SPARE, PrivateSoundServer

NUMBERS = 20_000
SOUND = np.tile(np.arange(1, NUMBERS + 1, dtype=np.int16), 4)
"""Five seconds; every sample is its number, so that each one that is missing is seen."""


def heard(path: Path) -> NDArray[np.int16]:
    """What was recorded so far, one column a channel."""
    data = np.fromfile(path, np.int16) if path.exists() else np.zeros(0, np.int16)
    return data[: data.size // 2 * 2].reshape(-1, 2)


def stop(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)


def go_on(pid: int) -> None:
    os.kill(pid, signal.SIGCONT)


def block(pid: int) -> None:
    os.kill(pid, signal.SIGUSR1)


@contextmanager
def recording(path: Path) -> Generator[int]:
    """The program, from when it records; its process id."""
    words = [sys.executable, str(Path(__file__).with_name("record_both.py")), str(path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as recorder:
        assert recorder.stdout
        recorder.stdout.readline()
        try:
            yield recorder.pid
        finally:
            recorder.kill()  # it may stand still


async def play_through(
    stall: Callable[[int], None], pid: int, server: PrivateSoundServer, path: Path
) -> None:
    """Play to both devices, stall the program from early on until all was played, and let it go on."""
    await until(lambda: len(heard(path)) > 0)
    players = [server.play(SOUND, DESK), server.play(SOUND, CALL)]
    await until(lambda: bool(heard(path)[-1].all()))
    stall(pid)
    for player in players:
        await asyncio.to_thread(player.wait)
    if stall is stop:  # what was captured until the default changed was captured in good faith
        server.pactl("set-default-sink", SPARE)
    go_on(pid)
    await until(lambda: bool(heard(path)[:, 0].any() and not heard(path)[-RATE // 2 :].any()))


@pytest.mark.parametrize("stall", [stop, block])
def test_nothing_that_was_captured_is_lost_while_the_program_stands_still(
    sound_server: PrivateSoundServer, tmp_path: Path, stall: Callable[[int], None]
) -> None:
    exact_devices(sound_server)

    with recording(tmp_path / "both") as pid:
        asyncio.run(play_through(stall, pid, sound_server, tmp_path / "both"))

    found = heard(tmp_path / "both")
    for channel in (0, 1):
        where = np.flatnonzero(found[:, channel])
        numbers = found[where, channel].astype(int)
        steps = np.diff(numbers) % NUMBERS
        # A device of 16 kHz that keeps time passes untouched, sample by sample.
        assert set(steps.tolist()) == {1}
        assert (numbers[0], numbers[-1]) == (1, NUMBERS)
        assert np.ptp(where) < len(SOUND) + RATE // 2

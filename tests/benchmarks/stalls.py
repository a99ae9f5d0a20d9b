"""A program that stands still: how many of the words said meanwhile are lost.

The window program with a slot that blocks its loop for 8 s, and `captioner listen` stopped (SIGSTOP) for 12,
in which Deepgram hangs up. Real processes, a real PulseAudio of our own, and a scripted Deepgram in a process
of its own that understands numbered sound. In real time: some three minutes.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests import sound_server
from tests.audio.exact import CALL, DESK, exact_devices
from tests.deepgram import DeepgramServer
from tests.numbered import Speech, number, word
from tests.numbered_recogniser import Recogniser

BLOCKED, STOPPED = 8.0, 12.0
"""Seconds for which the loop is blocked, and the program is stopped."""

BEGIN = 8.0
"""Seconds of speech before it stands still."""

LISTEN = [sys.executable, "-m", "captioner", "listen", "--json", "--engine"]

Stall = Callable[[int], None]


@dataclass(frozen=True)
class Case:
    """A program, how long there is speech for it, and what befalls it."""

    name: str
    command: Sequence[str]
    seconds: float
    stall: Stall


def block(process: int) -> None:
    """The window program has a slot for this signal that sleeps."""
    os.kill(process, signal.SIGUSR1)


def stop(process: int) -> None:
    """The whole program, but not the sound server and its recorder."""
    os.kill(process, signal.SIGSTOP)
    time.sleep(STOPPED)
    os.kill(process, signal.SIGCONT)


WINDOW = [sys.executable, str(Path(__file__).with_name("blocked_window.py")), str(BLOCKED)]

CASES = (
    Case("window blocked", WINDOW, 26.0, block),
    Case("listen stopped", [*LISTEN, "deepgram"], 45.0, stop),
    Case("auto stopped", [*LISTEN, "auto"], 45.0, stop),
)


def stall_figures() -> Iterator[tuple[str, dict[str, float | str]]]:
    """Case by case, what came of it."""
    if not sound_server.is_installed():
        print("stalls: left out, PulseAudio is not installed", file=sys.stderr)
        return
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder:
            yield case.name, _play(case, Path(folder))


def _play(case: Case, folder: Path) -> dict[str, float | str]:
    speech = Speech(case.seconds, channels=2)
    data, told = folder / "data", folder / "events"
    data.mkdir()
    with sound_server.private_pulseaudio(folder / "sound") as server, _deepgram() as url:
        exact_devices(server)
        (data / "settings.toml").write_text(f'engine = "deepgram"\ndeepgram_url = "{url}"\n')
        words = [*case.command, "--data-dir", str(data)]
        words += ["--url", url] if "listen" in words else []
        with told.open("w") as out, (folder / "complaints").open("w") as err:
            env = {**server.env, "QT_QPA_PLATFORM": "offscreen"}
            running = subprocess.Popen(words, env=env, stdout=out, stderr=err)
        try:
            _until(lambda: '"connected"' in told.read_text(), 30)
            if '"connected"' not in told.read_text():
                raise RuntimeError((folder / "complaints").read_text()[-2000:])
            players = [_say(server, speech, channel, sink) for channel, sink in enumerate((DESK, CALL))]
            time.sleep(BEGIN)
            case.stall(running.pid)
            for player in players:
                player.wait()
            _until(lambda: _is_whole(told.read_text(), speech), 40)
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(20)
    return _figures(told.read_text().splitlines(), _saved(data), speech)


def _figures(lines: list[str], saved: list[str], speech: Speech) -> dict[str, float | str]:
    events = [json.loads(line) for line in lines]
    kinds = Counter(event["type"] for event in events)
    pending = sum(event["type"] == "gap" and event["state"] == "pending" for event in events)
    stood = next((event["seconds"] for event in events if event["type"] == "blocked"), STOPPED)
    said = [number(text) or 0 for text in saved]
    sides = [[told for told in said if told in set(speech.numbers(channel))] for channel in (0, 1)]
    expected = {told for channel in (0, 1) for told in speech.numbers(channel)}
    return {
        "stood still s": stood,
        "words": f"{len(expected)}",
        "lost": f"{len(expected - set(said))}",
        "twice": f"{sum(count > 1 for count in Counter(said).values())}",
        "out of order": f"{sum(two < one for side in sides for one, two in pairwise(side))}",
        "strange": f"{len(set(said) - expected)}",
        "disconnected": f"{kinds['disconnected']}",
        "engine changed": f"{kinds['engine_changed']}",
        "gaps pending, filled, final": f"{pending}, {kinds['gap_filled']}, {kinds['gap'] - pending}",
    }


def _is_whole(told: str, speech: Speech) -> bool:
    return all(word(each) in told for channel in (0, 1) for each in speech.numbers(channel))


def _saved(data: Path) -> list[str]:
    """The words of the transcript, in its order."""
    words = [sys.executable, "-m", "captioner", "export", "--format", "json", "--data-dir", str(data)]
    exported = json.loads(subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout)
    return [text for segment in exported["segments"] for text in segment["text"].split()]


def _say(
    server: sound_server.PrivateSoundServer, speech: Speech, channel: int, sink: str
) -> "subprocess.Popen[bytes]":
    frames = [speech.frame(slot).samples[:, channel] for slot in range(speech.slots)]
    path = server.folder / f"{sink}.raw"
    # A second of silence behind it: what is still in a buffer when the player ends is not played.
    path.write_bytes(np.concatenate([*frames, np.zeros(16_000, np.int16)]).tobytes())
    words = ["pacat", "--latency-msec=1000", "--raw", "--rate=16000", "--channels=1", "--format=s16le"]
    player = subprocess.Popen([*words, f"--device={sink}", str(path)], env=dict(server.env))
    server.players.append(player)
    return player


@contextmanager
def _deepgram() -> Iterator[str]:
    """The address of a server in a process of its own."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout
        try:
            yield serving.stdout.readline().strip()
        finally:
            serving.kill()


async def _serve() -> None:
    async with DeepgramServer(Recogniser()) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()


def _until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait for something in another process; what has not come by then shows in the figures."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(_serve())

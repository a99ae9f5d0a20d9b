"""All figures by one command: `python tests/benchmarks/run.py [NAME ...]`; without names, all of them.

Everything is measured from outside, on the program as it is installed. Times depend on the machine: compare
ratios, or two runs side by side.
"""

import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from drift import drift_figures
from echo import echo_figures
from faults import fault_table
from hearing import hearing_figures
from memory import resident_mb
from painting import painting_figures
from reading import Read, printed, reading_tables
from soak import soak_figures
from stalls import stall_figures
from store import store_figures
from throughput import latency_figures, throughput_figures
from windows import first_window_seconds, meeting_window_seconds
from words import SPEECH, dialogue, score, segments, worst_backlog

CAPTIONER = [sys.executable, "-m", "captioner"]


@dataclass(frozen=True)
class Run:
    """One run of `captioner listen --json`: its lines, and what it cost."""

    lines: list[str]
    seconds: float
    core_seconds: float


def listen(path: Path, *options: str) -> Run:
    """Caption a recording with a throwaway data directory."""
    before, began = getrusage(RUSAGE_CHILDREN), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [*CAPTIONER, "listen", "--file", str(path), "--json", *options, "--data-dir", folder],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    after = getrusage(RUSAGE_CHILDREN)
    cost = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(done.stdout.splitlines(), time.monotonic() - began, cost)


def length(path: Path) -> float:
    """Seconds of a wav file."""
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def report(name: str, figures: dict[str, float | str]) -> None:
    """One line a figure, so that two runs can be compared with diff."""
    for figure, value in figures.items():
        print(f"{name:<14} {figure:<38} {value if isinstance(value, str) else f'{value:.2f}'}", flush=True)


def sample() -> Path:
    """The reading inside the engine's own wheel."""
    from moonshine_voice import get_assets_path

    return Path(get_assets_path()) / "two_cities.wav"


def one_channel() -> None:
    """Real time, one channel: words, latencies, what is shown and taken back, cost."""
    path = SPEECH / "dialogue" / "ls_2spk.wav"
    run = listen(path, "--speed", "1")
    found = segments(run.lines)
    reading = Read.of(printed(run.lines)).figures
    report(
        "one channel",
        {
            **score(found, dialogue("ls_2spk")),
            "erasure, all shown words": reading.shown.erasure,
            "erasure, committed words": reading.committed.erasure,
            "worst backlog s": worst_backlog(run.lines),
            "core-seconds a second": run.core_seconds / length(path),
        },
    )


def two_channels() -> None:
    """Real time, two channels."""
    path = SPEECH / "dialogue" / "ls_2spk_stereo.wav"
    run = listen(path, "--speed", "1", "--channels", "split")
    found = segments(run.lines)
    turns = dialogue("ls_2spk")
    wrong = sum(segment.channel != turn_channel(segment.start) for segment in found)
    report(
        "two channels",
        {
            **score(found, turns),
            "finals on the wrong channel": f"{wrong} of {len(found)}",
            "worst backlog s": worst_backlog(run.lines),
            "core-seconds a second": run.core_seconds / length(path),
        },
    )


def turn_channel(start: float) -> int:
    """Which side speaks at a time of ls_2spk_stereo: the first speaker is on the left."""
    import json

    turns = json.loads((SPEECH / "dialogue" / "ls_2spk.json").read_text())
    speaker = min(turns, key=lambda turn: max(turn["start"] - start, start - turn["end"], 0.0))["spk"]
    return int(speaker != turns[0]["spk"])


def reading() -> None:
    """What the reading modes take back and how late words come, as tables in Markdown. Twenty minutes."""
    for line in reading_tables(lambda path, *options: listen(path, *options).lines, sample()):
        print(line, flush=True)


def full_speed() -> None:
    """As fast as it goes: the real-time factor."""
    run = listen(sample(), "--speed", "0")
    report("file, speed 0", {"real-time factor": run.seconds / length(sample())})


def not_speech() -> None:
    """A minute each of what is not speech."""
    seconds = np.arange(60 * 16_000) / 16_000
    chords = [(261.6, 329.6, 392.0), (220.0, 277.2, 329.6), (246.9, 311.1, 370.0), (293.7, 370.0, 440.0)]
    tones = np.zeros_like(seconds)
    for bar in range(30):
        part = (seconds >= 2 * bar) & (seconds < 2 * bar + 2)
        decay = np.exp(-1.5 * (seconds[part] - 2 * bar))
        for pitch in chords[bar % len(chords)]:
            tones[part] += decay * sum(np.sin(2 * np.pi * pitch * n * seconds[part]) / n for n in (1, 2, 3))
    sounds = {
        "silence": np.zeros_like(seconds),
        "white noise": np.random.default_rng(3).normal(0, 0.1, seconds.size),
        "chords": tones / np.abs(tones).max() * 0.5,
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, sound in sounds.items():
            path = write_wav(Path(folder) / "sound.wav", sound)
            found = segments(listen(path, "--speed", "0").lines)
            report(
                "no speech", {f"words in a minute of {name}": f"{sum(len(s.final.split()) for s in found)}"}
            )


def memory() -> None:
    """Half an hour of speech as fast as it goes: is memory flat?"""
    with wave.open(str(sample())) as file, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.wav"
        sound = file.readframes(file.getnframes())
        with wave.open(str(path), "wb") as long:
            long.setparams(file.getparams())
            for _ in range(round(1800 / length(sample()))):
                long.writeframes(sound)
        with subprocess.Popen(
            [*CAPTIONER, "listen", "--file", str(path), "--speed", "0", "--data-dir", folder],
            stdout=subprocess.PIPE,
            text=True,
        ) as running:
            sizes = list(_sizes(running))
    half = len(sizes) // 2
    report(
        "half an hour",
        {
            "memory MB at a tenth of it": sizes[len(sizes) // 10],
            "memory MB in the middle": sizes[half],
            "memory MB at the end": sizes[-1],
            "finals": f"{len(sizes)}",
        },
    )


def _sizes(running: "subprocess.Popen[str]") -> Iterator[float]:
    assert running.stdout
    for _ in running.stdout:
        yield resident_mb(running.pid)


def window() -> None:
    """Start to window, beside an empty PySide6 window, best of five each."""
    empty = min(first_window_seconds() for _ in range(5))
    ours = min(meeting_window_seconds(CAPTIONER) for _ in range(5))
    report("start", {"empty window s": empty, "our window s": ours, "ratio": ours / empty})


def throughput() -> None:
    """Messages a second of the library, beside a bare websockets loop and Deepgram's SDK."""
    report("throughput", throughput_figures())


def latency() -> None:
    """From the socket to the consumer."""
    report("latency", latency_figures())


def store() -> None:
    """The database: killed, on a full disk, damaged, and where nothing can be written. Some minutes."""
    for name, figures in store_figures():
        report(name, figures)


def faults() -> None:
    """What becomes of every word of a numbered conversation, fault by fault, as a table in Markdown."""
    for line in fault_table():
        print(line, flush=True)


def soak() -> None:
    """Eight hours with faults, in virtual time: words lost, memory, tasks, threads, descriptors."""
    report("soak", soak_figures(fallback=False))
    report("soak, fallback", soak_figures(fallback=True))


def stalls() -> None:
    """A program that stands still for seconds: what is lost meanwhile."""
    for name, figures in stall_figures():
        report(name, figures)


def hearing() -> None:
    """Devices that come, go and change, at load and between two voices. Fifty minutes."""
    for name, figures in hearing_figures():
        report(name, figures)


def drift() -> None:
    """Devices whose clocks run off, in virtual time."""
    for name, figures in drift_figures():
        report(name, figures)


def echo() -> None:
    """The call heard again by the microphone: lines twice, and lines lost."""
    for name, figures in echo_figures():
        report(name, figures)


def painting() -> None:
    """What painting captions costs, and how soon a word is seen. Two minutes."""
    report("painting", painting_figures())


def write_wav(path: Path, sound: np.ndarray) -> Path:
    """16 kHz mono from floats in ±1."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


BENCHMARKS: dict[str, tuple[Callable[[], None], bool]] = {  # whether it needs the recordings in SPEECH
    "one": (one_channel, True),
    "two": (two_channels, True),
    "reading": (reading, True),
    "speed": (full_speed, False),
    "silence": (not_speech, False),
    "memory": (memory, False),
    "window": (window, False),
    "throughput": (throughput, False),
    "latency": (latency, False),
    "faults": (faults, False),
    "soak": (soak, False),
    "store": (store, False),
    "stalls": (stalls, False),
    "hearing": (hearing, False),
    "drift": (drift, False),
    "echo": (echo, True),
    "painting": (painting, False),
}


def main(names: list[str]) -> int:
    """Run the named benchmarks."""
    if unknown := set(names) - set(BENCHMARKS):
        print(f"There is no {', '.join(unknown)}; choose from {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        benchmark, needs_speech = BENCHMARKS[name]
        if needs_speech and not SPEECH.exists():
            print(f"{name}: left out, its recordings are not here", file=sys.stderr)
            continue
        benchmark()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the microphone and the call cost, how late they come, and whether any of it is lost.

On both sound servers, each a private one: how late a sound is, what a source costs, what is lost at load, how
soon a device that went or changed is heard again, and whose words land on whose side. All of it is measured
on programs of their own. In real time: `minutes` for the sound at load, and twenty more.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
from hear import HeardFrame, frames
from sine import breaks, sine

sys.path.insert(0, str(Path(__file__).parents[2]))
from hearing_words import word_figures

from tests import pipewire_server, sound_server
from tests.sound_server import CALL, MICROPHONE, ROOM, SPARE, PrivateSoundServer, loudness, tone

HERE = Path(__file__).parent

CLICKS = 100
COST_SECONDS = 60.0
MINUTES = 30.0
"""Of sound at load, unless told otherwise."""

Figures = dict[str, float | str]

SERVERS = {
    "pulseaudio": (sound_server.is_installed, sound_server.start),
    "pipewire": (pipewire_server.is_installed, pipewire_server.start),
}

CALL_TONE, ROOM_TONE, SPARE_TONE, HEADSET_TONE = 440, 1_000, 1_700, 2_500


def hearing_figures(minutes: float = MINUTES) -> Iterator[tuple[str, Figures]]:
    """Server by server: a name, and figures."""
    present = [name for name, (is_installed, _) in SERVERS.items() if is_installed()]
    for name in SERVERS.keys() - set(present):
        print(f"hearing: {name} is left out, it is not installed", file=sys.stderr)
    for name in present:
        yield name, {**_lateness(name), **_cost(name), **_changes(name)}
        for case, figures in word_figures(SERVERS[name][1]):
            yield f"{name}, {case}", figures
    yield from _at_load(present, minutes)


@contextmanager
def _private(name: str) -> Generator[PrivateSoundServer]:
    with tempfile.TemporaryDirectory(prefix="sound-") as folder:
        server = SERVERS[name][1](Path(folder))
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def _recording(server: PrivateSoundServer, *what: str) -> Generator[tuple[Path, int]]:
    """A program that records `what` (see hear.py): its file and its process id."""
    path = server.folder / f"heard-{time.monotonic_ns()}"
    words = [sys.executable, str(HERE / "hear.py"), str(path), *what]
    with subprocess.Popen(words, env=dict(server.env), stdout=subprocess.PIPE) as program:
        assert program.stdout
        program.stdout.readline()
        try:
            yield path, program.pid
        finally:
            program.terminate()


def _lateness(name: str) -> Figures:
    """From the moment at which a sound is given to the server until the frame that holds it comes out."""
    found: Figures = {}
    for what, sink in (("system", CALL), ("microphone", ROOM), ("both", CALL)):
        with _private(name) as server, _recording(server, what) as (path, _):
            words = [sys.executable, str(HERE / "clicks.py"), sink, str(CLICKS)]
            played = subprocess.run(words, env=dict(server.env), stdout=subprocess.PIPE, check=True)
            time.sleep(0.5)
            came = _onsets(frames(path))
        late = [_first_after(float(moment), came) * 1000 for moment in played.stdout.split()]
        place = "mixed frame" if what == "both" else f"frame, {what}"
        for percent in (50, 95):
            found[f"sound to {place}, p{percent} ms"] = f"{np.percentile(late, percent):.0f}"
    return found


def _onsets(heard: Iterator[HeardFrame]) -> list[float]:
    """When the first frame of each tone came."""
    found: list[float] = []
    was_loud = False
    for frame in heard:
        is_loud = bool((np.abs(frame.samples[:, -1].astype(int)) > 3_000).any())
        if is_loud and not was_loud:
            found.append(frame.at)
        was_loud = is_loud
    return found


def _first_after(moment: float, moments: list[float]) -> float:
    """Seconds until the next of `moments`; infinite, as not heard, where none comes within half a second."""
    waits = [each - moment for each in moments if 0 <= each - moment < 0.5]
    return min(waits, default=float("inf"))


def _cost(name: str) -> Figures:
    """Of one core, the recorder's child included, while there is sound to record."""
    found: Figures = {}
    for what, sources in (("system", 1), ("microphone", 1), ("both", 2)):
        with _private(name) as server:
            for sink, pitch in ((CALL, CALL_TONE), (ROOM, ROOM_TONE)):
                server.play(tone(pitch, COST_SECONDS + 20), sink)
            with _recording(server, what) as (_, pid):
                time.sleep(5.0)  # past the start, and past what it has to learn of the device
                before, began = _core_seconds(pid), time.monotonic()
                time.sleep(COST_SECONDS)
                spent = (_core_seconds(pid) - before) / (time.monotonic() - began)
        name_ = f"a source of {what}" if sources > 1 else what
        found[f"core %, {name_}"] = 100 * spent / sources
    return found


def _core_seconds(pid: int) -> float:
    """Of a process and all that descend from it, the ended ones too."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    own = sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")
    children: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        children.update(map(int, (task / "children").read_text().split()))
    return own + sum(map(_core_seconds, children))


def _changes(name: str) -> Figures:
    """Seconds until sound is heard (again), and frames of the microphone among the call's."""
    with _private(name) as server:
        _play_tones(server)
        with _recording(server, "system") as (path, _):
            found = _loudspeaker_changes(server, path)
            strange = sum(loudness(frame.samples[:, 0], ROOM_TONE) > 0.1 for frame in frames(path))
            found["frames of the microphone as the call"] = f"{strange}"
        _plug_headset(server)
        with _recording(server, "microphone", "headset") as (path, _):
            server.play(tone(HEADSET_TONE, 60), "lab")
            _until_heard(path, HEADSET_TONE, 0.0)
            server.pactl("unload-module", _module(server, "source_name=headset"))
            found["s, microphone unplugged, default heard"] = _until_heard(path, ROOM_TONE)
            time.sleep(1.0)
            _plug_headset(server)
            found["s, microphone back"] = _until_heard(path, HEADSET_TONE)
    return found


def _loudspeaker_changes(server: PrivateSoundServer, path: Path) -> Figures:
    found: Figures = {}
    _until_heard(path, CALL_TONE, 0.0)
    server.pactl("set-default-sink", SPARE)
    found["s, new default loudspeaker"] = _until_heard(path, SPARE_TONE)
    server.pactl("set-default-sink", CALL)
    _until_heard(path, CALL_TONE)
    server.unplug(CALL)
    found["s, loudspeaker unplugged, next heard"] = _until_heard(path, SPARE_TONE)
    server.stop()
    time.sleep(2.0)
    server.start_again()
    back = time.monotonic()
    _play_tones(server)
    found["s, server killed and back"] = _until_heard(path, CALL_TONE, back)
    return found


def _play_tones(server: PrivateSoundServer) -> None:
    for pitch, sink in ((ROOM_TONE, ROOM), (SPARE_TONE, SPARE), (CALL_TONE, CALL)):
        server.play(tone(pitch, 90), sink)


def _plug_headset(server: PrivateSoundServer) -> None:
    """A second microphone, which hears a sink that stays."""
    if not _module(server, "sink_name=lab"):
        server.add_sink("lab")
    server.pactl("load-module", "module-remap-source", "source_name=headset", "master=lab.monitor")


def _module(server: PrivateSoundServer, argument: str) -> str:
    """The number of the module with this argument, empty where there is none."""
    lines = [line.split("\t") for line in server.pactl("list", "short", "modules").splitlines()]
    return next((line[0] for line in lines if len(line) > 2 and argument in line[2].split()), "")


def _until_heard(path: Path, pitch: float, after: float | None = None) -> float:
    """Seconds from `after`, or now, until a frame with this tone came; infinite if none does."""
    began = time.monotonic() if after is None else after
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for frame in frames(path):
            if frame.at >= began and loudness(frame.samples[:, 0], pitch) > 0.2:
                return frame.at - began
        time.sleep(0.2)
    return float("inf")


def _at_load(present: list[str], minutes: float) -> Iterator[tuple[str, Figures]]:
    """A sine through both devices while every core is busy: where it breaks. The servers at the same time."""
    with ExitStack() as running:
        heard = {name: _hear_sine(name, minutes, running) for name in present}
        for _ in range(os.cpu_count() or 1):
            busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            running.callback(busy.wait)
            running.callback(busy.kill)
        time.sleep(minutes * 60 + 5)
        for name, (mix, bare, players) in heard.items():
            sound, holes = _placed(mix)
            microphone, system = (breaks(np.fromfile(each, np.int16)) for each in bare)
            told = sum(player.read_text().count("underrun") for player in players)
            yield (
                f"{name}, at load",
                {
                    "minutes": minutes,
                    "holes on the clock": f"{holes}",
                    "breaks, microphone": _told(breaks(sound[:, 0])),
                    "breaks, system": _told(breaks(sound[:, 1])),
                    "breaks, microphone, bare parec": _told(microphone),
                    "breaks, system, bare parec": _told(system),
                    "underruns of the players": f"{told}",
                },
            )


def _hear_sine(name: str, minutes: float, running: ExitStack) -> tuple[Path, list[Path], list[Path]]:
    """Start it all: the files of what the mix hears, what bare parecs hear, and what the players say.

    What breaks for a bare parec, too, the server has broken.
    """
    server = running.enter_context(_private(name))
    path, _ = running.enter_context(_recording(server, "both"))
    bare = [server.folder / f"bare {source}" for source in (MICROPHONE, f"{CALL}.monitor")]
    complaints = [server.folder / f"player {sink}" for sink in (CALL, ROOM)]
    words = ["--raw", "--format=s16le", "--rate=16000", "--channels=1"]
    for source, file in zip((MICROPHONE, f"{CALL}.monitor"), bare, strict=True):
        with file.open("wb") as out:
            recorder = ["parec", *words, "--latency-msec=30", f"--device={source}"]
            server.players.append(subprocess.Popen(recorder, env=dict(server.env), stdout=out))
    sound = server.folder / "sine"
    sound.write_bytes(sine(minutes * 60).tobytes())
    for sink, complaint in zip((CALL, ROOM), complaints, strict=True):
        player = ["pacat", *words, "--verbose", "--latency-msec=2000", f"--device={sink}", str(sound)]
        with complaint.open("w") as err:
            server.players.append(subprocess.Popen(player, env=dict(server.env), stderr=err))
    return path, bare, complaints


def _told(found: list[float]) -> str:
    """How many, and at which seconds the first are."""
    places = ", ".join(f"{at:.1f}" for at in found[:5])
    return f"{len(found)}{f': at {places} s' if places else ''}"


def _placed(path: Path) -> tuple[np.ndarray, int]:
    """All that was heard, each sample at its place; and how often there was none."""
    parts: list[np.ndarray] = []
    end, holes = None, 0
    for frame in frames(path):
        if end is not None and frame.start > end:
            holes += 1
            parts.append(np.zeros((frame.start - end, frame.samples.shape[1]), np.int16))
        parts.append(frame.samples)
        end = frame.end
    return np.concatenate(parts), holes

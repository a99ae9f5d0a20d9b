"""`captioner listen` between two voices whose devices come and go: whose words land on whose side.

The call is recorded speech, played into the sink; what is said into the microphone is a synthetic voice. The
words of a voice are those of six letters or more that the other never says.
"""

import json
import subprocess
import sys
import tempfile
import threading
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from words import SPEECH, segments, words

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.sound_server import CALL, ROOM, SPARE, PrivateSoundServer

SAID = (
    "My brother bought seven yellow bicycles in Amsterdam. The kitchen window needs a new curtain by "
    "Christmas. Remember the password for the printer downstairs. Our neighbour keeps two parrots and "
    "an elephant in his garage. Tomorrow we visit the museum of modern photography. The mechanic "
    "repaired our engine with plastic and rubber. On Saturday the orchestra plays by the river. Get "
    "forty sandwiches and twelve bottles of lemonade. The hospital bought three computers from "
    "Germany. A helicopter landed on the football field."
)
"""Into the microphone: half a minute."""

LONG = 6
"""Letters of the words that tell whose they are."""

SPOKEN = SPEECH / "utterances"
SPEAKER = "1688-142285"
"""Whose recordings are played as the call, where they are here; else the reading in the engine's wheel."""

READING = (
    "it was the best of times it was the worst of times it was the age of wisdom it was the age of "
    "foolishness it was the epoch of belief it was the epoch of incredulity it was the season of "
    "light it was the season of darkness it was the spring of hope it was the winter of despair"
)

Figures = dict[str, float | str]
Start = Callable[[Path], PrivateSoundServer]


@dataclass
class Listening:
    """A running `captioner listen --json`: its lines and complaints, and when each came."""

    program: "subprocess.Popen[str]"
    data: Path
    lines: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    complaints: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])

    def first(self, lines: list[tuple[float, str]], after: float) -> tuple[float, str]:
        """Seconds from `after` to the next line, and what it says."""
        return next(((at - after, line.strip()) for at, line in lines if at >= after), (float("inf"), ""))


@dataclass
class Scene:
    """A server, two voices that speak into it, and the program that listens."""

    server: PrivateSoundServer
    call: Path
    said: Path
    listening: Listening

    def speak(self) -> None:
        """Both voices from their beginning."""
        self.server.play_into_sink(self.call, CALL)
        self.server.play_into_sink(self.said, ROOM)


@dataclass(frozen=True)
class Case:
    """Which devices are listened to, and what befalls them; it tells figures of its own."""

    name: str
    devices: Sequence[str]
    event: Callable[[Scene], Figures]


def word_figures(start: Start) -> Iterator[tuple[str, Figures]]:
    """Case by case, on a server of its own each."""
    for case in CASES:
        with tempfile.TemporaryDirectory(prefix="words-") as folder:
            yield case.name, _play(case, start, Path(folder))


def _play(case: Case, start: Start, folder: Path) -> Figures:
    call, call_text = _call(folder)
    said = folder / "said.wav"
    subprocess.run(["espeak-ng", "-s", "150", "-w", str(said), SAID], check=True)
    server = start(folder / "sound")
    try:
        _plug_headset(server)
        listening = _listen(case.devices, folder, server)
        try:
            scene = Scene(server, call, said, listening)
            scene.speak()
            time.sleep(10.0)
            figures = case.event(scene)
        finally:
            listening.program.terminate()
            listening.program.wait(30)
    finally:
        server.stop()
    return {**_sides(listening, call_text), **figures, **_gaps(listening)}


def _call(folder: Path) -> tuple[Path, str]:
    """The recording of the call, of a minute or so, and its words."""
    found = sorted(SPOKEN.glob(f"{SPEAKER}-*.wav"))
    if not found:
        from moonshine_voice import get_assets_path

        return Path(get_assets_path()) / "two_cities.wav", READING
    path = folder / "call.wav"
    with wave.open(str(path), "wb") as whole:
        for each in found:
            with wave.open(str(each)) as part:
                if not whole.getnframes():
                    whole.setparams(part.getparams())
                whole.writeframes(part.readframes(part.getnframes()))
    return path, " ".join(each.with_suffix(".txt").read_text() for each in found)


def _listen(devices: Sequence[str], folder: Path, server: PrivateSoundServer) -> Listening:
    """Start the program, and wait until it is heard by its engine."""
    data = folder / "data"
    command = [sys.executable, "-m", "captioner", "listen", "--json", *devices, "--data-dir", str(data)]
    program = subprocess.Popen(
        command, env=dict(server.env), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    listening = Listening(program, data)
    for pipe, lines in ((program.stdout, listening.lines), (program.stderr, listening.complaints)):
        assert pipe
        threading.Thread(target=_collect, args=(pipe, lines), daemon=True).start()
    deadline = time.monotonic() + 60
    while not any('"connected"' in line for _, line in listening.lines):
        if program.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("".join(line for _, line in listening.complaints)[-2000:])
        time.sleep(0.05)
    return listening


def _collect(pipe: IO[str], lines: list[tuple[float, str]]) -> None:
    for line in pipe:
        lines.append((time.monotonic(), line))  # noqa: PERF401 - each when it comes


def _sides(listening: Listening, call_text: str) -> Figures:
    """Words of each voice, where they belong and where not."""
    called, said = ({word for word in words(text) if len(word) >= LONG} for text in (call_text, SAID))
    me, others = (
        [
            word
            for segment in segments(line for _, line in listening.lines)
            if segment.channel == channel
            for word in words(segment.final)
        ]
        for channel in (0, 1)
    )
    return {
        "words of the microphone, as others": _told([word for word in others if word in said - called]),
        "words of the call, as me": _told([word for word in me if word in called - said]),
        "rightly as me": f"{sum(word in said - called for word in me)}",
        "rightly as others": f"{sum(word in called - said for word in others)}",
    }


def _told(strange: list[str]) -> str:
    return f"{len(strange)}{': ' if strange else ''}{', '.join(strange)}"


def _gaps(listening: Listening) -> Figures:
    """The rows of the saved transcript that tell of sound that was not heard."""
    command = [sys.executable, "-m", "captioner", "export", "--format", "json", "--data-dir"]
    done = subprocess.run([*command, str(listening.data)], stdout=subprocess.PIPE, check=True)
    gaps = json.loads(done.stdout)["gaps"]
    rows = " · ".join(f"{gap['end'] - gap['start']:.1f} s {gap['cause']}" for gap in gaps)
    return {"gap rows": f"{len(gaps)}{': ' if rows else ''}{rows}"}


def _plug_headset(server: PrivateSoundServer) -> None:
    """Another microphone that hears the same room."""
    server.pactl("load-module", "module-remap-source", "source_name=headset", f"master={ROOM}.monitor")


def _unplug_headset(server: PrivateSoundServer) -> None:
    for line in server.pactl("list", "short", "modules").splitlines():
        if "source_name=headset" in line.split():
            server.pactl("unload-module", line.split()[0])


def _banner(listening: Listening, after: float) -> Figures:
    seconds, line = listening.first(listening.complaints, after)
    return {"s until it is said": seconds, "what is said": line.removeprefix("captioner: ") or "nothing"}


def _nothing(_scene: Scene) -> Figures:
    time.sleep(10.0)
    return {}


def _unplugged(scene: Scene) -> Figures:
    """The captured loudspeaker goes in the middle of a sentence; the call's player goes on elsewhere."""
    scene.server.unplug(CALL)
    now = time.monotonic()
    time.sleep(12.0)
    return _banner(scene.listening, now)


def _unplugged_with_default(scene: Scene) -> Figures:
    """The same, but another one is made the default before."""
    scene.server.pactl("set-default-sink", SPARE)
    return _unplugged(scene)


def _killed(scene: Scene) -> Figures:
    """The server is killed in the middle of a sentence and is back after four seconds; so are the voices."""
    scene.server.stop()
    killed = time.monotonic()
    time.sleep(4.0)
    scene.server.start_again()
    scene.speak()
    back = time.monotonic()
    time.sleep(15.0)
    captions = [(at, line) for at, line in scene.listening.lines if '"caption"' in line]
    seconds, _ = scene.listening.first(captions, back)
    return {**_banner(scene.listening, killed), "s until words are shown again": seconds}


def _microphone_unplugged(scene: Scene) -> Figures:
    """The named microphone goes for six seconds; the default one hears the same voice."""
    _unplug_headset(scene.server)
    now = time.monotonic()
    time.sleep(6.0)
    figures = _banner(scene.listening, now)
    _plug_headset(scene.server)
    time.sleep(8.0)
    return figures


CASES = (
    Case("call", ["--system"], _nothing),
    Case("microphone", ["--mic"], _nothing),
    Case("both", ["--mic", "--system"], _nothing),
    Case("unplugged, default given", ["--mic", "--system"], _unplugged_with_default),
    Case("unplugged", ["--mic", "--system"], _unplugged),
    Case("server killed", ["--mic", "--system"], _killed),
    Case("headset unplugged", ["--mic", "headset", "--system"], _microphone_unplugged),
)

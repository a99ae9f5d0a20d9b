"""A sound server of our own: a private PulseAudio with a call, a microphone, and nothing of the machine's."""

import os
import shutil
import subprocess
import time
import wave
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000

PROMPT = "norewinds=1"
"""Null sinks with a latency of 50 ms; otherwise it is 2 s, and so long takes the first sound."""

SPARE, CALL, ROOM, MICROPHONE = "spare", "call", "room", "mic"
"""Sinks: SPARE takes over when CALL goes; what is played into ROOM is heard by MICROPHONE (a source).

ROOM must never become the default sink: what the computer plays would then be the microphone.
"""


DESK_MICROPHONE = "Desk microphone"
"""What MICROPHONE is called for people."""


def is_installed() -> bool:
    """Whether PulseAudio and its tools are there."""
    return all(shutil.which(name) for name in ("pulseaudio", "pactl", "pacat", "parec"))


@dataclass
class PrivateSoundServer:
    """A running server. `env` is what a program needs to talk to it (and to no other).

    `process` is the one that programs talk to, `others` are those behind it; `start` runs one in a folder.
    """

    env: Mapping[str, str]
    process: "subprocess.Popen[bytes]"
    folder: Path
    start: "Callable[[Path], PrivateSoundServer]"
    others: "list[subprocess.Popen[bytes]]" = field(default_factory=list["subprocess.Popen[bytes]"])
    players: "list[subprocess.Popen[bytes]]" = field(default_factory=list["subprocess.Popen[bytes]"])

    def pactl(self, *words: str) -> str:
        """One order to the server, and its answer."""
        done = subprocess.run(
            ["pactl", *words], env=dict(self.env), capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def add_sink(self, name: str, description: str = "") -> str:
        """Plug a loudspeaker in; returns the module to unload."""
        words = ["load-module", "module-null-sink", f"sink_name={name}", PROMPT]
        return self.pactl(
            *words, *([f"sink_properties=device.description={description}"] if description else [])
        )

    def unplug(self, sink: str) -> None:
        """Unplug a sink."""
        for line in self.pactl("list", "short", "modules").splitlines():
            module, _kind, arguments = [*line.split("\t"), "", ""][:3]
            if f"sink_name={sink}" in arguments.split():
                self.pactl("unload-module", module)

    def play(self, samples: NDArray[np.int16], sink: str) -> "subprocess.Popen[bytes]":
        """Play 16 kHz mono samples into a sink; returns the player, which ends with the server."""
        path = self.folder / f"play-{time.monotonic_ns()}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(samples.tobytes())
        return self.play_into_sink(path, sink)

    def play_into_sink(self, path: Path, sink: str) -> "subprocess.Popen[bytes]":
        """Play a sound file (wav, flac, ogg) into a sink; returns the player, as `play` does."""
        words = ["paplay", "--latency-msec=30", f"--device={sink}", str(path)]
        player = subprocess.Popen(words, env=dict(self.env), stdin=subprocess.DEVNULL)
        self.players.append(player)
        return player

    def stop(self) -> None:
        """The server goes away, as in a crash; so do its players. A second time does nothing."""
        for process in (*self.players, self.process, *self.others):
            process.kill()
            process.wait()

    def start_again(self) -> None:
        """After `stop`: the server is back with the devices that it began with, at the same address."""
        again = self.start(self.folder)
        self.process, self.others, self.players = again.process, again.others, []


def tone(frequency: float, seconds: float, level: float = 0.5) -> NDArray[np.int16]:
    """A sine, 16 kHz mono."""
    time_ = np.arange(round(seconds * RATE)) / RATE
    return np.rint(np.sin(2 * np.pi * frequency * time_) * level * 32767).astype(np.int16)


def loudness(samples: NDArray[np.int16], frequency: float) -> float:
    """The amplitude (0 … 1) of one frequency in 16 kHz mono samples."""
    if not samples.size:
        return 0.0
    time_ = np.arange(samples.size) / RATE
    wave_ = np.exp(-2j * np.pi * frequency * time_)
    return float(2 * abs(np.mean(samples / 32768 * wave_)))


def named(kind: str, description: str) -> str:
    """The argument of a module by which its "sink" or "source" is called something for people."""
    return f"{kind}_properties='device.description=\"{description}\"'"


def _sink(name: str) -> str:
    return f"sink_name={name} {PROMPT} {named('sink', name.title())}"


def private_folder(folder: Path) -> dict[str, str]:
    """Make the folder for a server, and the environment in which all that it keeps lies there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    nobody = "unix:path=/nonexistent"
    return {
        **os.environ,
        "HOME": str(folder),
        **{f"XDG_{what}": str(folder) for what in ("RUNTIME_DIR", "CONFIG_HOME", "STATE_HOME", "DATA_HOME")},
        **{f"PULSE_{what}_PATH": str(folder) for what in ("RUNTIME", "STATE")},
        "PULSE_COOKIE": str(folder / "cookie"),
        "PULSE_SERVER": f"unix:{folder / 'native'}",
        "DBUS_SESSION_BUS_ADDRESS": nobody,
        "DBUS_SYSTEM_BUS_ADDRESS": nobody,
    }


def start(folder: Path) -> PrivateSoundServer:
    """Start a server whose socket, state and settings all lie in `folder`."""
    env = private_folder(folder)
    socket = folder / "native"
    socket.unlink(missing_ok=True)
    modules = [
        f"module-native-protocol-unix socket={socket} auth-anonymous=1",
        *(f"module-null-sink {_sink(name)}" for name in (CALL, SPARE, ROOM)),
        f"module-remap-source source_name={MICROPHONE} master={ROOM}.monitor "
        + named("source", DESK_MICROPHONE),
    ]
    words = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes"]
    words += ["--use-pid-file=no", "--system=false", "--realtime=no", "--high-priority=no"]
    words += [word for module in modules for word in ("-L", module)]
    server = PrivateSoundServer(env, launch(words, env, folder), folder, start)
    with stopped_on_error(server):
        until_it_answers(server, lambda: MICROPHONE in server.pactl("list", "short", "sources"))
        server.pactl("set-default-sink", CALL)
        server.pactl("set-default-source", MICROPHONE)
    return server


def launch(words: Sequence[str], env: Mapping[str, str], folder: Path) -> "subprocess.Popen[bytes]":
    """A process of the server's, in a session of its own, that says into `folder / "log"` what it has to."""
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            words, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


@contextmanager
def stopped_on_error(server: PrivateSoundServer) -> Generator[None]:
    """Nothing of a server that does not come up lives on."""
    try:
        yield
    except BaseException:
        server.stop()
        raise


def until_it_answers(server: PrivateSoundServer, answers: Callable[[], bool]) -> None:
    """Wait until that is true of a new server; a question that it refuses is asked again."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and server.process.poll() is None:
        with suppress(subprocess.CalledProcessError):
            if answers():
                return
        time.sleep(0.02)
    raise RuntimeError((server.folder / "log").read_text()[-2000:])


@contextmanager
def private_pulseaudio(folder: Path) -> Generator[PrivateSoundServer]:
    """A private server for a while; programs find it through its `env`."""
    server = start(folder)
    try:
        yield server
    finally:
        server.stop()

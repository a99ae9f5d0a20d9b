"""A sound server of our own: a private PipeWire with the devices that the private PulseAudio has.

PipeWire, its session manager and its PulseAudio, all of which programs meet as one. No bus is needed: without
hardware, WirePlumber has nothing to ask of one. Ready in a fifth of a second.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.sound_server import (
    CALL,
    DESK_MICROPHONE,
    MICROPHONE,
    ROOM,
    SPARE,
    PrivateSoundServer,
    launch,
    named,
    private_folder,
    stopped_on_error,
    until_it_answers,
)

NO_HARDWARE = {
    # WirePlumber 0.4.
    "wireplumber/main.lua.d/51-no-hardware.lua": (
        "for _, monitor in ipairs({ alsa_monitor, v4l2_monitor, libcamera_monitor }) do\n"
        "  monitor.enabled = false\n"
        "end\n"
        'default_access.properties["enable-flatpak-portal"] = false\n'
    ),
    "wireplumber/bluetooth.lua.d/51-no-hardware.lua": "bluez_monitor.enabled = false\n",
    # WirePlumber 0.5.
    "wireplumber/wireplumber.conf.d/no-hardware.conf": (
        "wireplumber.profiles = { main = { hardware.audio = disabled, hardware.bluetooth = disabled, "
        "hardware.video-capture = disabled } }\n"
    ),
}
"""Settings by which the machine's own microphones stay out of it."""


def is_installed() -> bool:
    """Whether PipeWire, all that belongs to it, and the tools are there."""
    programs = ("pipewire", "wireplumber", "pipewire-pulse", "pactl", "pacat", "parec")
    return all(shutil.which(name) for name in programs)


def start(folder: Path) -> PrivateSoundServer:
    """Start a server whose sockets, state and settings all lie in `folder`."""
    env = private_folder(folder) | {"PIPEWIRE_RUNTIME_DIR": str(folder)}
    for name, text in NO_HARDWARE.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    # What a server that was killed leaves behind would look like one that answers.
    for name in ("pipewire-0", "native"):
        (folder / name).unlink(missing_ok=True)
    core = launch(["pipewire"], env, folder)
    _until_it_listens(core, folder / "pipewire-0")  # who comes too early gives up
    manager = launch(["wireplumber"], env, folder)
    server = PrivateSoundServer(env, launch(["pipewire-pulse"], env, folder), folder, start, [core, manager])
    with stopped_on_error(server):
        until_it_answers(server, lambda: bool(server.pactl("info")))
        for name in (CALL, SPARE, ROOM):
            server.add_sink(name, name.title())
        server.pactl(
            "load-module",
            "module-remap-source",
            f"source_name={MICROPHONE}",
            f"master={ROOM}.monitor",
            named("source", DESK_MICROPHONE),
        )
        # Refused until the session manager is there.
        until_it_answers(server, lambda: server.pactl("set-default-sink", CALL) == "")
        until_it_answers(server, lambda: server.pactl("set-default-source", MICROPHONE) == "")
        until_it_answers(server, lambda: server.pactl("get-default-source") == MICROPHONE)
    return server


def _until_it_listens(core: "subprocess.Popen[bytes]", path: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and core.poll() is None:
        with socket.socket(socket.AF_UNIX) as door, suppress(OSError):
            door.connect(str(path))
            return
        time.sleep(0.01)
    core.kill()
    core.wait()
    raise RuntimeError((path.parent / "log").read_text()[-2000:])


@contextmanager
def private_pipewire(folder: Path) -> Generator[PrivateSoundServer]:
    """A private server for a while; programs find it through its `env`."""
    server = start(folder)
    try:
        yield server
    finally:
        server.stop()

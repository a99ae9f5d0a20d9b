"""What a sound source really gives, measured for a moment."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from captioner.audio.devices import Device, devices_of
from captioner.audio.identity import application_of
from captioner.audio.level import SILENCE, levels_of
from captioner.audio.server.parec import TAG
from captioner.audio.server.pulse import SoundServer, ask
from captioner.audio.source import LiveSource, Loss
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import Samples

SECONDS = 1.5
"""So much sound is measured."""

PATIENCE = 3.0
"""Seconds in which that much must have come."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the sound server has one of our streams, by its own word; `name` as people read it."""

    name: str
    kind: Literal["microphone", "system"]
    is_muted: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """What a source gave: how many seconds, how loud they were on the whole and at most (dBFS).

    `device`: what the source says that it records. `places`: where the server has our streams, empty where
    there is none to ask. `loss`: why nothing came, if the source knows. `is_constant`: all samples are
    exactly equal, which is no microphone in any room.
    """

    seconds: float
    level: float
    peak: float
    is_constant: bool
    device: str | None
    loss: Loss | None
    places: tuple[Whereabouts, ...]


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a sound server says of itself. `playing`: (program, id of the sink) of all that plays now."""

    version: str
    devices: tuple[Device, ...]
    playing: tuple[tuple[str, str], ...]


async def probe(source: LiveSource, seconds: float = SECONDS) -> Heard:
    """Open a source, hear it for a moment, and close it. Raises `SourceError` where it cannot be opened."""
    blocks: list[Samples] = []
    length = 0.0
    async with source:
        try:
            async with asyncio.timeout(seconds + PATIENCE - SECONDS):
                async for frame in source:
                    blocks.append(frame.samples)
                    length += frame.duration
                    if length >= seconds:
                        break
        except TimeoutError:
            pass
        places = await asyncio.to_thread(_our_places)
        device, loss = source.device, source.loss
    samples = np.concatenate(blocks) if blocks else np.empty((0, 1), np.int16)
    return Heard(length, levels_of(samples)[0], _peak(samples), _is_constant(samples), device, loss, places)


def _peak(samples: Samples) -> float:
    highest = int(np.max(np.abs(samples.astype(np.int32)), initial=0))
    return max(SILENCE, 20 * float(np.log10(highest / 32768))) if highest else SILENCE


def _is_constant(samples: Samples) -> bool:
    return bool(np.all(samples == samples[:1]))


def _our_places() -> tuple[Whereabouts, ...]:
    """Where the server has the streams that this process records; none without a server that answers."""
    if sys.platform != "linux":
        return ()
    try:
        return ask(_places_of, within=1.0)
    except SourceError:
        return ()


def _places_of(server: SoundServer) -> tuple[Whereabouts, ...]:
    places = {
        port.index: Whereabouts(port.description, "microphone", port.is_muted)
        for port in server.microphones()
    }
    for port in server.monitors().values():
        places[port.index] = Whereabouts(port.description, "system", port.is_muted)
    ours = [stream for stream in server.recordings() if TAG in stream.properties]
    return tuple(
        places[stream.source]
        for stream in ours
        if stream.source in places and _is_ours(stream.properties.get("application.process.id", ""))
    )


def _is_ours(process: str) -> bool:
    """Whether a process is this one or a child of it: other windows of this program record, too."""
    try:
        # "pid (name) state parent …": the name may hold anything.
        parent = Path(f"/proc/{int(process)}/stat").read_text().rpartition(")")[2].split()[1]
    except (OSError, ValueError, IndexError):
        return False
    return str(os.getpid()) in (process, parent)


def server_facts() -> ServerFacts:
    """What the sound server says of itself. Blocks for some seconds at most; raises `SourceError`."""
    return ask(_facts_of, within=2.0)


def _facts_of(server: SoundServer) -> ServerFacts:
    sinks = server.sinks()
    playing = {
        (name, sinks[stream.sink])
        for stream in server.playing()
        if (name := application_of(stream)) and not stream.is_corked and stream.sink in sinks
    }
    return ServerFacts(server.version(), tuple(devices_of(server)), tuple(sorted(playing)))

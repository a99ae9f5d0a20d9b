"""A Deepgram that hears tones instead of words, and `captioner listen` that sends it what it hears."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.audio.live import until
from tests.deepgram import Connection, DeepgramServer
from tests.deepgram_messages import Message
from tests.sound_server import CALL, RATE, ROOM, SPARE, PrivateSoundServer, loudness, tone

HEADSET = "headset"
"""A microphone to be plugged in, which hears a sink called LAB."""

LAB = "lab"

TONES = {CALL: 440, ROOM: 1_000, SPARE: 1_700, LAB: 2_500}
"""What is played into a sink for as long as it is there; its name is the word for it."""

STEP = RATE // 2
"""Samples that are heard as one utterance."""

LOUD = 0.05


def play_tones(server: PrivateSoundServer) -> None:
    """Into every sink its own."""
    sinks = server.pactl("list", "short", "sinks")
    for sink, pitch in TONES.items():
        if f"\t{sink}\t" in sinks:
            server.play(tone(pitch, 60), sink)


def plug_headset(server: PrivateSoundServer) -> None:
    """Another microphone; the first time with its sink."""
    if f"\t{LAB}\t" not in server.pactl("list", "short", "sinks"):
        server.add_sink(LAB)
    server.pactl("load-module", "module-remap-source", f"source_name={HEADSET}", f"master={LAB}.monitor")


def unplug_headset(server: PrivateSoundServer) -> None:
    for line in server.pactl("list", "short", "modules").splitlines():
        if f"source_name={HEADSET}" in line.split():
            server.pactl("unload-module", line.split()[0])


async def recogniser(connection: Connection) -> None:
    """A script for `DeepgramServer`: every half second of each channel is the names of its tones."""
    width, heard, told = connection.channels, bytearray(), 0

    async def take(content: bytes | Message | str) -> None:
        nonlocal told
        if isinstance(content, bytes):
            heard.extend(content)
        while len(heard) >= 2 * width * STEP:
            sound = np.frombuffer(bytes(heard[: 2 * width * STEP]), "<i2").reshape(-1, width)
            del heard[: 2 * width * STEP]
            for channel in range(width):
                names = [name for name, pitch in TONES.items() if loudness(sound[:, channel], pitch) > LOUD]
                at, length = told * STEP / RATE, STEP / RATE
                await connection.results(" ".join(names), at, length, speech_final=True, channel=channel)
            told += 1
        if isinstance(content, dict) and content.get("type") == "CloseStream":
            await connection.metadata()
            await connection.close(1000)

    connection.listener = take


@dataclass(frozen=True)
class Listening:
    """The running program: its lines and its complaints so far, and what it saves."""

    folder: Path

    def complaints(self) -> str:
        return (self.folder / "complaints").read_text()

    def said(self, channel: int) -> list[str]:
        """The words of every final of a channel, in order: 0 = me, 1 = others."""
        events = [
            json.loads(line)
            for line in (self.folder / "events").read_text().splitlines(True)
            if line.endswith("\n")
        ]
        finals = [each for each in events if each["type"] == "transcript" and each["is_final"]]
        return [
            word for each in finals if each["channel_index"] == channel for word in each["transcript"].split()
        ]

    async def until_said(self, channel: int, word: str) -> None:
        """Until a word is said that has not been said yet."""
        before = self.said(channel).count(word)
        await until(lambda: self.said(channel).count(word) > before)

    def saved(self) -> dict[str, list[dict[str, str]]]:
        """The transcript, exported."""
        command = [sys.executable, "-m", "captioner", "export", "--format", "json"]
        command += ["--data-dir", str(self.folder / "data")]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


@asynccontextmanager
async def listening(server: PrivateSoundServer, folder: Path, *devices: str) -> AsyncGenerator[Listening]:
    """`captioner listen --json` to these devices, from when its server hears it; drained at the end."""
    async with DeepgramServer(recogniser) as deepgram:
        command = [sys.executable, "-m", "captioner", "listen", "--json", *devices, "--engine", "deepgram"]
        command += ["--url", deepgram.url, "--data-dir", str(folder / "data")]
        running = _start(command, server, folder)
        try:
            await until(lambda: bool(deepgram.connections) and deepgram.connections[0].seconds > 0)
            yield Listening(folder)
        finally:
            running.send_signal(signal.SIGINT)
            await asyncio.to_thread(running.wait, 15)


def _start(command: list[str], server: PrivateSoundServer, folder: Path) -> "subprocess.Popen[bytes]":
    with (folder / "events").open("w") as out, (folder / "complaints").open("w") as err:
        return subprocess.Popen(command, env=dict(server.env), stdout=out, stderr=err)

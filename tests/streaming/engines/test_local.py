"""What only the embedded engine can do wrong: its process."""

import asyncio
import os
import signal
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from captioner.streaming import (
    SAMPLE_RATE,
    AudioFrame,
    ConfigurationError,
    EngineUnavailableError,
    LocalClient,
    StreamEvent,
    StreamingOptions,
)
from captioner.streaming.engines.local import LocalEngine, LocalLink

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    """Twelve seconds of the reading inside the engine's wheel, int16 (n, 1) at 16 kHz."""
    import soxr
    from moonshine_voice import get_assets_path

    with wave.open(f"{get_assets_path()}/two_cities.wav") as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(rate * 12), "<i2")
    return soxr.resample(samples, rate, SAMPLE_RATE).astype(np.int16)[:, None]


def test_a_killed_worker_costs_a_restart_and_no_text(speech: np.ndarray) -> None:
    async def scene(kill: bool) -> tuple[str, list[str]]:
        text: list[str] = []
        kinds: list[str] = []
        async with LocalClient().listen.stream() as session:
            for position in range(0, len(speech), 1600):
                await session.send(AudioFrame(position, speech[position : position + 1600]))
            await session.finish()
            async for event in session:
                kinds.append(event.type)
                if isinstance(event, StreamEvent.Transcript):
                    if kill and not event.is_final and event.revision == 1:
                        link = session._links.live.link
                        assert isinstance(link, LocalLink)
                        os.kill(link.process_id, signal.SIGKILL)
                        kill = False
                    if event.is_final:
                        text.append(event.transcript)
        return " ".join(text), kinds

    whole, _ = asyncio.run(scene(kill=False))
    after_a_kill, kinds = asyncio.run(scene(kill=True))

    assert "disconnected" in kinds
    assert "reconnected" in kinds
    assert _similar(after_a_kill, whole) > 0.9


def _similar(one: str, other: str) -> float:
    import difflib

    return difflib.SequenceMatcher(None, one.lower().split(), other.lower().split()).ratio()


def test_a_model_that_is_not_there_is_said_before_any_sound_is_taken(tmp_path: Path) -> None:
    async def scene() -> None:
        async with LocalClient(model=tmp_path / "nothing").listen.stream():
            pass

    with pytest.raises(EngineUnavailableError, match="cannot load"):
        asyncio.run(scene())


def test_another_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"'de'.*en"):
        LocalClient().listen.stream(StreamingOptions(language="de"))


def test_leaving_the_block_leaves_no_process_behind(speech: np.ndarray) -> None:
    async def scene() -> int:
        async with LocalClient().listen.stream() as session:
            link = session._links.live.link
            assert isinstance(link, LocalLink)
            await session.send(AudioFrame(0, speech))
            return link.process_id

    process_id = asyncio.run(scene())

    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)


def test_a_script_without_a_main_guard_may_use_the_engine(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import asyncio\n"
        "from captioner.streaming import LocalClient\n"
        "async def main():\n"
        "    async with LocalClient().listen.stream() as session:\n"
        "        await session.finish()\n"
        "        print([event.type async for event in session])\n"
        "asyncio.run(main())\n"
    )

    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=True)

    assert "closed" in done.stdout


@pytest.mark.parametrize("kind", ["silence", "noise", "chords"])
def test_what_is_not_speech_gives_no_words(kind: str) -> None:
    seconds = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE
    sound = {
        "silence": np.zeros_like(seconds),
        "noise": np.random.default_rng(7).normal(0, 0.1, seconds.size),
        "chords": sum(np.sin(2 * np.pi * pitch * seconds) for pitch in (261.6, 329.6, 392.0)) / 6,
    }[kind]
    samples = (np.clip(sound, -1, 1) * 32767).astype(np.int16)[:, None]

    async def scene() -> list[str]:
        async with LocalClient().listen.stream() as session:
            await session.send(AudioFrame(0, samples))
            await session.finish()
            return [event.type async for event in session]

    assert "transcript" not in asyncio.run(scene())


def test_the_engine_says_what_it_can_do() -> None:
    assert LocalEngine().capabilities.max_channels == 2
    assert not LocalEngine().capabilities.finals_tile

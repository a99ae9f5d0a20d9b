"""Recording that is refused says why, and goes on trying until it works."""

import asyncio
import re
from pathlib import Path
from typing import Literal

import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback import system_source
from captioner.audio.microphone import MicrophoneSource
from captioner.audio.server import recorder
from captioner.audio.server.pulse import SoundServer
from captioner.audio.server.recorder import RecordedSource
from captioner.audio.server.wish import Target
from tests.audio.live import hearing, until
from tests.sound_server import CALL, MICROPHONE, PrivateSoundServer


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("Stream error: Access denied", "denied"),
        ("Stream error: Device or resource busy", "busy"),
        ("Stream error: Not supported", "format"),
        ("Out of coffee", "failed"),
    ],
)
def test_a_refusal_is_told_and_over_when_it_works_again(
    sound_server: PrivateSoundServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, cause: str
) -> None:
    refusing = tmp_path / "parec"
    refusing.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(recorder, "RETRY", 0.02)

    async def scenario() -> None:
        source = system_source(clock=MeetingClock(position=160_000), start=160_000)
        async with hearing(source) as heard:
            await until(lambda: source.loss is not None)
            assert source.loss
            assert (source.loss.cause, source.loss.since) == (cause, 160_000)
            await asyncio.sleep(0.1)
            assert heard.frames == []
            refusing.unlink()
            await until(lambda: source.loss is None and heard.length > 0.1)

    asyncio.run(scenario())


def test_before_it_begins_and_after_its_end_nothing_is_lost(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        source = system_source(clock=MeetingClock())
        assert source.loss is None
        async with source:
            sound_server.stop()
            await until(lambda: source.loss is not None)
        assert source.loss is None

    asyncio.run(scenario())


def test_a_program_that_cannot_be_started_is_a_loss_like_any_other(
    sound_server: PrivateSoundServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "parec"
    broken.write_text("#!/nonexistent/shell\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    async def scenario() -> None:
        async with system_source(clock=MeetingClock()) as source:
            await until(lambda: source.loss is not None)
            assert source.loss
            assert "parec cannot be started" in source.loss.message

    asyncio.run(scenario())


class _Broken:
    """A wish that cannot be answered for reasons that nobody foresaw, for a while."""

    may_rest: Literal["never"] = "never"

    def __init__(self) -> None:
        self.is_broken = True

    def settle(self, server: SoundServer) -> None: ...

    def choose(self, server: SoundServer) -> Target | None:
        if self.is_broken:
            raise RuntimeError("can't start new thread")
        return Target(server.microphones()[0])


def test_an_error_that_nobody_foresaw_is_a_loss_and_no_silent_end(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        wish = _Broken()
        source = RecordedSource(wish, start=0, clock=MeetingClock())
        async with hearing(source) as heard:
            await until(lambda: source.loss is not None)
            assert source.loss
            assert "can't start new thread" in source.loss.message
            wish.is_broken = False
            await heard.seconds(0.2)

    asyncio.run(scenario())


def test_a_microphone_that_is_asleep_though_it_is_recorded_is_held_by_something_else(
    sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        source = MicrophoneSource(clock=MeetingClock())
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            await asyncio.to_thread(sound_server.pactl, "suspend-source", MICROPHONE, "1")
            await until(lambda: source.loss is not None)
            assert source.loss
            assert source.loss.message == "Another program holds the sound device"
            await asyncio.to_thread(sound_server.pactl, "suspend-source", MICROPHONE, "0")
            await until(lambda: source.loss is None)

    asyncio.run(scenario())


def test_a_device_is_recorded_at_its_own_rate(any_sound_server: PrivateSoundServer) -> None:
    any_sound_server.unplug(CALL)
    any_sound_server.pactl("load-module", "module-null-sink", f"sink_name={CALL}", "rate=44100")
    any_sound_server.pactl("set-default-sink", CALL)

    async def scenario() -> str:
        async with hearing(system_source(clock=MeetingClock())) as heard:
            await heard.seconds(0.1)
            return await asyncio.to_thread(any_sound_server.pactl, "list", "source-outputs")

    ours = asyncio.run(scenario()).partition("Live captions")[0].rpartition("Source Output #")[2]
    assert re.search(r"s16le [12]ch 44100Hz", ours)

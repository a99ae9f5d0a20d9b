"""What the computer plays, against a real PulseAudio and a real PipeWire of our own."""

import asyncio
import json
import os
import signal
import subprocess
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.level import levels_of
from captioner.audio.loopback import system_source
from captioner.audio.server.parec import TAG, Parec
from captioner.audio.server.recorder import RecordedSource
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import Samples
from tests.audio.live import hearing, until
from tests.sound_server import CALL, MICROPHONE, ROOM, SPARE, PrivateSoundServer, tone

CALL_TONE, ROOM_TONE, SPARE_TONE = 440, 1_000, 1_700


def children() -> list[str]:
    """The names of this process's living children."""
    found: list[str] = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            found += [Path(f"/proc/{pid}/comm").read_text().strip()]
    return found


def test_what_the_computer_plays_is_heard_and_nothing_else(any_sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        clock = MeetingClock(position=160_000)
        source = system_source(start=160_000, clock=clock)
        async with hearing(source) as heard:
            await until(lambda: heard.length > 0.1)
            any_sound_server.play(tone(CALL_TONE, 20), CALL)
            any_sound_server.play(tone(ROOM_TONE, 20), ROOM)
            await until(lambda: heard.loudest(CALL_TONE) > 0.4)
            heard.frames.clear()
            await heard.seconds(0.5)
            assert heard.loudest(CALL_TONE) == pytest.approx(0.5, abs=0.05)
            assert heard.loudness(ROOM_TONE) < 0.01
            assert -10 < levels_of(np.concatenate([frame.samples for frame in heard.frames]))[0] < -4
            assert source.loss is None
            assert all(one.end == other.start for one, other in pairwise(heard.frames))
            assert abs(heard.frames[-1].end - clock.position()) < 0.3 * 16_000
            assert "parec" in children()

    asyncio.run(scenario())

    assert "parec" not in children()
    assert "record" not in [thread.name for thread in threading.enumerate()]


def test_the_microphone_is_never_delivered_as_the_call(any_sound_server: PrivateSoundServer) -> None:
    """Unplugging the captured sink makes PulseAudio move the stream to the microphone."""

    async def scenario() -> None:
        any_sound_server.play(tone(ROOM_TONE, 60), ROOM)
        any_sound_server.play(tone(SPARE_TONE, 60), SPARE)
        async with hearing(system_source(clock=MeetingClock())) as heard:
            for _ in range(3):
                await heard.seconds(0.2)
                await asyncio.to_thread(any_sound_server.unplug, CALL)
                await heard.seconds(0.3)
                await asyncio.to_thread(any_sound_server.add_sink, CALL)
                await asyncio.to_thread(any_sound_server.pactl, "set-default-sink", CALL)
            assert heard.loudest(SPARE_TONE) > 0.4
            assert heard.loudest(ROOM_TONE) < 0.1
            assert all(one.end <= other.start for one, other in pairwise(heard.frames))

    asyncio.run(scenario())


def our_stream(server: PrivateSoundServer) -> str:
    """The index of the one recording that is not the server's own."""
    lines = server.pactl("list", "short", "source-outputs").splitlines()
    return next(line.split()[0] for line in lines if "protocol-native.c" in line)


def node_of_ours(server: PrivateSoundServer) -> str:
    """PipeWire's number of our recording."""
    dump = subprocess.run(["pw-dump"], env=dict(server.env), capture_output=True, check=True)
    return next(
        str(each["id"]) for each in json.loads(dump.stdout) if TAG in each.get("info", {}).get("props", {})
    )


def test_a_stream_that_is_moved_to_the_microphone_comes_back(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        sound_server.play(tone(ROOM_TONE, 60), ROOM)
        sound_server.play(tone(CALL_TONE, 60), CALL)
        async with hearing(system_source(clock=MeetingClock())) as heard:
            await heard.seconds(0.2)
            await asyncio.to_thread(
                sound_server.pactl, "move-source-output", our_stream(sound_server), MICROPHONE
            )
            heard.frames.clear()
            await heard.seconds(0.5)
            assert heard.loudest(ROOM_TONE) < 0.1
            assert heard.loudest(CALL_TONE) > 0.4

    asyncio.run(scenario())


def test_not_even_what_came_between_two_answers_is_delivered(
    sound_server: PrivateSoundServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moved to the microphone and back while nobody asks: only the news of it tells."""
    gate, read = threading.Lock(), Parec.read

    def read_when_let(stream: Parec, timeout: float) -> Samples | None:
        with gate:
            return read(stream, timeout)

    async def scenario() -> None:
        sound_server.play(tone(ROOM_TONE, 60), ROOM)
        async with hearing(system_source(clock=MeetingClock())) as heard:
            await heard.seconds(0.2)
            stream = our_stream(sound_server)
            with gate:
                sound_server.pactl("move-source-output", stream, MICROPHONE)
                await asyncio.sleep(0.2)
                sound_server.pactl("move-source-output", stream, f"{CALL}.monitor")
            await heard.seconds(0.5)
            assert heard.loudest(ROOM_TONE) < 0.1

    monkeypatch.setattr(Parec, "read", read_when_let)

    asyncio.run(scenario())


def test_pipewire_does_not_move_it_even_when_told_to(pipewire_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        pipewire_server.play(tone(ROOM_TONE, 60), ROOM)
        async with hearing(system_source(clock=MeetingClock())) as heard:
            await heard.seconds(0.2)
            node = node_of_ours(pipewire_server)
            words = ["pw-metadata", node, "target.object", MICROPHONE]
            done = await asyncio.to_thread(
                subprocess.run, words, env=dict(pipewire_server.env), capture_output=True
            )
            assert done.returncode == 0
            await heard.seconds(0.5)
            assert heard.loudest(ROOM_TONE) < 0.1

    asyncio.run(scenario())


def test_a_new_default_is_followed_at_once(any_sound_server: PrivateSoundServer) -> None:
    """Headphones are connected, and the call goes on there."""

    async def scenario() -> None:
        any_sound_server.add_sink("headset", "Headset")
        source = system_source(clock=MeetingClock())
        async with hearing(source) as heard:
            await heard.seconds(0.2)
            await asyncio.to_thread(any_sound_server.pactl, "set-default-sink", "headset")
            await until(lambda: source.device == "Headset")
            any_sound_server.play(tone(SPARE_TONE, 20), "headset")
            await until(lambda: heard.loudest(SPARE_TONE) > 0.4)
            assert source.loss is None

    asyncio.run(scenario())


def test_the_default_stands_in_for_a_named_loudspeaker_until_it_is_back(
    any_sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        any_sound_server.add_sink("headset", "Headset")
        any_sound_server.play(tone(ROOM_TONE, 60), ROOM)
        source = system_source("headset", clock=MeetingClock())
        assert isinstance(source, RecordedSource)
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            assert (source.device, source.substitute) == ("Headset", False)
            await asyncio.to_thread(any_sound_server.unplug, "headset")
            await until(lambda: (source.device, source.substitute) == ("Call", True))
            await heard.seconds(0.3)
            assert source.loss is None
            await asyncio.to_thread(any_sound_server.add_sink, "headset", "Headset")
            await until(lambda: (source.device, source.substitute) == ("Headset", False))
            await heard.seconds(0.2)
            assert heard.loudest(ROOM_TONE) < 0.1

    asyncio.run(scenario())


def test_without_any_loudspeaker_it_says_so_and_waits(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        sound_server.play(tone(ROOM_TONE, 60), ROOM)
        source = system_source(CALL, clock=MeetingClock())
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            # The room is no loudspeaker that plays a call, and without a default nothing stands in.
            await asyncio.to_thread(sound_server.pactl, "unload-module", "module-null-sink")
            await until(lambda: source.loss is not None and source.device is None)
            assert source.loss
            assert (source.loss.cause, source.loss.message) == (
                "unplugged",
                "The sound device was unplugged",
            )
            assert source.loss.since == heard.frames[-1].end
            await asyncio.to_thread(sound_server.add_sink, CALL, "Call")
            await until(lambda: source.loss is None)

    asyncio.run(scenario())


def test_a_server_that_dies_and_returns_leaves_a_hole_and_a_reason(
    any_sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        clock = MeetingClock()
        source = system_source(clock=clock)
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            any_sound_server.stop()
            await until(lambda: source.loss is not None and source.loss.message == "The sound server stopped")
            assert source.loss
            assert source.loss.cause == "server"
            assert abs(source.loss.since - heard.frames[-1].end) < 0.1 * 16_000
            back = clock.position()
            await asyncio.to_thread(any_sound_server.start_again)
            await until(lambda: heard.frames[-1].start > back and source.loss is None)
            assert all(one.end <= other.start for one, other in pairwise(heard.frames))

    asyncio.run(scenario())

    assert "parec" not in children()


def test_a_server_that_hangs_is_told_of_and_heard_again_when_it_goes_on(
    any_sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        source = system_source(clock=MeetingClock())
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            os.kill(any_sound_server.process.pid, signal.SIGSTOP)
            await until(lambda: source.loss is not None)
            assert source.loss
            assert source.loss.message == "The sound server does not answer"
            os.kill(any_sound_server.process.pid, signal.SIGCONT)
            await until(lambda: source.loss is None)

    asyncio.run(scenario())


def test_a_pipewire_that_hangs_behind_its_door_is_told_of_too(pipewire_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        source = system_source(clock=MeetingClock())
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            os.kill(pipewire_server.others[0].pid, signal.SIGSTOP)
            await until(
                lambda: source.loss is not None and source.loss.message == "The sound server gives no sound"
            )
            os.kill(pipewire_server.others[0].pid, signal.SIGCONT)
            await until(lambda: source.loss is None)

    asyncio.run(scenario())


def test_a_server_that_hangs_holds_nobody_up(any_sound_server: PrivateSoundServer) -> None:
    async def scenario() -> float:
        async with hearing(system_source(clock=MeetingClock())) as heard:
            await heard.seconds(0.1)
            os.kill(any_sound_server.process.pid, signal.SIGSTOP)
            await asyncio.sleep(0.3)
            began = asyncio.get_running_loop().time()
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(scenario()) < 3
    assert "record" not in [thread.name for thread in threading.enumerate()]


def test_a_loudspeaker_that_sleeps_is_silent_and_not_lost(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        source = system_source(clock=MeetingClock())
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            await asyncio.to_thread(sound_server.pactl, "suspend-sink", CALL, "1")
            for _ in range(15):
                await asyncio.sleep(0.1)
                assert source.loss is None
            slept = heard.length
            await asyncio.to_thread(sound_server.pactl, "suspend-sink", CALL, "0")
            await until(lambda: heard.length > slept + 0.2)

    asyncio.run(scenario())


def open_and_close(device: str | None) -> None:
    async def scenario() -> None:
        async with system_source(device, clock=MeetingClock()):
            pass

    asyncio.run(scenario())


def test_without_a_server_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")

    with pytest.raises(SourceError, match=r"no sound server on this computer\. Start PipeWire or PulseAudio"):
        open_and_close(None)


def test_without_parec_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SourceError, match=r"parec is missing\. Install pulseaudio-utils"):
        open_and_close(None)

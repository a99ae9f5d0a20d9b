"""What the computer plays, against a real PulseAudio of our own."""

import asyncio
import os
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback import system_source
from captioner.streaming.errors import SourceError
from tests import sound_server as servers
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


def test_what_the_computer_plays_is_heard_and_nothing_else(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        clock = MeetingClock(position=160_000)
        source = system_source(start=160_000, clock=clock)
        async with hearing(source) as heard:
            await until(lambda: heard.length > 0.1)
            sound_server.play(tone(CALL_TONE, 20), CALL)
            sound_server.play(tone(ROOM_TONE, 20), ROOM)
            await until(lambda: heard.loudest(CALL_TONE) > 0.4)
            heard.frames.clear()
            await heard.seconds(0.5)
            assert heard.loudness(CALL_TONE) == pytest.approx(0.5, abs=0.05)
            assert heard.loudness(ROOM_TONE) < 0.01
            assert source.levels[0] == pytest.approx(-9, abs=1)
            assert source.silent_for[0] < 0.5
            assert all(one.end == other.start for one, other in pairwise(heard.frames))
            assert abs(heard.frames[-1].end - clock.position()) < 0.3 * 16_000
            assert "parec" in children()

    asyncio.run(scenario())

    assert "parec" not in children()
    assert "record" not in [thread.name for thread in threading.enumerate()]


def test_the_microphone_is_never_delivered_as_the_call(sound_server: PrivateSoundServer) -> None:
    """Unplugging the captured sink makes PulseAudio move the stream to the microphone."""

    async def scenario() -> None:
        sound_server.play(tone(ROOM_TONE, 60), ROOM)
        sound_server.play(tone(SPARE_TONE, 60), SPARE)
        async with hearing(system_source(clock=MeetingClock())) as heard:
            for _ in range(3):
                await heard.seconds(0.2)
                await asyncio.to_thread(sound_server.unplug, CALL)
                await heard.seconds(0.3)
                await asyncio.to_thread(sound_server.add_sink, CALL)
                await asyncio.to_thread(sound_server.pactl, "set-default-sink", CALL)
            assert heard.loudest(SPARE_TONE) > 0.4
            assert heard.loudest(ROOM_TONE) < 0.1
            assert all(one.end <= other.start for one, other in pairwise(heard.frames))

    asyncio.run(scenario())


def test_a_stream_that_is_moved_to_the_microphone_comes_back(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        sound_server.play(tone(ROOM_TONE, 60), ROOM)
        sound_server.play(tone(CALL_TONE, 60), CALL)
        async with hearing(system_source(clock=MeetingClock())) as heard:
            await heard.seconds(0.2)
            for line in sound_server.pactl("list", "short", "source-outputs").splitlines():
                if "protocol-native.c" in line:
                    sound_server.pactl("move-source-output", line.split()[0], MICROPHONE)
            await heard.seconds(0.5)
            assert heard.loudest(ROOM_TONE) < 0.1
            assert heard.loudest(CALL_TONE) > 0.4

    asyncio.run(scenario())


def test_a_named_loudspeaker_is_waited_for(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        clock = MeetingClock()
        sound_server.add_sink("headset", "Headset")
        source = system_source("HEADS", clock=clock)
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            assert source.device == "Headset"
            await asyncio.to_thread(sound_server.unplug, "headset")
            await until(lambda: source.device is None)
            gone = heard.frames[-1].end
            await asyncio.sleep(0.3)
            assert heard.frames[-1].end == gone
            back = clock.position()
            await asyncio.to_thread(sound_server.add_sink, "headset", "Headset")
            await heard.seconds(0.1)
            assert next(frame for frame in heard.frames if frame.end > gone).start >= back

    asyncio.run(scenario())


def test_a_server_that_dies_and_returns_leaves_a_hole(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        clock = MeetingClock()
        async with hearing(system_source(clock=clock)) as heard:
            await heard.seconds(0.1)
            sound_server.stop()
            back = clock.position()
            again = await asyncio.to_thread(servers.start, sound_server.folder)
            try:
                await until(lambda: heard.frames[-1].start > back)
            finally:
                again.stop()
            assert all(one.end <= other.start for one, other in pairwise(heard.frames))

    asyncio.run(scenario())

    assert "parec" not in children()


def test_a_server_that_hangs_holds_nobody_up(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> float:
        async with hearing(system_source(clock=MeetingClock())) as heard:
            await heard.seconds(0.1)
            os.kill(sound_server.process.pid, 19)
            await asyncio.sleep(0.3)
            began = asyncio.get_running_loop().time()
        return asyncio.get_running_loop().time() - began

    assert asyncio.run(scenario()) < 3
    assert "record" not in [thread.name for thread in threading.enumerate()]


def open_and_close(device: str | None) -> None:
    async def scenario() -> None:
        async with system_source(device, clock=MeetingClock()):
            pass

    asyncio.run(scenario())


def test_an_unknown_loudspeaker_is_refused_with_what_there_is(sound_server: PrivateSoundServer) -> None:
    with pytest.raises(SourceError, match=r'There is no loudspeaker or headset "attic"\. There is: Call · '):
        open_and_close("attic")


def test_without_a_server_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")

    with pytest.raises(SourceError, match=r"no sound server on this computer\. Start PipeWire or PulseAudio"):
        open_and_close(None)


def test_without_parec_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SourceError, match=r"parec is missing\. Install pulseaudio-utils"):
        open_and_close(None)

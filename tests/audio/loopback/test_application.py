"""What one program plays, against a real PulseAudio and a real PipeWire of our own."""

import asyncio
import subprocess

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback import system_source
from tests.audio.live import hearing, until
from tests.sound_server import CALL, ROOM, SPARE, PrivateSoundServer, tone

MEET_TONE, MUSIC_TONE, ROOM_TONE, LATER_TONE = 440, 700, 1_000, 1_700


def play_as(server: PrivateSoundServer, program: str, frequency: float, sink: str) -> subprocess.Popen[bytes]:
    """Play a tone for a minute as if another program did it; returns the player, as `play` does."""
    path = server.folder / f"{program}-{frequency}.raw"
    path.write_bytes(tone(frequency, 60).tobytes())
    words = ["pacat", "--raw", "--format=s16le", "--rate=16000", "--channels=1", "--latency-msec=30"]
    words += [f"--client-name={program}", f"--device={sink}", str(path)]
    player = subprocess.Popen(words, env=dict(server.env), stdin=subprocess.DEVNULL)
    server.players.append(player)
    return player


def test_of_one_program_nothing_else_is_heard(any_sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        play_as(any_sound_server, "Meet", MEET_TONE, CALL)
        play_as(any_sound_server, "Music", MUSIC_TONE, CALL)
        any_sound_server.play(tone(ROOM_TONE, 60), ROOM)
        source = system_source("app:Meet", clock=MeetingClock())
        async with hearing(source) as heard:
            await until(lambda: heard.loudest(MEET_TONE) > 0.4)
            await heard.seconds(0.5)
            assert heard.loudest(MUSIC_TONE) < 0.1
            assert heard.loudest(ROOM_TONE) < 0.1
            assert (source.device, source.loss) == ("Meet", None)

    asyncio.run(scenario())


def test_a_program_that_plays_nothing_is_waited_for_and_not_lost(
    any_sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        play_as(any_sound_server, "Music", MUSIC_TONE, CALL)
        source = system_source("app:Meet", clock=MeetingClock())
        async with hearing(source) as heard:
            for _ in range(12):
                await asyncio.sleep(0.1)
                assert source.loss is None
            assert heard.frames == []
            play_as(any_sound_server, "Meet", MEET_TONE, CALL)
            await until(lambda: heard.loudest(MEET_TONE) > 0.4)
            assert heard.loudest(MUSIC_TONE) < 0.1

    asyncio.run(scenario())


def test_the_stream_that_replaces_another_is_heard_instead(any_sound_server: PrivateSoundServer) -> None:
    """A call that is reconnected, and one that ends: no sound of anything else in between."""

    async def scenario() -> None:
        play_as(any_sound_server, "Music", MUSIC_TONE, CALL)
        any_sound_server.play(tone(ROOM_TONE, 60), ROOM)
        first = play_as(any_sound_server, "Meet", MEET_TONE, CALL)
        source = system_source("app:Meet", clock=MeetingClock())
        async with hearing(source) as heard:
            await until(lambda: heard.loudest(MEET_TONE) > 0.4)
            first.kill()
            await asyncio.sleep(0.3)
            assert source.loss is None
            play_as(any_sound_server, "Meet", LATER_TONE, SPARE)
            await until(lambda: heard.loudest(LATER_TONE) > 0.4)
            assert heard.loudest(MUSIC_TONE) < 0.1
            assert heard.loudest(ROOM_TONE) < 0.1

    asyncio.run(scenario())


def test_it_is_heard_on_whatever_loudspeaker_it_is_moved_to(any_sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        any_sound_server.play(tone(MUSIC_TONE, 60), SPARE)
        play_as(any_sound_server, "Meet", MEET_TONE, CALL)
        async with hearing(system_source("app:Meet", clock=MeetingClock())) as heard:
            await until(lambda: heard.loudest(MEET_TONE) > 0.4)
            await asyncio.to_thread(any_sound_server.pactl, "set-default-sink", SPARE)
            await asyncio.to_thread(any_sound_server.unplug, CALL)
            heard.frames.clear()
            await until(lambda: heard.loudest(MEET_TONE) > 0.4)
            assert heard.loudest(MUSIC_TONE) < 0.1

    asyncio.run(scenario())

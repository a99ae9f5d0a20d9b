"""The microphone through a real PulseAudio of our own."""

import asyncio

import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback import system_source
from captioner.audio.microphone import MicrophoneSource
from captioner.audio.mixer import MixedSource
from captioner.streaming.errors import SourceError
from tests.audio.live import hearing, until
from tests.sound_server import CALL, MICROPHONE, ROOM, PrivateSoundServer, loudness, tone


@pytest.mark.parametrize("name", [None, MICROPHONE])
def test_the_microphone_is_heard_and_not_the_call(sound_server: PrivateSoundServer, name: str | None) -> None:
    async def scenario() -> None:
        sound_server.play(tone(1_000, 30), ROOM)
        sound_server.play(tone(440, 30), CALL)
        source = MicrophoneSource(name, clock=MeetingClock())
        async with hearing(source) as heard:
            await until(lambda: heard.loudest(1_000) > 0.4)
            assert heard.loudest(440) < 0.1
            assert source.device == "Desk microphone"

    asyncio.run(scenario())


def test_a_monitor_is_no_microphone_even_as_the_default(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        sound_server.play(tone(440, 30), CALL)
        sound_server.pactl("set-default-source", f"{CALL}.monitor")
        async with hearing(MicrophoneSource(clock=MeetingClock())) as heard:
            await heard.seconds(0.3)
            assert heard.loudest(440) < 0.1

    asyncio.run(scenario())


def test_both_side_by_side_share_one_clock(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        clock = MeetingClock()
        sound_server.play(tone(1_000, 30), ROOM)
        sound_server.play(tone(440, 30), CALL)
        mix = MixedSource(MicrophoneSource(clock=clock), system_source(clock=clock), clock=clock)
        async with mix:
            async for frame in mix:
                left, right = frame.samples[:, 0], frame.samples[:, 1]
                if min(loudness(left, 1_000), loudness(right, 440)) > 0.4:
                    assert max(loudness(left, 440), loudness(right, 1_000)) < 0.05
                    assert mix.devices == ("Desk microphone", "Call")
                    break

    asyncio.run(scenario())


def test_an_unknown_microphone_is_refused_with_what_there_is(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        async with MicrophoneSource("attic", clock=MeetingClock()):
            pass

    with pytest.raises(SourceError, match=r'There is no microphone "attic"\. There is: Desk microphone'):
        asyncio.run(scenario())

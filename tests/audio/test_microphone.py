"""The microphone through a real PulseAudio and a real PipeWire of our own."""

import asyncio

import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback import system_source
from captioner.audio.microphone import MicrophoneSource
from captioner.audio.mixer import MixedSource
from captioner.streaming.errors import SourceError
from tests.audio.live import hearing, until
from tests.sound_server import CALL, MICROPHONE, ROOM, PrivateSoundServer, loudness, named, tone


@pytest.mark.parametrize("name", [None, MICROPHONE])
def test_the_microphone_is_heard_and_not_the_call(
    any_sound_server: PrivateSoundServer, name: str | None
) -> None:
    async def scenario() -> None:
        any_sound_server.play(tone(1_000, 30), ROOM)
        any_sound_server.play(tone(440, 30), CALL)
        source = MicrophoneSource(name, clock=MeetingClock())
        async with hearing(source) as heard:
            await until(lambda: heard.loudest(1_000) > 0.4)
            assert heard.loudest(440) < 0.1
            assert source.device == "Desk microphone"

    asyncio.run(scenario())


def test_a_monitor_is_no_microphone_even_as_the_default(any_sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        any_sound_server.play(tone(440, 30), CALL)
        any_sound_server.pactl("set-default-source", f"{CALL}.monitor")
        async with hearing(MicrophoneSource(clock=MeetingClock())) as heard:
            await heard.seconds(0.3)
            assert heard.loudest(440) < 0.1

    asyncio.run(scenario())


def test_both_side_by_side_share_one_clock(any_sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        clock = MeetingClock()
        any_sound_server.play(tone(1_000, 30), ROOM)
        any_sound_server.play(tone(440, 30), CALL)
        mix = MixedSource(MicrophoneSource(clock=clock), system_source(clock=clock), clock=clock)
        async with mix:
            async for frame in mix:
                left, right = frame.samples[:, 0], frame.samples[:, 1]
                if min(loudness(left, 1_000), loudness(right, 440)) > 0.4:
                    assert max(loudness(left, 440), loudness(right, 1_000)) < 0.05
                    assert mix.devices == ("Desk microphone", "Call")
                    break

    asyncio.run(scenario())


def test_the_default_stands_in_for_a_named_microphone_until_it_is_back(
    any_sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        any_sound_server.play(tone(440, 60), CALL)
        plug_headset(any_sound_server)
        source = MicrophoneSource("headset", clock=MeetingClock())
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            assert (source.device, source.substitute) == ("Headset", False)
            await asyncio.to_thread(unplug_microphone, any_sound_server, "headset")
            await until(lambda: (source.device, source.substitute) == ("Desk microphone", True))
            await heard.seconds(0.2)
            assert source.loss is None
            await asyncio.to_thread(plug_headset, any_sound_server)
            await until(lambda: (source.device, source.substitute) == ("Headset", False))
            assert heard.loudest(440) < 0.1

    asyncio.run(scenario())


def plug_headset(server: PrivateSoundServer) -> None:
    """A second microphone, which hears the sink "attic"."""
    server.unplug("attic")
    server.add_sink("attic")
    words = ["source_name=headset", "master=attic.monitor", named("source", "Headset")]
    server.pactl("load-module", "module-remap-source", *words)


def unplug_microphone(server: PrivateSoundServer, name: str) -> None:
    """The same backwards; what it heard stays."""
    for line in server.pactl("list", "short", "modules").splitlines():
        if f"source_name={name}" in line.split():
            server.pactl("unload-module", line.split()[0])


def test_the_last_microphone_is_lost_and_no_monitor_takes_its_place(
    any_sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        any_sound_server.play(tone(440, 60), CALL)
        source = MicrophoneSource(MICROPHONE, clock=MeetingClock())
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            await asyncio.to_thread(unplug_microphone, any_sound_server, MICROPHONE)
            await until(lambda: source.loss is not None and source.device is None)
            assert source.loss
            assert source.loss.message == "The sound device was unplugged"
            await asyncio.sleep(0.3)
            assert heard.loudest(440) < 0.1

    asyncio.run(scenario())


def test_an_unknown_microphone_is_refused_with_what_there_is(sound_server: PrivateSoundServer) -> None:
    async def scenario() -> None:
        async with MicrophoneSource("attic", clock=MeetingClock()):
            pass

    with pytest.raises(SourceError, match=r'There is no microphone "attic"\. There is: Desk microphone'):
        asyncio.run(scenario())

"""The microphone through a real PulseAudio and a real PipeWire of our own."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback import system_source
from captioner.audio.microphone import MicrophoneSource
from captioner.audio.mixer import MixedSource
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import AudioFrame
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


def test_a_named_microphone_that_is_not_there_at_the_start_is_stood_in_for_and_taken_once_it_is(
    any_sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        source = MicrophoneSource("headset", clock=MeetingClock())
        async with hearing(source) as heard:
            await heard.seconds(0.1)
            assert (source.device, source.substitute) == ("Desk microphone", True)
            await asyncio.to_thread(plug_headset, any_sound_server)
            await until(lambda: (source.device, source.substitute) == ("Headset", False))

    asyncio.run(scenario())


@pytest.mark.parametrize("name", [None, MICROPHONE])
def test_without_any_microphone_there_is_none_to_open(
    sound_server: PrivateSoundServer, name: str | None
) -> None:
    async def scenario() -> None:
        async with MicrophoneSource(name, clock=MeetingClock()):
            pass

    unplug_microphone(sound_server, MICROPHONE)

    with pytest.raises(SourceError, match=r"There is no microphone\. Connect one"):
        asyncio.run(scenario())


def test_a_call_is_heard_without_a_microphone_which_is_heard_once_it_is_connected(
    any_sound_server: PrivateSoundServer,
) -> None:
    async def scenario() -> None:
        clock = MeetingClock()
        mix = MixedSource(
            MicrophoneSource(clock=clock),
            system_source(clock=clock),
            clock=clock,
            make=lambda channel, start: MicrophoneSource(start=start, clock=clock),
        )
        async with mix:
            frames = aiter(mix)
            await until_it_sounds(frames, 1, 440)
            assert [loss and (loss.cause, loss.message, loss.hint) for loss in mix.losses] == [
                ("missing", "There is no microphone", "Connect one"),
                None,
            ]
            await asyncio.to_thread(plug_microphone, any_sound_server)
            await until_it_sounds(frames, 0, 1_000)
            assert (mix.losses, mix.devices) == ((None, None), ("Desk microphone", "Call"))

    unplug_microphone(any_sound_server, MICROPHONE)
    any_sound_server.play(tone(1_000, 60), ROOM)
    any_sound_server.play(tone(440, 60), CALL)
    asyncio.run(asyncio.wait_for(scenario(), 30))


async def until_it_sounds(frames: AsyncIterator[AudioFrame], channel: int, frequency: float) -> None:
    """Hear the mix until a tone is in a channel."""
    async for frame in frames:
        if loudness(frame.samples[:, channel], frequency) > 0.4:
            return


def plug_microphone(server: PrivateSoundServer) -> None:
    """The one that was there, again."""
    words = [f"source_name={MICROPHONE}", f"master={ROOM}.monitor", named("source", "Desk microphone")]
    server.pactl("load-module", "module-remap-source", *words)

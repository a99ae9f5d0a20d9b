"""Which monitor is chosen, asked of a private PulseAudio; what is heard through it: test_loopback."""

import pytest

from captioner.audio.loopback.linux import ApplicationWish, MonitorWish, newest_of, wish_for
from captioner.audio.server.pulse import Playing, SoundServer
from captioner.audio.server.wish import Target
from captioner.streaming.errors import SourceError
from tests.sound_server import CALL, ROOM, SPARE, PrivateSoundServer


def _names(target: Target | None) -> tuple[str, str] | None:
    return (target.port.name, target.port.description) if target else None


def test_without_a_name_it_is_the_monitor_of_the_default_of_the_moment(
    sound_server: PrivateSoundServer,
) -> None:
    wish = MonitorWish(None)

    with SoundServer(starts=False) as server:
        wish.settle(server)
        before = _names(wish.choose(server))
        sound_server.pactl("set-default-sink", SPARE)
        after = _names(wish.choose(server))

    assert (before, after) == ((f"{CALL}.monitor", "Call"), (f"{SPARE}.monitor", "Spare"))


def test_for_a_named_one_that_is_not_there_the_default_stands_in_also_at_the_start(
    sound_server: PrivateSoundServer,
) -> None:
    wish = MonitorWish("usb.headset")

    with SoundServer(starts=False) as server:
        wish.settle(server)
        before = wish.choose(server)
        sound_server.add_sink("usb.headset", "Headset")
        there = wish.choose(server)
        sound_server.unplug("usb.headset")
        sound_server.add_sink("headset2", "Headset")
        gone = wish.choose(server)

    assert _names(there) == ("usb.headset.monitor", "Headset")
    assert _names(before) == _names(gone) == ("call.monitor", "Call")
    assert [target and target.is_substitute for target in (before, there, gone)] == [True, False, True]


def test_a_device_that_comes_back_under_another_number_is_the_same(sound_server: PrivateSoundServer) -> None:
    sound_server.add_sink("alsa_output.usb-X-00.analog-stereo", "Headset")
    wish = MonitorWish("alsa_output.usb-X-00.analog-stereo")

    with SoundServer(starts=False) as server:
        wish.settle(server)
        sound_server.unplug("alsa_output.usb-X-00.analog-stereo")
        sound_server.add_sink("alsa_output.usb-X-00.analog-stereo.2", "Headset")
        back = wish.choose(server)

    assert back
    assert (back.port.description, back.is_substitute) == ("Headset", False)


@pytest.mark.parametrize("name", [None, CALL])
def test_without_any_loudspeaker_there_is_none_to_open(
    sound_server: PrivateSoundServer, name: str | None
) -> None:
    with SoundServer(starts=False) as server:
        sound_server.pactl("unload-module", "module-remap-source")
        for sink in (CALL, SPARE, ROOM):
            sound_server.unplug(sink)
        with pytest.raises(SourceError, match=r"no loudspeaker or headset to listen to\. Connect one"):
            MonitorWish(name).settle(server)


def _stream(index: int, program: str, *, is_corked: bool = False) -> Playing:
    return Playing(index, 0, is_corked, {"application.name": program})


def test_of_a_programs_streams_the_newest_that_plays_is_the_call() -> None:
    streams = [
        _stream(1, "Meet"),
        _stream(2, "Meet"),
        _stream(3, "Meet", is_corked=True),
        _stream(4, "Music"),
    ]

    assert newest_of("Meet", streams) == streams[1]
    assert newest_of("Meet", streams[2:]) == streams[2]
    assert newest_of("Mail", streams) is None


def test_an_id_says_whether_a_program_is_meant() -> None:
    assert isinstance(wish_for("app:Meet"), ApplicationWish)
    assert isinstance(wish_for("alsa_output.usb-X-00.analog-stereo"), MonitorWish)
    assert isinstance(wish_for(None), MonitorWish)

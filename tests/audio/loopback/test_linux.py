"""Which monitor is chosen, asked of a private PulseAudio; what is heard through it: test_loopback."""

import pytest

from captioner.audio.loopback.linux import MonitorWish
from captioner.audio.pulse import Port, SoundServer
from captioner.streaming.errors import SourceError
from tests.sound_server import CALL, ROOM, SPARE, PrivateSoundServer


def _names(port: Port | None) -> tuple[str, str] | None:
    return (port.name, port.description) if port else None


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


def test_a_name_in_parts_is_settled_once_and_kept(sound_server: PrivateSoundServer) -> None:
    sound_server.add_sink("usb.headset", "Headset")
    wish = MonitorWish("HEADS")

    with SoundServer(starts=False) as server:
        wish.settle(server)
        there = _names(wish.choose(server))
        sound_server.unplug("usb.headset")
        sound_server.add_sink("headset2", "Headset")
        gone = wish.choose(server)

    assert (there, gone) == (("usb.headset.monitor", "Headset"), None)


def test_an_unknown_name_or_no_loudspeaker_at_all_is_refused(sound_server: PrivateSoundServer) -> None:
    with SoundServer(starts=False) as server:
        with pytest.raises(SourceError, match='no loudspeaker or headset "attic"'):
            MonitorWish("attic").settle(server)
        sound_server.pactl("unload-module", "module-remap-source")
        for sink in (CALL, SPARE, ROOM):
            sound_server.unplug(sink)
        with pytest.raises(SourceError, match=r"no loudspeaker or headset to listen to\. Connect one"):
            MonitorWish(None).settle(server)

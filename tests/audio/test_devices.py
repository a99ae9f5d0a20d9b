"""What can be listened to, and how people name it."""

import os
import time

import pytest

from captioner.audio.devices import Device, find_device, list_devices
from captioner.audio.server.pulse import SoundServer
from captioner.streaming.errors import SourceError
from tests.audio.headset import HEADSET, plug_headset
from tests.sound_server import CALL, MICROPHONE, ROOM, SPARE, PrivateSoundServer, tone
from tests.waiting import until_true

DEVICES = [
    Device("alsa.desk", "Desk microphone", "microphone", is_default=True),
    Device("alsa.head", "Headset microphone", "microphone", is_default=False),
    Device("out.head", "Headset", "system", is_default=True),
    Device("out.hdmi", "Screen", "system", is_default=False),
]


@pytest.mark.parametrize("name", ["alsa.head", "headset microphone", "HEADSET", "alsa.h"])
def test_a_device_is_found_by_id_name_or_a_part_that_only_it_has(name: str) -> None:
    assert find_device("microphone", name, DEVICES).id == "alsa.head"


def test_the_whole_name_wins_over_a_part_of_another() -> None:
    twins = [
        Device("a", "Headset Pro", "system", is_default=False),
        Device("b", "Headset", "system", is_default=False),
    ]

    assert find_device("system", "headset", twins).id == "b"


def test_a_name_that_fits_several_says_which() -> None:
    with pytest.raises(
        SourceError, match='"microphone" could be any of: Desk microphone · Headset microphone'
    ):
        find_device("microphone", "microphone", DEVICES)


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(SourceError, match=r'no microphone "Screen"\. There is: Desk microphone · Headset'):
        find_device("microphone", "Screen", DEVICES)
    with pytest.raises(SourceError, match="There is no microphone at all: connect one"):
        find_device("microphone", "Screen", [])


def test_a_renumbered_device_is_found_unless_it_could_be_one_of_two() -> None:
    again = [Device(f"alsa_input.usb-X-00.{n}.mono", f"USB {n}", "microphone", False) for n in (2, 3)]

    assert find_device("microphone", "alsa_input.usb-X-00.mono", [*DEVICES, again[0]]) == again[0]
    with pytest.raises(SourceError, match="There is no microphone"):
        find_device("microphone", "alsa_input.usb-X-00.mono", [*DEVICES, *again])


def test_a_program_that_does_not_play_is_told_from_a_device() -> None:
    with pytest.raises(SourceError, match="no program that plays sound at all: start the call first"):
        find_device("application", "app:Zoom", DEVICES)


def test_a_sound_servers_devices_are_listed_and_monitors_are_no_microphones(
    any_sound_server: PrivateSoundServer,
) -> None:
    devices = {(device.kind, device.id): device for device in list_devices()}

    assert set(devices) == {("microphone", MICROPHONE), *(("system", sink) for sink in (CALL, SPARE, ROOM))}
    assert [key for key, device in devices.items() if device.is_default] == [
        ("microphone", MICROPHONE),
        ("system", CALL),
    ]
    assert devices["microphone", MICROPHONE].name == "Desk microphone"


def test_each_program_that_plays_is_listed_once_and_last(any_sound_server: PrivateSoundServer) -> None:
    for sink in (CALL, SPARE):
        any_sound_server.play(tone(440, 20), sink)
    with SoundServer(starts=False) as server:
        until_true(lambda: len(server.playing()) == 2)

    devices = list_devices()

    assert devices[-1] == Device("app:paplay", "paplay", "application", is_default=False)
    assert [device.kind for device in devices].count("application") == 1


def test_the_microphone_of_a_bluetooth_headset_is_marked(any_sound_server: PrivateSoundServer) -> None:
    plug_headset(any_sound_server)

    devices = {device.id: device for device in list_devices() if device.kind == "microphone"}

    assert devices[HEADSET].is_telephone
    assert not devices[MICROPHONE].is_telephone


def test_a_server_that_hangs_is_given_up_in_time(sound_server: PrivateSoundServer) -> None:
    os.kill(sound_server.process.pid, 19)
    began = time.monotonic()

    with pytest.raises(SourceError, match="The sound server does not answer"):
        list_devices()

    assert time.monotonic() - began < 5

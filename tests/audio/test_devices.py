"""What can be listened to, and how people name it."""

import os
import time

import pytest

from captioner.audio.devices import Device, find_device, list_devices
from captioner.streaming.errors import SourceError
from tests.sound_server import CALL, MICROPHONE, ROOM, SPARE, PrivateSoundServer

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


def test_a_sound_servers_devices_are_listed_and_monitors_are_no_microphones(
    sound_server: PrivateSoundServer,
) -> None:
    devices = {(device.kind, device.id): device for device in list_devices()}

    assert set(devices) == {("microphone", MICROPHONE), *(("system", sink) for sink in (CALL, SPARE, ROOM))}
    assert [key for key, device in devices.items() if device.is_default] == [
        ("microphone", MICROPHONE),
        ("system", CALL),
    ]
    assert devices["microphone", MICROPHONE].name == "Desk microphone"


def test_a_server_that_hangs_is_given_up_in_time(sound_server: PrivateSoundServer) -> None:
    os.kill(sound_server.process.pid, 19)
    began = time.monotonic()

    with pytest.raises(SourceError, match="The sound server does not answer"):
        list_devices()

    assert time.monotonic() - began < 5

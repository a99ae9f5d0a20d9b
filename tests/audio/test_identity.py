"""Which device an id means after the system has renumbered it; telephones; programs."""

import pytest

from captioner.audio.identity import application_of, is_telephone, same_device
from captioner.audio.server.pulse import Playing, Port

HEADSET = "AA:BB:CC:DD:EE:FF"


@pytest.mark.parametrize(
    ("wanted", "now"),
    [
        ("bluez_sink.AA_BB_CC_DD_EE_FF.a2dp_sink", "bluez_sink.AA_BB_CC_DD_EE_FF.handsfree_head_unit"),
        ("bluez_sink.AA_BB_CC_DD_EE_FF.a2dp_sink", "bluez_output.AA_BB_CC_DD_EE_FF.1"),
        ("bluez_output.AA_BB_CC_DD_EE_FF.1", "bluez_output.AA:BB:CC:DD:EE:FF"),
        ("bluez_source.AA_BB_CC_DD_EE_FF.headset_head_unit", "bluez_input.aa:bb:cc:dd:ee:ff"),
        ("alsa_input.usb-X_Y-00.analog-stereo", "alsa_input.usb-X_Y-00.2.analog-stereo"),
        ("alsa_input.usb-X_Y-00.3.analog-stereo", "alsa_input.usb-X_Y-00.mono-fallback"),
        ("alsa_input.usb-X_Y-00.analog-stereo", "alsa_input.usb-X_Y-00.analog-stereo.2"),
        ("alsa_output.pci-0000_00_1f.3.analog-stereo", "alsa_output.pci-0000_00_1f.3.HiFi__hw_PCH__sink"),
        ("alsa_output.pci-0000_00_1f.3.analog-stereo", "alsa_output.pci-0000_00_1f.3.analog-stereo.2"),
        ("Microphone (Jabra)", "Microphone (2- Jabra)"),
        ("remapped", "remapped.2"),
    ],
)
def test_a_renumbered_device_is_the_same_in_both_directions(wanted: str, now: str) -> None:
    others = ["alsa_input.usb-Z-00.analog-stereo", "bluez_sink.00_00_00_00_00_01.a2dp_sink", "mic"]

    assert same_device(wanted, [*others, now]) == now
    assert same_device(now, [*others, wanted]) == wanted


@pytest.mark.parametrize(
    ("wanted", "now"),
    [
        ("bluez_sink.AA_BB_CC_DD_EE_FF.a2dp_sink", "bluez_sink.AA_BB_CC_DD_EE_F0.a2dp_sink"),
        ("bluez_sink.AA_BB_CC_DD_EE_FF.a2dp_sink", "bluez_source.AA_BB_CC_DD_EE_FF.headset_head_unit"),
        ("alsa_output.pci-0000_00_1f.3.analog-stereo", "alsa_output.pci-0000_00_1f.5.analog-stereo"),
        ("alsa_input.usb-X-00.analog-stereo", "alsa_output.usb-X-00.analog-stereo"),
        ("alsa_input.usb-X-00", "alsa_input.usb-Y-00"),
        ("Microphone (Jabra)", "Speakers (2- Jabra)"),
        ("mic", "mic2"),
    ],
)
def test_another_device_is_not_taken_for_it(wanted: str, now: str) -> None:
    assert same_device(wanted, [now]) is None


def test_twins_are_not_mixed_up() -> None:
    twins = ["alsa_input.usb-X-00.2.analog-stereo", "alsa_input.usb-X-00.3.analog-stereo"]

    assert same_device("alsa_input.usb-X-00.analog-stereo", twins) is None
    assert same_device("alsa_input.usb-X-00.2.mono-fallback", twins) == twins[0]
    assert same_device(twins[1], twins) == twins[1]


def port(name: str, **properties: str) -> Port:
    return Port(1, name, name, properties={key.replace("_", "."): value for key, value in properties.items()})


@pytest.mark.parametrize(
    ("microphone", "sink", "expected"),
    [
        (port("bluez_source.AA_BB_CC_DD_EE_FF.handsfree_head_unit"), None, True),
        (
            port("x", device_api="bluez", device_string=HEADSET, bluetooth_protocol="headset_head_unit"),
            None,
            True,
        ),
        (port("x", device_api="bluez5", api_bluez5_address=HEADSET, api_bluez5_profile="hsp-hs"), None, True),
        # PipeWire offers the microphone while music plays, and changes the profile once it is opened.
        (port("bluez_input.AA:BB:CC:DD:EE:FF"), port("bluez_output.AA_BB_CC_DD_EE_FF.1"), True),
        (port("bluez_input.AA:BB:CC:DD:EE:FF"), port("bluez_output.AA_BB_CC_DD_EE_F0.1"), False),
        (port("bluez_input.AA:BB:CC:DD:EE:FF"), port("alsa_output.pci-0000_00_1f.3.analog-stereo"), False),
        # A telephone that plays its music through this computer.
        (port("bluez_source.AA_BB_CC_DD_EE_FF.a2dp_source"), None, False),
        (port("alsa_input.usb-Headset-00.analog-stereo"), None, False),
    ],
)
def test_the_microphone_of_a_bluetooth_headset_is_a_telephone(
    microphone: Port, sink: Port | None, expected: bool
) -> None:
    assert is_telephone(microphone, sink) is expected


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"application.name": "Firefox", "application.process.binary": "firefox"}, "Firefox"),
        ({"application.name": "WEBRTC VoiceEngine", "application.process.binary": "slack"}, "slack"),
        ({"application.process.binary": "mpv"}, "mpv"),
        ({"application.name": "WEBRTC VoiceEngine"}, "WEBRTC VoiceEngine"),
        ({"media.name": "Loopback to Headset"}, None),
    ],
)
def test_a_program_has_the_name_that_people_know(properties: dict[str, str], name: str | None) -> None:
    assert application_of(Playing(1, 1, False, properties)) == name

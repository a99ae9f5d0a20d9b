"""Which device an id means after the system has renumbered it, and what makes a microphone a telephone."""

import re
from collections.abc import Iterable, Mapping

from captioner.audio.server.pulse import Playing, Port

APPLICATION = "app:"
"""With this begins the id of a program that plays sound; its name follows."""

_ADDRESS = re.compile(r"(?<![0-9A-Fa-f])((?:[0-9A-Fa-f]{2}[:_]){5}[0-9A-Fa-f]{2})(?![0-9A-Fa-f])")
_ALSA = re.compile(r"(alsa_\w+\..+?)\.[A-Za-z][\w+:-]*(\.\d+)?")
"""Direction and device, profile, sometimes an instance: `alsa_input.usb-X-00.mono-fallback.2`."""

_PLACE = re.compile(r"alsa_\w+\.pci-[\da-f_]+\.\d+")
"""A card by its place inside the computer, which ends in a number that is no instance."""

_COPY = re.compile(r"\(\d+- ")
"""Windows' instance: "Microphone (2- USB Audio)"."""

_NOBODY = "WEBRTC VoiceEngine"
"""What every program that is built on Chromium calls itself while it is in a call."""

_CLEAR = ("a2dp_source", "a2dp-source", "bap")
"""Bluetooth profiles that carry a microphone and good sound beside it: a telephone that plays through this
computer, and Bluetooth's newer kind of sound."""

_HANDS_FREE = re.compile("hands-?free|headset|head_unit|hfp|hsp")


def same_device(wanted: str, ids: Iterable[str]) -> str | None:
    """The one of `ids` that is the device `wanted`, though its name may have changed.

    What may have changed: the profile of a Bluetooth headset or a card, and the instance number of a device
    that was plugged in again. None when there is no such device, or more than one.
    """
    known = list(ids)
    if wanted in known:
        return wanted
    for reduce in (_without_profile, _without_instance):
        found = [each for each in known if reduce(each) == reduce(wanted)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _without_profile(name: str) -> str:
    """A device's id without its profile: `alsa_input.usb-X-00.mono-fallback` → `alsa_input.usb-X-00`.

    A Bluetooth headset is its address and the direction: PulseAudio and PipeWire name the rest differently.
    """
    if name.startswith("bluez") and (match := _ADDRESS.search(name)):
        is_heard = name.startswith(("bluez_source", "bluez_input"))
        return f"{'input' if is_heard else 'output'} {_address(match[1])}"
    match = _ALSA.fullmatch(name)
    return match[1] + (match[2] or "") if match else name


def _without_instance(name: str) -> str:
    """The same without the number by which the system tells a device from its twin, or from its own past."""
    base = _COPY.sub("(", _without_profile(name))
    return base if _PLACE.fullmatch(base) else re.sub(r"\.\d+$", "", base)


def is_telephone(microphone: Port, default_sink: Port | None) -> bool:
    """Whether recording from this microphone makes what is played sound like a telephone.

    Bluetooth carries a headset's microphone only beside poor sound. That is so while the hands-free profile
    is on, and will be so once the microphone of the headset that plays the call is opened.
    """
    address = _bluetooth_address(microphone)
    if address is None:
        return False
    profile = _bluetooth_profile(microphone)
    if profile.startswith(_CLEAR):
        return False
    plays_here = default_sink is not None and _bluetooth_address(default_sink) == address
    return plays_here or bool(_HANDS_FREE.search(profile))


def _bluetooth_address(port: Port) -> str | None:
    properties = port.properties
    is_bluetooth = properties.get("device.api", "").startswith("bluez") or port.name.startswith("bluez")
    if not is_bluetooth:
        return None
    for words in (properties.get("api.bluez5.address"), properties.get("device.string"), port.name):
        if words and (match := _ADDRESS.search(words)):
            return _address(match[1])
    return None


def _address(words: str) -> str:
    return words.replace("_", ":").upper()


def _bluetooth_profile(port: Port) -> str:
    properties = port.properties
    said = properties.get("api.bluez5.profile") or properties.get("bluetooth.protocol")
    return (said or port.name.rpartition(".")[2]).casefold()


def application_of(stream: Playing) -> str | None:
    """The name of the program that plays a stream; None for the sound server's own and for nameless ones."""
    properties: Mapping[str, str] = stream.properties
    name, program = properties.get("application.name"), properties.get("application.process.binary")
    return program if program and name in (None, "", _NOBODY) else name or None

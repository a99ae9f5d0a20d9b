"""Devices as the lists need them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Device:
    id: str
    name: str
    kind: str = "microphone"
    is_default: bool = False
    is_telephone: bool = False


BUILT_IN = Device("spk", "Built-in Audio", "system", is_default=True)
BROWSER = Device("app:Firefox", "Firefox", "application")
USB = Device("usb", "USB Microphone")
HEADSET = Device("bt", "Jabra Evolve2 65", is_telephone=True)

"""A Bluetooth headset as both sound servers would tell of it."""

from tests.sound_server import ROOM, PrivateSoundServer

ADDRESS = "AA:BB:CC:DD:EE:FF"
HEADSET = "bluez_source.AA_BB_CC_DD_EE_FF.handsfree_head_unit"


def plug_headset(server: PrivateSoundServer) -> str:
    """Its microphone hears what ROOM plays; returns the module to unload."""
    facts = f"device.api=bluez device.string={ADDRESS} bluetooth.protocol=handsfree_head_unit"
    return server.pactl(
        "load-module",
        "module-remap-source",
        f"source_name={HEADSET}",
        f"master={ROOM}.monitor",
        f"source_properties='{facts} device.description=\"Buds\"'",
    )

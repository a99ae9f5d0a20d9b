"""`captioner devices`."""

from captioner.audio.devices import list_devices


def list_all() -> int:
    """Print every microphone and everything the computer can play on; the default is marked."""
    for device in list_devices():
        mark = "*" if device.is_default else " "
        print(f"{mark} {device.kind}\t{device.name}\t{device.id}")
    return 0

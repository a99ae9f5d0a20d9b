"""`captioner devices`."""

from captioner.audio.devices import list_devices
from captioner.transcript.plain import plain

TELEPHONE = "while it is heard, its headset plays in telephone quality"


def list_all() -> int:
    """Print every microphone, everything the computer can play on, and every program that plays.

    One a line: a star for the default and the kind, then the name, the id, and a note where there is one.
    """
    for device in list_devices():
        mark = "*" if device.is_default else " "
        note = [TELEPHONE] if device.is_telephone else []
        print(f"{mark} {device.kind}", plain(device.name), device.id, *note, sep="\t")
    return 0

"""Which microphones there are, which loudspeakers and headsets, and which programs play sound."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from captioner.audio.identity import APPLICATION, application_of, is_telephone, same_device
from captioner.audio.output import Output
from captioner.audio.portaudio import inputs
from captioner.audio.server.pulse import NoSoundServerError, SoundServer, ask
from captioner.streaming.errors import SourceError

Kind = Literal["microphone", "system", "application"]

_WHAT: dict[Kind, str] = {
    "microphone": "microphone",
    "system": "loudspeaker or headset",
    "application": "program that plays sound",
}


@dataclass(frozen=True, slots=True)
class Device:
    """Where sound comes from: a microphone, what a loudspeaker or headset plays ("system"), or what one
    program plays ("application").

    `id` stays the same from day to day and is what settings keep (where the system renumbers, `find_device`
    finds the new one); `name` is what people read. `is_telephone`: while this Bluetooth microphone is
    recorded, its headset plays in telephone quality.
    """

    id: str
    name: str
    kind: Kind
    is_default: bool
    is_telephone: bool = False


def list_devices() -> list[Device]:
    """Every device, microphones first, programs last. Blocks, up to some seconds: call it in a thread.

    Raises `SourceError` when there is neither a sound server nor PortAudio.
    """
    if sys.platform != "linux":
        return list_without_server()
    try:
        return ask(devices_of)
    except NoSoundServerError as no_server:
        try:
            found = list_without_server()
        except SourceError:
            raise no_server from None
        if not found:
            raise
        return found


def find_device(kind: Kind, name: str, devices: Sequence[Device] | None = None) -> Device:
    """The device of that kind with this id, this name, or a name that alone contains `name`.

    Upper and lower case are the same. An id of a device that the system has renumbered since finds it,
    unless it could be one of several. `devices` is asked for unless given (see `list_devices`). Raises
    `SourceError` that lists what there is, or what the name could mean.
    """
    known = [device for device in (list_devices() if devices is None else devices) if device.kind == kind]
    wanted = name.casefold()
    again = same_device(name, (device.id for device in known))
    for exact in (
        [device for device in known if device.id == name],
        [device for device in known if wanted in (device.id.casefold(), device.name.casefold())],
        [device for device in known if device.id == again],
    ):
        if exact:
            return exact[0]
    partial = [
        device for device in known if wanted in device.name.casefold() or wanted in device.id.casefold()
    ]
    if len(partial) == 1:
        return partial[0]
    if partial:
        raise SourceError(f'"{name}" could be any of: {_names(partial)}', "Name one of them in full")
    what = _WHAT[kind]
    there_is = f"There is: {_names(known)}" if known else f"There is no {what} at all: {_remedy(kind)}"
    raise SourceError(f'There is no {what} "{name}"', there_is)


def _names(devices: Sequence[Device]) -> str:
    return " · ".join(device.name for device in devices)


def _remedy(kind: Kind) -> str:
    return "start the call first" if kind == "application" else "connect one"


def devices_of(server: SoundServer) -> list[Device]:
    """Every device of a sound server, microphones first, programs last, each of these once."""
    source, sink = server.default_source(), server.default_sink()
    monitors = server.monitors()
    microphones = [
        Device(
            port.name,
            port.description,
            "microphone",
            port.name == source,
            is_telephone(port, monitors.get(sink)),
        )
        for port in server.microphones()
    ]
    systems = [Device(name, port.description, "system", name == sink) for name, port in monitors.items()]
    names = {name for stream in server.playing() if (name := application_of(stream))}
    programs = [
        Device(f"{APPLICATION}{name}", name, "application", is_default=False) for name in sorted(names)
    ]
    return microphones + systems + programs


def list_without_server() -> list[Device]:
    """What PortAudio lists, and what the computer plays on where that can be heard. Raises `SourceError`."""
    microphones = [Device(each.name, each.name, "microphone", each.is_default) for each in inputs()]
    return microphones + [Device(each.id, each.name, "system", each.is_default) for each in _outputs()]


def _outputs() -> list[Output]:
    """What other systems play on; none where that cannot be heard."""
    try:
        if sys.platform == "win32":
            from captioner.audio import wasapi

            return wasapi.outputs()
        if sys.platform == "darwin":
            from captioner.audio import taps

            return taps.outputs()
    except SourceError:
        pass
    return []

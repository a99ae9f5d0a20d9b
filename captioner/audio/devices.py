"""Which microphones there are, and which loudspeakers and headsets whose sound can be captured."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from captioner.audio.portaudio import inputs
from captioner.audio.pulse import NoSoundServerError, SoundServer, ask
from captioner.streaming.errors import SourceError

Kind = Literal["microphone", "system"]


@dataclass(frozen=True, slots=True)
class Device:
    """A place where sound comes from: a microphone, or what a loudspeaker or headset plays ("system").

    `id` stays the same from day to day and is what settings keep; `name` is what people read.
    """

    id: str
    name: str
    kind: Kind
    is_default: bool


def list_devices() -> list[Device]:
    """Every device, microphones first. Blocks, up to some seconds: call it in a thread.

    Raises `SourceError` when there is neither a sound server nor PortAudio.
    """
    if sys.platform != "linux":
        return _from_portaudio()
    try:
        return ask(devices_of)
    except NoSoundServerError as no_server:
        try:
            found = _from_portaudio()
        except SourceError:
            raise no_server from None
        if not found:
            raise
        return found


def find_device(kind: Kind, name: str, devices: Sequence[Device] | None = None) -> Device:
    """The device of that kind with this id, this name, or a name that alone contains `name`.

    Upper and lower case are the same. `devices` is asked for unless given (see `list_devices`). Raises
    `SourceError` that lists what there is, or what the name could mean.
    """
    known = [device for device in (list_devices() if devices is None else devices) if device.kind == kind]
    wanted = name.casefold()
    for exact in (
        [device for device in known if device.id == name],
        [device for device in known if wanted in (device.id.casefold(), device.name.casefold())],
    ):
        if exact:
            return exact[0]
    partial = [
        device for device in known if wanted in device.name.casefold() or wanted in device.id.casefold()
    ]
    if len(partial) == 1:
        return partial[0]
    what = "microphone" if kind == "microphone" else "loudspeaker or headset"
    if partial:
        raise SourceError(f'"{name}" could be any of: {_names(partial)}', "Name one of them in full")
    there_is = f"There is: {_names(known)}" if known else f"There is no {what} at all: connect one"
    raise SourceError(f'There is no {what} "{name}"', there_is)


def _names(devices: Sequence[Device]) -> str:
    return " · ".join(device.name for device in devices)


def devices_of(server: SoundServer) -> list[Device]:
    """Every device of a sound server, microphones first."""
    source, sink = server.default_source(), server.default_sink()
    microphones = [
        Device(port.name, port.description, "microphone", port.name == source)
        for port in server.microphones()
    ]
    systems = [
        Device(name, port.description, "system", name == sink) for name, port in server.monitors().items()
    ]
    return microphones + systems


def _from_portaudio() -> list[Device]:
    return [Device(each.name, each.name, "microphone", each.is_default) for each in inputs()]

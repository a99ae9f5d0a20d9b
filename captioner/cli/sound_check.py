"""What can be heard on this computer, one finding after the other."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from captioner.audio.clock import MeetingClock
from captioner.audio.devices import Device, Kind, find_device, list_devices
from captioner.audio.identity import APPLICATION
from captioner.audio.loopback import system_source
from captioner.audio.microphone import MicrophoneSource
from captioner.audio.probe import Heard, ServerFacts, probe, server_facts
from captioner.audio.server.pulse import NoSoundServerError
from captioner.audio.source import LiveSource
from captioner.cli.finding import Finding, Verdict
from captioner.settings.choices import Settings
from captioner.streaming.errors import SourceError

QUIET = -65.0
"""dBFS under which nobody speaks."""

CLIPPED = -0.1
"""dBFS of a peak that was cut off."""

RESTART = "Start it again: `systemctl --user restart pipewire pipewire-pulse`, or `pulseaudio -k`"

_FORBIDDEN = {
    "darwin": "Allow it in System Settings, Privacy & Security, then start this program again",
    "win32": "Allow it in Settings, Privacy & security, Microphone",
}
"""Systems that give silence instead of saying no."""

Channel = Literal["microphone", "system"]

Opener = Callable[[str | None], LiveSource]
"""The source of a device by its id or name, None the default."""


def _microphone(device: str | None) -> LiveSource:
    return MicrophoneSource(device, clock=MeetingClock())


def _system(device: str | None) -> LiveSource:
    return system_source(device, clock=MeetingClock())


async def check_sound(
    settings: Settings,
    *,
    ask_server: Callable[[], ServerFacts] = server_facts,
    microphone: Opener = _microphone,
    system: Opener = _system,
) -> AsyncIterator[Finding]:
    """The sound server, its devices, and what each chosen source gives: the devices are opened."""
    facts: ServerFacts | None = None
    if sys.platform == "linux":
        try:
            facts = await asyncio.to_thread(ask_server)
        except NoSoundServerError as error:
            yield Finding("failed", "sound server", error.message, error.hint)
        except SourceError as error:
            yield Finding("failed", "sound server", error.message, RESTART)
            return  # whatever asks it would hang with it
        else:
            yield Finding("ok", "sound server", facts.version)
        yield _parec()
    try:
        devices = facts.devices if facts else tuple(await asyncio.to_thread(list_devices))
    except SourceError as error:
        if not isinstance(error, NoSoundServerError):  # that has been said
            yield Finding("failed", "devices", error.message, error.hint)
        return
    yield _counted(devices)
    checks = [
        _Check("microphone", settings.microphone_on, settings.microphone, facts, devices, microphone),
        _Check("system", settings.system_on, settings.system, facts, devices, system),
    ]
    for check in checks:
        for finding in await check.run():
            yield finding


def _parec() -> Finding:
    path = shutil.which("parec")
    if path is None:
        return Finding("failed", "parec", "the program that records is missing", "Install pulseaudio-utils")
    return Finding("ok", "parec", path)


def _counted(devices: Sequence[Device]) -> Finding:
    counts = {kind: sum(device.kind == kind for device in devices) for kind in ("microphone", "system")}
    words = f"{_count(counts['microphone'], 'microphone')}, {_count(counts['system'], 'output')}"
    for kind, what in (("microphone", "microphone"), ("system", "loudspeaker or headset")):
        if not counts[kind]:
            return Finding("warning", "devices", words, f"Connect a {what}")
        if not any(device.kind == kind and device.is_default for device in devices):
            remedy = f"Choose a {what} in the system's sound settings"
            return Finding("warning", "devices", f"{words}; no {what} is the default", remedy)
    return Finding("ok", "devices", f"{words}. `captioner devices` lists them")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


@dataclass(frozen=True, slots=True)
class _Check:
    """The check of one channel with the device that the settings name, None the default."""

    what: Channel
    is_on: bool
    chosen: str | None
    facts: ServerFacts | None
    devices: tuple[Device, ...]
    opener: Opener

    async def run(self) -> list[Finding]:
        """Open the source, hear it, judge it."""
        if not self.is_on:
            return [self._found("ok", "it is switched off in the settings")]
        try:
            heard = await probe(self.opener(self.chosen))
        except SourceError as error:
            return [self._found("failed", error.message, error.hint)]
        device = self._device()
        findings = [self._judged(heard)]
        if self.chosen is not None and device is None and not self._is_program and heard.device:
            words = f"the chosen device is not connected, {heard.device} stands in for it"
            findings.append(self._found("warning", words, "Connect it, or choose another"))
        if device is not None and device.is_telephone:
            words = f"while {device.name} is heard, its headset plays in telephone quality"
            findings.append(self._found("warning", words, "Choose another microphone for better sound"))
        return findings

    def _judged(self, heard: Heard) -> Finding:
        device = self._device()
        name = heard.device or (device.name if device else self.chosen) or "the default device"
        if wrong := self._elsewhere(heard, name):
            return wrong
        if heard.loss:
            words = f"no sound arrives from {name}: {heard.loss.message}"
            return self._found("failed", words, RESTART if heard.loss.cause == "server" else heard.loss.hint)
        if self.what == "microphone" and not heard.seconds:
            words = f"{name} is open, but no sound arrives"
            return self._found("failed", words, "Plug it in again, or choose another")
        if self.what == "microphone":
            return self._judged_microphone(heard, name)
        return self._judged_system(heard, name)

    def _elsewhere(self, heard: Heard, name: str) -> Finding | None:
        """The server's own word for where our stream is, if that is not where it belongs."""
        for place in heard.places:
            # A program is heard in the sound of what it plays on.
            is_named = heard.device is not None and not self._is_program
            if place.kind != self.what or (is_named and place.name != heard.device):
                remedy = "Choose the sound source again, or start the sound server again"
                return self._found("failed", f"the sound server gives {place.name} instead of {name}", remedy)
        return None

    def _judged_microphone(self, heard: Heard, name: str) -> Finding:
        if any(place.is_muted for place in heard.places):
            remedy = "Unmute it in the system's sound settings"
            return self._proven("warning", f"{name} is muted in the system", remedy)
        if heard.is_constant:
            remedy = _FORBIDDEN.get(sys.platform, "Look for a switch on it, or choose another microphone")
            return self._proven("warning", f"{name} gives digital silence, not even noise", remedy)
        if heard.level < QUIET:
            return self._proven("ok", f"{self._measured(heard, name)}: quiet", "Speak while this runs")
        if heard.peak >= CLIPPED:
            return self._proven("warning", f"{self._measured(heard, name)}: too loud", "Turn it down")
        return self._proven("ok", self._measured(heard, name))

    def _judged_system(self, heard: Heard, name: str) -> Finding:
        if heard.level >= QUIET:
            return self._proven("ok", self._measured(heard, name))
        if sys.platform == "darwin":
            return self._proven("ok", f"{name} is silent", f"If something plays: {_FORBIDDEN['darwin']}")
        again = "Play something and look again"
        playing = self.facts.playing if self.facts and not self._is_program else ()
        here = self._device()
        for program, sink in playing:
            if here and sink == here.id:
                return self._proven("ok", f"{name} is silent, though {program} has it open", again)
        for program, sink in playing:
            words = f"{name} is silent, and {program} plays on {self._name_of(sink)}"
            return self._proven("warning", words, "Choose that as the sound source, if it is the call")
        return self._proven("ok", f"{name} is open, nothing plays now", again)

    def _measured(self, heard: Heard, name: str) -> str:
        seen = " (the sound server has our stream there)" if heard.places else ""
        return f"{name} is heard: {heard.level:.0f} dBFS, at most {heard.peak:.0f}{seen}"

    @property
    def _is_program(self) -> bool:
        return (self.chosen or "").startswith(APPLICATION)

    def _device(self) -> Device | None:
        kind: Kind = "application" if self._is_program else self.what
        of_kind = [device for device in self.devices if device.kind == kind]
        if self.chosen is None:
            return next((device for device in of_kind if device.is_default), None)
        try:
            return find_device(kind, self.chosen, of_kind)
        except SourceError:
            return None

    def _name_of(self, sink: str) -> str:
        named = (device.name for device in self.devices if device.kind == "system" and device.id == sink)
        return next(named, sink)

    def _found(self, verdict: Verdict, words: str, remedy: str = "") -> Finding:
        return Finding(verdict, self.what, words, remedy)

    def _proven(self, verdict: Verdict, words: str, remedy: str = "") -> Finding:
        return Finding(verdict, self.what, words, remedy, proves="sound source")

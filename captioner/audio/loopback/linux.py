"""What the computer plays, on Linux: the monitor of a sink, or what one program plays into it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from captioner.audio.identity import APPLICATION, application_of, same_device
from captioner.audio.server.pulse import Playing, SoundServer
from captioner.audio.server.wish import Target
from captioner.streaming.errors import SourceError


class MonitorWish:
    """The monitor of one loudspeaker or headset by its id, or of whichever is the default now.

    While a named one is not there, the default stands in for it.
    """

    may_rest: Literal["asleep"] = "asleep"

    def __init__(self, name: str | None) -> None:
        self._name = name

    def settle(self, server: SoundServer) -> None:
        """Raises `SourceError` where there is none at all: for a named one another may stand in."""
        if not server.monitors():
            raise SourceError("There is no loudspeaker or headset to listen to", "Connect one")

    def choose(self, server: SoundServer) -> Target | None:
        """The source that gives what the sink plays; None while there is no sink."""
        # By name, never "@DEFAULT_MONITOR@": pipewire-pulse 0.3.65 gives the microphone for that.
        ports = server.monitors()
        named = same_device(self._name, ports) if self._name is not None else None
        port = ports.get(named or server.default_sink())
        return Target(port, is_substitute=self._name is not None and named is None) if port else None


class ApplicationWish:
    """What one program plays, wherever it plays it: nothing that another one plays, no notification.

    Of several streams of the program the newest that is not paused is heard. A program that plays nothing
    now, or does not run yet, is waited for. Works on PulseAudio 16 and pipewire-pulse 0.3.65.
    """

    may_rest: Literal["always"] = "always"

    def __init__(self, name: str) -> None:
        self._name = name

    def settle(self, server: SoundServer) -> None:
        """Every name is one: the call may begin later."""

    def choose(self, server: SoundServer) -> Target | None:
        """The program's stream in the monitor of the sink that it plays into; None while it has none."""
        newest = newest_of(self._name, server.playing())
        if newest is None:
            return None
        sink = server.sinks().get(newest.sink)
        port = server.monitors().get(sink) if sink is not None else None
        return Target(replace(port, description=self._name), newest.index) if port else None


def newest_of(program: str, streams: Iterable[Playing]) -> Playing | None:
    """Which of a program's streams is the call: the newest that is not paused, else the newest."""
    its = (each for each in streams if application_of(each) == program)
    return max(its, key=lambda each: (not each.is_corked, each.index), default=None)


def wish_for(device: str | None) -> MonitorWish | ApplicationWish:
    """What a choice among the devices of the call means: `app:` and a name is a program."""
    if device is not None and device.startswith(APPLICATION):
        return ApplicationWish(device.removeprefix(APPLICATION))
    return MonitorWish(device)

"""What the computer plays, on Linux: the monitor of a sink."""

from captioner.audio.devices import devices_of, find_device
from captioner.audio.pulse import Port, SoundServer
from captioner.streaming.errors import SourceError


class MonitorWish:
    """The monitor of one loudspeaker or headset by name, or of whichever is the default now."""

    def __init__(self, name: str | None) -> None:
        self._name = name

    def settle(self, server: SoundServer) -> None:
        """From here on the name is the server's own. Raises `SourceError` where there is none like it."""
        if self._name is not None:
            self._name = find_device("system", self._name, devices_of(server)).id
        elif not server.monitors():
            raise SourceError("There is no loudspeaker or headset to listen to", "Connect one")

    def choose(self, server: SoundServer) -> Port | None:
        """The source that gives what the sink plays; None while the sink is gone."""
        # By name, never "@DEFAULT_MONITOR@": pipewire-pulse 0.3.65 gives the microphone for that.
        return server.monitors().get(self._name or server.default_sink())

"""Which source of the sound server is to be recorded."""

from dataclasses import dataclass
from typing import Literal, Protocol

from captioner.audio.server.pulse import Port, SoundServer

NOWHERE = 0xFFFF_FFFF
"""The index of no source: PipeWire's answer for a stream that records another stream."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be recorded: a source of the server, or of a monitor only what one stream plays.

    `playing`: the index of that stream. `is_substitute`: the device that was asked for is not there.
    """

    port: Port
    playing: int | None = None
    is_substitute: bool = False

    def is_at(self, source: int | None, *, is_pipewire: bool) -> bool:
        """Whether a recording stream that the server says is connected to `source` records this."""
        # PulseAudio ends a recording with the stream that it records. PipeWire ends it, too, because of
        # `node.dont-reconnect`, and such a recording is at no source at all, above all at no microphone.
        records_stream = is_pipewire and self.playing is not None
        return source == self.port.index or (records_stream and source == NOWHERE)


class Wish(Protocol):
    """What is to be recorded; asked again whenever devices or defaults change.

    `may_rest` says when it is no fault that no sound comes: a microphone always gives some ("never"); a
    loudspeaker does unless it is asleep; a program does when it plays ("always").
    """

    @property
    def may_rest(self) -> Literal["never", "asleep", "always"]: ...

    def settle(self, server: SoundServer) -> None:
        """Once, on opening. Raises `SourceError` where there is nothing that this wish could mean."""
        ...

    def choose(self, server: SoundServer) -> Target | None:
        """What is wanted now; None while it is not there."""
        ...

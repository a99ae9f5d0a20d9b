"""What we use of pulsectl, which has no types."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol


class Spec(Protocol):
    """A sample format."""

    rate: int
    channels: int


class Info(Protocol):
    """What pulsectl tells of a sink, a source, a stream or the server; each has some of these."""

    index: int
    name: str
    description: str
    proplist: dict[str, str]
    sample_spec: Spec
    mute: int
    corked: int
    sink: int
    source: int
    monitor_source: int
    monitor_source_name: str
    monitor_of_sink: int
    state: object
    server_name: str
    server_version: str
    default_sink_name: str
    default_source_name: str


class Event(Protocol):
    """That something of a kind (`facility`) came, changed or went (`t`)."""

    facility: object
    t: object
    index: int


class Pulse(Protocol):
    """A connection: the part of pulsectl.Pulse that we use."""

    connected: bool

    def connect(self, autospawn: bool) -> None: ...
    def close(self) -> None: ...
    def server_info(self) -> Info: ...
    def sink_list(self) -> Sequence[Info]: ...
    def source_list(self) -> Sequence[Info]: ...
    def sink_input_list(self) -> Sequence[Info]: ...
    def source_output_list(self) -> Sequence[Info]: ...
    def source_info(self, index: int) -> Info: ...
    def event_mask_set(self, *masks: str) -> None: ...
    def event_callback_set(self, func: Callable[[Any], None]) -> None: ...
    def event_listen(self, timeout: float) -> None: ...
    def event_listen_stop(self) -> None: ...

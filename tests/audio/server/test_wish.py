"""Where a recording must be to be the one that was wished for."""

import pytest

from captioner.audio.server.pulse import Port
from captioner.audio.server.wish import NOWHERE, Target

MONITOR = Port(7, "call.monitor", "Call")


@pytest.mark.parametrize(
    ("source", "playing", "is_pipewire", "is_at"),
    [
        (7, None, False, True),
        (8, None, False, False),
        (None, None, True, False),
        (NOWHERE, None, True, False),
        # What one stream plays is at no source in PipeWire; in PulseAudio it is at the monitor.
        (NOWHERE, 3, True, True),
        (NOWHERE, 3, False, False),
        (7, 3, True, True),
        (8, 3, True, False),
    ],
)
def test_only_the_source_that_was_asked_for_will_do(
    source: int | None, playing: int | None, is_pipewire: bool, is_at: bool
) -> None:
    assert Target(MONITOR, playing).is_at(source, is_pipewire=is_pipewire) is is_at

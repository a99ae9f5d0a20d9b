"""What the computer plays: one file a system behind one port."""

import sys

from captioner.audio.clock import MeetingClock
from captioner.audio.loopback.linux import MonitorWish
from captioner.audio.recorder import RecordedSource
from captioner.streaming.errors import SourceError


def system_source(device: str | None = None, *, start: int = 0, clock: MeetingClock) -> RecordedSource:
    """What a loudspeaker or headset plays, one channel, about 40 ms a frame.

    `device` is an id or a name of `list_devices`, None the default, followed when it changes; a named one
    that goes away is waited for. No frame starts before `start` on the meeting `clock`. Raises
    `SourceError` at once on systems that it is not built for.
    """
    if sys.platform != "linux":
        raise SourceError(
            "Listening to what the computer plays is not built yet on this system",
            "Choose a microphone or a recording",
        )
    return RecordedSource(MonitorWish(device), start=start, clock=clock)

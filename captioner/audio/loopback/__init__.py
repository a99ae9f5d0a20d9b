"""What the computer plays: one file a system behind one port."""

import sys

from captioner.audio.clock import MeetingClock
from captioner.audio.identity import APPLICATION
from captioner.audio.loopback.linux import wish_for
from captioner.audio.server.recorder import RecordedSource
from captioner.audio.source import LiveSource
from captioner.streaming.errors import SourceError


def system_source(device: str | None = None, *, start: int = 0, clock: MeetingClock) -> LiveSource:
    """What a loudspeaker or headset plays, or one program, one channel, about 50 ms a frame.

    `device` is an id of `list_devices`, None the default, followed when it changes. For a named loudspeaker
    that is not there the default stands in until it is; for a program (an id that begins with
    `app:`, on Linux) nothing does. No frame starts before `start` on the meeting `clock`. Raises
    `SourceError` at once for what this system does not have.
    """
    if sys.platform == "linux":
        return RecordedSource(wish_for(device), start=start, clock=clock)
    from captioner.audio.loopback.captured import CapturedSource

    if device is not None and device.startswith(APPLICATION):
        raise SourceError("One program alone can be heard on Linux only", "Choose a loudspeaker or headset")
    if sys.platform == "win32":
        from captioner.audio.loopback.windows import WindowsComputer

        return CapturedSource(WindowsComputer(device), start=start, clock=clock)
    if sys.platform == "darwin":
        from captioner.audio.loopback.macos import MacComputer

        return CapturedSource(MacComputer(device), start=start, clock=clock)
    raise SourceError(
        "Listening to what the computer plays is not built on this system",
        "Choose a microphone or a recording",
    )

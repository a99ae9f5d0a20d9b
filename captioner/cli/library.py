"""`captioner meetings` and `captioner export`."""

import sys
from pathlib import Path

from captioner.streaming import ConfigurationError
from captioner.transcript.export.catalogue import EXPORTERS
from captioner.transcript.export.write import write_export
from captioner.transcript.store import DATABASE, Store
from captioner.transcript.wording import clock


async def list_meetings(folder: Path) -> int:
    """Print the saved meetings, the one added last first."""
    async with await Store.open(folder / DATABASE) as store:
        meetings = await store.meetings()
    if not meetings:
        print("captioner: no meeting is saved yet", file=sys.stderr)
    for meeting in meetings:
        lines = "1 line" if meeting.segments == 1 else f"{meeting.segments} lines"
        begun = f"{meeting.started:%Y-%m-%d %H:%M}"
        print(meeting.id, begun, clock(meeting.duration), lines, meeting.title, sep="\t")
    return 0


async def export(folder: Path, meeting: str, format_name: str, output: Path | None) -> int:
    """Write a saved meeting to a file, or to stdout."""
    if meeting != "last" and not meeting.isdecimal():
        raise ConfigurationError(
            f"{meeting!r} is no meeting", "Give a number from `captioner meetings`, or last"
        )
    async with await Store.open(folder / DATABASE) as store:
        stored = await store.load(None if meeting == "last" else int(meeting))
    text = EXPORTERS[format_name].render(stored)
    if output:
        write_export(output, text)
    else:
        sys.stdout.write(text)
    return 0

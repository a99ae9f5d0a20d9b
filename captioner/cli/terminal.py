"""What a meeting prints: lines for people, or JSON for programs."""

import asyncio
from typing import TextIO

import msgspec
from msgspec.structs import replace

from captioner.meeting.listener import Listener
from captioner.meeting.meeting import Meeting
from captioner.streaming import AnyEvent, StreamEvent
from captioner.transcript.model import Change, Segment
from captioner.transcript.plain import plain
from captioner.transcript.wording import line_of


class CaptionLines(Listener):
    """Each final once, as a line.

    What is printed cannot be taken back: a text that replaces one is in the transcript only.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._printed: set[str] = set()
        self._replaced: list[tuple[float, float]] = []

    def heard(self, event: AnyEvent) -> None:
        if isinstance(event, StreamEvent.Superseded) and self._printed.intersection(event.segment_ids):
            self._replaced.append((event.start, event.end))

    def changed(self, change: Change) -> None:
        row = change.row
        # A line that cannot be saved yet is shown all the same: stderr says so.
        if (
            not isinstance(row, Segment)
            or change.kind == "removed"
            or not row.is_final
            or row.id in self._printed
        ):
            return
        self._printed.add(row.id)
        middle = (row.start + row.end) / 2
        if not any(start <= middle < end for start, end in self._replaced):
            print(line_of(row), file=self._out, flush=True)


class JsonLines(Listener):
    """Every event, and what is shown of each segment whenever that changes, one object a line.

    A final caption may follow a final one of the same segment: what is shown was cut, hidden (nothing is
    committed then) or shown again, or its speaker is another, or has another name.
    In Steady what was committed stays, though the transcript withdraws it: it is final then.
    Each has `at` (wall seconds since the first sound) and `audio` (seconds of sound the engine has heard).
    """

    def __init__(self, out: TextIO, meeting: Meeting, *, is_steady: bool = False) -> None:
        self._out = out
        self._meeting = meeting
        self._is_steady = is_steady
        self._shown: dict[str, tuple[str | None, str, str, bool]] = {}
        self._withdrawn: set[str] = set()
        self._gone: Segment | None = None

    def heard(self, event: AnyEvent) -> None:
        self._tell_gone()
        match event:
            case StreamEvent.Superseded(segment_ids=ids):
                self._withdrawn.update(ids)
            case StreamEvent.Transcript(is_final=True, segment_id=segment_id, transcript=text):
                if not plain(text):
                    self._withdrawn.add(segment_id)
            case _:
                pass
        self._print(msgspec.to_builtins(event))

    def changed(self, change: Change) -> None:
        row = change.row
        if not isinstance(row, Segment):
            return
        if self._gone and self._gone.id != row.id:
            self._tell_gone()
        self._gone = None
        if change.kind != "removed":
            self._tell(row)
            return
        # A line that moves is removed, and added again with the next change: it was not gone.
        self._gone = row
        asyncio.get_running_loop().call_soon(self._tell_gone)

    def _tell_gone(self) -> None:
        row, self._gone = self._gone, None
        if row is None:
            return
        if self._is_steady and row.id in self._withdrawn:
            self._tell(replace(row, tail="", is_final=True))
        else:
            self._tell(replace(row, committed="", tail=""))

    def _tell(self, row: Segment) -> None:
        shown = row.speaker, row.committed, row.tail, row.is_final
        if self._shown.get(row.id) == shown:
            return
        self._shown[row.id] = shown
        self._print(
            {
                "type": "caption",
                "segment": row.id,
                "channel": row.channel,
                "speaker": row.speaker,
                "committed": row.committed,
                "tail": row.tail,
                "final": row.is_final,
            }
        )

    def _print(self, fields: dict[str, object]) -> None:
        fields["audio"] = round(self._meeting.session.stats.heard, 3)
        fields["at"] = round(self._meeting.elapsed, 3)
        print(msgspec.json.encode(fields).decode(), file=self._out, flush=True)

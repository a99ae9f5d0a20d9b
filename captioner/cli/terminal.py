"""What a meeting prints: lines for people, or JSON for programs."""

import sys
from typing import TextIO

import msgspec

from captioner.meeting.listener import Listener, Notice
from captioner.meeting.meeting import Meeting
from captioner.streaming import AnyEvent, StreamEvent
from captioner.transcript.model import Change, GapRow, Segment
from captioner.transcript.plain import plain
from captioner.transcript.wording import line_of


class NoticeLines(Listener):
    """Each notice once, and what goes wrong on the way, on stderr."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def notices_changed(self, notices: tuple[Notice, ...]) -> None:
        for notice in notices:
            if notice.code not in self._said:
                _complain(f"{notice.title}. {notice.body}")
        self._said = {notice.code for notice in notices}

    def heard(self, event: AnyEvent) -> None:
        match event:
            case StreamEvent.Disconnected(reason=reason, retry_in=seconds):
                _complain(f"{reason}. The sound is kept; next try in {seconds:.1f} s")
            case StreamEvent.Error(recoverable=True, message=message):
                _complain(message)
            case _:
                pass


def _complain(words: str) -> None:
    print(plain(f"captioner: {words}"), file=sys.stderr, flush=True)  # some are a server's own


class CaptionLines(Listener):
    """Each final once, as a line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._printed: set[str] = set()

    def changed(self, change: Change) -> None:
        row = change.row
        if isinstance(row, Segment):
            # A line that cannot be saved yet is shown all the same: stderr says so.
            if change.kind == "removed" or not row.is_final or row.id in self._printed:
                return
            self._printed.add(row.id)
        print(line_of(row), file=self._out, flush=True)


class JsonLines(Listener):
    """Every event, and what is shown of each segment whenever that changes, one object a line.

    Each has `at` (wall seconds since the first sound) and `audio` (seconds of sound the engine has heard).
    """

    def __init__(self, out: TextIO, meeting: Meeting) -> None:
        self._out = out
        self._meeting = meeting
        self._shown: dict[str, tuple[str, str, bool]] = {}
        self._over: set[str] = set()

    def heard(self, event: AnyEvent) -> None:
        self._print(msgspec.to_builtins(event))

    def changed(self, change: Change) -> None:
        row = change.row
        if isinstance(row, GapRow) or row.id in self._over:
            return
        shown = (
            ("", "", row.is_final) if change.kind == "removed" else (row.committed, row.tail, row.is_final)
        )
        if self._shown.get(row.id) == shown:
            return
        self._shown[row.id] = shown
        if row.is_final:
            del self._shown[row.id]
            self._over.add(row.id)
        committed, tail, is_final = shown
        self._print(
            {
                "type": "caption",
                "segment": row.id,
                "channel": row.channel,
                "speaker": row.speaker,
                "committed": committed,
                "tail": tail,
                "final": is_final,
            }
        )

    def _print(self, fields: dict[str, object]) -> None:
        fields["audio"] = round(self._meeting.session.stats.heard, 3)
        fields["at"] = round(self._meeting.elapsed, 3)
        print(msgspec.json.encode(fields).decode(), file=self._out, flush=True)

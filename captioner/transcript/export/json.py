"""A meeting as JSON, for programs: the keys are a contract."""

from typing import Any

import msgspec

from captioner.transcript.model import GapRow, Segment, StoredMeeting


class JsonExporter:
    """`{"meeting": {…}, "segments": […], "gaps": […], "hidden": […]}`, times in seconds as numbers.

    `hidden` has the shape of `segments`: what the others said, heard by the microphone a second time.
    """

    name = "json"
    suffix = ".json"

    def render(self, meeting: StoredMeeting) -> str:
        """Readable JSON; words have the keys of `events.Word`, what is unknown is null."""
        summary = meeting.summary
        document = {
            "meeting": {
                "id": summary.id,
                "title": summary.title,
                "started": summary.started,
                "duration": summary.duration,
                "engine": summary.engine,
            },
            "segments": [_segment(row) for row in meeting.rows if isinstance(row, Segment)],
            "gaps": [_gap(row) for row in meeting.rows if isinstance(row, GapRow)],
            "hidden": [_segment(line) for line in meeting.hidden],
        }
        return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.id,
        "start": segment.start,
        "end": segment.end,
        "channel": segment.channel,
        "speaker": segment.speaker,
        "text": segment.text,
        "words": segment.words,
        "marks": [],
    }


def _gap(gap: GapRow) -> dict[str, Any]:
    return {"start": gap.start, "end": gap.end, "cause": gap.cause}

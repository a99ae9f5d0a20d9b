import json
from collections.abc import Callable

from captioner.transcript.export.json import JsonExporter
from captioner.transcript.model import GapRow, SeamRow, Segment, StoredMeeting


def test_the_keys_are_those_of_the_contract(
    stored: Callable[..., StoredMeeting], line: Callable[[int], Segment], gap: GapRow
) -> None:
    text = JsonExporter().render(stored(line(1), gap, SeamRow(13.0, "deepgram", "local", "")))

    assert json.loads(text) == {
        "meeting": {
            "id": 7,
            "title": "Weekly",
            "started": "2026-11-05T14:03:00Z",
            "duration": 61.5,
            "engine": "local",
        },
        "segments": [
            {
                "id": "s1",
                "start": 2.0,
                "end": 3.5,
                "channel": 1,
                "speaker": None,
                "text": "Line 1.",
                "words": [
                    {
                        "word": "line",
                        "punctuated_word": "Line",
                        "start": 2.0,
                        "end": 2.5,
                        "confidence": None,
                        "speaker": None,
                        "language": None,
                    }
                ],
                "marks": [],
            }
        ],
        "gaps": [{"start": 5.0, "end": 13.0, "cause": "the microphone was unplugged"}],
    }


def test_it_can_be_read_by_people_too(stored: Callable[..., StoredMeeting]) -> None:
    text = JsonExporter().render(stored(title="Überblick „heute“"))

    assert text.startswith('{\n  "meeting": {\n    "id": 7,\n    "title": "Überblick „heute“",\n')
    assert text.endswith("}\n")

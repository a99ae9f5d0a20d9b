import json
from collections.abc import Callable
from dataclasses import replace

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
        "hidden": [],
    }


def test_hidden_lines_stand_apart_in_the_shape_of_the_others(
    stored: Callable[..., StoredMeeting], line: Callable[[int], Segment]
) -> None:
    meeting = replace(stored(line(1)), hidden=(line(2),))

    document = json.loads(JsonExporter().render(meeting))

    assert [segment["id"] for segment in document["segments"]] == ["s1"]
    assert [segment["id"] for segment in document["hidden"]] == ["s2"]
    assert document["hidden"][0].keys() == document["segments"][0].keys()


def test_it_can_be_read_by_people_too(stored: Callable[..., StoredMeeting]) -> None:
    text = JsonExporter().render(stored(title="Überblick „heute“"))

    assert text.startswith('{\n  "meeting": {\n    "id": 7,\n    "title": "Überblick „heute“",\n')
    assert text.endswith("}\n")

"""The vocabulary: names, types, encoding, matching."""

import pickle
from typing import assert_never

import msgspec
import pytest

from captioner.streaming import AnyEvent, StreamEvent
from captioner.streaming.events import SessionSummary

EXAMPLES: dict[str, AnyEvent] = {
    "transcript": StreamEvent.Transcript("0-1", 1, "Yes.", 0.0, 1.0, is_final=True),
    "speech_started": StreamEvent.SpeechStarted(0.5),
    "utterance_end": StreamEvent.UtteranceEnd(1.0, "pause"),
    "gap": StreamEvent.Gap(1.0, 2.0, "unplugged", "final"),
    "connecting": StreamEvent.Connecting("local"),
    "connected": StreamEvent.Connected("local"),
    "disconnected": StreamEvent.Disconnected("crash", 0.1),
    "reconnected": StreamEvent.Reconnected(0.4, 2.0),
    "warning": StreamEvent.Warning("behind", "late"),
    "error": StreamEvent.Error("EngineFailedError", "gone"),
    "closed": StreamEvent.Closed("finished", SessionSummary()),
}


def _name(event: AnyEvent) -> str:
    """A match over all events; the type checker says when one is missing."""
    match event:
        case StreamEvent.Transcript():
            return "transcript"
        case StreamEvent.SpeechStarted():
            return "speech_started"
        case StreamEvent.UtteranceEnd():
            return "utterance_end"
        case StreamEvent.Gap():
            return "gap"
        case StreamEvent.Connecting():
            return "connecting"
        case StreamEvent.Connected():
            return "connected"
        case StreamEvent.Disconnected():
            return "disconnected"
        case StreamEvent.Reconnected():
            return "reconnected"
        case StreamEvent.Warning():
            return "warning"
        case StreamEvent.Error():
            return "error"
        case StreamEvent.Closed():
            return "closed"
    assert_never(event)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_event_knows_its_type_matches_by_name_and_survives_a_round_trip(name: str) -> None:
    event = EXAMPLES[name]

    assert event.type == name == _name(event)
    assert isinstance(event, StreamEvent)
    assert pickle.loads(pickle.dumps(event)) == event
    assert msgspec.json.decode(msgspec.json.encode(event), type=AnyEvent) == event


def test_there_is_an_example_of_every_event() -> None:
    assert {cls.type for cls in StreamEvent.__subclasses__()} == set(EXAMPLES)


def test_a_transcript_is_matched_by_keyword() -> None:
    match EXAMPLES["transcript"]:
        case StreamEvent.Transcript(transcript=text, is_final=True):
            assert text == "Yes."
        case _:
            pytest.fail("not matched")

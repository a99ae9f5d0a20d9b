"""The vocabulary: names, types, encoding, matching."""

import pickle
from typing import assert_never

import msgspec
import pytest

from captioner.streaming import AnyEvent, StreamEvent
from captioner.streaming.events import SessionSummary
from captioner.streaming.words import Word

EXAMPLES: dict[str, AnyEvent] = {
    "transcript": StreamEvent.Transcript("0-1", 1, "Yes.", 0.0, 1.0, is_final=True),
    "speech_started": StreamEvent.SpeechStarted(0.5),
    "utterance_end": StreamEvent.UtteranceEnd(1.0, "pause"),
    "speakers_revised": StreamEvent.SpeakersRevised({"0-1": 1, "0-2": None}),
    "superseded": StreamEvent.Superseded(("0-1", "0-2"), 0.0, 2.0),
    "gap": StreamEvent.Gap(1.0, 2.0, "unplugged", "final"),
    "gap_filled": StreamEvent.GapFilled(1.0, 2.0, 0),
    "connecting": StreamEvent.Connecting("local"),
    "connected": StreamEvent.Connected("local"),
    "disconnected": StreamEvent.Disconnected("crash", 0.1),
    "reconnected": StreamEvent.Reconnected(0.4, 2.0),
    "engine_changed": StreamEvent.EngineChanged("deepgram", "local", "no network"),
    "metadata": StreamEvent.Metadata("4711", duration=2.0, models={"m": {"name": "nova-3"}}),
    "warning": StreamEvent.Warning("behind", "late"),
    "error": StreamEvent.Error("EngineFailedError", "gone"),
    "unknown": StreamEvent.Unknown("Future", '{"type":"Future"}'),
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
        case StreamEvent.SpeakersRevised():
            return "speakers_revised"
        case StreamEvent.Superseded():
            return "superseded"
        case StreamEvent.Gap():
            return "gap"
        case StreamEvent.GapFilled():
            return "gap_filled"
        case StreamEvent.Connecting():
            return "connecting"
        case StreamEvent.Connected():
            return "connected"
        case StreamEvent.Disconnected():
            return "disconnected"
        case StreamEvent.Reconnected():
            return "reconnected"
        case StreamEvent.EngineChanged():
            return "engine_changed"
        case StreamEvent.Metadata():
            return "metadata"
        case StreamEvent.Warning():
            return "warning"
        case StreamEvent.Error():
            return "error"
        case StreamEvent.Unknown():
            return "unknown"
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


def test_a_transcript_can_be_read_by_deepgram_s_own_names() -> None:
    words = (Word("yes", "Yes.", 0.5, 1.0, 0.9, 2, "en"),)
    event = StreamEvent.Transcript("0-1", 1, "Yes.", 0.5, 2.0, words=words, languages=("en",), confidence=0.8)

    (alternative,) = event.channel.alternatives

    assert (alternative.transcript, alternative.confidence) == ("Yes.", 0.8)
    assert (alternative.words, alternative.languages) == (words, ("en",))
    assert event.duration == 1.5
    assert StreamEvent.UtteranceEnd(2.0, "pause").last_word_end == 2.0
    assert StreamEvent.SpeechStarted(0.5).timestamp == 0.5
    assert StreamEvent.Warning("slow", "Late.").description == "Late."
    assert StreamEvent.Error("ServerError", "Broken.").description == "Broken."

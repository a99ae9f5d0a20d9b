"""The utterance that is being said."""

from captioner.streaming import StreamEvent
from captioner.streaming.accumulated import Accumulated


def _final(text: str, channel: int = 0) -> StreamEvent.Transcript:
    return StreamEvent.Transcript("s", 1, text, 0.0, 1.0, is_final=True, channel_index=channel)


def test_it_holds_the_finals_up_to_the_utterance_end_and_is_cleared_behind_it() -> None:
    said = Accumulated()
    seen: list[str] = []
    for event in (
        _final("Yes."),
        _final("We can."),
        StreamEvent.UtteranceEnd(1.0, "pause"),
        StreamEvent.SpeechStarted(2.0),
    ):
        said.yielded(event)
        seen.append(said.text)

    assert seen == ["Yes.", "Yes. We can.", "Yes. We can.", ""]


def test_each_channel_has_its_own() -> None:
    said = Accumulated()
    said.yielded(_final("Mine."))
    said.yielded(_final("Theirs.", channel=1))

    assert said.text == "Theirs."

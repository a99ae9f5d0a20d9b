"""The utterance that is being said."""

import pytest

from captioner.streaming import StreamEvent
from captioner.streaming.accumulated import Accumulated, joined


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


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (["你好。", "世界"], "你好。世界"),
        (["こんにちは", "はい。"], "こんにちははい。"),
        (["สวัสดี", "ครับ"], "สวัสดีครับ"),
        (["네.", "좋아요."], "네. 좋아요."),
        (["用", "Python"], "用 Python"),
        (["Yes.", "Yes."], "Yes. Yes."),
    ],
)
def test_texts_are_joined_as_their_script_does(texts: list[str], whole: str) -> None:
    assert joined(texts) == whole

"""Links become one session: ids, clock, replay."""

import numpy as np
import pytest

from captioner.streaming import SAMPLE_RATE, AnyEvent, AudioFrame, StreamEvent, StreamingOptions
from captioner.streaming.engines.engine import LinkMessage, Malformed, Progress
from captioner.streaming.segments import Register, Segments
from captioner.streaming.words import Word


def _segments(channels: int = 1, *, interims: bool = True) -> Segments:
    segments = Segments(
        StreamingOptions(channels=channels, multichannel=channels > 1, interim_results=interims)
    )
    segments.timeline.add(0, 60 * SAMPLE_RATE)
    return segments


def _line(
    name: str, text: str, start: float, end: float, *, final: bool = False, channel: int = 0
) -> LinkMessage:
    return StreamEvent.Transcript(name, 0, text, start, end, is_final=final, channel_index=channel)


def _texts(events: list[AnyEvent]) -> list[tuple[str, int, str]]:
    return [
        (event.segment_id, event.revision, event.transcript)
        for event in events
        if isinstance(event, StreamEvent.Transcript)
    ]


def test_a_segment_keeps_its_id_and_counts_its_revisions() -> None:
    segments = _segments()

    events = [*segments.map(_line("x", "one", 1, 2)), *segments.map(_line("x", "one two", 1, 3, final=True))]

    assert _texts(events) == [("0-1", 1, "one"), ("0-1", 2, "one two")]


def test_the_line_that_a_broken_link_was_in_is_heard_again_under_the_same_id() -> None:
    segments = _segments()
    list(segments.map(_line("x", "done", 1, 2, final=True)))
    list(segments.map(_line("y", "half a", 3, 4)))

    position = segments.begin_link()
    segments.timeline.add(position, SAMPLE_RATE * 10)
    events = list(segments.map(_line("x", "half a line", 1, 3, final=True)))

    assert position == 2 * SAMPLE_RATE
    assert _texts(events) == [("0-2", 2, "half a line")]
    assert isinstance(events[0], StreamEvent.Transcript)
    assert events[0].start == 3.0


def test_words_that_the_new_link_does_not_hear_again_stay_unconfirmed() -> None:
    segments = _segments()
    list(segments.map(_line("y", "half a", 3, 4)))
    segments.begin_link()
    segments.timeline.add(0, SAMPLE_RATE * 20)

    events = list(segments.map(Progress(0, 10.0, 9.0)))

    assert [event.unconfirmed for event in events if isinstance(event, StreamEvent.Transcript)] == [True]


def test_the_horizon_is_that_of_the_slowest_channel() -> None:
    segments = _segments(channels=2)
    list(segments.map(Progress(0, 9.0, 8.0)))
    list(segments.map(Progress(1, 9.0, 3.0)))

    assert segments.settled == 3 * SAMPLE_RATE
    assert segments.heard == 9 * SAMPLE_RATE


def test_in_a_replay_a_channel_that_is_further_is_silent_up_to_its_own_horizon() -> None:
    segments = _segments(channels=2)
    list(segments.map(Progress(0, 9.0, 3.0)))
    list(segments.map(Progress(1, 9.0, 4.0)))
    segments.begin_link()

    frame = segments.unsettled(AudioFrame(int(3.5 * SAMPLE_RATE), np.ones((SAMPLE_RATE, 2), np.int16)))

    assert isinstance(frame, AudioFrame)
    assert frame.samples[:, 0].all()
    assert not frame.samples[: SAMPLE_RATE // 2, 1].any()
    assert frame.samples[SAMPLE_RATE // 2 :, 1].all()


def test_a_message_of_a_channel_that_does_not_exist_is_ignored() -> None:
    assert list(_segments().map(_line("x", "who?", 0, 1, channel=7))) == []


def test_interims_are_left_out_when_they_are_not_wanted() -> None:
    segments = _segments(interims=False)

    assert list(segments.map(_line("x", "one", 1, 2))) == []
    assert len(list(segments.map(_line("x", "one", 1, 2, final=True)))) == 1


def test_what_is_pending_at_the_end_becomes_an_unconfirmed_final() -> None:
    segments = _segments()
    list(segments.map(_line("x", "and then", 1, 2)))

    event, end = segments.promote()

    assert isinstance(event, StreamEvent.Transcript)
    assert (event.transcript, event.is_final, event.unconfirmed) == ("and then", True, True)
    assert end == StreamEvent.UtteranceEnd(2.0, "finish")


def _spoken_by(*voices: int | None, channel: int = 0, name: str = "x") -> LinkMessage:
    """A final of one word a second, each by one of these voices; the first one says most of it."""
    words = tuple(
        Word("word", "word", float(at), at + (1.0 if at else 1.5), 0.9, voice)
        for at, voice in enumerate(voices)
    )
    return StreamEvent.Transcript(
        name, 0, "word", 0.0, 9.0, is_final=True, words=words, speaker=voices[0], channel_index=channel
    )


def _voices(segments: Segments, message: LinkMessage) -> tuple[int | None, list[int | None]]:
    (event,) = segments.map(message)
    assert isinstance(event, StreamEvent.Transcript)
    return event.speaker, [word.speaker for word in event.words]


def test_voices_keep_the_numbers_of_the_first_link() -> None:
    segments = _segments()

    assert _voices(segments, _spoken_by(0, 1, None)) == (0, [0, 1, None])
    assert _voices(segments, _spoken_by(1, 0)) == (1, [1, 0])
    assert _voices(segments, _spoken_by(5)) == (5, [5])


def test_behind_a_new_link_every_voice_is_a_new_one() -> None:
    segments = _segments()
    _voices(segments, _spoken_by(0, 1))

    segments.begin_link()
    second = [_voices(segments, _spoken_by(0, 1)), _voices(segments, _spoken_by(1))]
    segments.begin_link()
    third = _voices(segments, _spoken_by(0, 7))

    assert second == [(2, [2, 3]), (3, [3])]
    assert third == (4, [4, 7])


def test_the_same_number_on_two_channels_is_two_voices() -> None:
    segments = _segments(channels=2)

    assert _voices(segments, _spoken_by(0, 1)) == (0, [0, 1])
    assert _voices(segments, _spoken_by(0, channel=1)) == (2, [2])
    assert _voices(segments, _spoken_by(1, channel=1)) == (3, [3])
    assert _voices(segments, _spoken_by(0)) == (0, [0])


def test_words_on_both_sides_of_a_hole_lie_where_their_sound_was() -> None:
    segments = Segments(StreamingOptions())
    segments.timeline.add(10 * SAMPLE_RATE, SAMPLE_RATE)
    segments.timeline.add(60 * SAMPLE_RATE, SAMPLE_RATE)
    words = (Word("one", "One", 0.2, 0.8, 0.9, None, "en"), Word("two", "two.", 1.0, 1.5))

    (event,) = segments.map(
        StreamEvent.Transcript("x", 0, "One two.", 0.0, 1.5, is_final=True, words=words, confidence=0.7)
    )

    assert isinstance(event, StreamEvent.Transcript)
    assert (event.start, event.end) == (10.0, 60.5)
    assert [(word.start, word.end) for word in event.words] == [(10.2, 10.8), (60.0, 60.5)]
    assert event.words[0].language == "en"
    assert event.confidence == 0.7


def test_on_a_clock_that_begins_late_everything_is_late_by_the_same() -> None:
    segments = Segments(StreamingOptions())
    segments.timeline.add(100 * SAMPLE_RATE, 9 * SAMPLE_RATE)
    words = (Word("one", "One.", 1.25, 1.75),)

    events = [
        *segments.map(StreamEvent.SpeechStarted(1.0)),
        *segments.map(StreamEvent.Transcript("x", 0, "One.", 1.0, 2.0, is_final=True, words=words)),
        *segments.map(StreamEvent.UtteranceEnd(1.75, "pause")),
    ]

    assert events[0] == StreamEvent.SpeechStarted(101.0)
    assert isinstance(events[1], StreamEvent.Transcript)
    assert (events[1].start, events[1].end) == (101.0, 102.0)
    assert (events[1].words[0].start, events[1].words[0].end) == (101.25, 101.75)
    assert events[2] == StreamEvent.UtteranceEnd(101.75, "pause")
    assert segments.settled == 102 * SAMPLE_RATE


def test_an_utterance_ends_only_behind_a_final_with_text_and_exactly_once() -> None:
    segments = _segments()
    end = StreamEvent.UtteranceEnd(2.0, "pause")

    assert list(segments.map(end)) == []
    list(segments.map(_line("x", "half", 1, 2)))
    assert list(segments.map(end)) == []
    list(segments.map(_line("x", "", 1, 2, final=True)))
    assert list(segments.map(end)) == []
    list(segments.map(_line("y", "whole", 1, 2, final=True)))
    assert list(segments.map(end)) == [end]
    assert list(segments.map(end)) == []
    assert list(segments.promote()) == []


def test_the_utterances_of_two_channels_end_apart() -> None:
    segments = _segments(channels=2)
    list(segments.map(_line("x", "mine", 1, 2, final=True)))
    list(segments.map(_line("y", "theirs", 1, 3, final=True, channel=1)))

    assert list(segments.map(StreamEvent.UtteranceEnd(3.0, "pause", 1))) == [
        StreamEvent.UtteranceEnd(3.0, "pause", 1)
    ]
    assert list(segments.promote()) == [StreamEvent.UtteranceEnd(2.0, "finish", 0)]


def test_an_utterance_that_was_open_when_the_link_broke_still_ends_once() -> None:
    segments = _segments()
    list(segments.map(_line("x", "so far", 1, 2, final=True)))
    segments.begin_link()
    segments.timeline.add(2 * SAMPLE_RATE, 9 * SAMPLE_RATE)

    list(segments.map(_line("x", "and on.", 0, 1, final=True)))
    ends = [*segments.map(StreamEvent.UtteranceEnd(1.0, "pause")), *segments.promote()]

    assert ends == [StreamEvent.UtteranceEnd(3.0, "pause")]


def test_what_was_taken_back_leaves_nothing_to_promote() -> None:
    segments = _segments()
    list(segments.map(_line("x", "noise", 1, 2)))
    list(segments.map(_line("x", "", 1, 2)))

    assert list(segments.promote()) == []


def test_what_is_not_of_a_channel_passes_and_what_nobody_can_read_is_counted() -> None:
    register = Register()
    segments = Segments(StreamingOptions(), register)
    for message in (
        StreamEvent.Warning("slow", "Late."),
        StreamEvent.Error("ServerError", "Broken."),
        StreamEvent.Metadata("4711"),
        StreamEvent.Unknown("Future", "{}"),
    ):
        assert list(segments.map(message)) == [message]

    assert list(segments.map(Malformed())) == []
    assert list(segments.map(Malformed())) == []
    assert register.malformed == 2


def test_boundaries_of_channels_that_do_not_exist_are_ignored() -> None:
    segments = _segments()

    for index in (-1, 1, 99):
        assert list(segments.map(StreamEvent.SpeechStarted(0.5, index))) == []
        assert list(segments.map(StreamEvent.UtteranceEnd(0.5, "pause", index))) == []
        assert list(segments.map(Progress(index, 1.0, 1.0))) == []


def test_finals_are_counted() -> None:
    register = Register()
    segments = Segments(StreamingOptions(), register)
    list(segments.map(_line("x", "one", 1, 2, final=True)))
    list(segments.map(_line("y", "two", 2, 3)))
    list(segments.promote())

    assert register.finals == 2


def _timed(*words: tuple[str, float, float]) -> LinkMessage:
    """A final with these words."""
    spans = tuple(Word(text, text, start, end) for text, start, end in words)
    text = " ".join(word.word for word in spans)
    return StreamEvent.Transcript("x", 0, text, 0.0, spans[-1].end, is_final=True, words=spans)


@pytest.mark.parametrize("shift", [-0.06, -0.02, 0.0, 0.02, 0.06])
def test_at_a_seam_each_word_is_said_once_though_two_links_tell_its_time_differently(shift: float) -> None:
    segments = _segments()
    segments.map(_timed(("one", 8.7, 8.85), ("two", 8.85, 9.0)))
    replay_from = segments.begin_link(SAMPLE_RATE)
    segments.timeline.add(replay_from, 9 * SAMPLE_RATE)

    (event,) = segments.map(
        _timed(
            ("one", 0.7 + shift, 0.85 + shift),
            ("two", 0.85 + shift, 1.0 + shift),
            ("three", 1.0 + shift, 1.15),
        )
    )

    assert isinstance(event, StreamEvent.Transcript)
    assert event.transcript == "three"


def test_a_word_whose_middle_falls_before_the_seam_is_said_if_nobody_said_it() -> None:
    segments = _segments()
    segments.map(_timed(("one", 8.7, 8.85)))
    segments.map(Progress(0, 9.0, 9.0))
    segments.begin_link(SAMPLE_RATE)
    segments.timeline.add(8 * SAMPLE_RATE, 9 * SAMPLE_RATE)

    (event,) = segments.map(_timed(("one", 0.7, 0.85), ("two", 0.88, 1.04)))

    assert isinstance(event, StreamEvent.Transcript)
    assert event.transcript == "two"

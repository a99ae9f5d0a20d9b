"""Links become one session: ids, clock, replay."""

import numpy as np

from captioner.streaming import SAMPLE_RATE, AnyEvent, AudioFrame, StreamEvent, StreamingOptions
from captioner.streaming.engines.engine import LinkMessage, Progress
from captioner.streaming.segments import Segments


def _segments(channels: int = 1, *, interims: bool = True) -> Segments:
    segments = Segments(StreamingOptions(channels=channels, interim_results=interims))
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

    (event,) = segments.promote()

    assert (event.transcript, event.is_final, event.unconfirmed) == ("and then", True, True)

"""One channel of the local engine over a played transcriber: draining, pace, renewal, horizon."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from captioner.streaming import SAMPLE_RATE, StreamEvent
from captioner.streaming.engines.engine import LinkMessage, Progress
from captioner.streaming.engines.local_channel import INBOX_SECONDS, TAKE_SECONDS, Channel, due_after


@dataclass
class PlayedLine:
    text: str
    start_time: float
    duration: float
    line_id: int
    is_complete: bool


@dataclass
class PlayedStream:
    """Hears one line from second 1 to second 3 of its own sound, if that much was added."""

    added: list[int] = field(default_factory=list[int])
    is_stopped: bool = False

    @property
    def seconds(self) -> float:
        return sum(self.added) / SAMPLE_RATE

    def start(self) -> None: ...

    def close(self) -> None: ...

    def add_audio(self, samples: list[float], rate: int) -> None:
        assert rate == SAMPLE_RATE
        self.added.append(len(samples))

    def update_transcription(self) -> "PlayedStream":
        return self

    def stop(self) -> "PlayedStream":
        self.is_stopped = True
        return self

    @property
    def lines(self) -> list[PlayedLine]:
        if self.seconds <= 1:
            return []
        end = min(self.seconds, 3.0)
        return [PlayedLine(f"up to {end:.1f}", 1.0, end - 1.0, 7, self.seconds >= 4 or self.is_stopped)]


@dataclass
class PlayedTranscriber:
    streams: list[PlayedStream] = field(default_factory=list[PlayedStream])

    def create_stream(self, update_interval: float) -> PlayedStream:
        self.streams.append(PlayedStream())
        return self.streams[-1]


def _hear(*sends: float) -> tuple[list[LinkMessage], PlayedTranscriber]:
    """Everything said of sends of so many seconds each, all of them there before the thread starts."""
    said: list[LinkMessage] = []
    transcriber = PlayedTranscriber()
    channel = Channel(transcriber, 0, said.append, _running_clock())
    for seconds in sends:
        channel.add(np.zeros(round(seconds * SAMPLE_RATE), np.int16))
    channel.settle(last=True)
    channel.start()
    channel.join(10)
    assert not channel.is_alive()
    return said, transcriber


def _running_clock() -> Callable[[], float]:
    """A clock on which every look costs a second, so that nothing waits."""
    ticks = iter(range(1_000_000))
    return lambda: float(next(ticks))


def _texts(said: list[LinkMessage]) -> list[StreamEvent.Transcript]:
    return [message for message in said if isinstance(message, StreamEvent.Transcript)]


def test_all_that_has_arrived_is_added_and_followed_by_one_update() -> None:
    _, transcriber = _hear(0.1, 0.1, 0.1)

    assert transcriber.streams[0].added == [round(0.3 * SAMPLE_RATE)]


def test_far_behind_it_takes_sound_in_parts_so_that_progress_is_seen() -> None:
    said, transcriber = _hear(*[1.0] * 12)

    assert all(count <= TAKE_SECONDS * SAMPLE_RATE for count in transcriber.streams[0].added)
    assert [message.heard for message in said if isinstance(message, Progress)][:3] == [5.0, 10.0, 12.0]


def test_a_line_is_said_once_as_final_and_then_its_utterance_ends() -> None:
    said, _ = _hear(2.0, *[1.0] * 8)

    kinds = [message.type for message in said if isinstance(message, StreamEvent)]
    assert kinds == ["speech_started", "transcript", "utterance_end"]
    assert _texts(said)[0].speech_final


def test_an_open_line_holds_the_horizon_back_and_the_end_of_sound_settles_it() -> None:
    said, _ = _hear(2.5)

    horizons = [message.settled for message in said if isinstance(message, Progress)]
    assert horizons == [0.0, 2.5, 2.5]
    assert [event.is_final for event in _texts(said)] == [False, True]
    assert [message.cause for message in said if isinstance(message, StreamEvent.UtteranceEnd)] == ["finish"]


def test_behind_a_finished_line_the_horizon_follows_the_sound() -> None:
    said, _ = _hear(5.0, 5.0)

    assert [message.settled for message in said if isinstance(message, Progress)][:2] == [4.0, 9.0]


def test_after_ten_minutes_a_new_stream_begins_at_a_pause_on_the_same_time_line() -> None:
    said, transcriber = _long(610)

    assert len(transcriber.streams) >= 2
    second = [event for event in _texts(said) if event.segment_id.startswith("0/2/")]
    assert second
    assert second[0].start > 600


def _long(seconds: int) -> tuple[list[LinkMessage], PlayedTranscriber]:
    said: list[LinkMessage] = []
    transcriber = PlayedTranscriber()
    channel = Channel(transcriber, 0, said.append, _running_clock())
    channel.start()
    for _ in range(seconds // 5):
        channel.add(np.zeros(5 * SAMPLE_RATE, np.int16))
    channel.settle(last=True)
    channel.join(20)
    return said, transcriber


def test_sound_beyond_the_inbox_waits_outside() -> None:
    channel = Channel(PlayedTranscriber(), 0, lambda message: None, _running_clock())
    channel.add(np.zeros(round(INBOX_SECONDS * SAMPLE_RATE), np.int16))
    is_in = threading.Event()

    def add_more() -> None:
        channel.add(np.zeros(160, np.int16))
        is_in.set()

    adding = threading.Thread(target=add_more, daemon=True)
    adding.start()
    assert not is_in.wait(0.05)

    channel.settle(last=True)
    channel.start()

    assert is_in.wait(5)
    channel.join(5)


@pytest.mark.parametrize(("cost", "least"), [(0.05, 0.25), (0.6, 0.8)])
def test_updates_that_cost_more_come_less_often(cost: float, least: float) -> None:
    assert due_after(10.0, cost) == pytest.approx(10.0 + least)


def test_a_line_is_settled_behind_the_sound_that_came_before_whatever_comes_after() -> None:
    said: list[LinkMessage] = []
    transcriber = PlayedTranscriber()
    channel = Channel(transcriber, 0, said.append, _running_clock())
    for _ in range(2):
        channel.add(np.zeros(round(2.5 * SAMPLE_RATE), np.int16))
        channel.settle(last=False)
    channel.settle(last=True)

    channel.run()

    finals = [event for event in said if isinstance(event, StreamEvent.Transcript) and event.is_final]
    assert [(event.start, event.end) for event in finals] == [(1.0, 2.5), (3.5, 5.0)]


def test_sound_that_arrives_while_it_settles_is_heard_before_the_end() -> None:
    said: list[LinkMessage] = []
    channel: Channel

    def say(message: LinkMessage) -> None:
        said.append(message)
        if isinstance(message, StreamEvent.UtteranceEnd) and len(said) < 10:
            channel.add(np.zeros(SAMPLE_RATE, np.int16))
            channel.settle(last=True)

    channel = Channel(PlayedTranscriber(), 0, say, _running_clock())
    channel.add(np.zeros(2 * SAMPLE_RATE, np.int16))
    channel.settle(last=False)
    channel.start()
    channel.join(10)

    assert not channel.is_alive()
    assert max(message.heard for message in said if isinstance(message, Progress)) == 3.0

"""Sound kept for a replay."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import SAMPLE_RATE, AudioFrame
from captioner.streaming.backlog import Backlog


def _frame(start: int, count: int) -> AudioFrame:
    return AudioFrame(start, np.arange(start, start + count, dtype=np.int64).astype(np.int16)[:, None])


def test_sound_before_the_horizon_is_freed_and_the_rest_stays() -> None:
    backlog = Backlog(10)
    for start in (0, 100, 200):
        backlog.put(_frame(start, 100))

    backlog.settle(150)

    assert backlog.rewind(0) == 200 / SAMPLE_RATE
    assert backlog.seconds == 200 / SAMPLE_RATE


def test_a_full_backlog_gives_up_its_oldest_frame() -> None:
    backlog = Backlog(1)
    backlog.put(_frame(0, SAMPLE_RATE))

    assert backlog.is_full
    assert backlog.drop_oldest().start == 0
    assert not backlog.is_full


def test_reading_from_the_middle_of_a_frame_gives_its_rest() -> None:
    backlog = Backlog(1)
    backlog.put(_frame(0, 100))

    backlog.rewind(40)
    frame = backlog.next()

    assert isinstance(frame, AudioFrame)
    assert (frame.start, frame.end) == (40, 100)
    assert frame.samples[0, 0] == 40


@given(
    pieces=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 80)), max_size=20),
    settled=st.integers(0, 1000),
    position=st.integers(0, 1000),
)
def test_it_agrees_with_a_plain_list_of_samples(
    pieces: list[tuple[int, int]], settled: int, position: int
) -> None:
    backlog = Backlog(1)
    model: list[int] = []
    end = 0
    for hole, count in pieces:
        backlog.put(_frame(end + hole, count))
        model += range(end + hole, end + hole + count)
        end += hole + count
    backlog.settle(settled)

    read: list[int] = []
    backlog.rewind(position)
    while frame := backlog.next():
        read += range(frame.start, frame.end)

    # Whole frames are freed, so a little before the horizon may be left: never less than what lies behind it.
    assert [sample for sample in model if sample >= max(settled, position)] == [
        sample for sample in read if sample >= max(settled, position)
    ]
    assert read == sorted(set(read))


def test_sound_is_fed_once_and_settling_it_does_not_move_what_comes_next() -> None:
    backlog = Backlog(10)
    for start in (0, 100, 200):
        backlog.put(_frame(start, 100))

    starts = [frame.start for frame in (backlog.next(), backlog.next()) if frame]
    backlog.settle(100)
    rest = backlog.next()

    assert starts == [0, 100]
    assert rest is not None
    assert rest.start == 200
    assert backlog.next() is None

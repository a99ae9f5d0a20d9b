"""Sound kept for a replay."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import SAMPLE_RATE, AudioFrame
from captioner.streaming.backlog import MARGIN, Backlog, Cursor


def _frame(start: int, count: int) -> AudioFrame:
    return AudioFrame(start, np.arange(start, start + count, dtype=np.int64).astype(np.int16)[:, None])


def _filled(*seconds: int, limit: float = 100) -> Backlog:
    """Frames of a second, at these seconds."""
    backlog = Backlog(limit)
    for second in seconds:
        backlog.put(_frame(second * SAMPLE_RATE, SAMPLE_RATE))
    return backlog


def _read(cursor: Cursor) -> list[int]:
    """In which second each frame lies that is fed now."""
    seconds: list[int] = []
    while frame := cursor.next():
        seconds.append(frame.start // SAMPLE_RATE)
    return seconds


def test_sound_before_the_horizon_is_freed_and_the_rest_stays_with_a_margin() -> None:
    backlog = _filled(0, 1, 2, 3, 4)
    cursor = backlog.open(0)

    cursor.settle(3 * SAMPLE_RATE)

    assert backlog.seconds == 3
    cursor.rewind(3 * SAMPLE_RATE - MARGIN)
    assert _read(cursor) == [2, 3, 4]


def test_what_nobody_needs_is_freed_wherever_it_lies() -> None:
    backlog = _filled(*range(12))
    missed, live = backlog.open(2 * SAMPLE_RATE, 4 * SAMPLE_RATE), backlog.open(4 * SAMPLE_RATE)

    live.settle(9 * SAMPLE_RATE)

    assert _read(missed) == [2, 3]
    assert backlog.seconds == (1 + 2 + 1) + (1 + 3)  # what was missed, what is said now, and their margins
    missed.close()
    assert backlog.seconds == 4


def test_each_cursor_reads_at_its_own_place() -> None:
    backlog = _filled(0, 1, 2)
    first, second = backlog.open(0), backlog.open(SAMPLE_RATE)

    assert (_read(first), _read(second)) == ([0, 1, 2], [1, 2])
    backlog.put(_frame(3 * SAMPLE_RATE, SAMPLE_RATE))
    assert (_read(first), _read(second)) == ([3], [3])


def test_a_cursor_with_an_end_is_over_when_all_up_to_there_was_fed() -> None:
    backlog = _filled(0, 1)
    cursor = backlog.open(0, 3 * SAMPLE_RATE)

    assert _read(cursor) == [0, 1]
    assert not cursor.is_over()  # more may come
    backlog.put(_frame(5 * SAMPLE_RATE, SAMPLE_RATE))
    assert _read(cursor) == []
    assert cursor.is_over()


def test_a_full_backlog_gives_up_its_oldest_frame_and_says_what_that_costs() -> None:
    backlog = _filled(0, 1, limit=2)
    cursor = backlog.open(0)
    assert backlog.is_full
    assert backlog.cost() == "words"

    cursor.next()
    assert backlog.cost() == "replay"
    assert backlog.drop_oldest().start == 0
    assert cursor.dropped == SAMPLE_RATE
    assert not backlog.is_full

    cursor.settle(2 * SAMPLE_RATE)
    assert backlog.cost() == "nothing"


def test_what_only_serves_to_hear_better_costs_nothing_that_was_not_heard() -> None:
    backlog = _filled(0)
    cursor = backlog.open(0, is_optional=True)

    assert backlog.cost() == "nothing"
    backlog.drop_oldest()
    assert cursor.dropped == SAMPLE_RATE


def test_reading_from_the_middle_of_a_frame_gives_its_rest() -> None:
    backlog = Backlog(1)
    backlog.put(_frame(0, 100))
    cursor = backlog.open(0, 70)
    cursor.rewind(40)

    frame = cursor.next()

    assert isinstance(frame, AudioFrame)
    assert (frame.start, frame.end) == (40, 70)
    assert frame.samples[0, 0] == 40


@given(
    pieces=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 80)), max_size=20),
    spans=st.lists(st.tuples(st.integers(0, 900), st.integers(1, 300), st.integers(0, 400)), max_size=4),
)
def test_it_agrees_with_a_plain_list_of_samples(
    pieces: list[tuple[int, int]], spans: list[tuple[int, int, int]]
) -> None:
    backlog = Backlog(1)
    model: list[int] = []
    end = 0
    cursors = [backlog.open(start, start + length) for start, length, _settled in spans]
    for hole, count in pieces:
        backlog.put(_frame(end + hole, count))
        model += range(end + hole, end + hole + count)
        end += hole + count
    for cursor, (start, _length, settled) in zip(cursors, spans, strict=True):
        cursor.settle(start + settled)

    for cursor, (start, length, settled) in zip(cursors, spans, strict=True):
        cursor.rewind(start + settled)
        read: list[int] = []
        while frame := cursor.next():
            read += range(frame.start, frame.end)
        assert read == [sample for sample in model if start + settled <= sample < start + length]

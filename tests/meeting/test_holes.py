"""What was not heard becomes gaps."""

import numpy as np

from captioner.meeting.holes import Holes, Missed
from captioner.streaming import SAMPLE_RATE, AudioFrame
from captioner.transcript.model import GapRow
from tests.meeting.gaps import gap_rows

GONE = "The sound device was unplugged"


def _at(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def _frame(start: float, *, silent: int = 0) -> AudioFrame:
    """50 ms on two channels; the microphone is silent in the first samples."""
    samples = np.full((800, 2), 100, np.int16)
    samples[:silent, 0] = 0
    return AudioFrame(_at(start), samples)


def _microphone(start: float) -> AudioFrame:
    """50 ms of the microphone alone."""
    frame = _frame(start)
    frame.samples[:, 1] = 0
    return frame


def _lost(holes: Holes, since: float, until: float) -> list[Missed]:
    """What is told while the microphone is lost, looked at four times a second."""
    told: list[Missed] = []
    for quarter in range(round(since * 4) + 1, round(until * 4) + 1):
        holes.open(0, _at(since), GONE)
        told += holes.missed(_at(quarter / 4))
    return told


def test_a_gap_grows_while_nothing_is_heard_and_ends_with_the_first_sample_that_is() -> None:
    holes = Holes()

    growing = _lost(holes, 10.0, 20.0)
    holes.hear(_frame(20.0, silent=400))
    holes.close(0, _at(20.1))
    over = holes.missed(_at(20.25))

    assert [each.is_over for each in growing] == [False] * 9
    assert growing[0].gap.end == 11.0
    assert [each.is_over for each in over] == [True]
    assert gap_rows([*growing, *over]) == [GapRow(10.0, 20.025, GONE)]


def test_what_sounds_while_it_is_lost_is_the_rest_of_what_was_heard_before() -> None:
    holes = Holes()

    holes.open(0, _at(10.0), GONE)
    holes.hear(_frame(10.0))
    growing = _lost(holes, 10.0, 15.0)
    holes.close(0, _at(15.0))
    holes.hear(_frame(14.9))

    assert gap_rows([*growing, *holes.missed(_at(15.25))]) == [GapRow(10.0, 14.9, GONE)]


def test_a_device_that_is_back_and_silent_ends_the_gap_where_it_came_back() -> None:
    holes = Holes()

    _lost(holes, 10.0, 12.0)
    holes.close(0, _at(12.0))

    assert holes.missed(_at(12.25)) == []
    (missed,) = holes.missed(_at(12.5))
    assert (missed.gap.start, missed.gap.end, missed.is_over) == (10.0, 12.0, True)


def test_sound_that_is_missing_for_less_than_a_second_is_no_gap() -> None:
    holes = Holes()

    told = _lost(holes, 10.0, 10.75)
    holes.close(0, _at(10.75))

    assert told == holes.missed(_at(11.5)) == []


def test_two_devices_of_one_server_make_one_gap_that_is_told_once() -> None:
    holes = Holes()
    for channel in (0, 1):
        holes.open(channel, _at(10.0), GONE)

    told = holes.missed(_at(14.0))
    for channel in (0, 1):
        holes.close(channel, _at(15.0))
    holes.hear(_frame(15.0))
    told += holes.missed(_at(15.25))

    assert [each.is_over for each in told] == [False, False, True, False]
    assert gap_rows(told) == [GapRow(10.0, 15.0, GONE)]


def test_when_everything_is_closed_a_gap_goes_so_far_and_no_further() -> None:
    holes = Holes()
    _lost(holes, 10.0, 12.0)

    missed = holes.end(_at(13.0))

    assert gap_rows(missed) == [GapRow(10.0, 13.0, GONE)]
    assert holes.end(_at(20.0)) == holes.missed(_at(20.0)) == []


def test_a_gap_that_goes_on_for_another_reason_is_still_one() -> None:
    holes = Holes()

    told = _lost(holes, 10.0, 15.0)
    holes.open(0, _at(15.0), "The sound server stopped")
    told += holes.missed(_at(15.5))
    told += holes.end(_at(18.0))

    assert gap_rows(told) == [GapRow(10.0, 18.0, GONE)]


def test_a_server_that_takes_both_and_gives_them_back_one_by_one_is_one_gap() -> None:
    holes = Holes()
    told: list[Missed] = []
    for quarter in range(1, 13):  # the server is gone for 2 s, then one device is there, then the other
        at = _at(10.0 + quarter / 4)
        holes.open(1, _at(10.0), "The sound server stopped" if quarter < 9 else GONE)
        if quarter < 9:
            holes.open(0, _at(10.05), "The sound server stopped")
        else:
            holes.close(0, _at(12.0))
            holes.hear(_microphone(at / SAMPLE_RATE - 0.3))
        told += holes.missed(at)
    holes.close(1, _at(13.0))
    holes.hear(_frame(13.0))
    told += holes.missed(_at(13.25))

    (row,) = gap_rows(told)
    assert (row.start, row.cause) == (10.0, "The sound server stopped")
    assert row.end == 13.0

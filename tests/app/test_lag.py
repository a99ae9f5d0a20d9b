"""How late the loop is, measured on a clock of the test's own."""

import time

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from captioner.app.lag import SPAN, TICK, Lag, LoopLag
from tests.clock import Clock


@pytest.fixture
def lag(clock: Clock, qapp: QApplication) -> LoopLag:
    lag = LoopLag(now=clock)
    lag.start()
    return lag


def tick(lag: LoopLag, clock: Clock, late: float, times: int = 1) -> None:
    """The timer fires so many seconds after it was due."""
    for _ in range(times):
        clock.now += TICK + late
        lag.tick()


def rounded(lag: LoopLag) -> tuple[float, float, float]:
    figures = lag.figures()
    assert figures
    return round(figures.p50, 4), round(figures.p99, 4), round(figures.worst, 4)


def test_nothing_is_said_before_the_first_measurement(lag: LoopLag):
    assert lag.figures() is None


def test_a_loop_that_is_free_is_not_late(lag: LoopLag, clock: Clock):
    tick(lag, clock, 0.0, times=10)

    assert rounded(lag) == (0.0, 0.0, 0.0)


def test_a_timer_that_fires_too_early_counts_as_in_time(lag: LoopLag, clock: Clock):
    tick(lag, clock, -0.001)

    assert lag.figures() == Lag(0.0, 0.0, 0.0)


def test_the_worst_is_kept_apart_from_what_is_usual(lag: LoopLag, clock: Clock):
    tick(lag, clock, 0.001, times=195)
    tick(lag, clock, 0.01, times=4)
    tick(lag, clock, 0.04)

    assert rounded(lag) == (0.001, 0.01, 0.04)


def test_all_that_was_due_while_the_loop_stood_still_was_late(lag: LoopLag, clock: Clock):
    tick(lag, clock, 0.0, times=4)
    tick(lag, clock, 0.24)

    assert rounded(lag) == (0.04, 0.24, 0.24)


def test_what_is_older_than_a_minute_is_forgotten(lag: LoopLag, clock: Clock):
    tick(lag, clock, 2.0)
    tick(lag, clock, SPAN)
    tick(lag, clock, 0.0, times=round(SPAN / TICK) + 2)

    assert rounded(lag) == (0.0, 0.0, 0.0)


def test_the_timer_of_a_started_one_finds_a_blocked_loop(qtbot: QtBot):
    lag = LoopLag()
    lag.start()

    qtbot.waitUntil(lambda: lag.figures() is not None)
    time.sleep(0.2)
    qtbot.waitUntil(lambda: (figures := lag.figures()) is not None and figures.worst > 0.1)
    lag.stop()

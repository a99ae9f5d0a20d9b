from time import monotonic

from PySide6.QtCore import QObject, QTimer
from pytestqt.qtbot import QtBot

from captioner.ui.throttle import Throttle

GAP = 1000 / 15


class Clock:
    """A clock that is set by hand, and what was painted when."""

    def __init__(self) -> None:
        self.now = 0.0
        self.painted: list[float] = []
        self.parent = QObject()
        self.throttle = Throttle(
            self.parent, GAP, lambda: self.painted.append(self.now), now=lambda: self.now
        )

    def wish_at(self, now: float) -> None:
        self.now = now
        self.throttle.wish()


def test_fifteen_events_a_second_are_all_painted_at_once(qtbot: QtBot):
    clock = Clock()
    times = [number / 15 + (0.012 if number % 3 == 1 else 0.0) for number in range(300)]

    for now in times:
        clock.wish_at(now)

    assert clock.painted == times


def test_a_flood_is_painted_fifteen_times_a_second(qtbot: QtBot):
    painted: list[float] = []
    parent = QObject()
    throttle = Throttle(parent, GAP, lambda: painted.append(monotonic()))
    flood = QTimer(parent, interval=1)
    flood.timeout.connect(throttle.wish)
    flood.start()

    qtbot.waitUntil(lambda: len(painted) == 10, timeout=10_000)

    assert painted[-1] - painted[0] >= 8 / 15 - 0.001


def test_an_event_after_a_rest_is_painted_at_once_and_the_last_of_a_burst_later(qtbot: QtBot):
    clock = Clock()
    for now in (5.0, 5.001, 5.002, 5.003):
        clock.wish_at(now)
    before = list(clock.painted)
    clock.now = 5.1

    qtbot.waitUntil(lambda: len(clock.painted) == 3, timeout=2000)

    assert before == [5.0, 5.001]
    assert clock.painted[-1] == 5.1

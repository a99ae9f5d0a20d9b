"""A stretch of the clock and the conversations in which it is heard."""

from tests.calls import GONE, call, is_on_time, numbers, numbers_of, session_of
from tests.counting import CountingEngine, Life
from tests.virtual_time import run


def test_a_short_outage_is_caught_up_with_and_every_word_is_said_once() -> None:
    engine = CountingEngine(Life(seconds=7.3), Life(seconds=5.05), Life())

    told = run(call(session_of(engine), 30))

    assert numbers(told) == numbers_of(30)
    assert is_on_time(told)
    assert all(link.rate <= 1.25 for link in engine.links)
    assert told.of("gap") == []


def test_an_engine_that_takes_sound_and_says_nothing_is_left() -> None:
    engine = CountingEngine(Life(mute_after=6), Life())

    told = run(call(session_of(engine), 60))

    assert numbers(told) == numbers_of(60)
    ((at, _),) = told.of("disconnected")
    assert 17 < at < 19.5


def test_flapping_loses_nothing() -> None:
    engine = CountingEngine(*[Life(lives=3.3), GONE] * 8, Life())

    told = run(call(session_of(engine), 120))

    assert numbers(told) == numbers_of(120)

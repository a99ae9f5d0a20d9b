"""The chosen engine is tried while another one listens."""

from tests.calls import call, numbers, numbers_of, session_of
from tests.counting import CountingEngine, Life
from tests.virtual_time import run


def test_a_mute_engine_is_relieved_after_eight_seconds_and_not_believed_again() -> None:
    engine = CountingEngine(Life(mute_after=10), Life(mute_after=0))
    local = CountingEngine(name="local", tiles=False)

    told = run(call(session_of(engine, local), 90))

    assert len(told.of("engine_changed")) == 1
    assert 18 < told.of("engine_changed")[0][0] < 19.5
    assert numbers(told) == numbers_of(90)

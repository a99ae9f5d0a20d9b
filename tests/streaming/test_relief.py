"""The fallback listens until the chosen engine is back."""

import pytest

from captioner.streaming import AuthenticationError, EngineUnavailableError, StreamEvent
from tests.calls import AWAY, call, numbers, numbers_of, session_of
from tests.counting import CountingEngine, Life
from tests.virtual_time import run


def test_the_fallback_takes_over_from_the_horizon_and_the_chosen_engine_comes_back() -> None:
    engine = CountingEngine(Life(seconds=11), *[AWAY] * 5, Life())
    local = CountingEngine(name="local", tiles=False)

    told = run(call(session_of(engine, local), 120, pauses=range(400, 420)))

    changes = [event for event in told.events if isinstance(event, StreamEvent.EngineChanged)]
    assert [(change.old, change.new) for change in changes] == [("counting", "local"), ("local", "counting")]
    assert numbers(told) == [number for number in numbers_of(120) if number not in range(400, 420)]
    assert told.of("gap") == []
    assert len(told.of("superseded")) == 1


@pytest.mark.parametrize("backfill", [True, False])
def test_a_fallback_that_is_not_heard_again_stays(backfill: bool) -> None:
    engine = CountingEngine(Life(seconds=11), *[AWAY] * 5, Life())
    local = CountingEngine(name="local", tiles=False)

    told = run(call(session_of(engine, local, backfill=backfill), 120))

    assert numbers(told) == numbers_of(120)
    assert bool(told.of("superseded")) is backfill


def test_who_is_refused_is_not_asked_again_and_the_fallback_hears_itnumbers_of() -> None:
    engine = CountingEngine(Life(refused=AuthenticationError("no such key", "make one")))
    local = CountingEngine(name="local", tiles=False)

    told = run(call(session_of(engine, local), 60))

    assert engine.tries == 1
    assert [event.type for event in told.events][:4] == ["connecting", "error", "engine_changed", "connected"]
    assert numbers(told) == numbers_of(60)


@pytest.mark.parametrize("lives", [(Life(refused=EngineUnavailableError("no model")),), (Life(seconds=0.5),)])
def test_without_a_fallback_that_works_the_chosen_engine_is_waited_for(lives: tuple[Life, ...]) -> None:
    engine = CountingEngine(Life(seconds=11), *[AWAY] * 9, Life())
    local = CountingEngine(*lives, name="local", tiles=False)

    told = run(call(session_of(engine, local), 120))

    assert numbers(told) == numbers_of(120)
    assert "cannot listen" in str(told.of("warning"))


def test_who_is_refused_for_good_and_has_no_fallback_that_works_says_why() -> None:
    engine = CountingEngine(Life(refused=AuthenticationError("no such key", "make one")))
    local = CountingEngine(Life(refused=EngineUnavailableError("no model")), name="local", tiles=False)

    with pytest.raises(AuthenticationError, match="no such key"):
        run(call(session_of(engine, local), 10))

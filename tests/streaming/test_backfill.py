"""What was missed is heard late."""

import pytest

from captioner.streaming import StreamEvent
from tests.calls import BUSY, GONE, call, is_on_time, numbers, numbers_of, session_of
from tests.counting import CountingEngine, Life
from tests.virtual_time import run


@pytest.mark.parametrize("seconds", [20, 600])
def test_after_an_outage_what_is_said_now_comes_first_and_the_rest_is_heard_beside_it(seconds: int) -> None:
    engine = CountingEngine(Life(seconds=10), *[Life(refused=GONE.refused, stalls=seconds / 10)] * 9, Life())

    told = run(call(session_of(engine), 60 + seconds * 2.2))

    ((back_at, _),) = told.of("reconnected")
    ((_, gap),) = told.of("gap")
    ((filled_at, filled),) = told.of("gap_filled")
    assert numbers(told) == numbers_of(60 + seconds * 2.2)
    assert is_on_time(told)
    assert isinstance(gap, StreamEvent.Gap)
    assert isinstance(filled, StreamEvent.GapFilled)
    assert (gap.start, gap.end, gap.state) == (filled.start, filled.end, "pending")
    assert filled_at - back_at <= (gap.end - gap.start) / 1.2 + 30
    assert min(told.heard(after=gap.end)) - back_at < 5
    assert all(link.rate <= 1.25 for link in engine.links)


def test_a_provider_that_takes_no_second_stream_hears_the_gap_on_the_only_one() -> None:
    engine = CountingEngine(Life(seconds=10), *[GONE] * 6, Life(), *[BUSY] * 3, Life())

    told = run(call(session_of(engine), 400))

    assert numbers(told) == numbers_of(400)
    assert [event.type for event in told.events].count("gap_filled") == 1
    assert all(link.rate <= 1.25 for link in engine.links)

"""How fast a connection is fed."""

from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming.pace import BURST_SECONDS, Pace


@given(
    pieces=st.lists(st.tuples(st.floats(0, 3), st.floats(0.01, 0.2)), min_size=1, max_size=200),
    rate=st.floats(1.0, 2.0),
)
def test_however_it_comes_no_more_is_given_than_the_rate_and_one_burst(
    pieces: list[tuple[float, float]], rate: float
) -> None:
    pace, now, given_so_far = Pace(rate, 0.0), 0.0, 0.0
    for idle, seconds in pieces:
        now += idle
        now += pace.wait(seconds, now)
        given_so_far += seconds
        assert given_so_far <= BURST_SECONDS + rate * now + 1e-6


def test_live_sound_never_waits() -> None:
    pace = Pace(1.2, 0.0)

    assert [pace.wait(0.1, at / 10) for at in range(1, 100)] == [0.0] * 99

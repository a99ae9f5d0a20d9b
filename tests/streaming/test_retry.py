"""When a lost engine is started again, and when another one takes over."""

import random

from captioner.streaming.retry import Breaker, Retry


def test_the_waits_stay_within_their_bounds_over_many_seeds() -> None:
    for seed in range(10_000):
        retry = Retry(limit=9, uniform=random.Random(seed).uniform)
        for loss in range(9):
            wait = retry.lost(lived=1.0)
            assert wait is not None
            assert 0 <= wait <= (0.25 if loss == 0 else min(15.0, 0.5 * 2**loss))


def test_too_many_losses_in_a_row_are_enough() -> None:
    retry = Retry(limit=2)

    assert [retry.lost(1.0) is None for _ in range(3)] == [False, False, True]


def test_what_may_pass_is_never_given_up_and_never_waited_for_long() -> None:
    retry = Retry(limit=2)

    waits = [retry.lost(1.0, may_pass=True) for _ in range(5000)]

    assert all(wait is not None and wait <= 15 for wait in waits)


def test_what_the_provider_asks_for_wins() -> None:
    assert Retry().lost(1.0, 77.0) == 77.0


def test_a_long_life_starts_the_count_again() -> None:
    retry = Retry(limit=1)

    assert retry.lost(1.0) is not None
    assert retry.lost(31.0) is not None


def test_three_short_lives_in_a_row_open_the_breaker() -> None:
    assert [Breaker().lost(lived) for lived in (0.0, 9.0)] == [False, False]
    breaker = Breaker()

    assert [breaker.lost(lived) for lived in (1.0, 4.9, 5.0, 0.0, 0.0, 3.0)] == [
        *([False] * 5),
        True,
    ]

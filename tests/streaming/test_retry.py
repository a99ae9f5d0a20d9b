"""When a lost engine is started again."""

import random

from captioner.streaming.retry import Retry


def test_the_waits_stay_within_their_bounds_over_many_seeds() -> None:
    for seed in range(2000):
        retry = Retry(limit=9, uniform=random.Random(seed).uniform)
        for loss in range(9):
            wait = retry.lost(lived=1.0)
            assert wait is not None
            assert 0 <= wait <= (0.25 if loss == 0 else min(15.0, 0.5 * 2**loss))


def test_too_many_losses_in_a_row_are_enough() -> None:
    retry = Retry(limit=2)

    assert [retry.lost(1.0) is None for _ in range(3)] == [False, False, True]


def test_a_long_life_starts_the_count_again() -> None:
    retry = Retry(limit=1)

    assert retry.lost(1.0) is not None
    assert retry.lost(31.0) is not None

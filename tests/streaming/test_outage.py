"""What is known of the chosen engine's absences."""

from captioner.streaming.outage import FINISH_SECONDS, FINISH_TRIES, Outage


def test_an_absence_is_counted_from_the_loss_and_silence_from_the_last_word() -> None:
    outage = Outage(begun=0.0)
    outage.came_up(1.0)

    assert outage.came_down("cut", 20.0, well_at=15.0) == 19.0
    assert outage.came_down("still gone", 22.0, well_at=15.0) is None
    assert outage.silent_for(23.0) == 8.0
    assert outage.came_up(24.0) == (4.0, 9.0)
    assert (outage.lost_at, outage.reason) == (None, "still gone")


def test_a_connection_that_says_nothing_does_not_end_the_silence() -> None:
    outage = Outage()
    outage.came_up(0.0)
    outage.came_down("cut", 10.0, well_at=9.0)
    outage.came_up(11.0)

    outage.came_down("cut again", 14.0, well_at=None)

    assert outage.silent_for(15.0) == 6.0


def test_one_that_was_heard_does() -> None:
    outage = Outage()
    outage.came_up(0.0)
    outage.came_down("cut", 10.0, well_at=9.0)
    outage.came_up(11.0)

    outage.came_down("cut again", 14.0, well_at=13.0)

    assert outage.silent_for(15.0) == 2.0


def test_before_the_first_connection_silence_is_counted_from_the_beginning() -> None:
    assert Outage(begun=5.0).silent_for(9.0) == 4.0


def test_at_the_end_an_engine_that_hears_no_more_of_the_rest_is_given_up() -> None:
    outage = Outage()
    outage.came_down("gone", 0.0, None)

    tries = [outage.is_hopeless(1.0, settled, was_up=True) for settled in (10, 10, 20, *[20] * FINISH_TRIES)]

    assert tries == [False] * len(tries)
    assert outage.is_hopeless(1.0, 20, was_up=True)
    assert not Outage(silent_since=0.0).is_hopeless(FINISH_SECONDS, 0, was_up=False)
    assert Outage(silent_since=0.0).is_hopeless(FINISH_SECONDS + 1, 0, was_up=False)

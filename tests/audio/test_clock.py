"""The meeting clock."""

from captioner.audio.clock import MeetingClock, seconds_since_boot


def test_the_position_is_counted_in_samples_from_where_the_meeting_stands() -> None:
    now = 50.0
    clock = MeetingClock(position=800, seconds=lambda: now)

    now = 52.5

    assert clock.position() == 800 + 40_000


def test_the_systems_clock_never_goes_back() -> None:
    assert seconds_since_boot() <= seconds_since_boot()

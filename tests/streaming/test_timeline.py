"""Link time on the meeting clock."""

from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import SAMPLE_RATE
from captioner.streaming.timeline import Timeline


def test_a_hole_on_the_clock_does_not_exist_for_the_link() -> None:
    timeline = Timeline()
    timeline.add(0, SAMPLE_RATE)
    timeline.add(10 * SAMPLE_RATE, SAMPLE_RATE)

    assert timeline.start_of(0.5) == 0.5
    assert timeline.end_of(1.5) == 10.5


def test_at_a_hole_an_end_lies_before_it_and_a_start_behind_it() -> None:
    timeline = Timeline()
    timeline.add(0, SAMPLE_RATE)
    timeline.add(10 * SAMPLE_RATE, SAMPLE_RATE)

    assert timeline.end_of(1.0) == 1.0
    assert timeline.start_of(1.0) == 10.0


def test_times_beyond_the_sound_given_go_on_with_the_clock_but_are_not_settled() -> None:
    timeline = Timeline()
    timeline.add(5 * SAMPLE_RATE, SAMPLE_RATE)

    assert timeline.start_of(-3) == 5.0
    assert timeline.end_of(99) == 104.0
    assert timeline.settled(50) == 6 * SAMPLE_RATE
    assert timeline.settled(1e9) < 6 * SAMPLE_RATE  # nobody has heard that


def test_without_any_sound_the_clock_is_the_link_s_and_nothing_is_settled() -> None:
    assert Timeline().end_of(3.0) == 3.0
    assert Timeline().settled(3.0) == 0


@given(st.lists(st.tuples(st.integers(0, 999), st.integers(1, 999)), min_size=1, max_size=20))
def test_the_map_is_the_clock_position_of_every_sample(pieces: list[tuple[int, int]]) -> None:
    timeline = Timeline()
    clock: list[int] = []
    end = 0
    for hole, count in pieces:
        timeline.add(end + hole, count)
        clock += range(end + hole, end + hole + count)
        end += hole + count

    given_samples = range(0, len(clock), max(1, len(clock) // 50))

    assert [round(timeline.start_of(sample / SAMPLE_RATE) * SAMPLE_RATE) for sample in given_samples] == [
        clock[sample] for sample in given_samples
    ]

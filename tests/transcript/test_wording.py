import pytest

from captioner.transcript.model import GapRow, SeamRow, Segment
from captioner.transcript.wording import clock, line_of


def segment(start: float, speaker: str | None) -> Segment:
    return Segment("a", 0, speaker, start, start + 1, "Good morning.")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.0, "00:00"),
        (59.99, "00:59"),
        (61.0, "01:01"),
        (3599.9, "59:59"),
        (3600.0, "1:00:00"),
        (36_061, "10:01:01"),
    ],
)
def test_the_clock_has_hours_from_one_hour_on(seconds: float, expected: str) -> None:
    assert clock(seconds) == expected


def test_a_line_has_its_time_and_its_speaker_if_known() -> None:
    assert line_of(segment(75.2, "You")) == "[01:15] You: Good morning."
    assert line_of(segment(3675.0, None)) == "[1:01:15] Good morning."


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (GapRow(5.0, 13.2, "no network"), "[00:05] (8 s not heard: no network)"),
        (GapRow(5.0, 5.4, "no network"), "[00:05] (0.4 s not heard: no network)"),
        (GapRow(5.0, 6.0, ""), "[00:05] (1 s not heard)"),
    ],
)
def test_a_gap_says_how_long_nothing_was_heard_and_why(gap: GapRow, expected: str) -> None:
    assert line_of(gap) == expected


@pytest.mark.parametrize(
    ("seam", "expected"),
    [
        (SeamRow(5.0, "deepgram", "local", "no answer"), "[00:05] (Local engine took over: no answer)"),
        (SeamRow(5.0, "local", "deepgram", ""), "[00:05] (Back on Deepgram)"),
        (SeamRow(5.0, "one", "two", ""), "[00:05] (two took over)"),
    ],
)
def test_a_seam_says_who_listens_from_there_on_and_why(seam: SeamRow, expected: str) -> None:
    assert line_of(seam) == expected

import pytest

from captioner.transcript.gaps import filled, given_up, missed
from captioner.transcript.model import GapRow


def pending(start: float, end: float, cause: str = "") -> GapRow:
    return GapRow(start, end, cause, "pending")


def lost(start: float, end: float, cause: str = "") -> GapRow:
    return GapRow(start, end, cause, "final")


@pytest.mark.parametrize(
    ("known", "new", "expected"),
    [
        ([pending(1, 5)], pending(3, 8), [pending(1, 8)]),
        ([pending(1, 5)], pending(7, 8), [pending(1, 5), pending(7, 8)]),
        ([pending(1, 9)], lost(4, 5), [pending(1, 4), lost(4, 5), pending(5, 9)]),
        ([lost(4, 5)], pending(1, 9), [pending(1, 4), lost(4, 5), pending(5, 9)]),
        ([pending(4, 5)], lost(1, 9), [lost(1, 9)]),
        ([lost(1, 5)], lost(2, 3, "again"), [lost(1, 5)]),
        ([lost(1, 5)], lost(5, 9), [lost(1, 9)]),
        ([lost(1, 5)], lost(5, 9, "again"), [lost(1, 5), lost(5, 9, "again")]),
    ],
)
def test_no_sound_is_missing_twice_and_what_is_final_stays_final(
    known: list[GapRow], new: GapRow, expected: list[GapRow]
) -> None:
    assert missed(known, new) == expected


def test_what_was_heard_after_all_is_cut_out_of_pending_gaps_only() -> None:
    known = [pending(1, 9), lost(10, 12), pending(13, 14)]

    assert filled(known, 3, 13.5) == [pending(1, 3), lost(10, 12), pending(13.5, 14)]
    assert filled(known, 0, 20) == [lost(10, 12)]


def test_at_the_end_nothing_is_pending_any_more() -> None:
    assert given_up([pending(1, 5), lost(5, 9), pending(9, 10)]) == [lost(1, 10)]


def test_what_rounding_leaves_over_is_no_gap() -> None:
    assert filled([pending(1.0, 5.0)], 1.0, 4.9995) == []
    assert missed([lost(1.0, 5.0)], lost(5.0005, 9.0)) == [lost(1.0, 9.0)]

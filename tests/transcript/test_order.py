from hypothesis import given
from hypothesis import strategies as st

from captioner.transcript.model import Change, GapRow, Row, SeamRow, Segment
from captioner.transcript.order import Order


def line(name: str, start: float, text: str = "text") -> Segment:
    return Segment(name, 0, None, start, start + 1.0, text)


def test_rows_that_begin_together_stand_as_they_came_behind_their_seam() -> None:
    rows: list[Row] = [line("a", 1.0), line("b", 1.0)]
    order = Order(rows)

    seam = SeamRow(1.0, "deepgram", "local", "lost")

    assert order.add(seam) == Change("added", 0, seam)
    assert order.add(line("c", 1.0)).index == 3
    assert rows == [seam, line("a", 1.0), line("b", 1.0), line("c", 1.0)]


def test_a_newer_row_takes_the_place_of_the_older_one_or_moves() -> None:
    order = Order([line("a", 1.0), line("b", 2.0)])

    stays = order.replace(line("a", 1.0), line("a", 1.5))
    moves = order.replace(line("a", 1.5), line("a", 3.0))

    assert stays == [Change("updated", 0, line("a", 1.5))]
    assert moves == [Change("removed", 0, line("a", 1.5)), Change("added", 1, line("a", 3.0))]
    assert order.replace(line("a", 3.0), line("a", 3.0)) == []


def test_a_row_fits_as_long_as_it_would_pass_no_neighbour() -> None:
    order = Order([line("a", 1.0), line("b", 2.0), line("c", 2.0)])

    assert order.fits(line("a", 1.0), line("a", 2.0))
    assert not order.fits(line("a", 1.0), line("a", 2.1))
    assert not order.fits(line("c", 2.0), line("c", 1.9))


def test_the_seam_before_a_time_is_found_unless_somebody_spoke_since() -> None:
    seam = SeamRow(1.0, "deepgram", "local", "lost")
    order = Order([seam, GapRow(2.0, 3.0, ""), line("a", 4.0)])

    assert [order.seam_before(start) for start in (0.5, 1.0, 4.0, 4.1)] == [None, seam, seam, None]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9).map(float), st.booleans())))
def test_it_is_a_sorted_list_that_finds_its_rows(steps: list[tuple[int, float, bool]]) -> None:
    order = Order([])
    known: dict[str, Segment] = {}
    for name, start, is_taken in ((f"s{number}", start, is_taken) for number, start, is_taken in steps):
        if name not in known:
            order.add(known.setdefault(name, line(name, start)))
        elif is_taken:
            order.remove(known.pop(name))
        else:
            order.replace(known[name], line(name, start))
            known[name] = line(name, start)

        assert [row.start for row in order.rows] == sorted(row.start for row in known.values())
        assert {row.id: row for row in order.rows if isinstance(row, Segment)} == known

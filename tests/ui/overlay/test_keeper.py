"""Whatever is said and whenever somebody holds: no word is skipped, none shown twice, none too fast."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from captioner.transcript.model import GapRow, Row, Segment
from captioner.transcript.script import pieces
from captioner.ui.overlay.keeper import WORDS_A_MINUTE, PlaceKeeper, View
from captioner.ui.shown import WordPlace, shown_live

PAUSE = 60 / WORDS_A_MINUTE


def said(key: str, text: str, tail: str = "", speaker: str | None = None) -> Segment:
    return Segment(key, 1, speaker, 0, 1, text, committed=text, tail=tail)


def texts(view: View) -> list[str]:
    return [shown_live(row).text for row in view.rows if isinstance(row, Segment)]


@dataclass
class Reader:
    """A keeper, its clock, and the rows as they are by now."""

    now: float = 100.0
    rows: list[Row] = field(default_factory=list[Row])

    def __post_init__(self) -> None:
        self.keeper = PlaceKeeper(lambda: self.now)

    def hear(self, *rows: Row) -> None:
        """Rows that are new, or newer than those of the same id."""
        for row in rows:
            ids = [known.id if isinstance(known, Segment) else None for known in self.rows]
            if isinstance(row, Segment) and row.id in ids:
                self.rows[ids.index(row.id)] = row
            else:
                self.rows.append(row)

    def look(self) -> View:
        return self.keeper.view(tuple(self.rows))

    def hold(self) -> None:
        self.keeper.hold(tuple(self.rows))

    def wait(self) -> View:
        """Until something is due."""
        assert self.keeper.due is not None
        self.now = max(self.now, self.keeper.due)
        return self.look()


def words_of(view: View) -> dict[str, list[str]]:
    segments = [row for row in view.rows if isinstance(row, Segment)]
    return {row.id: [piece.text for piece in pieces(shown_live(row).text)] for row in segments}


deeds = st.one_of(
    st.tuples(st.just("say"), st.integers(0, 5), st.integers(1, 4)),
    st.tuples(st.sampled_from(["hold", "release", "look back"]), st.just(0), st.just(0)),
    st.tuples(st.just("wait"), st.integers(0, 10), st.just(0)),
)


@given(st.lists(deeds, max_size=40))
def test_every_word_comes_once_in_order_and_never_too_fast(script: list[tuple[str, int, int]]):
    reader, heard = Reader(), 0
    shown, came_at = words_of(reader.look()), -1.0
    for deed, which, count in [*script, ("release", 0, 0), *[("wait", 6, 0)] * 200]:
        phase = reader.keeper.phase
        match deed:
            case "say":
                row = next((r for r in reader.rows if isinstance(r, Segment) and r.id == f"s{which}"), None)
                new = [f"word{heard + place}" for place in range(count)]
                heard += count
                text = " ".join([*(shown_live(row).settled.split() if row else []), *new])
                reader.hear(said(f"s{which}", text))
            case "hold":
                reader.hold()
            case "look back":
                reader.look()
                reader.keeper.look_back(2)
            case "release":
                reader.keeper.release()
            case _:
                reader.now += which * 0.05
        if phase == "live" and deed in ("hold", "look back"):
            shown = words_of(reader.keeper.view(tuple(reader.rows)))

        now = words_of(reader.look())

        assert all(now[key][: len(words)] == words for key, words in shown.items())
        more = sum(map(len, now.values())) - sum(map(len, shown.values()))
        if phase == "held":
            assert more == 0
        elif phase == "catching_up" and more:
            assert more == 1
            assert reader.now - came_at >= PAUSE - 1e-9
        if phase == "catching_up" and more:
            came_at = reader.now
        shown = now

    assert shown == words_of(View(tuple(reader.rows)))
    assert reader.keeper.phase == "live"


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=6).map(" ".join), min_size=1, max_size=8))
def test_whatever_is_corrected_meanwhile_the_newest_text_is_reached(revisions: list[str]):
    reader = Reader()
    reader.hear(said("a", "a b c"))
    reader.hold()
    reader.keeper.release()

    for text in revisions:
        reader.hear(said("a", text))
        reader.look()
        reader.now += PAUSE / 2
    for _ in range(60):
        reader.now += PAUSE
        reader.look()

    assert reader.look() == View(tuple(reader.rows))


def test_a_correction_of_what_was_shown_comes_in_place_and_costs_time():
    reader = Reader()
    reader.hear(said("a", "keep nine euros"))
    reader.hold()
    reader.hear(said("a", "they keep nine euros until March"))
    reader.keeper.release()

    assert texts(reader.look()) == ["they keep nine euros"]
    reader.now += PAUSE
    assert texts(reader.look()) == ["they keep nine euros"]
    assert texts(reader.wait()) == ["they keep nine euros until"]


def test_held_text_is_frozen_and_counts_what_waits():
    reader = Reader()
    reader.hear(said("a", "So pilot", "customers"))
    reader.hold()
    reader.hear(said("a", "A pilot customer keeps"), GapRow(1, 9, "lost"), said("b", "And everyone else"))

    view = reader.look()

    assert texts(view) == ["So pilot customers"]
    assert (view.phase, view.waiting) == ("held", 4)


def test_who_speaks_may_be_found_out_while_held():
    reader = Reader()
    reader.hear(said("a", "So pilot", speaker="Speaker 1"))
    reader.hold()
    reader.hear(said("a", "So pilots keep", speaker="Maya"))

    (row,) = reader.look().rows

    assert row == said("a", "So pilot", speaker="Maya")


def test_the_mark_is_on_the_last_word_that_was_shown_and_can_be_moved():
    reader = Reader()
    reader.hear(said("a", "until the end of", "March."), GapRow(1, 9, "lost"))
    assert reader.look().mark is None

    reader.hold()
    assert reader.look().mark == WordPlace("a", 4)
    reader.keeper.mark(WordPlace("a", 1))
    assert reader.look().mark == WordPlace("a", 1)
    for nowhere in (WordPlace("a", 5), WordPlace("a", -1), WordPlace("b", 0)):
        reader.keeper.mark(nowhere)
    assert reader.look().mark == WordPlace("a", 1)


def test_the_mark_keeps_its_word_while_catching_up_and_goes_at_the_end():
    reader = Reader()
    reader.hear(said("a", "until the end of March."))
    reader.hold()
    reader.hear(said("a", "Well, until the end of March. Then"))
    reader.keeper.release()

    assert reader.look().mark == WordPlace("a", 5)
    assert reader.wait().mark is None


def test_rows_are_caught_up_with_one_after_the_other():
    reader = Reader()
    reader.hear(said("a", "one"))
    reader.hold()
    reader.hear(said("a", "one two"), GapRow(1, 9, "lost"), said("b", "three"))
    reader.keeper.release()

    assert [texts(reader.look()), len(reader.look().rows)] == [["one"], 1]
    assert [texts(reader.wait()), len(reader.look().rows)] == [["one two"], 2]
    assert [texts(reader.wait()), reader.keeper.phase] == [["one two", "three"], "live"]


def test_a_tail_stays_dim_while_it_is_caught_up_with():
    reader = Reader()
    reader.hold()
    reader.hear(said("a", "one", "two three"))
    reader.keeper.release()
    reader.wait()

    (row,) = reader.wait().rows

    assert isinstance(row, Segment)
    assert shown_live(row) == ("one", "two")


def test_a_script_without_spaces_comes_a_character_at_a_time_at_twice_the_pace():
    reader = Reader()
    reader.hold()
    reader.hear(said("a", "今天開會"))
    reader.keeper.release()
    assert reader.look().waiting == 3

    reader.wait()
    began = reader.now
    while reader.keeper.phase != "live":
        reader.wait()

    assert round((reader.now - began) / PAUSE, 6) == 2.0


def test_going_up_holds_at_once_and_going_down_ends_at_the_line_that_was_newest():
    reader = Reader()
    reader.hear(said("a", "one"))
    reader.look()
    reader.keeper.look_back(-1)
    assert reader.look().phase == "live"

    reader.keeper.look_back(3)
    assert (reader.look().phase, reader.look().skip) == ("held", 3)
    reader.keeper.look_back(-9)
    assert (reader.look().phase, reader.look().skip) == ("held", 0)


def test_the_newest_is_there_at_once_when_asked_for():
    reader = Reader()
    reader.hear(said("a", "one"))
    reader.hold()
    reader.keeper.look_back(3)
    reader.hear(said("b", "two three four"))

    reader.keeper.newest()

    assert reader.look() == View(tuple(reader.rows))


def test_where_nothing_waits_it_is_live_again_at_once():
    reader = Reader()
    reader.hear(said("a", "one"))
    reader.hold()
    reader.keeper.release()

    assert reader.look().phase == "live"


def test_a_late_look_does_not_make_words_come_in_a_bunch():
    reader = Reader()
    reader.hold()
    reader.hear(said("a", "one two three four"))
    reader.keeper.release()
    reader.now += 60

    assert texts(reader.look()) == ["one"]
    assert texts(reader.look()) == ["one"]


def test_nothing_goes_while_it_is_held_and_a_hold_brings_back_what_went():
    reader = Reader()
    reader.keeper.set_clear_after(8)
    reader.hear(said("a", "one two"))
    reader.look()
    reader.wait()

    reader.hold()
    reader.now += 60
    assert texts(reader.look()) == ["one two"]
    assert reader.keeper.due is None
    reader.keeper.release()
    assert texts(reader.look()) == ["one two"]
    assert texts(reader.wait()) == []


def test_a_row_that_is_only_saved_is_no_word():
    reader = Reader()
    reader.hear(said("a", "one"))
    reader.hold()
    reader.hear(replace(said("a", "one"), saved=False))

    assert reader.look().waiting == 0


def test_a_new_name_while_held_costs_nothing_at_the_next_look():
    reader = Reader(rows=[said("a", "one two", speaker="Speaker 1")])
    reader.look()
    reader.hold()
    renamed = said("a", "one two", speaker="Maya")
    reader.hear(renamed)

    assert reader.look().rows[0] is renamed


def test_a_new_name_does_not_bring_back_what_was_cleared():
    reader = Reader(rows=[said("a", "one two", speaker="Speaker 1")])
    reader.keeper.set_clear_after(3)
    reader.look()
    reader.wait()

    for name in ("Maya", "Bo"):
        reader.hear(said("a", "one two", speaker=name))
        assert not reader.look().rows

    reader.hear(said("a", "one two three", speaker="Bo"))
    assert texts(reader.look()) == ["three"]

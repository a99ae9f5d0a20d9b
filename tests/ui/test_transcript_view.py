from collections.abc import Sequence
from itertools import product

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from captioner.transcript.model import Change, GapRow, Row, Segment
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme
from captioner.ui.tokens import LIGHT
from captioner.ui.transcript_view import TranscriptView


@pytest.fixture
def view(qtbot: QtBot, theme: Theme, slots: SpeakerSlots, many_rows: Sequence[Row]) -> TranscriptView:
    view = TranscriptView(theme, slots)
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.set_live(True)
    view.set_rows(many_rows)
    view.show()
    qtbot.wait(30)
    return view


def is_at_end(view: TranscriptView) -> bool:
    bar = view.table.verticalScrollBar()
    return bar.value() == bar.maximum() > 0


def add(view: TranscriptView, text: str = "A new line.", *, is_final: bool = True) -> None:
    place = len(view.model.rows)
    view.apply(Change("added", place, Segment(f"n{place}", 0, "You", 99.0 + place, 1e4, text, is_final)))


def test_it_follows_the_newest_row(view: TranscriptView, qtbot: QtBot):
    assert is_at_end(view)

    add(view)
    qtbot.wait(20)

    assert is_at_end(view)
    assert view.bar.isHidden()


def test_scrolled_up_it_stays_and_the_live_line_is_docked(view: TranscriptView, qtbot: QtBot):
    view.table.verticalScrollBar().setValue(100)

    add(view)
    add(view, "being said", is_final=False)
    qtbot.wait(20)

    assert view.table.verticalScrollBar().value() == 100
    assert view.bar.isVisible()
    assert view.bar.count_text == "2 new lines"


def test_jump_goes_back_and_follows_again(view: TranscriptView, qtbot: QtBot):
    view.table.verticalScrollBar().setValue(100)
    add(view)

    qtbot.mouseClick(view.bar.jump, Qt.MouseButton.LeftButton)
    add(view)
    qtbot.wait(20)

    assert view.bar.isHidden()
    assert is_at_end(view)


def test_end_jumps_and_home_goes_to_the_first_row(view: TranscriptView, qtbot: QtBot):
    qtbot.keyClick(view.table, Qt.Key.Key_Home)
    assert view.table.rowAt(0) == 0
    assert not view.table.is_following

    qtbot.keyClick(view.table, Qt.Key.Key_End)

    assert view.table.is_following
    assert is_at_end(view)


def test_growing_text_keeps_the_end_in_view(view: TranscriptView, qtbot: QtBot):
    add(view, "word", is_final=False)
    place = len(view.model.rows) - 1
    row = view.model.rows[place]
    assert isinstance(row, Segment)

    long = Segment(row.id, 0, "You", row.start, row.end, "", False, tail="word " * 200)
    view.apply(Change("updated", place, long))
    qtbot.wait(20)

    assert is_at_end(view)


def test_a_stopped_meeting_has_nothing_to_jump_to(view: TranscriptView):
    view.table.verticalScrollBar().setValue(100)
    add(view)

    view.set_live(False)

    assert view.bar.isHidden()


def test_a_withdrawn_row_goes(view: TranscriptView, many_rows: Sequence[Row]):
    view.apply(Change("removed", 79, many_rows[79]))

    assert view.model.rowCount() == 79


def test_hits_are_counted_and_walked_through(view: TranscriptView, qtbot: QtBot):
    seen: list[tuple[int, int]] = []
    view.hits_changed.connect(lambda current, count: seen.append((current, count)))

    view.search("NUMBER 7")
    view.step(1)
    view.step(-1)

    assert seen == [(11, 11), (1, 11), (11, 11)]


def test_new_rows_join_the_hits_while_following(view: TranscriptView):
    view.search("number 79")
    assert len(view.model.hits) == 1

    add(view, "Again number 79 and number 79.")

    assert len(view.model.hits) == 3
    hit = view.model.current_hit
    assert hit is not None
    assert hit.row == 79


def test_a_query_is_text_and_no_pattern(view: TranscriptView):
    view.search(".*")

    assert view.model.hits == []


def test_hits_stand_at_the_right_letters_behind_emoji(view: TranscriptView):
    add(view, "👩‍🚀 İstanbul pricing")

    view.search("PRICING")

    hit = view.model.hits[-1]
    assert view.model.data(view.model.index(hit.row, 0)) is not None
    assert "👩‍🚀 İstanbul pricing"[hit.start : hit.end] == "pricing"


def test_selected_rows_are_copied_with_time_and_name(view: TranscriptView, qtbot: QtBot):
    view.table.selectRow(2)

    qtbot.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QGuiApplication.clipboard().text() == "[00:02] Others: Line number 2."


def test_without_a_selection_all_is_copied(view: TranscriptView):
    copied: list[int] = []
    view.copied.connect(copied.append)

    view.copy()

    assert copied == [80]


def test_text_grows_and_shrinks_within_its_range(view: TranscriptView):
    before = view.table.rowHeight(0)

    for _ in range(40):
        view.zoom(1)
    assert view.table.text_px == 32
    assert view.table.rowHeight(0) > before

    for _ in range(40):
        view.zoom(-1)
    assert view.table.text_px == 13
    view.zoom(0)
    assert view.table.rowHeight(0) == before


def test_rows_are_as_high_as_their_text_after_a_resize(view: TranscriptView, qtbot: QtBot):
    add(view, "word " * 60)
    place = len(view.model.rows) - 1
    wide = view.table.rowHeight(place)

    view.resize(420, 400)
    qtbot.wait(40)

    assert view.table.rowHeight(place) > wide


def test_the_row_at_the_top_stays_when_the_width_changes(view: TranscriptView, qtbot: QtBot):
    view.table.verticalScrollBar().setValue(500)
    top = view.table.rowAt(0)

    view.resize(430, 400)
    qtbot.wait(40)

    assert view.table.rowAt(0) == top


def test_a_row_is_read_aloud_with_time_speaker_and_text(view: TranscriptView):
    index = view.model.index(2, 0)

    assert view.model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "00:02, Others, Line number 2."


def test_every_kind_of_row_is_painted(view: TranscriptView, rows: Sequence[Row]):
    odd = [
        Segment("u", 1, None, 1.0, 2.0, "Not settled.", True, unconfirmed=True),
        Segment("v", 1, "Maya", 1.0, 2.0, "Not saved.", True, saved=False),
        Segment("w", 1, "x" * 300, 1.0, 2.0, "", False),
        GapRow(3.0, 4.0, "<b>cause</b>\n", "pending"),
    ]
    view.set_rows([*rows, *odd])
    view.search("pricing")

    for width in (800, 400):
        view.resize(width, 500)
        assert not view.grab().isNull()


@pytest.mark.parametrize("width", [800, 560, 400])
def test_gaps_and_seams_are_as_high_as_their_words(
    view: TranscriptView, notes: Sequence[Row], qtbot: QtBot, width: int
):
    view.set_rows(notes)

    view.resize(width, 700)
    qtbot.wait(40)

    assert not view.grab().isNull()
    low, high = view.table.rowHeight(3), view.table.rowHeight(2)
    assert 24 <= low < high


def test_a_gap_is_a_hatched_band_and_a_seam_is_a_line(view: TranscriptView, notes: Sequence[Row]):
    view.set_rows(notes[:4])
    picture = view.table.grab().toImage()

    def colours(place: int) -> set[str]:
        top = view.table.rowViewportPosition(place) + 10
        return {picture.pixelColor(x, y).name() for x in range(400, 600) for y in range(top, top + 20)}

    assert LIGHT.warn_bg.lower() in colours(0) & colours(1)
    assert LIGHT.warn_bg.lower() not in colours(3)
    assert LIGHT.line.lower() in colours(3)


def test_a_gap_and_a_seam_are_read_aloud_with_time_and_words(view: TranscriptView, notes: Sequence[Row]):
    view.set_rows(notes)
    role = Qt.ItemDataRole.AccessibleTextRole

    said = [view.model.data(view.model.index(place, 0), role) for place in (1, 3)]

    assert said == [
        "00:20, 14 s are being heard again. No way to Deepgram. 00:20 to 00:34",
        "01:21, Back on Deepgram. It answers again.",
    ]


def test_gaps_and_seams_are_selected_copied_and_found(view: TranscriptView, notes: Sequence[Row]):
    view.set_rows(notes[:4])

    view.table.selectAll()
    view.copy()
    view.search("local engine")

    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line[:7] for line in lines] == ["[00:07]", "[00:20]", "[00:40]", "[01:21]"]
    assert "Local engine took over" in lines[2]
    assert [hit.row for hit in view.model.hits] == [2]


def test_a_gap_shrinks_while_it_is_heard_and_goes(view: TranscriptView):
    view.apply(Change("added", 80, GapRow(99.0, 113.0, "It broke", "pending")))
    view.apply(Change("added", 80, Segment("late", 1, "Others", 99.0, 104.0, "Heard late.", True)))
    view.apply(Change("updated", 81, GapRow(104.0, 113.0, "It broke", "pending")))
    assert "9 s are being heard again" in str(view.model.data(view.model.index(81, 0)))

    view.apply(Change("removed", 81, view.model.rows[81]))

    assert [getattr(row, "text", "") for row in view.model.rows[80:]] == ["Heard late."]


def test_what_is_heard_late_moves_nothing_that_is_being_read(view: TranscriptView, qtbot: QtBot):
    view.table.verticalScrollBar().setValue(1000)
    before = view.model.rows[view.table.rowAt(0)], view.table.rowViewportPosition(view.table.rowAt(0))

    view.apply(Change("added", 5, Segment("late", 1, "Others", 5.5, 6.0, "word " * 90, True)))
    view.apply(Change("removed", 6, view.model.rows[6]))
    view.apply(Change("updated", 5, Segment("late", 1, "Others", 5.5, 6.0, "word " * 300, True)))
    qtbot.wait(20)

    place = view.table.rowAt(0)
    assert (view.model.rows[place], view.table.rowViewportPosition(place)) == before
    assert not view.table.is_following


def test_when_the_row_at_the_top_goes_the_next_one_stays_where_it_was(view: TranscriptView, qtbot: QtBot):
    view.table.verticalScrollBar().setValue(1000)
    top = view.table.rowAt(0)
    following, height = view.model.rows[top + 1], view.table.rowViewportPosition(top + 1)

    view.apply(Change("removed", top, view.model.rows[top]))
    qtbot.wait(20)

    assert view.table.rowViewportPosition(view.model.rows.index(following)) == height


def test_lines_that_are_heard_late_are_not_counted_as_the_latest(view: TranscriptView, qtbot: QtBot):
    view.table.verticalScrollBar().setValue(100)
    add(view)

    for number in range(30):
        late = Segment(f"late{number}", 1, "Others", 40.5, 41.0, "Late.", True)
        view.apply(Change("added", 41, late))

    assert view.bar.count_text == "1 new line"


def test_empty_it_says_why(view: TranscriptView):
    view.show_empty("Listening.", "Nobody has spoken yet.")

    view.set_rows([])

    assert view.empty.isVisible()
    assert view.empty.words == "Listening. Nobody has spoken yet."


@pytest.mark.parametrize("text", ["<b>bold</b>", "a\nb\x00\u2028c", "\u202egnirts", "&amp; &copy;"])
def test_hostile_text_is_shown_plain(view: TranscriptView, text: str):
    add(view, text)

    shown = view.model.data(view.model.index(80, 0))

    assert shown is not None
    assert not set("\n\x00\u2028\u202e") & set(shown)
    assert ("<b>" in shown) == ("<b>" in text)


def test_the_menu_of_a_row_copies_and_selects(view: TranscriptView):
    view.table.clearSelection()
    copy, every = view.table.row_menu().actions()
    assert not copy.isEnabled()

    every.trigger()
    copy = view.table.row_menu().actions()[0]
    copy.trigger()

    assert len(QGuiApplication.clipboard().text().splitlines()) == 80


def test_a_gap_that_grows_while_a_device_is_away_stays_one_row(view: TranscriptView, rows: list[Row]):
    view.set_rows(rows[:2])
    view.apply(Change("added", 2, GapRow(7.0, 8.0, "The sound device was unplugged")))

    view.apply(Change("updated", 2, GapRow(7.0, 15.0, "The sound device was unplugged")))

    gap = view.model.index(2, 0).data()
    assert view.model.rowCount() == 3
    assert gap == "00:07, 8 s not heard. The sound device was unplugged. 00:07 to 00:15"


def test_a_new_name_moves_no_row_and_keeps_every_hit(
    view: TranscriptView, qtbot: QtBot, slots: SpeakerSlots, many_rows: Sequence[Row]
):
    view.search("number 7")
    view.table.verticalScrollBar().setValue(200)
    heights = [view.table.rowHeight(place) for place in range(len(many_rows))]
    hits, slot = list(view.model.hits), slots.slot("Others")

    for place, row in enumerate(many_rows):
        assert isinstance(row, Segment)
        view.apply(Change("updated", place, replace(row, speaker="Maya", label="Others")))
    qtbot.wait(20)

    assert [view.table.rowHeight(place) for place in range(len(many_rows))] == heights
    assert (view.model.hits, view.table.verticalScrollBar().value()) == (hits, 200)
    assert slots.slot("Maya") == slot
    assert view.model.data(view.model.index(7, 0)) == "00:07, Maya, Line number 7."


def test_a_row_that_is_known_late_to_be_another_speakers_has_that_ones_colour(
    view: TranscriptView, qtbot: QtBot, rows: list[Row]
):
    view.set_rows(rows[:1])
    row = rows[0]
    assert isinstance(row, Segment)

    def has_colour(slot: int) -> bool:
        picture = view.table.grab().toImage()
        places = product(range(picture.width()), range(view.table.rowHeight(0)))
        return any(picture.pixelColor(x, y).name().upper() == LIGHT.speakers[slot] for x, y in places)

    assert has_colour(1)
    view.apply(Change("updated", 0, replace(row, speaker="Maya")))
    qtbot.wait(20)

    assert (has_colour(1), has_colour(2)) == (False, True)

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from captioner.transcript.model import Segment, StoredMeeting
from captioner.ui.library import LibraryPage
from captioner.ui.theme import Theme


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, stored: StoredMeeting) -> LibraryPage:
    page = LibraryPage(theme)
    qtbot.addWidget(page)
    page.resize(900, 500)
    page.show_meetings([stored.summary, replace(stored.summary, id=6, title="Older", ended=False)])
    page.show()
    return page


def test_meetings_are_listed_and_read_aloud(page: LibraryPage):
    model = page.list.model()

    spoken = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)

    assert model.rowCount() == 2
    assert page.count.text() == "2 meetings"
    assert spoken.startswith("Weekly sync, ")
    assert spoken.endswith("12 min  ·  3 lines")


def test_enter_a_double_click_and_the_button_open(page: LibraryPage, qtbot: QtBot):
    page.list.setCurrentIndex(page.list.model().index(1, 0))
    place = page.list.visualRect(page.list.currentIndex()).center()

    with qtbot.waitSignal(page.meeting_opened) as opened:
        qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert opened.args == [6]
    with qtbot.waitSignal(page.meeting_opened):
        qtbot.mouseClick(page.open_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.meeting_opened):
        qtbot.mouseClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.mouseDClick(page.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_meeting_is_read_from_its_beginning(page: LibraryPage, stored: StoredMeeting, qtbot: QtBot):
    page.show_meeting(stored)
    qtbot.wait(20)

    assert page.opened == 7
    assert page.header.title.text() == "Weekly sync"
    assert page.transcript.model.rowCount() == 4
    seam = page.transcript.model.index(3, 0)
    assert seam.data() == "00:20, Local engine took over. It broke. No words lost."
    assert page.transcript.table.rowAt(0) == 0
    assert not page.header.pencil.isVisible()


def test_an_opened_meeting_is_exported_and_searched(page: LibraryPage, stored: StoredMeeting, qtbot: QtBot):
    page.show_meeting(stored)

    with qtbot.waitSignal(page.export_requested) as asked:
        page.header.export.formats.actions()[1].trigger()
    assert asked.args == [7, "json"]

    qtbot.keyClicks(page.search.field, "monday")
    qtbot.keyClick(page.search.field, Qt.Key.Key_Return)
    assert page.search.count_text == "1 of 1"


def test_narrow_the_list_and_the_meeting_take_turns(page: LibraryPage, stored: StoredMeeting, qtbot: QtBot):
    page.set_narrow(True)
    page.resize(400, 420)
    page.show_meeting(stored)
    assert not page.list.isVisible()

    qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)

    assert page.list.isVisible()
    assert page.opened is None


def test_empty_it_offers_to_start_one(page: LibraryPage, qtbot: QtBot):
    page.show_meetings([])

    with qtbot.waitSignal(page.start_requested):
        qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)


def test_a_meeting_that_is_gone_is_closed(page: LibraryPage, stored: StoredMeeting):
    page.show_meeting(stored)

    page.show_meetings([replace(stored.summary, id=6)])

    assert page.opened is None


def test_a_meeting_without_lines_says_so(page: LibraryPage, stored: StoredMeeting):
    page.show_meeting(replace(stored, rows=()))

    assert page.transcript.empty.words == "Nobody spoke in this meeting."
    assert not page.header.export.isEnabled()


HIDDEN = (
    Segment("x", 0, "You", 2.0, 4.0, "The pricing page goes live.", True),
    Segment("y", 0, "You", 30.0, 31.0, "The last point.", True),
)


def shown(page: LibraryPage) -> list[str]:
    model = page.transcript.model
    return [model.index(place, 0).data() for place in range(model.rowCount())]


def test_lines_heard_twice_are_counted_shown_in_their_place_and_hidden_again(
    page: LibraryPage, stored: StoredMeeting, qtbot: QtBot
):
    page.show_meeting(replace(stored, hidden=HIDDEN))
    before = shown(page)
    assert page.banner.notice
    assert page.banner.notice.title == "2 lines hidden"

    qtbot.mouseClick(page.banner.choose, Qt.MouseButton.LeftButton)
    assert len(shown(page)) == len(before) + 2
    assert shown(page)[1] == "00:02, You, The pricing page goes live."
    assert shown(page)[-1] == "00:30, You, The last point."
    assert page.banner.choose.words == "Hide them"
    qtbot.mouseClick(page.banner.choose, Qt.MouseButton.LeftButton)

    assert shown(page) == before
    assert page.banner.notice.title == "2 lines hidden"


def test_the_rest_of_a_line_that_is_shown_in_part_stands_beside_it(
    page: LibraryPage, stored: StoredMeeting, qtbot: QtBot
):
    rest = Segment("b", 0, "You", 5.0, 6.0, "goes live", True)
    page.show_meeting(replace(stored, hidden=(rest,)))
    assert page.banner.notice
    assert page.banner.notice.title == "1 line hidden"

    qtbot.mouseClick(page.banner.choose, Qt.MouseButton.LeftButton)

    assert shown(page)[1:3] == ["00:05, You, Who tells the support team?", "00:05, You, goes live"]


def test_what_was_put_aside_of_one_meeting_is_said_of_the_next(
    page: LibraryPage, stored: StoredMeeting, qtbot: QtBot
):
    page.show_meeting(replace(stored, hidden=HIDDEN))
    qtbot.mouseClick(page.banner.close_button, Qt.MouseButton.LeftButton)
    assert not page.banner.isVisible()

    page.show_meeting(replace(stored, hidden=HIDDEN[:1]))
    assert page.banner.isVisible()

    page.show_meeting(stored)
    assert not page.banner.isVisible()

from collections.abc import Sequence
from typing import get_args

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt, QTimer
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from captioner.meeting.listener import State
from captioner.settings.choices import Settings
from captioner.settings.place import Place
from captioner.settings.style import CaptionStyle
from captioner.transcript.model import Change, Row, Segment
from captioner.ui.overlay.box import BoxSize
from captioner.ui.overlay.screens import screen_layout
from captioner.ui.overlay.window import Overlay
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.status import Status, StatusKind, reconnecting, status_of
from captioner.ui.theme import Theme
from captioner.ui.tokens import DARK

KINDS: tuple[StatusKind, ...] = get_args(StatusKind)


@pytest.fixture
def overlay(qtbot: QtBot, theme: Theme, slots: SpeakerSlots) -> Overlay:
    overlay = Overlay(theme, slots)
    qtbot.addWidget(overlay)
    overlay.show()
    return overlay


def show(overlay: Overlay, rows: Sequence[Row]) -> None:
    """As a meeting tells its rows, and the loop goes round once."""
    overlay.clear()
    for index, row in enumerate(rows):
        overlay.apply(Change("added", index, row))
    QCoreApplication.processEvents()


def say(overlay: Overlay, text: str) -> None:
    """A line of Maya's as it is now."""
    kind = "updated" if overlay.visible_text else "added"
    overlay.apply(Change(kind, 0, Segment("z", 1, "Maya", 0, 1, text, True)))


def test_the_newest_lines_are_shown_with_their_names(overlay: Overlay, rows: Sequence[Row]):
    show(overlay, rows)

    assert overlay.visible_text[-1].startswith("Others Pricing is")


@pytest.mark.parametrize("kind", KINDS)
def test_the_box_keeps_its_size_in_every_state(overlay: Overlay, rows: Sequence[Row], kind: StatusKind):
    size, place = overlay.size(), overlay.pos()

    for text in ("", "word", "word " * 200, "a" * 500):
        show(overlay, [*rows, Segment("z", 1, "Others", 20.0, 21.0, text, True)])
        overlay.show_status(Status(kind, "Word", "detail " * 30, "Next try in 8 s"))
        overlay.grab()
        assert (overlay.size(), overlay.pos()) == (size, place)


def test_many_updates_are_laid_out_at_most_fifteen_times_a_second(overlay: Overlay, qtbot: QtBot):
    laid_out: list[str] = []
    for number in range(12):
        say(overlay, "word " * (number + 1))
        qtbot.wait(5)
        if "".join(overlay.visible_text) not in laid_out:
            laid_out.append("".join(overlay.visible_text))

    assert len(laid_out) < 6
    qtbot.waitUntil(lambda: " ".join(overlay.visible_text).count("word") == 12, timeout=500)


def test_a_double_click_asks_for_the_panel(overlay: Overlay, qtbot: QtBot):
    with qtbot.waitSignal(overlay.panel_requested):
        qtbot.mouseDClick(overlay, Qt.MouseButton.LeftButton)


ALWAYS = ["hide", "studio", "click_through", "lock", "panel", "details", "settings"]

MENU = {
    State.IDLE: ["start"],
    State.LISTENING: ["pause", "stop"],
    State.PAUSED: ["resume", "stop"],
    State.STOPPING: [],
}


@pytest.mark.parametrize("state", MENU)
def test_its_menu_offers_what_the_state_allows_and_every_entry_asks(
    overlay: Overlay, qtbot: QtBot, state: State
):
    overlay.set_state(state)
    menu = overlay.menu()
    entries = [action for action in menu.actions() if action.isVisible() and not action.isSeparator()]
    wishes = [*MENU[state], *ALWAYS]
    entries.remove(menu.hold)

    assert len(entries) == len(wishes)
    for action, wish in zip(entries, wishes, strict=True):
        with qtbot.waitSignal(getattr(overlay, f"{wish}_requested")):
            action.trigger()


def test_the_status_is_readable_without_eyes(overlay: Overlay):
    overlay.show_status(status_of(State.PAUSED))

    assert overlay.accessibleName()
    assert overlay.accessibleDescription() == "Paused. Nothing is heard or kept"


def test_what_is_kept_and_what_comes_next_are_readable_without_eyes(overlay: Overlay):
    overlay.show_status(reconnecting(6.4, 1.6, None))

    assert overlay.accessibleDescription() == "Reconnecting. 6 s of sound kept. Local engine in 2 s"


def test_what_comes_next_stands_where_the_time_stood(overlay: Overlay):
    overlay.set_elapsed(60)
    overlay.show_status(Status("fallback", "Local engine took over", "", "Next try in 8 s"))
    counting = overlay.grab().toImage()

    overlay.set_elapsed(61)
    assert overlay.grab().toImage() == counting
    overlay.show_status(Status("fallback", "Local engine took over", "", "Next try in 7 s"))
    assert overlay.grab().toImage() != counting


@pytest.mark.parametrize("state", [State.RECONNECTING, State.FALLBACK])
def test_in_trouble_the_menu_still_pauses_and_stops(overlay: Overlay, state: State):
    overlay.set_state(state)
    menu = overlay.menu()

    assert (menu.start.isVisible(), menu.pause.isVisible(), menu.stop.isVisible()) == (False, True, True)


def test_no_timer_ticks_while_nothing_happens(overlay: Overlay, rows: Sequence[Row], qtbot: QtBot):
    show(overlay, rows)
    overlay.set_levels(-20, None)
    overlay.set_levels(None, None)

    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in overlay.findChildren(QTimer)), timeout=1500)


HOSTILE = ("<b>bold</b>", "line\nbreak\x00\x1b[31m", "\u202egnirts", "👩‍🚀" * 50, "ا" * 90)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_plain(overlay: Overlay, text: str):
    show(overlay, [Segment("a", 1, text, 0, 1, text, True)])
    overlay.grab()

    assert not set("\n\x00\x1b\u202e") & set("".join(overlay.visible_text))


def test_speakers_get_their_slots_in_the_order_they_spoke(overlay: Overlay, slots: SpeakerSlots):
    spoken = [Segment(name, 1, name, 0, 1, "Yes.", True) for name in ("Maya", "You", "Jonas")]

    show(overlay, spoken)

    assert [slots.slot(name) for name in ("You", "Maya", "Jonas")] == [0, 1, 2]


def test_it_looks_stands_and_behaves_as_was_chosen(overlay: Overlay):
    place = Place(50, 60, 400)
    style = CaptionStyle(size=60, lines=2)

    overlay.set_settings(
        Settings(style=style, places={screen_layout(): place}, locked=True, click_through=True)
    )

    assert (overlay.box.x(), overlay.box.y(), overlay.box.width()) == (50, 60, 400)
    assert overlay.lines == 2
    assert overlay.is_locked
    assert overlay.is_click_through


def test_another_style_paints_what_is_there_anew(overlay: Overlay, rows: Sequence[Row]):
    show(overlay, rows)
    before = overlay.grab().toImage()

    overlay.set_settings(Settings(style=CaptionStyle(text="#FFFF00", behind_strength=1.0)))

    assert overlay.visible_text
    assert overlay.grab().toImage() != before


def test_held_captions_stand_still_and_say_so(overlay: Overlay, rows: Sequence[Row], qtbot: QtBot):
    show(overlay, rows)
    before = overlay.visible_text

    overlay.toggle_hold()
    overlay.apply(Change("added", 4, Segment("d", 0, "You", 20.0, 22.0, "Three more words.", True)))
    qtbot.waitUntil(lambda: "+3 words" in overlay.accessibleDescription())
    assert overlay.visible_text == before
    assert overlay.accessibleDescription().startswith("Held while you read")

    overlay.toggle_hold()
    qtbot.waitUntil(lambda: "Three" in " ".join(overlay.visible_text))


def test_trouble_is_said_though_captions_are_held(overlay: Overlay, rows: Sequence[Row], qtbot: QtBot):
    show(overlay, rows)
    overlay.toggle_hold()
    overlay.apply(Change("added", 4, Segment("d", 0, "You", 20.0, 22.0, "Three more words.", True)))

    overlay.show_status(reconnecting(6.4, 1.6, None))

    qtbot.waitUntil(lambda: overlay.accessibleDescription().endswith("+3 words"))
    assert overlay.accessibleDescription().startswith("Reconnecting. 6 s of sound kept")


def test_a_click_on_a_name_asks_who_that_is(overlay: Overlay, qtbot: QtBot):
    show(overlay, [Segment("a", 1, "Maya", 0, 1, "Yes.", True)])

    qtbot.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=name_of_first_line(overlay))
    assert overlay.rename.isVisible()
    overlay.rename.field.setText("Ana")
    with qtbot.waitSignal(overlay.speaker_renamed) as asked:
        qtbot.keyClick(overlay.rename.field, Qt.Key.Key_Return)

    assert asked.args == ["Maya", "Ana"]


def test_a_click_beside_the_text_asks_nothing(overlay: Overlay, qtbot: QtBot):
    show(overlay, [Segment("a", 1, "Maya", 0, 1, "Yes.", True)])

    qtbot.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=QPoint(overlay.width() - 40, 40))

    assert not overlay.rename.isVisible()


def test_a_click_on_a_word_of_held_captions_marks_it(overlay: Overlay, qtbot: QtBot):
    overlay.set_moves(False)
    show(overlay, [Segment("a", 1, None, 0, 1, "Now you", True)])
    overlay.toggle_hold()
    place = name_of_first_line(overlay)

    def is_marked() -> bool:
        picture = overlay.grab().toImage()
        return QColor(DARK.hit_now).rgb() in [picture.pixel(place.x() + x, place.y()) for x in range(-7, 7)]

    assert not is_marked()
    qtbot.mouseClick(overlay, Qt.MouseButton.LeftButton, pos=place)

    qtbot.waitUntil(is_marked)


def test_new_words_appear_softly_unless_less_motion_is_wished_for(
    overlay: Overlay, rows: Sequence[Row], qtbot: QtBot
):
    def is_moving() -> bool:
        return any(timer.isActive() and timer.interval() <= 33 for timer in overlay.findChildren(QTimer))

    say(overlay, "one")
    qtbot.waitUntil(is_moving)
    qtbot.waitUntil(lambda: not is_moving())
    overlay.set_moves(False)

    say(overlay, "one two three four")
    qtbot.waitUntil(lambda: "four" in " ".join(overlay.visible_text))

    assert not is_moving()


def test_hidden_captions_move_nothing(overlay: Overlay, qtbot: QtBot):
    overlay.hide()

    say(overlay, "one two three")
    qtbot.waitUntil(lambda: bool(overlay.visible_text))

    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in overlay.findChildren(QTimer)))


def name_of_first_line(overlay: Overlay) -> QPoint:
    """Where the first line's name begins, or its text where there is none."""
    room = BoxSize.of(CaptionStyle(), overlay.screen().availableGeometry().width()).text_rect
    return QPoint(room.left() + round(CaptionStyle().px * 1.1) + 4, room.top() + 20)


def test_a_new_meeting_has_room_for_its_names_though_its_lines_are_numbered_as_before(overlay: Overlay):
    show(overlay, [Segment("0-1", 0, None, 0.0, 1.0, "Nobody knows who said it", True)])
    show(overlay, [Segment("0-1", 0, "Maya", 0.0, 1.0, "I do", True)])

    assert overlay.visible_text == ["Maya I do"]

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from captioner.meeting.listener import State
from captioner.settings.place import Place
from captioner.settings.style import CaptionStyle
from captioner.transcript.model import Row, Segment
from captioner.ui.overlay.box import SHADOW
from captioner.ui.overlay.window import Overlay
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.status import Status, StatusKind, reconnecting, status_of
from captioner.ui.theme import Theme

KINDS: tuple[StatusKind, ...] = (
    "ready",
    "starting",
    "listening",
    "paused",
    "reconnecting",
    "fallback",
    "stopping",
    "no_sound",
    "error",
    "good",
)


@pytest.fixture
def overlay(qtbot: QtBot, theme: Theme, slots: SpeakerSlots) -> Overlay:
    overlay = Overlay(theme, slots)
    qtbot.addWidget(overlay)
    overlay.show()
    return overlay


def test_the_newest_lines_are_shown_with_their_names(overlay: Overlay, rows: Sequence[Row]):
    overlay.show_rows(rows)

    assert overlay.visible_text[-1].startswith("Others Pricing is")


@pytest.mark.parametrize("kind", KINDS)
def test_the_box_keeps_its_size_in_every_state(overlay: Overlay, rows: Sequence[Row], kind: StatusKind):
    size, place = overlay.size(), overlay.pos()

    for text in ("", "word", "word " * 200, "a" * 500):
        overlay.show_rows([*rows, Segment("z", 1, "Others", 20.0, 21.0, text, True)])
        overlay.show_status(Status(kind, "Word", "detail " * 30, "Next try in 8 s"))
        overlay.grab()
        assert (overlay.size(), overlay.pos()) == (size, place)


def test_it_never_takes_the_keyboard(overlay: Overlay):
    flags = overlay.windowFlags()

    assert flags & Qt.WindowType.WindowDoesNotAcceptFocus
    assert flags & Qt.WindowType.WindowStaysOnTopHint
    assert flags & Qt.WindowType.FramelessWindowHint
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert overlay.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_many_updates_are_laid_out_at_most_fifteen_times_a_second(overlay: Overlay, qtbot: QtBot):
    overlay.show_rows([Segment("a", 0, None, 0, 1, "one", True)])
    overlay.show_rows([Segment("a", 0, None, 0, 1, "one two", True)])

    assert overlay.visible_text == ["one"]
    qtbot.waitUntil(lambda: overlay.visible_text == ["one two"], timeout=500)


@pytest.mark.parametrize("corner", [(-5000, -5000), (90000, 90000), (-20, 100)])
def test_it_is_moved_into_the_screen(overlay: Overlay, corner: tuple[int, int]):
    overlay.place(Place(*corner))

    screen = QGuiApplication.primaryScreen().availableGeometry()
    box = overlay.geometry().adjusted(14, 14, -14, -14)
    assert screen.contains(box)


def test_it_tells_where_a_drag_ended(overlay: Overlay, qtbot: QtBot):
    overlay.place(Place(100, 100))
    start = QPoint(200, 60)

    with qtbot.waitSignal(overlay.placed) as moved:
        qtbot.mousePress(overlay, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(overlay, start + QPoint(5, 5))
        qtbot.mouseMove(overlay, start + QPoint(25, 20))
        qtbot.mouseMove(overlay, start + QPoint(25, 20))
        qtbot.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=start)

    assert moved.args == [Place(overlay.x() + SHADOW, overlay.y() + SHADOW)]
    assert moved.args != [Place(100, 100)]


def test_a_double_click_asks_for_the_panel(overlay: Overlay, qtbot: QtBot):
    with qtbot.waitSignal(overlay.panel_requested):
        qtbot.mouseDClick(overlay, Qt.MouseButton.LeftButton)


MENU = {
    State.IDLE: ["start", "hide", "panel", "settings"],
    State.LISTENING: ["pause", "stop", "hide", "panel", "settings"],
    State.PAUSED: ["resume", "stop", "hide", "panel", "settings"],
    State.STOPPING: ["hide", "panel", "settings"],
}


@pytest.mark.parametrize("state", MENU)
def test_its_menu_offers_what_the_state_allows_and_every_entry_asks(
    overlay: Overlay, qtbot: QtBot, state: State
):
    overlay.set_state(state)
    menu = overlay.menu()
    entries = [action for action in menu.actions() if action.isVisible() and not action.isSeparator()]

    assert len(entries) == len(MENU[state])
    for action, wish in zip(entries, MENU[state], strict=True):
        with qtbot.waitSignal(getattr(overlay, f"{wish}_requested")):
            action.trigger()


def test_larger_captions_make_a_larger_box_that_stays_on_its_foot(overlay: Overlay):
    foot, height = overlay.geometry().bottom(), overlay.height()

    overlay.set_style(CaptionStyle(size=150))

    assert overlay.height() > height
    assert abs(overlay.geometry().bottom() - foot) <= 1


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
    from PySide6.QtCore import QTimer

    overlay.show_rows(rows)
    overlay.set_levels(-20, None)
    overlay.set_levels(None, None)

    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in overlay.findChildren(QTimer)), timeout=1500)


HOSTILE = ("<b>bold</b>", "line\nbreak\x00\x1b[31m", "\u202egnirts", "👩‍🚀" * 50, "ا" * 90)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_plain(overlay: Overlay, text: str):
    overlay.show_rows([Segment("a", 1, text, 0, 1, text, True)])
    overlay.grab()

    assert not set("\n\x00\x1b\u202e") & set("".join(overlay.visible_text))


def test_speakers_get_their_slots_in_the_order_they_spoke(overlay: Overlay, slots: SpeakerSlots):
    spoken = [Segment(name, 1, name, 0, 1, "Yes.", True) for name in ("Maya", "You", "Jonas")]

    overlay.show_rows(spoken)

    assert [slots.slot(name) for name in ("You", "Maya", "Jonas")] == [0, 1, 2]

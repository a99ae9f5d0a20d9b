from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from captioner.meeting.listener import Notice, State
from captioner.settings.choices import Settings
from captioner.transcript.model import Row
from captioner.ui.panel import Panel
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme
from tests.ui.device import BUILT_IN, USB

REFUSED = Notice(
    "engine:authentication",
    "Deepgram does not know this key",
    "It may be gone.",
    ways=("settings", "console"),
)
SILENT = Notice(
    "silent:system",
    "No sound from the call for 40 s",
    "The call may play on another device.",
    ways=("sources",),
)
CONTROL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, slots: SpeakerSlots) -> Panel:
    panel = Panel(theme, slots)
    qtbot.addWidget(panel)
    panel.now.set_devices([BUILT_IN], [USB])
    panel.show()
    return panel


@pytest.fixture
def running(panel: Panel, rows: Sequence[Row], qtbot: QtBot) -> Panel:
    panel.now.set_meeting("Weekly sync", datetime(2026, 11, 20, 10, 58, tzinfo=UTC))
    panel.now.set_state(State.LISTENING)
    panel.now.set_rows(rows)
    qtbot.wait(20)
    return panel


def click(qtbot: QtBot, button: QWidget) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def filled(panel: Panel) -> list[str]:
    buttons = panel.findChildren(QPushButton)
    return [button.accessibleName() for button in buttons if button.isVisible() and is_filled(button)]


def is_filled(button: QPushButton) -> bool:
    return button.property("kind") == "primary"


@pytest.mark.parametrize(
    ("state", "word", "wish"),
    [
        (State.IDLE, "Start", "start_requested"),
        (State.LISTENING, "Pause", "pause_requested"),
        (State.RECONNECTING, "Pause", "pause_requested"),
        (State.FALLBACK, "Pause", "pause_requested"),
        (State.PAUSED, "Resume", "resume_requested"),
    ],
)
def test_the_main_button_says_and_asks_what_the_state_allows(
    panel: Panel, qtbot: QtBot, state: State, word: str, wish: str
):
    panel.now.set_state(state)

    with qtbot.waitSignal(getattr(panel.now, wish)):
        click(qtbot, panel.now.transport.main)

    assert panel.now.transport.main.accessibleName() == word


@pytest.mark.parametrize("state", [State.STARTING, State.STOPPING])
def test_nothing_can_be_started_twice(panel: Panel, state: State):
    panel.now.set_state(state)

    assert not panel.now.transport.main.isEnabled()


def test_stop_is_offered_only_while_there_is_something_to_stop(panel: Panel, qtbot: QtBot):
    assert not panel.now.transport.stop.isVisible()
    panel.now.set_state(State.PAUSED)

    with qtbot.waitSignal(panel.now.stop_requested):
        click(qtbot, panel.now.transport.stop)


def test_the_key_starts_and_pauses(panel: Panel, qtbot: QtBot):
    with qtbot.waitSignal(panel.now.start_requested):
        qtbot.keyClick(panel, Qt.Key.Key_P, CONTROL | ALT)
    panel.now.set_state(State.LISTENING)
    with qtbot.waitSignal(panel.now.pause_requested):
        qtbot.keyClick(panel, Qt.Key.Key_P, CONTROL | ALT)


def test_captions_are_switched_by_their_chip(panel: Panel, qtbot: QtBot):
    chip = panel.now.transport.captions
    assert chip.accessibleName() == "Captions on"

    with qtbot.waitSignal(panel.now.captions_toggled) as toggled:
        click(qtbot, chip)

    assert toggled.args == [False]
    assert chip.accessibleName() == "Captions off"


@pytest.mark.parametrize(("source", "field"), [("system", "system_on"), ("microphone", "microphone_on")])
def test_a_source_is_switched_off(panel: Panel, qtbot: QtBot, source: str, field: str):
    block = getattr(panel.now.transport, source)

    with qtbot.waitSignal(panel.now.settings_changed) as changed:
        click(qtbot, block.tick)

    assert changed.args == [replace(Settings(), **{field: False})]
    assert not block.combo.isEnabled()


def test_another_device_is_chosen(panel: Panel, qtbot: QtBot):
    combo = panel.now.transport.microphone.combo

    with qtbot.waitSignal(panel.now.settings_changed) as changed:
        combo.setFocus()
        qtbot.keyClick(combo, Qt.Key.Key_Down)

    assert changed.args == [Settings(microphone="usb")]


def test_a_chosen_device_that_is_away_is_still_named(panel: Panel):
    panel.now.set_settings(Settings(microphone="gone"))

    assert panel.now.transport.microphone.combo.currentText() == "Not connected: gone"


def test_the_engine_is_chosen_in_the_panel_too(panel: Panel, qtbot: QtBot):
    panel.now.set_settings(Settings(engine="deepgram"))
    assert panel.now.transport.engine.currentText() == "Deepgram"

    with qtbot.waitSignal(panel.now.settings_changed) as changed:
        qtbot.keyClick(panel.now.transport.engine, Qt.Key.Key_Home)

    assert changed.args == [Settings(engine="local")]


def test_the_engine_is_named_and_fixed_while_it_runs(running: Panel):
    engine = running.now.transport.engine

    assert engine.currentText() == "On this computer"
    assert not engine.isEnabled()


def test_the_title_is_edited_in_place(running: Panel, qtbot: QtBot):
    header = running.now.header
    click(qtbot, header.pencil)

    with qtbot.waitSignal(running.now.title_changed) as changed:
        qtbot.keyClicks(header.edit, "Pricing")
        qtbot.keyClick(header.edit, Qt.Key.Key_Return)

    assert changed.args == ["Pricing"]
    assert header.title.text() == "Pricing"
    assert not header.edit.isVisible()
    assert running.windowTitle() == "Pricing – captioner"


def test_escape_leaves_the_title_as_it_was(running: Panel, qtbot: QtBot):
    header = running.now.header
    qtbot.keyClick(running, Qt.Key.Key_F2)
    qtbot.keyClicks(header.edit, "Pricing")

    with qtbot.assertNotEmitted(running.now.title_changed):
        qtbot.keyClick(header.edit, Qt.Key.Key_Escape)

    assert header.title.text() == "Weekly sync"


def test_without_a_meeting_there_is_nothing_to_rename_copy_or_export(panel: Panel):
    header = panel.now.header

    assert not header.pencil.isVisible()
    assert not header.copy.isEnabled()
    assert not header.export.isEnabled()


@pytest.mark.parametrize(("place", "name"), [(0, "txt"), (1, "json")])
def test_export_offers_both_formats(running: Panel, qtbot: QtBot, place: int, name: str):
    click(qtbot, running.now.header.export)
    menu = running.now.header.export.formats
    assert menu.isVisible()

    with qtbot.waitSignal(running.now.export_requested) as asked:
        menu.actions()[place].trigger()

    menu.close()
    assert asked.args == [name]


def test_the_export_key_opens_the_menu(running: Panel, qtbot: QtBot):
    qtbot.keyClick(running, Qt.Key.Key_E, CONTROL)

    assert running.now.header.export.formats.isVisible()
    running.now.header.export.formats.close()


def test_copy_puts_the_transcript_on_the_clipboard_and_says_so(running: Panel, qtbot: QtBot):
    click(qtbot, running.now.header.copy)

    assert QGuiApplication.clipboard().text().startswith("[00:01] Others: The pricing page")
    assert running.now.header.copy.accessibleName() == "4 lines copied"


def test_search_counts_walks_and_clears(running: Panel, qtbot: QtBot):
    search = running.now.search
    qtbot.keyClick(running, Qt.Key.Key_F, CONTROL)
    assert search.field.hasFocus()
    qtbot.keyClicks(search.field, "pricing")
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    assert search.count_text == "2 of 2"

    click(qtbot, search.next)
    assert search.count_text == "1 of 2"
    click(qtbot, search.previous)
    assert search.count_text == "2 of 2"
    qtbot.keyClick(running, Qt.Key.Key_F3)
    assert search.count_text == "1 of 2"
    qtbot.keyClick(running, Qt.Key.Key_F3, SHIFT)
    assert search.count_text == "2 of 2"

    click(qtbot, search.clear_button)
    assert search.count_text == ""
    assert running.now.transcript.model.hits == []


def test_a_search_without_hits_says_so(running: Panel, qtbot: QtBot):
    search = running.now.search
    qtbot.keyClicks(search.field, "footnote")
    qtbot.keyClick(search.field, Qt.Key.Key_Return)

    assert search.count_text == "No hits"
    assert not search.next.isEnabled()


def test_escape_clears_the_search_then_follows(running: Panel, qtbot: QtBot):
    search = running.now.search
    qtbot.keyClicks(search.field, "pricing")

    qtbot.keyClick(search.field, Qt.Key.Key_Escape)
    assert search.field.text() == ""

    qtbot.keyClick(search.field, Qt.Key.Key_Escape)
    assert running.now.transcript.table.is_following
    assert running.now.transcript.table.hasFocus()


def test_text_size_follows_its_keys(running: Panel, qtbot: QtBot):
    table = running.now.transcript.table

    qtbot.keyClick(running, Qt.Key.Key_Plus, CONTROL)
    assert table.text_px == 17
    qtbot.keyClick(running, Qt.Key.Key_Minus, CONTROL)
    qtbot.keyClick(running, Qt.Key.Key_Minus, CONTROL)
    assert table.text_px == 15
    qtbot.keyClick(running, Qt.Key.Key_0, CONTROL)
    assert table.text_px == 16


def test_the_rail_and_its_keys_go_everywhere(panel: Panel, qtbot: QtBot):
    with qtbot.waitSignal(panel.library_requested):
        click(qtbot, panel.rail.library)
    assert panel.page == "library"
    click(qtbot, panel.rail.now)
    assert panel.page == "now"
    with qtbot.waitSignal(panel.library_requested):
        qtbot.keyClick(panel, Qt.Key.Key_2, CONTROL)
    qtbot.keyClick(panel, Qt.Key.Key_1, CONTROL)
    assert panel.page == "now"
    with qtbot.waitSignal(panel.settings_requested):
        click(qtbot, panel.rail.settings)
    with qtbot.waitSignal(panel.settings_requested):
        qtbot.keyClick(panel, Qt.Key.Key_Comma, CONTROL)


def test_the_worst_notice_is_shown_alone(panel: Panel):
    worst = Notice("disk", "The disk is full", "Free some space.", "error")

    panel.now.show_notices([SILENT, worst])

    assert panel.now.banner.notice == worst
    assert panel.now.banner.isVisible()


def test_a_notice_put_aside_stays_away_until_it_comes_anew(panel: Panel, qtbot: QtBot):
    worst = Notice("disk", "The disk is full", "", "error")
    panel.now.show_notices([SILENT, worst])

    with qtbot.waitSignal(panel.now.notice_dismissed):
        click(qtbot, panel.now.banner.close_button)
    assert panel.now.banner.notice == SILENT
    with qtbot.waitSignal(panel.now.notice_dismissed) as dismissed:
        click(qtbot, panel.now.banner.quiet)
    assert dismissed.args == ["silent:system"]
    assert not panel.now.banner.isVisible()

    panel.now.show_notices([])
    panel.now.show_notices([SILENT])
    assert panel.now.banner.notice == SILENT


def test_no_sound_leads_to_the_list_of_devices(panel: Panel, qtbot: QtBot):
    panel.now.show_notices([SILENT])

    click(qtbot, panel.now.banner.choose)

    combo = panel.now.transport.system.combo
    assert combo.view().isVisible()
    combo.hidePopup()


def test_where_the_source_is_off_the_notice_leads_to_its_tick(panel: Panel, qtbot: QtBot):
    panel.now.set_settings(Settings(system_on=False))
    panel.now.show_notices([SILENT])
    panel.activateWindow()

    click(qtbot, panel.now.banner.choose)

    assert panel.now.transport.system.tick.hasFocus()


def test_a_notice_of_three_lines_is_whole_in_a_narrow_window(panel: Panel, qtbot: QtBot):
    panel.resize(480, 700)

    panel.now.show_notices([replace(SILENT, body="While its microphone is recorded it plays worse. " * 3)])
    qtbot.wait(50)

    labels = panel.now.banner.findChildren(QLabel)
    assert [label.text() for label in labels if label.height() < label.heightForWidth(label.width())] == []


def test_ticks_say_what_they_do_at_once(panel: Panel):
    tick = panel.now.transport.microphone.tick
    assert "closes the device at once" in tick.toolTip()

    panel.now.set_settings(Settings(microphone_on=False))

    assert tick.toolTip() == tick.accessibleDescription()
    assert "nothing of it is heard" in tick.toolTip()


def test_a_notice_with_ways_out_has_a_button_for_each(panel: Panel, qtbot: QtBot):
    banner = panel.now.banner
    panel.now.show_notices([REFUSED])
    assert (banner.choose.words, banner.quiet.words) == ("Engine settings", "Open console")

    with qtbot.waitSignal(panel.now.way_requested) as first:
        click(qtbot, banner.choose)
    with qtbot.waitSignal(panel.now.way_requested) as second:
        click(qtbot, banner.quiet)

    assert (first.args, second.args) == (["settings"], ["console"])
    assert banner.notice == REFUSED


def test_a_notice_with_one_way_out_or_none_has_no_other_buttons(panel: Panel, qtbot: QtBot):
    banner = panel.now.banner
    panel.now.show_notices([replace(REFUSED, ways=("billing",))])
    assert banner.choose.words == "Open billing"
    assert not banner.quiet.isVisible()

    panel.now.show_notices([replace(REFUSED, ways=())])
    assert not banner.choose.isVisible()
    click(qtbot, banner.close_button)
    assert not banner.isVisible()


def test_a_notice_whose_figures_tick_stays_put_aside(panel: Panel, qtbot: QtBot):
    panel.now.show_notices([Notice("engine:lost", "The line broke", "6 s of sound kept.")])
    click(qtbot, panel.now.banner.close_button)

    panel.now.show_notices([Notice("engine:lost", "The line broke", "7 s of sound kept.")])

    assert not panel.now.banner.isVisible()


@pytest.mark.parametrize("width", [400, 1120])
def test_a_notice_is_put_aside_at_its_far_right(panel: Panel, qtbot: QtBot, width: int):
    panel.resize(width, 700)
    panel.now.show_notices([REFUSED])
    qtbot.wait(20)

    banner = panel.now.banner
    close = banner.close_button.mapTo(banner, banner.close_button.rect().topRight()).x()
    assert banner.width() - close < 24


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("notices", [(), (SILENT,), (REFUSED,)])
def test_at_most_one_button_is_filled(running: Panel, state: State, notices: tuple[Notice, ...]):
    running.now.set_state(state)
    running.now.show_notices(notices)

    assert len(filled(running)) <= 1


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words_for_an_empty_transcript(panel: Panel, state: State):
    panel.now.set_state(state)

    assert len(panel.now.transcript.empty.words) > 5
    assert panel.now.transport.state_label.status.word


def test_an_empty_transcript_does_not_claim_to_listen_while_nobody_does(panel: Panel):
    panel.now.set_state(State.RECONNECTING)

    assert panel.now.transcript.empty.words == "Reconnecting. The sound is kept until it is text."


def test_closing_the_window_is_told(panel: Panel, qtbot: QtBot):
    with qtbot.waitSignal(panel.closed):
        panel.close()


def test_captions_switched_off_stay_off_when_a_source_changes(panel: Panel, qtbot: QtBot):
    click(qtbot, panel.now.transport.captions)

    with qtbot.waitSignal(panel.now.settings_changed) as changed:
        click(qtbot, panel.now.transport.system.tick)

    assert changed.args == [Settings(system_on=False, captions_visible=False)]


def test_buttons_name_their_keys(panel: Panel):
    assert panel.now.transport.main.toolTip() == "Start (Ctrl+Alt+P)"
    assert panel.rail.library.toolTip() == "Library (Ctrl+2)"


def test_a_notice_in_the_lowest_window_leaves_room_to_search(running: Panel, qtbot: QtBot):
    running.resize(400, 420)
    running.now.show_notices([SILENT])
    assert not running.now.search.isVisible()

    qtbot.keyClick(running, Qt.Key.Key_F, CONTROL)

    assert running.now.search.field.hasFocus()

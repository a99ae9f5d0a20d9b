from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from captioner.settings import Settings
from captioner.ui.settings_dialog import SettingsDialog
from captioner.ui.theme import Theme


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme) -> SettingsDialog:
    dialog = SettingsDialog(theme, Settings())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_it_does_not_block(dialog: SettingsDialog):
    assert not dialog.isModal()
    assert dialog.windowModality() == Qt.WindowModality.NonModal


@pytest.mark.parametrize("place", range(4))
def test_every_page_is_one_click_away(dialog: SettingsDialog, qtbot: QtBot, place: int):
    qtbot.mouseClick(dialog.navigation[place], Qt.MouseButton.LeftButton)

    assert dialog.pages[place].isVisible()
    assert dialog.navigation[place].isChecked()


@pytest.mark.parametrize("field", ["system_on", "microphone_on"])
def test_a_source_is_switched(dialog: SettingsDialog, qtbot: QtBot, field: str):
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        qtbot.mouseClick(getattr(dialog.sound, field), Qt.MouseButton.LeftButton)

    assert changed.args == [replace(Settings(), **{field: False})]


@pytest.mark.parametrize("mode", ["instant", "steady"])
def test_a_reading_mode_is_chosen(dialog: SettingsDialog, qtbot: QtBot, mode: str):
    dialog.open_page(3)

    with qtbot.waitSignal(dialog.settings_changed) as changed:
        qtbot.mouseClick(dialog.captions.modes.cards[mode], Qt.MouseButton.LeftButton)

    assert changed.args == [dialog.settings]
    assert dialog.settings.reading_mode == mode


def test_names_are_switched_off_and_on(dialog: SettingsDialog, qtbot: QtBot):
    dialog.open_page(2)
    cards = dialog.speakers.cards.cards

    with qtbot.waitSignal(dialog.settings_changed):
        qtbot.mouseClick(cards["off"], Qt.MouseButton.LeftButton)
    assert dialog.settings.diarization == "off"
    with qtbot.waitSignal(dialog.settings_changed):
        qtbot.mouseClick(cards["channels"], Qt.MouseButton.LeftButton)
    assert dialog.settings.diarization == "channels"


def test_voices_are_told_apart_by_deepgram_alone_and_that_is_said(dialog: SettingsDialog, qtbot: QtBot):
    dialog.open_page(2)
    card = dialog.speakers.by_voice
    assert not card.isEnabled()
    assert "Needs Deepgram" in card.accessibleDescription()

    dialog.set_settings(Settings(engine="deepgram"))
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)

    assert dialog.settings.diarization == "engine"
    assert card.promise == ""


def test_who_goes_back_to_the_embedded_engine_goes_back_to_names_by_source(
    dialog: SettingsDialog, qtbot: QtBot
):
    dialog.set_settings(Settings(engine="deepgram", diarization="engine"))
    dialog.open_page(1)

    qtbot.mouseClick(dialog.engine.local, Qt.MouseButton.LeftButton)

    assert (dialog.settings.engine, dialog.settings.diarization) == ("local", "channels")
    assert dialog.speakers.cards.cards["channels"].isChecked()


def test_the_size_is_chosen_and_seen(dialog: SettingsDialog, qtbot: QtBot):
    dialog.open_page(3)

    with qtbot.waitSignal(dialog.settings_changed) as changed:
        qtbot.keyClick(dialog.captions.px, Qt.Key.Key_Right)

    assert changed.args == [Settings(caption_px=28)]
    assert dialog.captions.px_words.text() == "28 px"


def test_the_theme_is_chosen(dialog: SettingsDialog, qtbot: QtBot):
    dialog.open_page(3)

    with qtbot.waitSignal(dialog.settings_changed) as changed:
        qtbot.keyClick(dialog.captions.theme, Qt.Key.Key_End)

    assert changed.args == [Settings(theme="dark")]


def test_what_was_changed_elsewhere_is_shown_and_not_told_again(dialog: SettingsDialog, qtbot: QtBot):
    with qtbot.assertNotEmitted(dialog.settings_changed):
        dialog.set_settings(Settings(caption_px=40, theme="dark", system="gone", microphone_on=False))

    assert dialog.captions.px.value() == 40
    assert dialog.sound.system.currentText() == "Not connected: gone"
    assert not dialog.sound.microphone.isEnabled()


def test_levels_move_while_it_is_open(dialog: SettingsDialog):
    dialog.set_levels(-15, None)

    assert dialog.sound.system_meter.lit > 0
    assert dialog.sound.microphone_meter.lit == 0


@pytest.mark.parametrize("way", ["button", "escape"])
def test_it_says_when_it_is_closed(dialog: SettingsDialog, qtbot: QtBot, way: str):
    with qtbot.waitSignal(dialog.closed):
        if way == "button":
            qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
        else:
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from captioner.settings.choices import Settings
from captioner.settings.style import CaptionStyle
from captioner.ui.settings_dialog import SettingsDialog
from captioner.ui.theme import Theme
from tests.ui.device import BUILT_IN, HEADSET, USB


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme) -> SettingsDialog:
    dialog = SettingsDialog(theme, Settings())
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_it_does_not_block(dialog: SettingsDialog):
    assert not dialog.isModal()
    assert dialog.windowModality() == Qt.WindowModality.NonModal


@pytest.mark.parametrize("place", range(5))
def test_every_page_is_one_click_away(dialog: SettingsDialog, qtbot: QtBot, place: int):
    qtbot.mouseClick(dialog.navigation[place], Qt.MouseButton.LeftButton)

    assert dialog.pages[place].isVisible()
    assert dialog.navigation[place].isChecked()


@pytest.mark.parametrize("field", ["system_on", "microphone_on"])
def test_a_source_is_switched(dialog: SettingsDialog, qtbot: QtBot, field: str):
    with qtbot.waitSignal(dialog.settings_changed) as changed:
        qtbot.mouseClick(getattr(dialog.sound, field.removesuffix("_on")).switch, Qt.MouseButton.LeftButton)

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

    assert changed.args == [Settings(style=CaptionStyle(size=101))]
    assert dialog.captions.px_words.text() == "101 %"


def test_the_theme_is_chosen(dialog: SettingsDialog, qtbot: QtBot):
    dialog.open_page(3)

    with qtbot.waitSignal(dialog.settings_changed) as changed:
        qtbot.keyClick(dialog.captions.theme, Qt.Key.Key_End)

    assert changed.args == [Settings(theme="dark")]


def test_what_was_changed_elsewhere_is_shown_and_not_told_again(dialog: SettingsDialog, qtbot: QtBot):
    with qtbot.assertNotEmitted(dialog.settings_changed):
        dialog.set_settings(
            Settings(style=CaptionStyle(size=150), theme="dark", system="gone", microphone_on=False)
        )

    assert dialog.captions.px.value() == 150
    assert dialog.sound.system.combo.currentText() == "Not connected: gone"
    assert not dialog.sound.microphone.combo.isEnabled()


def test_levels_move_while_it_is_open(dialog: SettingsDialog):
    dialog.set_levels(-15, None)

    assert dialog.sound.system.meter.lit > 0
    assert dialog.sound.microphone.meter.lit == 0


@pytest.mark.parametrize("way", ["button", "escape"])
def test_it_says_when_it_is_closed(dialog: SettingsDialog, qtbot: QtBot, way: str):
    with qtbot.waitSignal(dialog.closed):
        if way == "button":
            qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
        else:
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_headset_that_would_sound_like_a_telephone_says_so_under_its_name(dialog: SettingsDialog):
    dialog.set_devices([BUILT_IN], [USB, HEADSET])
    card = dialog.sound.microphone
    assert not card.note.isVisible()

    dialog.set_settings(Settings(microphone="bt"))
    assert card.note.isVisible()
    assert card.note.text() == "Telephone quality on the headset while it is recorded"

    dialog.set_settings(Settings(microphone="usb"))
    assert not card.note.isVisible()


def test_the_page_of_the_sound_tells_when_it_is_looked_at(dialog: SettingsDialog, qtbot: QtBot):
    with qtbot.waitSignal(dialog.sound.shown_changed) as left:
        dialog.open_page(2)
    with qtbot.waitSignal(dialog.sound.shown_changed) as back:
        dialog.open_page(0)
    with qtbot.waitSignal(dialog.sound.shown_changed) as closed:
        dialog.close()

    assert (left.args, back.args, closed.args) == ([False], [True], [False])


def test_devices_that_are_open_for_their_levels_alone_are_a_visible_sign(dialog: SettingsDialog):
    dialog.sound.show_open(["system"])
    assert dialog.sound.open.isVisible()
    assert "Nothing is kept or sent" in dialog.sound.open.text()

    dialog.sound.show_open([])
    assert not dialog.sound.open.isVisible()


def test_a_headset_that_is_left_alone_is_said(dialog: SettingsDialog):
    dialog.set_devices([BUILT_IN], [HEADSET])
    dialog.set_settings(Settings(microphone="bt"))

    dialog.sound.show_open(["system"])

    assert dialog.sound.open.text().endswith("The headset's microphone stays closed until a meeting.")


def test_a_device_that_cannot_be_heard_says_why_under_its_name(dialog: SettingsDialog):
    card = dialog.sound.microphone

    card.show_problem("The system does not allow it\u202e")
    assert card.problem.isVisible()
    assert card.problem.text() == "The system does not allow it"

    card.show_problem("")
    assert not card.problem.isVisible()

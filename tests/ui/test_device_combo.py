from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from captioner.ui.controls import SHORT
from captioner.ui.device_combo import DeviceCombo
from captioner.ui.theme import Theme
from tests.ui.device import BROWSER, BUILT_IN, HEADSET, USB, Device


@pytest.fixture
def combo(qtbot: QtBot, theme: Theme) -> DeviceCombo:
    combo = DeviceCombo(theme, "Device")
    qtbot.addWidget(combo)
    combo.show()
    return combo


def words(combo: DeviceCombo) -> list[str]:
    return [combo.itemText(place) for place in range(combo.count())]


def test_the_default_says_which_device_it_is(combo: DeviceCombo):
    combo.set_devices([BUILT_IN])
    assert words(combo) == ["System default (Built-in Audio)", "Built-in Audio"]

    combo.set_devices([replace(BUILT_IN, is_default=False), replace(USB, is_default=True)])

    assert combo.currentText() == "System default (USB Microphone)"


def test_without_devices_there_is_still_the_default(combo: DeviceCombo):
    combo.set_devices([BUILT_IN])

    combo.set_devices([])

    assert words(combo) == ["System default"]


def test_programs_stand_under_their_own_heading_which_cannot_be_chosen(combo: DeviceCombo, qtbot: QtBot):
    combo.set_devices([BROWSER, BUILT_IN])
    assert words(combo)[1:] == ["Built-in Audio", "Only one application", "Firefox"]

    combo.setCurrentIndex(1)
    with qtbot.waitSignal(combo.device_changed) as changed:
        qtbot.keyClick(combo, Qt.Key.Key_Down)

    assert changed.args == ["app:Firefox"]
    assert combo.currentText() == "Firefox"
    assert combo.note == "Nothing else that this computer plays is heard"


def test_a_headset_that_would_sound_like_a_telephone_says_so(combo: DeviceCombo, qtbot: QtBot):
    combo.set_devices([USB, HEADSET])
    assert words(combo)[2] == "Jabra Evolve2 65 · telephone quality"
    assert "Telephone quality" in combo.itemData(2, Qt.ItemDataRole.ToolTipRole)
    assert combo.note == ""

    with qtbot.waitSignal(combo.note_changed):
        combo.set_device("bt")

    assert combo.note in combo.toolTip()
    assert combo.accessibleDescription() == combo.note
    combo.set_device("usb")
    assert combo.note == ""


def test_it_is_said_of_the_default_device_too(combo: DeviceCombo):
    combo.set_devices([replace(HEADSET, is_default=True)])

    assert combo.currentText() == "System default (Jabra Evolve2 65) · telephone quality"
    assert combo.note


def test_a_chosen_device_that_goes_keeps_its_name_and_its_choice(combo: DeviceCombo, qtbot: QtBot):
    combo.set_devices([USB])
    combo.set_device("usb")

    with qtbot.assertNotEmitted(combo.device_changed):
        combo.set_devices([])
    assert combo.currentText() == "Not connected: USB Microphone"
    combo.set_devices([USB])

    assert combo.currentText() == "USB Microphone"


@pytest.mark.parametrize(
    ("device", "text"), [("app:Firefox", "Not playing: Firefox"), ("old", "Not connected: old")]
)
def test_what_was_never_seen_is_named_by_what_is_known_of_it(combo: DeviceCombo, device: str, text: str):
    combo.set_device(device)

    assert combo.currentText() == text


def test_an_open_list_stays_as_it_is_until_it_is_closed(combo: DeviceCombo, qtbot: QtBot):
    combo.set_devices([USB])
    combo.showPopup()

    combo.set_devices([Device("new", "New one"), USB])
    assert words(combo) == ["System default", "USB Microphone"]
    combo.hidePopup()

    qtbot.waitUntil(lambda: words(combo) == ["System default", "New one", "USB Microphone"])


def test_who_chooses_from_an_open_list_gets_what_was_pressed_though_another_one_came(
    combo: DeviceCombo, qtbot: QtBot
):
    combo.set_devices([USB])
    combo.showPopup()
    combo.set_devices([Device("new", "New one"), USB])

    with qtbot.waitSignal(combo.device_changed) as changed:
        combo.view().setCurrentIndex(combo.model().index(1, 0))
        qtbot.keyClick(combo.view(), Qt.Key.Key_Return)

    assert changed.args == ["usb"]
    qtbot.waitUntil(lambda: combo.currentText() == "USB Microphone" and combo.count() == 3)


def test_names_from_outside_are_plain_text(combo: DeviceCombo):
    combo.set_devices([Device("x", "evil\u202e\nname")])

    assert words(combo)[1] == "evil name"


def test_without_room_the_device_is_named_rather_than_that_it_is_the_default(
    combo: DeviceCombo, theme: Theme
):
    combo.set_devices([BUILT_IN])

    assert combo.currentData(SHORT) == "Built-in Audio"
    combo.resize(130, 32)
    narrow = combo.grab().toImage()
    combo.setItemText(0, "Built-in Audio")
    assert combo.grab().toImage() == narrow

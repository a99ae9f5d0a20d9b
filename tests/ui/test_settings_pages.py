"""The captions page of the settings."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from captioner.settings.choices import Settings
from captioner.settings.style import CaptionStyle
from captioner.ui.caption_sample import CaptionSample
from captioner.ui.settings_pages import CaptionsPage
from captioner.ui.theme import Theme


@pytest.fixture
def page(qtbot: QtBot, theme: Theme) -> CaptionsPage:
    page = CaptionsPage(theme)
    qtbot.addWidget(page)
    page.show_settings(Settings())
    page.resize(680, 900)
    page.show()
    return page


def test_a_reading_mode_is_chosen(page: CaptionsPage, qtbot: QtBot):
    with qtbot.waitSignal(page.changed) as changed:
        qtbot.mouseClick(page.modes.cards["steady"], Qt.MouseButton.LeftButton)

    assert changed.args == ["reading_mode", "steady"]


def test_a_new_size_leaves_the_rest_of_the_style(page: CaptionsPage, qtbot: QtBot):
    page.show_settings(Settings(style=CaptionStyle(text="#FFF27A", size=100)))

    with qtbot.waitSignal(page.changed) as changed:
        qtbot.keyClick(page.px, Qt.Key.Key_PageUp)

    assert changed.args == ["style", CaptionStyle(text="#FFF27A", size=110)]


def test_the_sample_is_a_caption_in_the_style(page: CaptionsPage):
    before = page.sample.grab().toImage()

    page.show_settings(Settings(style=CaptionStyle(text="#FF0000")))

    assert page.sample.grab().toImage() != before
    height = page.sample.height()
    page.show_settings(Settings(style=CaptionStyle(size=200)))
    assert page.sample.height() == height


def test_the_studio_is_one_click_away(page: CaptionsPage, qtbot: QtBot):
    with qtbot.waitSignal(page.studio_requested):
        qtbot.mouseClick(page.studio, Qt.MouseButton.LeftButton)


def test_standing_still_under_the_pointer_is_switched_off(page: CaptionsPage, qtbot: QtBot):
    assert page.hold.isChecked()

    with qtbot.waitSignal(page.changed) as changed:
        qtbot.mouseClick(page.hold, Qt.MouseButton.LeftButton)

    assert changed.args == ["hold_on_hover", False]


def test_captions_go_after_eight_seconds_when_they_are_to_go(page: CaptionsPage, qtbot: QtBot):
    assert not page.clear.isChecked()
    assert not page.clear_after.isVisible()

    with qtbot.waitSignal(page.changed) as changed:
        qtbot.mouseClick(page.clear, Qt.MouseButton.LeftButton)

    assert changed.args == ["clear_after", 8]


def test_after_how_many_seconds_is_chosen_and_taken_back(page: CaptionsPage, qtbot: QtBot):
    page.show_settings(Settings(clear_after=20))
    assert page.clear_words.text() == "20 s"

    with qtbot.waitSignal(page.changed) as changed:
        qtbot.keyClick(page.clear_after, Qt.Key.Key_End)
    assert changed.args == ["clear_after", 60]

    with qtbot.waitSignal(page.changed) as changed:
        qtbot.mouseClick(page.clear, Qt.MouseButton.LeftButton)
    assert changed.args == ["clear_after", None]


@pytest.mark.parametrize(
    ("combo", "field", "value"), [("motion", "motion", "reduced"), ("theme", "theme", "dark")]
)
def test_motion_and_theme_are_chosen(page: CaptionsPage, qtbot: QtBot, combo: str, field: str, value: str):
    with qtbot.waitSignal(page.changed) as changed:
        qtbot.keyClick(getattr(page, combo), Qt.Key.Key_End)

    assert changed.args == [field, value]


def test_what_was_chosen_elsewhere_is_shown_and_not_told_again(page: CaptionsPage, qtbot: QtBot):
    with qtbot.assertNotEmitted(page.changed):
        page.show_settings(
            Settings(
                clear_after=30, motion="full", theme="light", hold_on_hover=False, reading_mode="instant"
            )
        )

    assert page.clear_after.value() == 30
    assert page.motion.currentData() == "full"
    assert page.theme.currentData() == "light"
    assert not page.hold.isChecked()
    assert page.modes.cards["instant"].isChecked()


def test_a_list_is_read_aloud_with_what_it_chooses(page: CaptionsPage):
    for combo in page.findChildren(QComboBox):
        spoken = QAccessible.queryAccessibleInterface(combo)
        labels = [label.text(QAccessible.Text.Name) for label, _ in spoken.relations()]
        assert labels == [combo.accessibleName()]


def test_a_narrow_page_cuts_off_no_title(page: CaptionsPage):
    page.setMinimumWidth(1)
    page.resize(300, 1200)

    titles = [label for label in page.findChildren(QLabel) if label.property("role") == "strong"]

    assert len(titles) > 5
    for title in titles:
        lines = title.heightForWidth(title.width()) if title.wordWrap() else title.sizeHint().height()
        assert title.height() >= lines
        assert title.wordWrap() or title.width() >= title.sizeHint().width(), title.text()


def test_the_sample_has_both_its_ends_where_captions_themselves_would_be_too_wide(qtbot: QtBot):
    sample = CaptionSample()
    qtbot.addWidget(sample)
    sample.resize(280, 135)
    sample.show_style(CaptionStyle(box="#00FF00", box_strength=1.0))
    picture = sample.grab().toImage()

    middle = [picture.pixelColor(x, picture.height() // 2).green() for x in range(picture.width())]

    assert max(middle) == 255
    assert middle[2] < 255
    assert middle[-3] < 255

"""What holds for every window: names, sizes, the keyboard, nothing clipped, both themes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from captioner.meeting.listener import Notice, State
from captioner.settings.choices import Settings
from captioner.streaming.errors import AuthenticationError
from captioner.transcript.model import Row, Segment, StoredMeeting
from captioner.ui.panel import Panel
from captioner.ui.settings_dialog import SettingsDialog
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.status import fallback_listens
from captioner.ui.theme import Theme
from tests.ui.device import BROWSER, BUILT_IN, HEADSET, USB

CONTROLS = (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit, QAbstractSlider, QAbstractItemView)
SILENT = Notice(
    "silent:system",
    "No sound from the call for 40 s",
    "The call may play on another device.",
    ways=("sources",),
)
REFUSED = Notice(
    "engine:authentication",
    "Deepgram does not know this key",
    "It may be gone.",
    ways=("settings", "console"),
)
WINDOWS = ("idle", "running", "fallback", "library", "sound", "engine", "speakers", "captions", "deepgram")
Build = Callable[[str], QWidget]


@pytest.fixture
def build(
    qtbot: QtBot,
    theme: Theme,
    slots: SpeakerSlots,
    rows: Sequence[Row],
    notes: Sequence[Row],
    stored: StoredMeeting,
) -> Build:
    heard_twice = Segment("x", 0, "You", 2.0, 4.0, "The pricing page goes live.", True)

    def window(name: str) -> QWidget:
        widget = panel(name) if name in WINDOWS[:4] else dialog(name)
        qtbot.addWidget(widget)
        widget.show()
        settle()
        return widget

    def panel(name: str) -> QWidget:
        panel = Panel(theme, slots)
        if name == "running":
            panel.now.set_meeting("Weekly sync " * 9, datetime(2026, 11, 20, 10, 58, tzinfo=UTC))
            panel.now.set_state(State.LISTENING)
            panel.now.set_rows(rows)
            panel.now.show_notices([SILENT])
            panel.now.search.field.setText("pricing")
        elif name == "fallback":
            panel.now.set_meeting("Weekly sync", datetime(2026, 11, 20, 10, 58, tzinfo=UTC))
            panel.now.set_state(State.FALLBACK)
            panel.now.show_status(fallback_listens("local", "Deepgram does not know this key", 7.3))
            panel.now.set_rows([*rows, *notes])
            panel.now.show_notices([REFUSED])
        elif name == "library":
            panel.open_page("library")
            panel.library.show_meetings([stored.summary])
            panel.library.show_meeting(replace(stored, hidden=(heard_twice,)))
        return panel

    def dialog(name: str) -> QWidget:
        if name == "deepgram":
            return refused_dialog()
        dialog = SettingsDialog(theme, Settings(microphone=HEADSET.id))
        dialog.set_devices([BUILT_IN, BROWSER], [USB, HEADSET])
        dialog.sound.show_open(["system"])
        dialog.sound.system.show_problem("Another program holds the device, and does not let go of it")
        dialog.open_page(WINDOWS.index(name) - 4)
        return dialog

    def refused_dialog() -> QWidget:
        dialog = SettingsDialog(theme, Settings(engine="deepgram", keyterms=("Lindqvist",)))
        dialog.open_page(1)
        dialog.engine.show_key("keyring")
        dialog.engine.show_check(
            AuthenticationError("401", request_id="5c21aa01-5c21-4d5e-9f3a-64a1d2e0c0de")
        )
        dialog.engine.address_row.show_problem("The server's address has a query. Leave it out")
        return dialog

    return window


def settle() -> None:
    """Let every layout have its turns: how long they take says nothing on a busy machine."""
    for _ in range(30):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def controls(window: QWidget) -> list[QWidget]:
    found = [child for kind in CONTROLS for child in window.findChildren(kind)]
    inner = [view for combo in window.findChildren(QComboBox) for view in combo.findChildren(QWidget)]
    return [
        child
        for child in found
        if child.isVisible() and not isinstance(child, QScrollBar) and child not in inner
    ]


@pytest.mark.parametrize("name", WINDOWS)
def test_every_control_has_a_name_a_size_and_the_keyboard(build: Build, name: str):
    found = controls(build(name))

    assert len(found) >= 5
    assert [child for child in found if not child.accessibleName()] == []
    assert [child for child in found if min(child.width(), child.height()) < 24] == []


@pytest.mark.parametrize("name", WINDOWS)
def test_tab_reaches_every_control(build: Build, qtbot: QtBot, name: str):
    window = build(name)
    window.activateWindow()
    waiting = {child for child in controls(window) if child.isEnabled()}
    # Of choices that exclude each other Tab reaches the chosen one; arrows do the rest.
    waiting -= {child for child in waiting if is_other_choice(child)}

    for _ in range(60):
        window.focusNextChild()
        waiting.discard(window.focusWidget())

    assert waiting == set()


def is_other_choice(child: QWidget) -> bool:
    return isinstance(child, QAbstractButton) and child.group() is not None and not child.isChecked()


@pytest.mark.parametrize("size", [(400, 420), (683, 384), (719, 600), (1000, 700)])
@pytest.mark.parametrize("name", WINDOWS)
def test_nothing_essential_is_clipped(build: Build, name: str, size: tuple[int, int]):
    window = build(name)

    window.resize(*size)
    settle()

    assert window.width() == max(size[0], window.minimumWidth())
    clipped = [
        (child.accessibleName(), child.geometry(), child.sizeHint())
        for child in controls(window)
        if not window.rect().contains(visible_place(window, child)) or is_squeezed(child)
    ]
    assert clipped == []


def visible_place(window: QWidget, child: QWidget) -> QRect:
    """Where a control stands; in a page that scrolls only its width counts."""
    place = QRect(child.mapTo(window, QPoint(0, 0)), child.size())
    parent = child.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return QRect(place.left(), 1, place.width(), 1)
        parent = parent.parentWidget()
    return place


def is_squeezed(child: QWidget) -> bool:
    if isinstance(child, QAbstractButton):
        hint = child.sizeHint().boundedTo(child.maximumSize())
        if child.hasHeightForWidth():
            return child.height() < child.heightForWidth(child.width())
        return child.width() < hint.width() or child.height() < hint.height()
    return isinstance(child, QAbstractItemView) and child.height() < 40


def test_controls_do_not_lie_upon_one_another(build: Build):
    window = build("running")

    for size in ((400, 420), (800, 600)):
        window.resize(*size)
        settle()
        found = [child for child in controls(window) if child.accessibleName() != "Clear search"]
        places = [QRect(child.mapTo(window, QPoint(0, 0)), child.size()) for child in found]
        for number, place in enumerate(places):
            assert not any(place.intersects(other) for other in places[number + 1 :])


@pytest.mark.parametrize("size", [(400, 420), (683, 384), (719, 600), (1000, 700)])
@pytest.mark.parametrize("name", WINDOWS[4:])
def test_no_line_of_words_in_the_settings_is_cut(build: Build, name: str, size: tuple[int, int]):
    window = build(name)

    window.resize(*size)
    settle()

    wrapped = [label for label in window.findChildren(QLabel) if label.isVisible() and label.wordWrap()]
    assert wrapped
    assert [label.text() for label in wrapped if label.height() < label.heightForWidth(label.width())] == []


@pytest.mark.parametrize("name", WINDOWS)
def test_labels_show_plain_text(build: Build, name: str):
    labels = build(name).findChildren(QLabel)

    assert [label.text() for label in labels if label.textFormat() == Qt.TextFormat.RichText] == []


@pytest.mark.parametrize("name", WINDOWS)
def test_both_themes_paint_every_window(build: Build, theme: Theme, name: str):
    window = build(name)
    light = window.grab().toImage()

    theme.choose("dark")
    dark = window.grab().toImage()
    theme.choose("light")

    assert light.pixelColor(2, 2).lightness() > 150 > 80 > dark.pixelColor(2, 2).lightness()


def test_the_ring_follows_the_keyboard_only(build: Build, qtbot: QtBot):
    window = build("running")
    assert isinstance(window, Panel)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    qtbot.mouseClick(window.now.transport.captions, Qt.MouseButton.LeftButton)
    assert not window.ring.isVisible()
    window.now.transport.stop.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(window.now.transport.stop, Qt.Key.Key_Tab)

    assert window.ring.isVisible()
    target = window.ring.target
    assert target is not None
    corner = target.mapTo(window, QPoint(0, 0))
    assert window.ring.geometry().contains(QRect(corner, target.size()))

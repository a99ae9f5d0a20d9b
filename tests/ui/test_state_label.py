"""What is going on, in the room there is."""

import pytest
from pytestqt.qtbot import QtBot

from captioner.meeting.listener import Notice
from captioner.ui.state_label import StateLabel
from captioner.ui.status import Status, in_trouble, reconnecting
from captioner.ui.theme import Theme

RECONNECTING = reconnecting(6.4, 1.6, None)
LOST = in_trouble(
    Notice("lost:system", "The sound device was unplugged", "Captions go on with Built-in Audio.")
)
LONG = Status("fallback", "Local engine took over", "Deepgram does not know this key. No words lost.")


@pytest.fixture
def label(qtbot: QtBot, theme: Theme) -> StateLabel:
    label = StateLabel(theme)
    qtbot.addWidget(label)
    return label


def test_with_room_everything_stands_on_one_line(label: StateLabel):
    label.show_status(RECONNECTING)

    assert label.lines(600, 44) == ["6 s of sound kept  ·  Local engine in 2 s"]


def test_with_less_room_it_stands_on_two(label: StateLabel):
    label.show_status(RECONNECTING)
    assert label.lines(190, 70) == ["6 s of sound kept", "Local engine in 2 s"]

    label.show_status(LONG)
    first, second = label.lines(230, 70)
    assert f"{first} {second}" == LONG.detail


def test_with_least_room_what_comes_next_is_said(label: StateLabel):
    label.show_status(RECONNECTING)

    assert label.lines(190, 44) == ["Local engine in 2 s"]


def test_what_has_no_room_is_still_named_and_told_by_its_tip(label: StateLabel):
    label.show_status(RECONNECTING)

    assert label.accessibleName() == "Reconnecting"
    assert label.accessibleDescription() == label.toolTip() == "6 s of sound kept  ·  Local engine in 2 s"


def test_a_word_without_room_gives_way_to_a_short_one_and_stands_in_the_tip(label: StateLabel):
    label.show_status(LOST)

    assert label.word(400) == label.accessibleName() == "The sound device was unplugged"
    assert label.word(190) == "Device lost"
    assert label.toolTip().startswith("The sound device was unplugged  ·  Captions go on with")


def test_a_word_that_has_no_short_form_is_cut(label: StateLabel):
    label.show_status(LONG)

    assert label.word(110).endswith("…")


@pytest.mark.parametrize("width", [110, 190, 400])
@pytest.mark.parametrize("status", [RECONNECTING, LONG, LOST, Status("listening", "Listening")])
def test_it_is_painted_in_every_size(label: StateLabel, status: Status, width: int):
    label.show_status(status)

    for height in (44, 70):
        label.resize(width, height)
        assert not label.grab().isNull()

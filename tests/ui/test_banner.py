import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from captioner.meeting.listener import Notice
from captioner.ui.banner import Banner
from captioner.ui.theme import Theme

SILENT = Notice("silent:system", "No sound from the call for 40 s", "", ways=("sources",))
LOST = Notice("lost:system", "The sound device was unplugged", "", ways=("sources",))


@pytest.fixture
def banner(qtbot: QtBot, theme: Theme) -> Banner:
    banner = Banner(theme)
    qtbot.addWidget(banner)
    banner.resize(900, 100)
    return banner


def click(qtbot: QtBot, button: QWidget) -> None:
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("code", "words", "source"),
    [
        ("lost:system", "Choose sound source", "system"),
        ("lost:microphone", "Choose microphone", "microphone"),
        ("unheard:system", "Choose sound source", "system"),
        ("unheard:microphone", "Choose microphone", "microphone"),
        ("silent:system", "Choose sound source", "system"),
        ("silent:microphone", "Choose microphone", "microphone"),
        ("quiet:microphone", "Choose microphone", "microphone"),
        ("telephone:microphone", "Choose microphone", "microphone"),
        ("refused", "Choose sound source", "system"),
    ],
)
def test_what_another_device_may_end_leads_to_the_list_of_devices(
    banner: Banner, qtbot: QtBot, code: str, words: str, source: str
):
    banner.show_notices([Notice(code, "Something is wrong", "Somehow.", ways=("sources",))])
    assert banner.choose.words == banner.choose.accessibleName() == words

    with qtbot.waitSignal(banner.source_requested) as asked:
        click(qtbot, banner.choose)

    assert asked.args == [source]


@pytest.mark.parametrize("code", ["loud:microphone", "disk", "behind"])
def test_what_no_other_device_cures_offers_none(banner: Banner, code: str):
    banner.show_notices([Notice(code, "Something is wrong", "Somehow.")])

    assert not banner.choose.isVisible()
    assert banner.close_button.isVisible()


@pytest.mark.parametrize(("code", "words"), [("twice", "Show them"), ("twice:shown", "Hide them")])
def test_lines_heard_twice_are_shown_and_hidden_again(banner: Banner, qtbot: QtBot, code: str, words: str):
    banner.show_notices([Notice(code, "The call is heard twice", "", "info", ways=("doubled",))])
    assert banner.choose.words == words

    with qtbot.waitSignal(banner.way_requested) as asked:
        click(qtbot, banner.choose)

    assert asked.args == ["doubled"]
    assert not banner.quiet.isVisible()


def test_silence_may_be_just_quiet_and_what_is_lost_is_put_aside(banner: Banner, qtbot: QtBot):
    banner.show_notices([SILENT])
    assert banner.quiet.words == "It is just quiet"
    assert not banner.close_button.isVisible()

    banner.show_notices([LOST])
    assert not banner.quiet.isVisible()
    with qtbot.waitSignal(banner.dismissed) as dismissed:
        click(qtbot, banner.close_button)

    assert dismissed.args == ["lost:system"]


def test_a_hint_waits_behind_what_is_wrong(banner: Banner):
    hint = Notice("telephone:microphone", "Telephone quality on the headset", "", "info", ("sources",))

    banner.show_notices([hint, LOST])
    assert banner.notice == LOST
    banner.show_notices([hint])

    assert banner.notice == hint
    assert banner.choose.words == "Choose microphone"


def test_a_button_of_one_notice_does_not_answer_for_the_next(banner: Banner, qtbot: QtBot):
    banner.show_notices([Notice("silent:microphone", "Your microphone is silent", "", ways=("sources",))])
    banner.show_notices([LOST])

    with qtbot.waitSignal(banner.source_requested) as asked:
        click(qtbot, banner.choose)

    assert asked.args == ["system"]


def test_what_has_two_ways_out_offers_both(banner: Banner, qtbot: QtBot):
    ways = ("settings", "sources")
    banner.show_notices([Notice("unheard:microphone", "No words for 45 s", "", ways=ways)])
    assert (banner.choose.words, banner.quiet.words) == ("Engine settings", "Choose microphone")

    with qtbot.waitSignal(banner.way_requested) as first:
        click(qtbot, banner.choose)
    with qtbot.waitSignal(banner.source_requested) as second:
        click(qtbot, banner.quiet)

    assert (first.args, second.args) == (["settings"], ["microphone"])


@pytest.mark.parametrize("width", [380, 450, 700])
def test_every_line_of_a_long_notice_has_its_room(banner: Banner, qtbot: QtBot, width: int):
    banner.set_narrow(width < 500)
    banner.show_notices([Notice("lost:system", "The sound device was unplugged", "Captions go on. " * 9)])

    banner.resize(width, banner.heightForWidth(width))
    qtbot.wait(20)

    for label in banner.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())


def test_where_the_title_stands_alone_the_rest_is_its_tip(banner: Banner):
    banner.show_notices([Notice("disk", "The disk is full", "Free some space.")])

    banner.set_narrow(False, is_short=True)
    short = {label.text(): label.toolTip() for label in banner.findChildren(QLabel) if label.isVisible()}
    banner.set_narrow(False)
    whole = {label.text(): label.toolTip() for label in banner.findChildren(QLabel) if label.isVisible()}

    assert short == {"The disk is full": "Free some space."}
    assert whole == {"The disk is full": "", "Free some space.": ""}

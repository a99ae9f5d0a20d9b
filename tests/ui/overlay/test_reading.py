from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from captioner.settings.choices import Settings
from captioner.transcript.model import Change, Segment
from captioner.ui.overlay.reading import Reading
from captioner.ui.shown import WordPlace
from tests.clock import Clock


@pytest.fixture
def reading(qtbot: QtBot, clock: Clock) -> Iterator[Reading]:
    parent = QObject()
    reading = Reading(parent, clock)
    reading.is_live = True
    say(reading, "a", "one two three")
    yield reading
    parent.deleteLater()


def say(reading: Reading, name: str, text: str, kind: str = "added") -> None:
    start = float(ord(name))
    reading.apply(Change(kind, 0, Segment(name, 1, "Maya", start, start + 1, text, True)))  # type: ignore[arg-type]


def shown(reading: Reading) -> list[str]:
    return [row.text or row.committed for row in reading.view().rows if isinstance(row, Segment)]


def test_all_changes_of_an_event_are_told_once(reading: Reading, qtbot: QtBot):
    told: list[None] = []
    reading.changed.connect(lambda: told.append(None))

    say(reading, "b", "four")
    say(reading, "c", "five")

    assert not told
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
    assert shown(reading) == ["one two three", "four", "five"]


def test_a_pointer_that_rests_holds_what_is_shown(reading: Reading, qtbot: QtBot):
    reading.hover(True)
    assert not reading.is_held
    qtbot.waitUntil(lambda: reading.is_held)

    say(reading, "b", "four five")

    view = reading.view()
    assert (view.phase, view.waiting, view.mark) == ("held", 2, WordPlace("a", 2))
    assert shown(reading) == ["one two three"]


def test_a_pointer_that_passes_by_holds_nothing(reading: Reading, qtbot: QtBot):
    reading.hover(True)
    with qtbot.waitSignal(reading.left):
        reading.hover(False)

    assert reading.view().phase == "live"


def test_when_the_pointer_leaves_what_came_meanwhile_is_caught_up_with(
    reading: Reading, clock: Clock, qtbot: QtBot
):
    reading.hover(True)
    qtbot.waitUntil(lambda: reading.is_held)
    say(reading, "b", "four five")
    with qtbot.waitSignal(reading.left):
        reading.hover(False)

    steps: list[list[str]] = []
    while reading.view().phase == "catching_up":
        steps.append(shown(reading))
        clock.now += 1
    assert steps[0] == ["one two three"]
    assert ["one two three", "four"] in steps
    assert shown(reading) == ["one two three", "four five"]


def test_a_pointer_that_comes_back_from_the_tools_goes_on_holding(reading: Reading, qtbot: QtBot):
    reading.hover(True)
    qtbot.waitUntil(lambda: reading.is_held)

    reading.hover(False)
    reading.hover(True)

    with qtbot.assertNotEmitted(reading.left, wait=400):
        pass
    assert reading.is_held


@pytest.mark.parametrize("settings", [Settings(hold_on_hover=False), Settings()])
def test_it_holds_nothing_where_nobody_wants_it_or_nothing_comes(
    reading: Reading, qtbot: QtBot, settings: Settings
):
    reading.set_settings(settings)
    reading.is_live = not settings.hold_on_hover

    reading.hover(True)

    qtbot.wait(300)
    assert not reading.is_held


def test_what_is_held_by_key_stays_until_the_key_comes_again(reading: Reading, qtbot: QtBot):
    reading.toggle_hold()
    reading.hover(True)
    with qtbot.waitSignal(reading.left):
        reading.hover(False)
    assert reading.is_held

    reading.toggle_hold()

    assert not reading.is_held


def test_the_wheel_looks_back_at_once_and_the_pointer_that_leaves_ends_it(reading: Reading, qtbot: QtBot):
    reading.hover(True)
    reading.look_back(2)
    assert (reading.view().phase, reading.view().skip) == ("held", 2)

    with qtbot.waitSignal(reading.left):
        reading.hover(False)

    assert not reading.is_held
    assert reading.view().skip == 0


def test_looked_back_by_keys_it_stays_until_the_keyboard_is_elsewhere(reading: Reading, qtbot: QtBot):
    reading.look_back(2)
    reading.hover(True)
    with qtbot.waitSignal(reading.left):
        reading.hover(False)
    assert reading.is_held

    reading.end_paging()

    assert reading.view().phase == "live"


def test_what_the_key_holds_outlives_the_keyboard_in_the_tools(reading: Reading):
    reading.toggle_hold()
    reading.look_back(2)

    reading.end_paging()
    assert reading.is_held

    reading.newest()
    assert reading.view().phase == "live"


def test_another_word_is_marked(reading: Reading):
    reading.toggle_hold()

    reading.mark(WordPlace("a", 0))

    assert reading.view().mark == WordPlace("a", 0)


def test_captions_go_by_themselves_when_that_is_wished_for(reading: Reading, clock: Clock, qtbot: QtBot):
    reading.set_settings(Settings(clear_after=3))
    assert shown(reading) == ["one two three"]

    clock.now += 2.9
    with qtbot.waitSignal(reading.changed):
        reading.view()
        clock.now += 0.2

    assert shown(reading) == []


def test_another_meeting_shows_nothing_of_the_last_one(reading: Reading):
    reading.toggle_hold()

    reading.clear()

    assert shown(reading) == []
    assert reading.view().phase == "live"


def test_in_steady_mode_what_is_settled_stays(reading: Reading):
    reading.set_settings(Settings(reading_mode="steady"))

    reading.apply(Change("added", 1, Segment("b", 1, "Maya", 200, 201, "", committed="for five", tail="sex")))
    reading.apply(Change("updated", 1, Segment("b", 1, "Maya", 200, 201, "Four five six.", True)))

    row = reading.view().rows[-1]
    assert isinstance(row, Segment)
    assert row.committed.startswith("for five")


def test_what_was_cleared_of_one_meeting_is_not_missing_in_the_next(reading: Reading, clock: Clock):
    reading.set_settings(Settings(clear_after=5))
    assert shown(reading) == ["one two three"]
    clock.now += 6
    assert shown(reading) == []

    reading.clear()
    say(reading, "a", "one two four")  # the engine numbers its lines anew

    assert shown(reading) == ["one two four"]

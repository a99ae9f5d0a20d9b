from pytestqt.qtbot import QtBot

from captioner.ui.meter import LevelMeter
from captioner.ui.theme import Theme


def meter_on_screen(qtbot: QtBot, theme: Theme) -> LevelMeter:
    meter = LevelMeter(theme, "Level")
    qtbot.addWidget(meter)
    meter.resize(133, 8)
    meter.show()
    return meter


def test_loud_lights_more_blocks_than_quiet(qtbot: QtBot, theme: Theme):
    meter = meter_on_screen(qtbot, theme)

    meter.set_level(-40)
    quiet = meter.lit
    meter.set_level(-10)

    assert 0 < quiet < meter.lit


def test_digital_silence_and_no_source_light_nothing(qtbot: QtBot, theme: Theme):
    meter = meter_on_screen(qtbot, theme)

    meter.set_level(-120)

    assert meter.lit == 0
    meter.set_level(float("-inf"))
    assert meter.lit == 0


def test_it_falls_within_a_third_of_a_second_and_then_rests(qtbot: QtBot, theme: Theme):
    meter = meter_on_screen(qtbot, theme)
    meter.set_level(-10)

    meter.set_level(None)

    assert meter.lit > 0
    qtbot.waitUntil(lambda: meter.lit == 0, timeout=1000)
    assert not meter.is_moving


def test_a_level_that_stays_needs_no_timer(qtbot: QtBot, theme: Theme):
    meter = meter_on_screen(qtbot, theme)

    meter.set_level(-20)
    meter.set_level(-20)

    assert not meter.is_moving


def test_nothing_moves_while_it_is_hidden(qtbot: QtBot, theme: Theme):
    meter = meter_on_screen(qtbot, theme)
    meter.set_level(-10)
    meter.hide()

    meter.set_level(None)

    assert not meter.is_moving

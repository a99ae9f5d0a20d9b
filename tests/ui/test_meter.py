import pytest
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


def test_the_loudest_stays_for_a_moment_as_a_block_of_its_own(qtbot: QtBot, theme: Theme):
    meter = meter_on_screen(qtbot, theme)
    meter.set_level(-10)
    loudest = meter.lit

    meter.set_level(-50)
    qtbot.waitUntil(lambda: not meter.is_moving)

    assert meter.peak_place == loudest - 1 > meter.lit
    qtbot.waitUntil(lambda: meter.peak_place is None, timeout=3000)


def test_a_largest_sample_above_the_level_is_shown_beside_it(qtbot: QtBot, theme: Theme):
    meter = meter_on_screen(qtbot, theme)

    meter.set_level(-30)
    meter.set_peak(-12)

    assert meter.peak_place is not None
    assert meter.peak_place > meter.lit
    assert not meter.is_clipped


def test_sound_that_is_cut_off_is_marked_in_words_too_and_not_for_ever(qtbot: QtBot, theme: Theme):
    meter = meter_on_screen(qtbot, theme)

    meter.set_level(-10)
    meter.set_peak(0.0)

    assert meter.is_clipped
    assert meter.accessibleDescription() == meter.toolTip() == "Too loud: the sound is cut off"
    qtbot.waitUntil(lambda: not meter.is_clipped, timeout=5000)
    assert meter.accessibleDescription() == meter.toolTip() == ""


@pytest.mark.parametrize("peak", [None, float("nan"), float("-inf"), -120.0])
def test_a_peak_that_is_none_shows_nothing(qtbot: QtBot, theme: Theme, peak: float | None):
    meter = meter_on_screen(qtbot, theme)

    meter.set_peak(peak)

    assert meter.peak_place is None
    assert not meter.is_clipped


def test_a_source_that_goes_off_takes_peak_and_mark_with_it(qtbot: QtBot, theme: Theme):
    meter = meter_on_screen(qtbot, theme)
    meter.set_level(-10)
    meter.set_peak(0.0)

    meter.set_level(None)

    assert not meter.is_clipped
    qtbot.waitUntil(lambda: meter.lit == 0, timeout=1000)
    assert meter.peak_place is None


def test_the_mark_is_painted_at_the_right_end(qtbot: QtBot, theme: Theme):
    meter = meter_on_screen(qtbot, theme)
    meter.set_level(-40)

    meter.set_peak(0.0)

    colour = meter.grab().toImage().pixelColor(meter.width() - 10, 4).name().upper()
    assert colour == theme.tokens.error

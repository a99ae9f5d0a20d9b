from dataclasses import replace

from captioner.settings.style import CaptionStyle
from captioner.ui.studio.undo import Steps

PLAIN = CaptionStyle()
YELLOW = replace(PLAIN, text="#FFF27A")


def test_without_a_step_there_is_nothing_to_go_back_to():
    assert not Steps()
    assert Steps().back(YELLOW) == YELLOW


def test_steps_go_back_one_by_one():
    steps = Steps()
    bold = replace(YELLOW, bold=True)
    steps.keep(PLAIN, YELLOW)
    steps.keep(YELLOW, bold)

    assert steps.back(bold) == YELLOW
    assert steps.back(YELLOW) == PLAIN
    assert not steps


def test_a_slider_that_is_drawn_is_one_step():
    steps = Steps()
    for size in range(100, 150):
        steps.keep(replace(PLAIN, size=size), replace(PLAIN, size=size + 1), "size")

    assert steps.back(replace(PLAIN, size=150)) == PLAIN


def test_drawn_again_after_a_step_back_it_is_a_step_of_its_own():
    steps = Steps()
    larger = replace(PLAIN, size=150)
    steps.keep(PLAIN, larger, "size")
    steps.back(larger)

    steps.keep(PLAIN, larger, "size")

    assert steps.back(larger) == PLAIN


def test_what_was_changed_elsewhere_stays():
    steps = Steps()
    steps.keep(PLAIN, YELLOW)

    assert steps.back(replace(YELLOW, lines=6)) == replace(PLAIN, lines=6)


def test_it_does_not_grow_without_end():
    steps = Steps()
    for number in range(500):
        steps.keep(replace(PLAIN, size=50 + number % 100), replace(PLAIN, size=51 + number % 100))

    backs = 0
    while steps:
        steps.back(PLAIN)
        backs += 1
    assert backs == 100

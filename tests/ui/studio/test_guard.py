import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from captioner.settings.contrast import made_readable, worst_contrast
from captioner.settings.presets import PRESETS, PresetName
from captioner.settings.style import CaptionStyle
from captioner.ui.overlay.look import Look
from captioner.ui.studio.guard import Guard
from captioner.ui.theme import Theme

colours = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06X}")
strengths = st.sampled_from([0.0, 0.3, 0.5, 0.75, 1.0])


@pytest.fixture
def guard(qtbot: QtBot, theme: Theme) -> Guard:
    guard = Guard(theme)
    qtbot.addWidget(guard)
    guard.show()
    return guard


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_easy_to_read_with_all_its_names(guard: Guard, name: PresetName):
    guard.show_style(PRESETS[name])

    assert guard.title.text().startswith("Easy to read everywhere: ")
    assert guard.property("plane") == "good"
    assert not guard.help.isVisible()


def test_the_figure_is_said(guard: Guard):
    guard.show_style(CaptionStyle())

    assert guard.title.text() == "Easy to read everywhere: 15.3 to 1 at worst"
    assert guard.accessibleName().startswith(guard.title.text())


@pytest.mark.parametrize(
    ("style", "words"),
    [
        (CaptionStyle(box_strength=0.2), "Hard to read on light pictures: 1."),
        (CaptionStyle(text="#000000", box_strength=0.2), "Hard to read on dark pictures: 1."),
        (CaptionStyle(text="#808080", box_strength=0.2), "Hard to read on some pictures: 1.0 to 1"),
        (CaptionStyle(text="#888888", box="#444444", box_strength=1.0), "Hard to read on every picture: 2."),
        (CaptionStyle(text_strength=0.5, box_strength=1.0), "Readable. 5."),
        (CaptionStyle(box="#000000", box_strength=0.7), "Names are hard to read: "),
    ],
)
def test_what_is_hard_to_read_is_said_and_help_is_offered(guard: Guard, style: CaptionStyle, words: str):
    guard.show_style(style)

    assert guard.title.text().startswith(words)
    assert guard.help.isVisible()


def test_help_is_a_wish(guard: Guard, qtbot: QtBot):
    guard.show_style(CaptionStyle(box_strength=0.2))

    with qtbot.waitSignal(guard.help_requested):
        qtbot.mouseClick(guard.help, Qt.MouseButton.LeftButton)


def test_a_figure_just_under_a_limit_does_not_look_as_if_it_had_reached_it(guard: Guard):
    style = CaptionStyle(text="#949594", box="#000000", box_strength=1.0)
    assert 6.95 < worst_contrast(style) < 7

    guard.show_style(style)

    assert guard.title.text() == "Readable. 6.9 to 1 at worst"


@settings(max_examples=60, deadline=None)
@given(
    st.builds(
        CaptionStyle,
        text=colours,
        text_strength=st.sampled_from([0.3, 0.5, 1.0]),
        behind=colours,
        behind_strength=strengths,
        box=colours,
        box_strength=strengths,
    )
)
def test_with_help_words_and_the_names_that_are_shown_with_them_can_be_read(
    qapp: QApplication, style: CaptionStyle
):
    made = made_readable(style, speakers=lambda tried: Look.of(tried).tokens.speakers)

    assert worst_contrast(made) >= 7
    assert worst_contrast(made, Look.of(made).tokens.speakers) >= 4.5

"""Each part of the studio: it shows every style, and tells what the person changes."""

from dataclasses import fields, replace

import pytest
from pytestqt.qtbot import QtBot

from captioner.settings.presets import PRESETS
from captioner.settings.style import CaptionStyle
from captioner.ui.controls import Label
from captioner.ui.studio.one_of import Segments
from captioner.ui.studio.sections import FieldRow, GroundSection, LinesSection, Section, TextSection
from captioner.ui.theme import Theme

Told = list[tuple[str, object]]


@pytest.fixture
def sections(theme: Theme, qtbot: QtBot) -> list[Section]:
    sections = [
        TextSection(theme),
        GroundSection(theme, "behind", "Behind the words"),
        GroundSection(theme, "box", "Box"),
        LinesSection(theme),
    ]
    for section in sections:
        qtbot.addWidget(section)
    return sections


def told_by(sections: list[Section]) -> Told:
    told: Told = []
    for section in sections:
        section.changed.connect(lambda field, value: told.append((field, value)))
    return told


@pytest.mark.parametrize("style", [*PRESETS.values(), CaptionStyle(size=75, text_strength=0.35)])
def test_what_is_shown_is_not_told(sections: list[Section], style: CaptionStyle):
    told = told_by(sections)

    for section in sections:
        section.show_style(style)

    assert told == []


def test_together_they_hold_every_field_of_a_style(sections: list[Section], qtbot: QtBot):
    told = told_by(sections)
    text, behind, box, lines = sections
    assert isinstance(text, TextSection)
    assert isinstance(behind, GroundSection)
    assert isinstance(box, GroundSection)
    assert isinstance(lines, LinesSection)
    for section in sections:
        section.show_style(CaptionStyle())

    for swatches in (text.colours, behind.colours, box.colours):
        swatches.chosen.emit("#112233")
    for ground in (behind, box):
        ground.slider.setValue(40)
    for choice, value in (
        (text.strength, "half"),
        (text.edges, "raised"),
        (lines.lines, "5"),
        (lines.length, "wide"),
    ):
        choice.chosen.emit(value)
    text.size_slider.setValue(150)
    text.bold.click()
    text.font_style.activated.emit(text.font_style.findData("serif"))

    style = replace(CaptionStyle(), **dict(told))  # type: ignore[arg-type]
    assert all(getattr(style, field.name) != getattr(CaptionStyle(), field.name) for field in fields(style))


def test_half_that_is_chosen_again_leaves_what_was_drawn(theme: Theme, qtbot: QtBot):
    box = GroundSection(theme, "box", "Box")
    qtbot.addWidget(box)
    box.show_style(CaptionStyle(box_strength=0.7))
    told = told_by([box])

    box.strength.options["half"].click()
    assert told == []
    box.strength.options["none"].click()

    assert told == [("box_strength", 0.0)]


@pytest.mark.parametrize(("width", "is_above"), [(400, True), (700, False)])
def test_in_a_narrow_row_the_label_stands_above(theme: Theme, qtbot: QtBot, width: int, is_above: bool):
    controls = Segments(theme, "Lines", {str(count): str(count) for count in range(1, 9)})
    row = FieldRow("Lines", controls)
    qtbot.addWidget(row)

    row.resize(width, 80)
    row.show()

    (label,) = (part for part in row.findChildren(Label) if part.text() == "Lines")
    qtbot.waitUntil(lambda: (label.geometry().bottom() < controls.y()) == is_above, timeout=2000)

"""The style studio."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from captioner.settings.contrast import worst_contrast
from captioner.settings.presets import PRESETS, PresetName
from captioner.settings.style import CaptionStyle
from captioner.settings.style_file import export_style, import_style
from captioner.ui.studio import sections
from captioner.ui.studio.one_of import OneOf
from captioner.ui.studio.window import Studio
from captioner.ui.theme import Theme
from tests.ui.test_windows import controls, is_other_choice, is_squeezed, settle, visible_place

HARD = CaptionStyle(box_strength=0.2)
sizes = pytest.mark.parametrize(
    "size", [(400, 384), (683, 384), (899, 600), (900, 700), (1140, 760), (1600, 420)]
)


@pytest.fixture
def studio(qtbot: QtBot, theme: Theme) -> Studio:
    studio = Studio(theme, CaptionStyle())
    qtbot.addWidget(studio)
    studio.show()
    settle()
    return studio


def pick(qtbot: QtBot, choice: OneOf, value: str) -> None:
    qtbot.mouseClick(choice.options[value], Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("choose", "expected"),
    [
        (lambda s, b: pick(b, s.text.colours, "#7CE7FF"), {"text": "#7CE7FF"}),
        (lambda s, b: pick(b, s.text.strength, "half"), {"text_strength": 0.5}),
        (lambda s, b: b.keyClick(s.text.size_slider, Qt.Key.Key_PageUp), {"size": 110}),
        (lambda s, b: b.keyClick(s.text.font_style, Qt.Key.Key_End), {"font": "small_caps"}),
        (lambda s, b: b.mouseClick(s.text.bold, Qt.MouseButton.LeftButton), {"bold": True}),
        (lambda s, b: pick(b, s.text.edges, "uniform"), {"edge": "uniform"}),
        (lambda s, b: pick(b, s.behind.colours, "#FFFFFF"), {"behind": "#FFFFFF"}),
        (lambda s, b: pick(b, s.behind.strength, "half"), {"behind_strength": 0.5}),
        (lambda s, b: pick(b, s.behind.strength, "solid"), {"behind_strength": 1.0}),
        (lambda s, b: b.keyClick(s.behind.slider, Qt.Key.Key_PageUp), {"behind_strength": 0.1}),
        (lambda s, b: pick(b, s.box.colours, "#000000"), {"box": "#000000"}),
        (lambda s, b: pick(b, s.box.strength, "none"), {"box_strength": 0.0}),
        (lambda s, b: b.keyClick(s.box.slider, Qt.Key.Key_PageDown), {"box_strength": 0.8}),
        (lambda s, b: pick(b, s.lines.lines, "8"), {"lines": 8}),
        (lambda s, b: pick(b, s.lines.length, "wide"), {"line_length": "wide"}),
    ],
)
def test_every_choice_is_told_at_once_and_can_be_undone(studio: Studio, qtbot: QtBot, choose, expected):
    with qtbot.waitSignal(studio.style_changed) as changed:
        choose(studio, qtbot)
    assert changed.args == [replace(CaptionStyle(), **expected)]

    with qtbot.waitSignal(studio.style_changed) as changed:
        qtbot.mouseClick(studio.undo, Qt.MouseButton.LeftButton)
    assert changed.args == [CaptionStyle()]
    assert not studio.undo.isEnabled()


@pytest.mark.parametrize("name", [name for name in PRESETS if name != "clear"])
def test_a_preset_is_one_click(studio: Studio, qtbot: QtBot, name: PresetName):
    pick(qtbot, studio.presets, name)

    assert studio.style_shown == PRESETS[name]
    assert studio.presets.options[name].isChecked()


def test_a_style_of_ones_own_is_no_preset(studio: Studio, qtbot: QtBot):
    assert studio.presets.options["clear"].isChecked()

    qtbot.mouseClick(studio.text.bold, Qt.MouseButton.LeftButton)

    assert not any(tile.isChecked() for tile in studio.presets.options.values())


def test_half_is_all_that_is_between_and_leaves_what_was_drawn(studio: Studio, qtbot: QtBot):
    studio.set_style(CaptionStyle(box_strength=0.75, text_strength=0.8))

    with qtbot.assertNotEmitted(studio.style_changed):
        pick(qtbot, studio.box.strength, "half")
        pick(qtbot, studio.text.strength, "half")

    assert studio.box.figure.text() == "75 %"


def test_what_was_chosen_elsewhere_is_shown_and_not_told_again(studio: Studio, qtbot: QtBot):
    own = replace(PRESETS["paper"], size=160, lines=6, text="#123456")

    with qtbot.assertNotEmitted(studio.style_changed):
        studio.set_style(own)

    assert studio.text.size_slider.value() == 160
    assert studio.lines.lines.options["6"].isChecked()
    assert studio.text.colours.more.accessibleDescription() == "Chosen: #123456"
    assert not studio.undo.isEnabled()


def test_undo_has_its_key(studio: Studio, qtbot: QtBot):
    studio.activateWindow()
    qtbot.waitUntil(studio.isActiveWindow)
    pick(qtbot, studio.presets, "paper")

    qtbot.keyClick(studio, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert studio.style_shown == CaptionStyle()


def test_the_guard_makes_it_readable_with_one_click_and_undo_takes_that_back(studio: Studio, qtbot: QtBot):
    studio.set_style(HARD)
    assert studio.guard.title.text().startswith("Hard to read on light pictures")

    qtbot.mouseClick(studio.guard.help, Qt.MouseButton.LeftButton)
    assert worst_contrast(studio.style_shown) >= 7
    assert studio.guard.title.text().startswith("Easy to read everywhere")

    qtbot.mouseClick(studio.undo, Qt.MouseButton.LeftButton)
    assert studio.style_shown == HARD


def test_back_to_the_default_is_a_step_too(studio: Studio, qtbot: QtBot):
    studio.set_style(PRESETS["paper"])

    studio.default_action.trigger()
    assert studio.style_shown == CaptionStyle()

    qtbot.mouseClick(studio.undo, Qt.MouseButton.LeftButton)
    assert studio.style_shown == PRESETS["paper"]


def test_a_style_is_exported(studio: Studio, qtbot: QtBot, tmp_path: Path):
    studio.set_style(PRESETS["yellow"])
    studio.export_action.trigger()

    studio.findChild(QFileDialog).fileSelected.emit(str(tmp_path / "mine.toml"))  # type: ignore[union-attr]

    qtbot.waitUntil(studio.note.isVisible)
    assert import_style(tmp_path / "mine.toml") == PRESETS["yellow"]
    assert studio.note_words.text() == "Exported to mine.toml."


def test_a_style_is_imported(studio: Studio, qtbot: QtBot, tmp_path: Path):
    export_style(PRESETS["dyslexia"], tmp_path / "mine.toml")
    studio.import_action.trigger()

    with qtbot.waitSignal(studio.style_changed) as changed:
        studio.findChild(QFileDialog).fileSelected.emit(str(tmp_path / "mine.toml"))  # type: ignore[union-attr]

    assert changed.args == [PRESETS["dyslexia"]]
    qtbot.mouseClick(studio.undo, Qt.MouseButton.LeftButton)
    assert studio.style_shown == CaptionStyle()


def test_another_file_changes_nothing_and_the_cause_is_said(studio: Studio, qtbot: QtBot, tmp_path: Path):
    (tmp_path / "mine.toml").write_text("caption_style = 'half'")
    studio.import_action.trigger()

    studio.findChild(QFileDialog).fileSelected.emit(str(tmp_path / "mine.toml"))  # type: ignore[union-attr]

    qtbot.waitUntil(studio.note.isVisible)
    assert (
        studio.note_words.text() == "mine.toml holds no caption style. Choose a file that was exported here."
    )
    assert studio.style_shown == CaptionStyle()
    qtbot.mouseClick(studio.text.bold, Qt.MouseButton.LeftButton)
    assert not studio.note.isVisible()


def test_what_was_said_of_a_file_neither_widens_the_page_nor_stays_for_the_next_time(
    studio: Studio, qtbot: QtBot, tmp_path: Path
):
    width = studio.presets.width()

    studio._files.read(str(tmp_path / ("x" * 200)))
    qtbot.waitUntil(studio.note.isVisible)
    settle()

    assert studio.presets.width() == width
    studio.close()
    studio.show()
    assert not studio.note.isVisible()


def test_enter_presses_the_button_that_has_the_keyboard(studio: Studio, qtbot: QtBot):
    qtbot.keyClick(studio.text.bold, Qt.Key.Key_Return)

    assert studio.style_shown.bold


@pytest.mark.parametrize("way", ["escape", "close"])
def test_it_says_when_it_is_closed(studio: Studio, qtbot: QtBot, way: str):
    with qtbot.waitSignal(studio.closed):
        if way == "escape":
            qtbot.keyClick(studio.text.size_slider, Qt.Key.Key_Escape)
        else:
            studio.close()


def test_it_does_not_block(studio: Studio):
    assert studio.windowModality() == Qt.WindowModality.NonModal


# What holds for every window


@pytest.mark.parametrize("style", [CaptionStyle(), HARD], ids=["easy", "hard"])
def test_every_control_has_a_name_a_size_and_the_keyboard(studio: Studio, style: CaptionStyle):
    studio.set_style(style)
    found = controls(studio)

    assert len(found) > 50
    assert [child for child in found if not child.accessibleName()] == []
    assert [child for child in found if min(child.width(), child.height()) < 24] == []
    names = [child.accessibleName() for child in found]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("size", [(400, 384), (1140, 760)])
def test_tab_reaches_every_control(studio: Studio, size: tuple[int, int]):
    studio.set_style(replace(HARD, text="#123456"))
    studio.resize(*size)
    settle()
    studio.activateWindow()
    waiting = {child for child in controls(studio) if child.isEnabled() and not is_other_choice(child)}
    assert len(waiting) > 12

    for _ in range(60):
        studio.focusNextChild()
        waiting.discard(studio.focusWidget())

    assert waiting == set()
    # Of choices of which none is chosen Tab reaches the first.
    assert studio.text.colours.options["#FFFFFF"].focusPolicy() == Qt.FocusPolicy.StrongFocus


@sizes
def test_nothing_is_clipped_and_nothing_lies_upon_another(studio: Studio, size: tuple[int, int]):
    studio.set_style(HARD)
    studio.resize(*size)
    settle()

    assert studio.size().toTuple() == size
    found = controls(studio)
    clipped = [
        (child.accessibleName(), child.geometry(), child.sizeHint())
        for child in found
        if not studio.rect().contains(visible_place(studio, child)) or is_squeezed(child)
    ]
    assert clipped == []
    sections = (studio.presets, studio.text, studio.behind, studio.box, studio.lines)
    inside = [child for child in found if any(section.isAncestorOf(child) for section in sections)]
    places = [QRect(child.mapTo(studio, child.rect().topLeft()), child.size()) for child in inside]
    for number, place in enumerate(places):
        assert not any(place.intersects(other) for other in places[number + 1 :])


@sizes
def test_no_line_of_words_is_cut(studio: Studio, size: tuple[int, int]):
    studio.set_style(HARD)
    studio.resize(*size)
    settle()

    labels = [label for label in studio.findChildren(QLabel) if label.isVisible()]
    assert [label.text() for label in labels if is_cut(label)] == []


def is_cut(label: QLabel) -> bool:
    if label.wordWrap():
        return label.height() < label.heightForWidth(label.width())
    return label.width() < label.sizeHint().width()


@sizes
def test_the_pictures_stay_in_sight(studio: Studio, size: tuple[int, int]):
    studio.resize(*size)
    settle()

    seen = [picture for picture in studio.previews.pictures.values() if picture.isVisible()]
    assert len(seen) == (3 if size in ((900, 700), (1140, 760)) else 1)
    assert all(is_whole(studio, picture) and picture.height() >= 90 for picture in seen)


def is_whole(studio: Studio, picture: QWidget) -> bool:
    place = QRect(picture.mapTo(studio, picture.rect().topLeft()), picture.size())
    return studio.rect().contains(place) and not picture.visibleRegion().isEmpty()


def test_in_a_narrow_window_another_picture_is_one_click_away(studio: Studio, qtbot: QtBot):
    studio.resize(500, 600)
    settle()

    pick(qtbot, studio.previews.choice, "video")

    seen = [name for name, picture in studio.previews.pictures.items() if picture.isVisible()]
    assert seen == ["video"]


def test_both_themes_paint_it(studio: Studio, theme: Theme):
    light = studio.grab().toImage().pixelColor(2, 2).lightness()
    theme.choose("dark")
    dark = studio.grab().toImage().pixelColor(2, 2).lightness()
    theme.choose("light")

    assert light > 150 > 80 > dark


def test_the_list_of_fonts_is_read_aloud_as_such_and_says_what_is_not_installed(
    qtbot: QtBot, theme: Theme, monkeypatch
):
    monkeypatch.setattr(sections, "caption_family", lambda font: None if font == "cursive" else "Some")
    section = sections.TextSection(theme)
    qtbot.addWidget(section)

    fonts = section.font_style

    said = {fonts.itemData(place): fonts.itemText(place) for place in range(fonts.count())}
    assert {font for font, words in said.items() if "none installed" in words} == {"cursive"}
    labels = QAccessible.queryAccessibleInterface(fonts).relations()
    assert [label.text(QAccessible.Text.Name) for label, _ in labels] == ["Font"]

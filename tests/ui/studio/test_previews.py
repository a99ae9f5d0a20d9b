import pytest
from PySide6.QtCore import QRect, Qt
from pytestqt.qtbot import QtBot

from captioner.settings.presets import PRESETS
from captioner.ui.studio.previews import Previews
from captioner.ui.theme import Theme


@pytest.fixture
def previews(qtbot: QtBot, theme: Theme) -> Previews:
    previews = Previews(theme)
    qtbot.addWidget(previews)
    previews.set_single(False)
    previews.resize(460, 620)
    previews.show()
    return previews


@pytest.mark.parametrize("name", ["slide", "dark", "video"])
def test_a_change_of_style_is_seen_on_every_picture(previews: Previews, name: str):
    picture = previews.pictures[name]
    before = picture.grab().toImage()

    previews.show_style(PRESETS["paper"])

    assert picture.grab().toImage() != before


def test_the_pictures_are_light_dark_and_both(previews: Previews):
    corners = {
        name: [picture.grab().toImage().pixelColor(x, 60).lightness() for x in (8, picture.width() - 8)]
        for name, picture in previews.pictures.items()
    }

    assert min(corners["slide"]) > 240
    assert max(corners["dark"]) < 40
    assert corners["video"][0] > 130 > 70 > corners["video"][1]


def test_they_look_the_same_in_every_theme(previews: Previews, theme: Theme):
    within_its_corners = QRect(12, 12, 400, 120)
    light = previews.pictures["video"].grab(within_its_corners).toImage()
    theme.choose("dark")
    dark = previews.pictures["video"].grab(within_its_corners).toImage()
    theme.choose("light")

    assert light == dark


def test_one_at_a_time_they_are_chosen_by_name(previews: Previews, qtbot: QtBot):
    assert not previews.choice.isVisible()

    previews.set_single(True)
    qtbot.mouseClick(previews.choice.options["dark"], Qt.MouseButton.LeftButton)

    assert [name for name, each in previews.pictures.items() if each.isVisible()] == ["dark"]


def test_each_says_what_it_is(previews: Previews):
    names = [picture.accessibleName() for picture in previews.pictures.values()]

    assert names == [
        "Your captions: On a slide",
        "Your captions: On a dark screen",
        "Your captions: On video",
    ]

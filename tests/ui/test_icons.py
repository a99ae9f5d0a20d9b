import ast
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from captioner.ui import icons
from captioner.ui.resources import resource_path
from captioner.ui.tray_icon import SIZES, tray_icon

PLACE_OF_ICON = {
    "Button": 2,
    "IconButton": 1,
    "NavButton": 2,
    "SourceBlock": 2,
    "TickBox": 2,
    "ChoiceCard": 3,
    "EmptyNote": 1,
    "StatusLook": 0,
    "draw_icon": 1,
    "menu_icon": 0,
    "add": 1,
    "say": 1,
}
SILHOUETTES = ("ready", "listening", "paused", "reconnecting", "needs_you")


def names_used() -> set[str]:
    names: set[str] = set()
    for file in Path(icons.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = PLACE_OF_ICON.get(called, 99)
            if place < len(node.args) and isinstance(name := node.args[place], ast.Constant):
                names.add(str(name.value))
    return names


def test_every_icon_that_is_used_exists():
    used = names_used()

    assert len(used) > 25
    assert [name for name in used if not resource_path(f"icons/{name}.svg").exists()] == []


def test_an_icon_has_the_colour_it_is_given(qapp: object):
    image = icons.icon_pixmap("stop", "#FF0000", 24, 2.0).toImage()

    assert image.width() == 48
    assert image.pixelColor(24, 24).name() == "#ff0000"


@pytest.mark.parametrize("size", SIZES)
def test_the_tray_can_be_read_by_shape_alone(qapp: object, size: int):
    images = [tray_icon(name, "#000000").pixmap(size, size).toImage() for name in SILHOUETTES]

    shapes = {bytes(image.convertToFormat(QImage.Format.Format_Alpha8).constBits()) for image in images}

    assert len(shapes) == len(SILHOUETTES)

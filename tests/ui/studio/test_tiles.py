import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from captioner.settings.presets import PRESETS
from captioner.ui.studio.tiles import Tiles, preset_tiles
from captioner.ui.theme import Theme


@pytest.fixture
def tiles(qtbot: QtBot, theme: Theme) -> Tiles:
    tiles = Tiles("Preset")
    preset_tiles(theme, tiles)
    qtbot.addWidget(tiles)
    tiles.show_choice(None)
    tiles.show()
    return tiles


@pytest.mark.parametrize(
    ("columns", "spare", "rows"), [(7, 20, 1), (7, 0, 1), (7, -1, 2), (4, 0, 2), (3, 0, 3), (1, 0, 7)]
)
def test_they_take_as_many_rows_as_they_need(tiles: Tiles, qtbot: QtBot, columns: int, spare: int, rows: int):
    tiles.resize(columns * (tiles.least + 8) - 8 + spare, 600)
    qtbot.waitUntil(lambda: len({tile.y() for tile in tiles.options.values()}) == rows)

    widths = [tile.width() for tile in tiles.options.values()]
    assert min(widths) >= tiles.least
    assert max(widths) - min(widths) <= 1


def test_there_is_one_for_every_preset_and_it_looks_like_it(tiles: Tiles):
    assert list(tiles.options) == list(PRESETS)
    cream = tiles.options["dyslexia"].grab().toImage().pixelColor(QPoint(10, 10))
    assert cream.name().upper() == PRESETS["dyslexia"].box


def test_none_is_chosen_until_one_is(tiles: Tiles, qtbot: QtBot):
    assert not any(tile.isChecked() for tile in tiles.options.values())

    with qtbot.waitSignal(tiles.chosen) as chosen:
        qtbot.mouseClick(tiles.options["tv"], Qt.MouseButton.LeftButton)

    assert chosen.args == ["tv"]
    tiles.show_choice(None)
    assert not any(tile.isChecked() for tile in tiles.options.values())

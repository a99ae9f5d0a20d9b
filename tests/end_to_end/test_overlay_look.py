"""How captions look on a screen: every colour, strength and edge that can be chosen, by its pixels."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from tests.end_to_end import display
from tests.end_to_end.call_window import COLOUR
from tests.end_to_end.captions import call, captions, choose, kept, tool, tools
from tests.end_to_end.program import program

pytestmark = pytest.mark.e2e

STUDIO = "^Caption style "
TEXT, BEHIND, BOX = QColor("#FFFF00"), QColor("#106010"), QColor("#A02080")


def over(below: QColor, above: QColor, strength: float) -> QColor:
    """What is seen of a colour over another."""

    def mixed(one: int, other: int) -> int:
        return round(one * (1 - strength) + other * strength)

    pairs = zip(below.getRgb()[:3], above.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(mixed(one, other) for one, other in pairs))


def text_of(screen: display.PrivateDisplay) -> QImage:
    """The part of the screen where the captions' text is."""
    _, box = captions(screen)
    return screen.picture().copy(box.x + 30, box.y + 8, box.width - 60, box.height // 2)


def count(picture: QImage, colour: QColor) -> int:
    """How many pixels have a colour, or one next to it."""

    def is_it(x: int, y: int) -> bool:
        pairs = zip(picture.pixelColor(x, y).getRgb(), colour.getRgb(), strict=True)  # type: ignore[arg-type]
        return all(abs(one - other) <= 4 for one, other in pairs)

    return sum(is_it(x, y) for x in range(picture.width()) for y in range(picture.height()))


def styled(folder: Path, text: float, behind: float, box: float, edge: str = "none") -> None:
    """A style with these strengths."""
    choose(
        folder,
        f'[style]\ntext = "{TEXT.name()}"\ntext_strength = {text}\nbehind = "{BEHIND.name()}"\n'
        f'behind_strength = {behind}\nbox = "{BOX.name()}"\nbox_strength = {box}\nedge = "{edge}"\n',
    )


@pytest.mark.engine
@pytest.mark.skipif(shutil.which("picom") is None, reason="picom is not installed")
@pytest.mark.parametrize(("text", "behind", "box"), [(0.5, 0.5, 0.5), (1, 0.5, 0), (1, 0, 1)])
def test_text_ground_and_box_are_seen_in_their_colours_and_strengths(
    screen: display.PrivateDisplay, folder: Path, text: float, behind: float, box: float
):
    styled(folder, text, behind, box)
    boxed = over(QColor(COLOUR), BOX, box)
    ground = over(boxed, BEHIND, behind)
    letters = over(ground, TEXT, text)

    with display.compositor(screen), program(screen, folder, "demo"), call(screen):
        display.until(lambda: count(text_of(screen), letters) > 200)
        seen = text_of(screen)

    assert count(seen, boxed) > 2000
    assert count(seen, ground) > 1000


def sides(picture: QImage) -> tuple[int, int]:
    """How many dark pixels have letters to the lower right of them, and how many to the upper left."""

    def is_text(x: int, y: int) -> bool:
        colour = picture.pixelColor(x, y)
        return colour.red() > 200 and colour.green() > 200 and colour.blue() < 90

    dark = [
        (x, y)
        for x in range(3, picture.width() - 3)
        for y in range(3, picture.height() - 3)
        if picture.pixelColor(x, y).lightness() < 30
    ]
    before = sum(is_text(x + 1, y + 1) or is_text(x + 2, y + 2) for x, y in dark)
    behind = sum(is_text(x - 1, y - 1) or is_text(x - 2, y - 2) for x, y in dark)
    return before, behind


@pytest.mark.engine
@pytest.mark.parametrize("edge", ["none", "raised", "depressed", "uniform", "drop_shadow"])
def test_each_edge_is_seen_where_it_belongs(screen: display.PrivateDisplay, folder: Path, edge: str):
    styled(folder, 1, 0, 1, edge)

    with program(screen, folder, "demo"):
        display.until(lambda: count(text_of(screen), TEXT) > 300)
        before, behind = sides(text_of(screen))

    match edge:
        case "none":
            assert (before, behind) == (0, 0)
        case "depressed":
            assert before > 2 * behind > 0
        case "uniform":
            assert 0.5 < before / behind < 2
        case _:
            assert behind > 2 * before > 0


def test_what_is_chosen_in_the_studio_is_seen_at_once(desk: display.PrivateDisplay, folder: Path):
    with program(desk, folder):
        _, box = captions(desk)
        desk.xdotool("mousemove", box.x + box.width // 2, box.y + 30)
        display.until(lambda: tools(desk))
        desk.click(*tool(desk, 5))
        display.until(lambda: desk.window(STUDIO))
        studio = desk.window(STUDIO)
        assert studio
        before = text_of(desk)

        for _ in range(6):  # through the studio by the keyboard, until a tile is another
            desk.press(studio, "Tab")
            desk.press(studio, "Right")
            if kept(folder).get("style"):
                break

        display.until(lambda: kept(folder).get("style"))
        display.until(lambda: text_of(desk) != before)

from collections.abc import Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QImage, QPainter, QRegion

from captioner.settings.style import CaptionStyle
from captioner.transcript.model import GapRow, Row, Segment
from captioner.ui.overlay.box import BoxSize
from captioner.ui.overlay.lines import CaptionLines
from captioner.ui.overlay.look import Look
from captioner.ui.overlay.painter import CaptionPainter
from captioner.ui.shown import WordPlace
from captioner.ui.speakers import SpeakerSlots

STYLE = CaptionStyle()
LONG = "So pilot customers keep nine euros until the end of March and everyone else moves to twelve then"


def said(text: str, tail: str = "", name: str | None = "Maya", key: str = "a") -> Segment:
    return Segment(key, 0, name, 0.0, 1.0, "", committed=text, tail=tail)


class Screen:
    """Captions on a dark picture that is painted anew only where the painter says so."""

    def __init__(self, style: CaptionStyle = STYLE, ratio: float = 1.0, *, moves: bool = False) -> None:
        self.size = BoxSize.of(style, 1400)
        self.lines_shown = style.lines
        slots = SpeakerSlots()
        slots.slot("Maya")
        look = Look.of(style)
        self.lines = CaptionLines(look, self.size.text_rect.width(), slots)
        self.painter = CaptionPainter(look, self.size, slots)
        self.moves = moves
        self.image = self._blank(ratio)
        self.draw(QRegion(self.whole))

    @property
    def whole(self) -> QRect:
        return QRect(0, 0, self.size.box.right() + 20, self.size.box.bottom() + 20)

    def show(self, *rows: Row, now: float = 0.0, mark: WordPlace | None = None, skip: int = 0) -> QRegion:
        self.painter.mark = mark
        lines = self.lines.newest(rows, self.lines_shown, skip)
        changed = self.painter.show(lines, now, moves=self.moves)
        self.draw(changed)
        return changed

    def advance(self, now: float) -> QRegion:
        changed = self.painter.advance(now)
        self.draw(changed)
        return changed

    def draw(self, region: QRegion) -> None:
        if region.isEmpty():
            return
        painter = QPainter(self.image)
        painter.setClipRegion(region)
        painter.fillRect(self.whole, QColor("#0A0D10"))
        self.painter.paint(painter, region)
        painter.end()

    def anew(self) -> QImage:
        """What all of it looks like when it is painted at once."""
        kept, self.image = self.image, self._blank(self.image.devicePixelRatio())
        self.draw(QRegion(self.whole))
        anew, self.image = self.image, kept
        return anew

    def ink(self, rect: QRect) -> int:
        """How many bright pixels there are in a part."""
        xs, ys = range(rect.left(), rect.right() + 1), range(rect.top(), rect.bottom() + 1)
        return sum(self.image.pixelColor(x, y).lightness() > 60 for x in xs for y in ys)

    def line(self, place: int) -> QRect:
        text = self.size.text_rect
        return QRect(text.left(), text.top() + place * self.size.line, text.width(), self.size.line)

    def _blank(self, ratio: float) -> QImage:
        size = self.whole.size()
        image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        return image


STORY: Sequence[tuple[Row, ...]] = (
    (said("So"),),
    (said("So pilot", "custom"),),
    (said("So pilot customers", "keep nine eur"),),
    (said("So pilot customers", "keep nine euros until the end"),),
    (said("So pilots", "keep nine euros until the end of March"),),
    (said("So pilot customers keep nine euros", "until the end of March and everyone"),),
    (said(LONG),),
    (said(LONG), said("Really?", key="b", name="Jonas")),
    (said(LONG), said("Really", "so soon", key="b", name="Jonas")),
    (said(LONG), GapRow(1.0, 9.0, "lost"), said("שלום לכולם", "captioner היום", key="c")),
    (said(LONG), GapRow(1.0, 9.0, "lost"), said("שלום לכולם captioner", "היום", key="c")),
    (said("Short.", key="d", name=None),),
    (),
    (said("Again", key="e"),),
)


@pytest.mark.parametrize("moves", [False, True])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize(
    "style",
    [
        STYLE,
        CaptionStyle(edge="uniform", size=120),
        CaptionStyle(edge="drop_shadow", behind_strength=0.5, text_strength=0.6),
        CaptionStyle(edge="depressed", font="cursive"),
    ],
)
def test_painting_only_what_changed_gives_the_whole_picture(
    qapp: object, style: CaptionStyle, ratio: float, moves: bool
):
    screen = Screen(style, ratio, moves=moves)

    for number, rows in enumerate(STORY):
        screen.show(*rows, now=number)
        for part in (0.02, 0.05, 0.08, 0.11, 0.2, 0.3, 0.6):
            screen.advance(number + part)
        assert not screen.painter.is_moving
        assert screen.image == screen.anew()


def test_nothing_changed_means_nothing_to_paint(qapp: object):
    screen = Screen()
    screen.show(said(LONG, "then"))

    assert screen.show(said(LONG, "then")).isEmpty()


@pytest.mark.parametrize(
    "words", ["So pilot customers keep nine", "Für über zwölf Kunden gilt", "Всё это очень понятно нам"]
)
def test_one_more_word_is_painted_without_the_words_before_it(qapp: object, words: str):
    screen = Screen()
    screen.show(said(words))

    changed = screen.show(said(f"{words} euros")).boundingRect()

    assert changed.left() > screen.size.text_rect.left() + screen.size.text_rect.width() // 3
    assert changed.height() < 2 * screen.size.line


def test_a_new_word_comes_up_in_a_tenth_of_a_second_and_is_seen_at_once(qapp: object):
    screen = Screen(moves=True)
    screen.show(said("So pilot"))
    screen.advance(0.2)
    before = screen.image.copy()

    screen.show(said("So pilot customers"), now=1.0)
    first = screen.image.copy()
    screen.advance(1.05)
    second = screen.image.copy()
    screen.advance(1.11)

    assert len({before.cacheKey(), first.cacheKey(), second.cacheKey()}) == 3
    assert before != first != second != screen.image
    assert not screen.painter.is_moving


def test_words_that_come_fast_do_not_leave_the_ones_before_them_half_there(qapp: object):
    screen = Screen(moves=True)
    screen.show(said("So"))
    screen.advance(1.0)

    screen.show(said("So pilot customers"), now=2.0)
    screen.show(said("So pilot customers keep"), now=2.05)

    assert screen.image == screen.anew()


def test_motion_that_is_switched_off_leaves_nothing_of_a_scroll(qapp: object):
    screen = Screen(replace(STYLE, lines=2), moves=True)
    screen.show(said("One.", key="1"), said("Two.", key="2"))
    screen.show(said("One.", key="1"), said("Two.", key="2"), said("Three.", key="3"), now=2.0)

    screen.moves = False
    screen.show(said("One.", key="1"), said("Two.", key="2"), said("Three.", key="3"), now=2.01)

    assert screen.image == screen.anew()


def test_a_corrected_word_is_there_at_once(qapp: object):
    screen = Screen(moves=True)
    screen.show(said("So pilot customers keep"))
    screen.advance(1.0)

    screen.show(said("So many customers keep"), now=2.0)

    assert not screen.painter.is_moving


def test_lines_go_up_one_at_a_time_and_stand_then(qapp: object):
    screen = Screen(replace(STYLE, lines=2), moves=True)
    screen.show(said("One.", key="1"), said("Two.", key="2"))
    screen.advance(1.0)

    screen.show(
        *(said(f"{word}.", key=str(key)) for key, word in enumerate(["One", "Two", "Three"], 1)), now=2.0
    )
    assert screen.painter.is_moving
    screen.advance(2.06)
    middle = screen.image.copy()
    screen.advance(2.13)

    assert middle != screen.image
    assert not screen.painter.is_moving


def test_without_motion_everything_is_in_its_place_at_once(qapp: object):
    screen = Screen()

    for number, rows in enumerate(STORY):
        screen.show(*rows, now=float(number))
        assert not screen.painter.is_moving


def test_captions_that_are_cleared_are_gone_at_once(qapp: object):
    screen = Screen(moves=True)
    screen.show(said(LONG))
    screen.advance(1.0)

    screen.show(now=2.0)

    assert not screen.painter.is_moving
    assert screen.ink(screen.whole) == 0


def test_looking_back_does_not_scroll(qapp: object):
    screen = Screen(moves=True)
    rows = [said(f"Line {number}.", key=str(number)) for number in range(9)]
    screen.show(*rows)
    screen.advance(1.0)

    screen.show(*rows, now=2.0, skip=3)

    assert not screen.painter.is_moving


def test_the_last_read_word_stands_on_a_yellow_chip(qapp: object):
    screen = Screen()
    rows = (said("So pilot customers keep nine euros"),)
    screen.show(*rows)

    changed = screen.show(*rows, mark=WordPlace("a", 2))

    colours = {
        screen.image.pixelColor(x, screen.line(0).top() + 4).name() for x in range(screen.whole.width())
    }
    assert "#ffd54a" in colours
    assert not changed.isEmpty()
    screen.show(*rows)
    assert screen.image == screen.anew()


def test_a_point_finds_its_word_and_its_name(qapp: object):
    screen = Screen()
    screen.show(said("So pilot customers keep nine euros"), said("Yes.", key="b", name="Jonas"))
    first = screen.line(0)

    name = screen.painter.name_at(QPointF(first.left() + 40, first.center().y()))
    assert name is not None
    assert name[:2] == ("a", "Maya")
    places = [
        screen.painter.word_at(QPointF(x, first.center().y())) for x in range(first.left(), first.right(), 3)
    ]
    words = [place.word for place in places if place]
    assert words == sorted(words)
    assert words[0] == 0
    assert screen.painter.word_at(QPointF(first.left(), 0)) is None


def test_a_line_from_right_to_left_is_mirrored(qapp: object):
    screen = Screen()
    screen.show(said("שלום לכולם", name="Maya"))
    line = screen.line(0)

    found = screen.painter.name_at(QPointF(line.right() - 8, line.center().y()))

    assert found is not None
    assert found[2].right() > line.right() - 2
    right, left = (screen.painter.word_at(QPointF(line.right() - x, line.center().y())) for x in (120, 200))
    assert (right, left) == (WordPlace("a", 0), WordPlace("a", 1))


def test_letters_with_towers_of_marks_stay_near_their_line(qapp: object):
    screen = Screen()
    screen.show(said("Za" + "\u0310\u0311\u0312\u0313\u0314" * 60 + "lgo", key="b"), said("Yes.", name=None))

    below = screen.line(2)

    assert screen.ink(below) == 0


def test_a_segment_whose_first_line_is_gone_still_shows_whose_it_is(qapp: object):
    screen = Screen(replace(STYLE, lines=1))
    screen.show(said(LONG))
    line = screen.line(0)

    assert screen.painter.name_at(QPointF(line.left() + 5, line.center().y())) is not None
    assert screen.ink(QRect(line.left(), line.top(), 18, line.height())) > 20

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from captioner.settings.style import CaptionStyle
from captioner.ui.overlay.box import BoxSize
from captioner.ui.overlay.inking import blank_pixmap, painter_on
from captioner.ui.overlay.strip import StatusStrip, paint_hold
from captioner.ui.status import Status
from captioner.ui.tokens import DARK

SIZE = BoxSize(px=27, width=900, line=37, lines=3, side=22, top=15, strip=34)
LISTENING = Status("listening", "Listening", "Microphone and system sound")


def picture() -> tuple[QImage, QPainter]:
    image = QImage(SIZE.box.right() + 20, SIZE.box.bottom() + 20, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.black)
    return image, QPainter(image)


def strip(
    status: Status = LISTENING, time: str = "12:34", loudness: float = 0.0, size: BoxSize = SIZE
) -> QImage:
    image, painter = picture()
    StatusStrip(size, DARK).paint(painter, status, time, loudness)
    painter.end()
    return image.copy(size.strip_rect)


def changed(one: QImage, other: QImage) -> QRect:
    """The columns in which two strips differ, as a rectangle of their height."""
    columns = [
        x
        for x in range(one.width())
        if any(one.pixel(x, y) != other.pixel(x, y) for y in range(one.height()))
    ]
    return QRect(columns[0], 0, columns[-1] + 1 - columns[0], one.height()) if columns else QRect()


def test_louder_sound_moves_nothing_but_the_bars(qapp: object):
    bars = changed(strip(loudness=0.0), strip(loudness=1.0))

    assert 0 < bars.width() < 40
    assert bars.left() > SIZE.strip_rect.width() * 0.8


def test_only_who_listens_has_bars(qapp: object):
    paused = Status("paused", "Paused")

    assert strip(paused, loudness=0.0) == strip(paused, loudness=1.0)


def test_a_long_detail_is_elided_and_the_time_stays(qapp: object):
    short = Status("reconnecting", "Reconnecting", "8 seconds")
    endless = Status("reconnecting", "Reconnecting", "of sound kept, " * 40)

    detail = changed(strip(short), strip(endless))
    time = changed(strip(short), strip(short, "99:99"))

    assert detail.right() < time.left()


def test_the_icon_stands_apart_from_the_word_in_the_smallest_size(qapp: object):
    small = BoxSize.of(CaptionStyle(size=50), 1400)

    word = changed(strip(Status("listening", "||||"), size=small), strip(Status("listening", ""), size=small))

    icon = StatusStrip(small, DARK).icon_rect
    assert small.strip_rect.left() + word.left() >= icon.right() + 4


def test_where_there_is_no_room_for_both_the_word_stays_and_the_time_goes(qapp: object):
    narrow = BoxSize.of(CaptionStyle(size=200), 1400, 320)

    assert strip(size=narrow, time="12:34:56") == strip(size=narrow, time="")


def test_words_the_reader_has_not_seen_stand_on_a_yellow_chip(qapp: object):
    behind = strip(Status("held", "Held", ahead="+14 words", is_behind=True))
    ahead = strip(Status("held", "Held", ahead="+14 words"))

    yellow = DARK.hit_now.lower()
    assert yellow in {behind.pixelColor(x, 9).name() for x in range(behind.width())}
    assert yellow not in {ahead.pixelColor(x, 9).name() for x in range(ahead.width())}


@pytest.mark.parametrize("has_grip", [True, False])
def test_held_captions_have_an_edge_and_a_grip_where_they_can_be_drawn(qapp: object, has_grip: bool):
    image = blank_pixmap(SIZE.box.size().toSizeF() * 1.2, 1.0)
    painter = painter_on(image, QPointF())
    paint_hold(painter, SIZE, DARK, has_grip=has_grip)
    painter.end()
    held = image.toImage()

    corner = held.copy(QRect(SIZE.box.bottomRight() - QPoint(18, 18), QSize(15, 15)))
    ink = {corner.pixelColor(x, y).name() for x in range(15) for y in range(15)}
    assert held.pixelColor(SIZE.box.center().x(), SIZE.box.top() + 1) == QColor(DARK.accent)
    assert (DARK.text3.lower() in ink) == has_grip

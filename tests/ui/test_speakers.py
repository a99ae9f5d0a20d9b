import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from captioner.ui.speakers import SpeakerSlots, paint_speaker_shape, speaker_colour
from captioner.ui.tokens import DARK


def painted(slot: int, side: int) -> bytes:
    image = QImage(side, side, QImage.Format.Format_Alpha8)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_speaker_shape(painter, slot, QRectF(0, 0, side, side), QColor("black"))
    painter.end()
    return bytes(image.constBits())


def test_you_are_the_ring_and_others_follow_as_they_appear():
    slots = SpeakerSlots()

    assert [slots.slot(name) for name in ("Others", "You", "Maya", "Others")] == [1, 0, 2, 1]


def test_a_new_meeting_begins_with_new_slots():
    slots = SpeakerSlots()
    slots.slot("Others")

    slots.clear()

    assert slots.slot("Maya") == 1


@pytest.mark.parametrize("side", [13, 16, 32])
def test_fifteen_speakers_have_fifteen_shapes(qapp: object, side: int):
    shapes = [painted(slot, side) for slot in range(15)]

    assert len(set(shapes)) == 15
    assert all(any(shape) for shape in shapes)


def test_colours_repeat_from_the_ninth_speaker_on():
    assert speaker_colour(DARK, 8) == speaker_colour(DARK, 1)

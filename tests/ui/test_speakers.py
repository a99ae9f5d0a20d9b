import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from captioner.transcript.model import Segment
from captioner.ui.speakers import SpeakerSlots, numbered, paint_speaker_shape, speaker_colour
from captioner.ui.tokens import DARK


def painted(slot: int, side: int) -> bytes:
    image = QImage(side, side, QImage.Format.Format_Alpha8)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    paint_speaker_shape(painter, slot, QRectF(0, 0, side, side), QColor("black"))
    painter.end()
    return bytes(image.constBits())


def line(speaker: str, label: str | None = None) -> Segment:
    return Segment("a", 0, speaker, 1.0, 2.0, "text", label=label)


def test_you_are_the_ring_and_others_follow_as_they_appear():
    slots = SpeakerSlots()

    assert [slots.slot(name) for name in ("Others", "You", "Maya", "Others")] == [1, 0, 2, 1]


def test_a_new_meeting_begins_with_new_slots():
    slots = SpeakerSlots()
    slots.slot("Others")

    slots.clear()

    assert slots.slot("Maya") == 1


def test_a_speaker_keeps_the_slot_under_another_name(slots: SpeakerSlots):
    for name in ("Speaker 1", "Speaker 2"):
        slots.slot(name)

    slots.rename("You", "Ada")
    slots.rename("Speaker 2", " Maya\n")

    assert [slots.slot(name) for name in ("Ada", "Speaker 1", "Maya", "Priya")] == [0, 1, 2, 3]
    # A row that is still painted with the name of before.
    assert [slots.slot(name) for name in ("You", "Speaker 2")] == [0, 2]


def test_two_of_one_name_share_the_lower_slot_until_they_are_parted(slots: SpeakerSlots):
    for name in ("Speaker 1", "Speaker 2", "Speaker 3"):
        slots.slot(name)
    slots.rename("Speaker 2", "Maya")
    slots.rename("Speaker 1", "Maya")
    assert slots.slot("Maya") == 1
    slots.rename("Maya", "You")
    assert slots.slot("You") == 0

    slots.rename("You", "")

    assert [slots.slot(f"Speaker {number}") for number in (1, 2, 3)] == [1, 2, 3]
    assert slots.slot("You") == 0


def test_names_may_be_exchanged(slots: SpeakerSlots):
    slots.meet(line("Maya", "Speaker 1"))
    slots.meet(line("Jonas", "Speaker 2"))

    for old, new in (("Maya", "?"), ("Jonas", "Maya"), ("?", "Jonas")):
        slots.rename(old, new)

    assert (slots.slot("Jonas"), slots.slot("Maya")) == (1, 2)


def test_the_rows_of_a_saved_meeting_say_who_had_which_slot(slots: SpeakerSlots):
    for row in (line("Maya", "Speaker 1"), line("Ada", "You"), line("Speaker 2"), line("Maya", "Speaker 3")):
        slots.meet(row)

    assert [slots.slot(name) for name in ("Maya", "Ada", "Speaker 2")] == [1, 0, 2]
    assert slots.names == {"Ada", "Maya", "Speaker 2"}


def test_a_row_with_a_new_name_is_enough(slots: SpeakerSlots):
    slots.meet(line("Speaker 1"))
    slots.meet(line("Speaker 2"))

    slots.meet(line("Maya", "Speaker 2"))

    assert [slots.slot(name) for name in ("Maya", "Speaker 1", "Priya")] == [2, 1, 3]


def test_a_number_stands_beside_the_outlined_shapes():
    assert [numbered(slot, "Chen") for slot in (0, 7, 8, 15)] == ["Chen", "Chen", "9 Chen", "16 Chen"]


@pytest.mark.parametrize("side", [13, 16, 32])
def test_fifteen_speakers_have_fifteen_shapes(qapp: object, side: int):
    shapes = [painted(slot, side) for slot in range(15)]

    assert len(set(shapes)) == 15
    assert all(any(shape) for shape in shapes)


def test_colours_repeat_from_the_ninth_speaker_on():
    assert speaker_colour(DARK, 8) == speaker_colour(DARK, 1)

"""Speakers as shape and colour: trust the shape first, it survives every print and every eye."""

from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from captioner.transcript.model import Row, Segment
from captioner.transcript.plain import plain
from captioner.ui.tokens import Tokens

YOU = "You"
SHAPES = 8
"""Ring, triangle, square, diamond, disc, plus, star, hourglass; then all but the ring again, outlined."""


class SpeakerSlots:
    """Which slot each speaker of a meeting has: "You" is 0, the others follow as they first appear.

    It belongs to the label under which a speaker is heard, so it stays whatever name a person gives. Two of
    one name share the lower slot.
    """

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._before: dict[str, str] = {}  # names that are given up, for rows that still show them
        self.clear()

    @property
    def names(self) -> set[str]:
        """What the speakers are called now, you among them."""
        return set(self._names.values())

    def slot(self, speaker: str) -> int:
        """The slot of who is called so; a new speaker gets the next free one."""
        labels = [label for label, name in self._names.items() if name == speaker]
        if not labels:
            labels = [self._before.get(speaker, speaker)]
        return min(self._slot_of(label) for label in labels)

    def meet(self, row: Row) -> None:
        """Learn from a row, in the order of the rows, who speaks and what that speaker is called."""
        if isinstance(row, Segment) and row.speaker:
            label = row.label or row.speaker
            self._slot_of(label)
            self._call(label, row.speaker)

    def rename(self, old: str, new: str) -> None:
        """Who is called `old` keeps shape and colour under the new name; empty = as at first."""
        for label in [label for label, name in self._names.items() if name == old]:
            self._call(label, plain(new) or label)

    def clear(self) -> None:
        """Forget everyone but you: a new meeting begins."""
        self._slots, self._names, self._before = {YOU: 0}, {YOU: YOU}, {}

    def _slot_of(self, label: str) -> int:
        self._names.setdefault(label, label)
        return self._slots.setdefault(label, len(self._slots))

    def _call(self, label: str, name: str) -> None:
        if self._names[label] != name:
            self._before[self._names[label]] = label
            self._names[label] = name


def speaker_colour(tokens: Tokens, slot: int) -> str:
    """The colour of a slot; from the ninth speaker on they repeat, with outlined shapes."""
    return tokens.speakers[_shape(slot)]


def numbered(slot: int, name: str) -> str:
    """The name as it stands beside its shape: from the ninth speaker on with the speaker's number."""
    return name if slot < SHAPES else f"{slot + 1} {name}"


def paint_speaker_shape(painter: QPainter, slot: int, rect: QRectF, color: QColor) -> None:
    """Paint the shape of a slot into a square `rect`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = max(1.5, rect.width() * 0.16)
    shape = _shape(slot)
    if shape == 0 or slot >= SHAPES:
        inset = edge / 2 + rect.width() * 0.06
        rect = rect.adjusted(inset, inset, -inset, -inset)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_round_pen(color, edge))
    else:
        painter.setPen(_round_pen(color, 1))
        painter.setBrush(color)
        rect = rect.adjusted(1, 1, -1, -1)
    if shape in (0, 4):
        painter.drawEllipse(rect)
    else:
        painter.drawPolygon(_polygon(shape, rect))
    if shape == 4 and slot >= SHAPES:
        # An outlined disc alone would be the ring, and the ring is you.
        painter.setBrush(color)
        painter.drawEllipse(rect.center(), edge / 2, edge / 2)
    painter.restore()


def _shape(slot: int) -> int:
    return slot if slot < SHAPES else 1 + (slot - SHAPES) % (SHAPES - 1)


def _round_pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _polygon(shape: int, rect: QRectF) -> QPolygonF:
    match shape:
        case 1:
            points = [(0.5, 0.02), (1.0, 0.94), (0.0, 0.94)]
        case 2:
            points = [(0.07, 0.07), (0.93, 0.07), (0.93, 0.93), (0.07, 0.93)]
        case 3:
            points = [(0.5, -0.04), (1.04, 0.5), (0.5, 1.04), (-0.04, 0.5)]
        case 5:
            a, b = 0.33, 0.67
            points = [(a, 0), (b, 0), (b, a), (1, a), (1, b), (b, b), (b, 1), (a, 1), (a, b), (0, b), (0, a)]
            points.append((a, a))
        case 6:
            radii = [0.56 if corner % 2 == 0 else 0.25 for corner in range(10)]
            angles = [pi * corner / 5 - pi / 2 for corner in range(10)]
            points = [(0.5 + r * cos(t), 0.53 + r * sin(t)) for r, t in zip(radii, angles, strict=True)]
        case _:
            points = [(0.05, 0), (0.95, 0), (0.58, 0.5), (0.95, 1), (0.05, 1), (0.42, 0.5)]
    return QPolygonF([QPointF(rect.x() + x * rect.width(), rect.y() + y * rect.height()) for x, y in points])

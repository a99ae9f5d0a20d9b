"""What captions lie upon: a slide, a dark screen, a video. Drawn, in the same colours in every theme."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath

from captioner.ui.fonts import ui_font

_CODE = (
    (0, 0.32, "#3D5468"),
    (1, 0.48, "#54405F"),
    (2, 0.64, "#3C5B49"),
    (0, 0.80, "#3D5468"),
    (1, 0.36, "#3A424B"),
    (2, 0.56, "#3C5B49"),
    (0, 0.72, "#3D5468"),
    (1, 0.84, "#3A424B"),
    (2, 0.40, "#3C5B49"),
)
"""Lines of a program: how far they are indented, how long they are, and their colour."""


def paint_slide(painter: QPainter, room: QRectF) -> None:
    """White, with a title and grey lines."""
    painter.fillRect(room, QColor("#FFFFFF"))
    painter.setFont(ui_font(18, 650))
    painter.setPen(QColor("#1D2B36"))
    # What a slide says is a part of the picture, in no language of the program.
    painter.drawText(QPointF(room.left() + 24, room.top() + 38), "Quarterly results")
    top, place = room.top() + 58.0, 0
    while top < room.bottom() - 8:
        share = (0.9, 0.82, 0.74, 0.9, 0.66)[place % 5]
        _paint_bar(painter, room, QRectF(24, top - room.top(), (room.width() - 48) * share, 7), "#D5DDE1")
        top, place = top + 18, place + 1


def paint_dark_screen(painter: QPainter, room: QRectF) -> None:
    """Nearly black, with lines of a program."""
    painter.fillRect(room, QColor("#14181D"))
    top, place = 18.0, 0
    while top < room.height() - 8:
        indent, share, colour = _CODE[place % len(_CODE)]
        left = 24 + 16 * indent
        width = (room.width() - left - 24) * share
        _paint_bar(painter, room, QRectF(left, top, width, 7), colour)
        top, place = top + 17, place + 1


def paint_video(painter: QPainter, room: QRectF) -> None:
    """An evening: bright and dark side by side."""
    sky = QLinearGradient(room.topLeft(), room.topRight())
    for place, colour in ((0.0, "#E6B566"), (0.35, "#C77A4C"), (0.7, "#47717B"), (1.0, "#1F3D46")):
        sky.setColorAt(place, QColor(colour))
    painter.fillRect(room, sky)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#F6E0AC"))
    size = min(68.0, room.height() * 0.4)
    painter.drawEllipse(
        QRectF(room.left() + room.width() * 0.18, room.top() + room.height() * 0.14, size, size)
    )
    for colour, peaks in (
        ("#3B5C66", (1.0, 0.62, 0.86, 0.44, 0.7)),
        ("#29464F", (1.0, 0.84, 0.6, 0.82, 0.62)),
    ):
        painter.setBrush(QColor(colour))
        painter.drawPath(_hills(room, peaks))


def _hills(room: QRectF, peaks: tuple[float, ...]) -> QPainterPath:
    hills = QPainterPath(room.bottomLeft())
    for place, peak in enumerate(peaks):
        across = room.left() + room.width() * place / (len(peaks) - 1)
        hills.lineTo(across, room.top() + room.height() * peak)
    hills.lineTo(room.bottomRight())
    return hills


def _paint_bar(painter: QPainter, room: QRectF, bar: QRectF, colour: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(bar.translated(room.topLeft()), 3.5, 3.5)


BACKDROPS: Mapping[str, Callable[[QPainter, QRectF], None]] = {
    "slide": paint_slide,
    "dark": paint_dark_screen,
    "video": paint_video,
}

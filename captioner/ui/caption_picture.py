"""A picture of captions, painted by what paints the real ones."""

from dataclasses import replace
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QRegion

from captioner.settings.style import CaptionStyle
from captioner.transcript.model import Segment
from captioner.ui.overlay.box import SHADOW, BoxSize, box_pixmap
from captioner.ui.overlay.line_pictures import LinePicture, LinePictures
from captioner.ui.overlay.lines import CaptionLines
from captioner.ui.overlay.look import Look
from captioner.ui.overlay.painter import CaptionPainter
from captioner.ui.speakers import SpeakerSlots

_WIDE = 600
"""Pixels that hold a word of every size."""


@lru_cache(maxsize=4)
def caption_picture(
    style: CaptionStyle, sample: Segment, width: int, height: int, ratio: float, scale: float = 1.0
) -> QPixmap:
    """The newest lines of a sample in a box of this width and not higher, without the strip of state.

    Around the box lies its shadow. `scale`: how large it is beside the real ones.
    """
    look = Look.of(style)
    wide = round(width / scale)
    size = replace(BoxSize.of(style, wide, wide), strip=0)
    while size.lines > 1 and size.height * scale > height:
        size = replace(size, lines=size.lines - 1)
    lines = CaptionLines(look, size.text_rect.width()).newest([sample], size.lines)
    size = replace(size, lines=len(lines))
    painting = CaptionPainter(look, size, SpeakerSlots())
    painting.show(lines, 0.0, moves=False)
    whole = QSize(size.width + 2 * SHADOW, size.height + 2 * SHADOW)
    dense = ratio * scale
    picture = QPixmap(whole * dense)
    picture.setDevicePixelRatio(dense)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.drawPixmap(0, 0, box_pixmap(size, look, None, dense))
    painting.paint(painter, QRegion(0, 0, whole.width(), whole.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def paint_word(painter: QPainter, room: QRectF, text: str, style: CaptionStyle) -> None:
    """One word in a style, with its edge and its ground, in the middle of `room`."""
    picture = _word_picture(text, style, painter.device().devicePixelRatioF())
    corner = QPointF(picture.rect.top(), picture.rect.top())  # of its cell, which begins as far left as above
    at = room.center() - picture.words[0].center() + corner
    painter.drawPixmap(QPointF(round(at.x()), round(at.y())), picture.pixmap)


@lru_cache(maxsize=32)
def _word_picture(text: str, style: CaptionStyle, ratio: float) -> LinePicture:
    look = Look.of(style)
    size = BoxSize.of(style, _WIDE, _WIDE)
    word = Segment("word", 0, None, 0.0, 1.0, text, True)
    line = CaptionLines(look, size.text_rect.width()).newest([word], 1)[0]
    return LinePictures(look, size, SpeakerSlots()).of(line, has_shape=False, marked=None, ratio=ratio)

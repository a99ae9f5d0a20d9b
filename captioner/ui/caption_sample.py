"""A caption as it will be, in its own size."""

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from captioner.settings.style import CAPTION_PX, CaptionStyle
from captioner.transcript.model import Segment
from captioner.ui.caption_picture import caption_picture
from captioner.ui.overlay.box import NARROWEST, SHADOW

_LARGEST = 2 * CAPTION_PX
_PADDED = 2.5
"""The height of a box of one line, in heights of its letters."""

_ONE_LINE = 1
"""No height has room for less than one line."""


class CaptionSample(QWidget):
    """One line of captions. Its height is that of the largest size: nothing jumps. Where there is less room
    than captions need, it is smaller than they are."""

    def __init__(self) -> None:
        super().__init__()
        self._style = CaptionStyle()
        self.setAccessibleName(self.tr("A caption in this size"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_style(self, style: CaptionStyle) -> None:
        """Show it in this style."""
        if style != self._style:
            self._style = style
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, round(_LARGEST * _PADDED))

    def paintEvent(self, event: QPaintEvent) -> None:
        words, tail = self.tr("So we keep nine"), self.tr("until March")
        sample = Segment("sample", 0, None, 0.0, 1.0, "", False, committed=words, tail=tail)
        width = self.width() - 2 * SHADOW
        scale = min(1.0, width / NARROWEST)
        picture = caption_picture(self._style, sample, width, _ONE_LINE, self.devicePixelRatioF(), scale)
        size = picture.deviceIndependentSize()
        at = QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2)
        QPainter(self).drawPixmap(at, picture)

"""A caption as large as it will be, to choose its size by."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from captioner.ui.fonts import said_font
from captioner.ui.speakers import paint_speaker_shape
from captioner.ui.tokens import CAPTION_BOX, CAPTION_TAIL, DARK

_LARGEST = 54


class CaptionSample(QWidget):
    """One line in the caption box's colours. Its height is that of the largest size: nothing jumps."""

    def __init__(self) -> None:
        super().__init__()
        self._px = 27
        self.setAccessibleName(self.tr("A caption in this size"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_px(self, px: int) -> None:
        """Show it in this size."""
        self._px = px
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, round(_LARGEST * 1.36) + 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(CAPTION_BOX))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        side = self._px * 0.56
        middle = self.height() / 2
        paint_speaker_shape(painter, 1, QRectF(16, middle - side / 2, side, side), QColor(DARK.speakers[1]))
        left = 16 + self._px * 1.1
        for text, colour in (
            (self.tr("So we keep nine "), "#FFFFFF"),
            (self.tr("until March"), CAPTION_TAIL),
        ):
            font = said_font(self._px, 500)
            painter.setFont(font)
            painter.setPen(QColor(colour))
            box = QRectF(left, 0, self.width() - left - 8, self.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
            left += QFontMetricsF(font).horizontalAdvance(text)

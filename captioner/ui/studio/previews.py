"""Captions as they will be, over a slide, a dark screen and a video."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from captioner.settings.style import CaptionStyle
from captioner.transcript.model import Segment
from captioner.ui.caption_picture import caption_picture
from captioner.ui.controls import ElidedLabel, Label
from captioner.ui.fonts import ui_font
from captioner.ui.studio.backdrops import BACKDROPS
from captioner.ui.studio.one_of import Segments
from captioner.ui.theme import Theme

_SCALE = 0.8
"""Of the real captions: a box of them is wider than a preview."""

_WIDTH = {"short": 0.72, "normal": 0.82, "wide": 0.94}
"""How much of a preview's width the box takes: line lengths are seen beside each other, not measured."""

_MARGIN, _LABEL_ROOM = 14, 30
"""Below the box, and above it for the label."""
_COARSE = 8


class Preview(QWidget):
    """One backdrop with captions on it, painted by what paints the real ones."""

    def __init__(self, name: str, backdrop: Callable[[QPainter, QRectF], None]) -> None:
        super().__init__()
        self._name = name
        self._backdrop = backdrop
        self._style = CaptionStyle()
        self._has_label = True
        self.setAccessibleName(self.tr("Your captions: {}").format(name))
        self.setMinimumSize(200, 96)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_style(self, style: CaptionStyle) -> None:
        """Show captions in this style."""
        self._style = style
        self.update()

    def set_label(self, *, is_shown: bool) -> None:
        """Say on the picture what it is, or leave that to others."""
        self._has_label = is_shown
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(440, 175)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(room, 10, 10)
        painter.setClipPath(shape)
        self._backdrop(painter, room)
        captions = self._picture()
        size = captions.deviceIndependentSize()
        # The shadow around it is the margin below.
        painter.drawPixmap(
            QPointF((room.width() - size.width()) / 2, room.height() - size.height()), captions
        )
        if self._has_label:
            self._paint_label(painter)

    def _picture(self) -> QPixmap:
        width = round(self.width() * _WIDTH[self._style.line_length])
        height = self.height() - _MARGIN - (_LABEL_ROOM if self._has_label else 0)
        # Previews that differ by a pixel share one picture.
        height = height // _COARSE * _COARSE
        return caption_picture(self._style, self._sample(), width, height, self.devicePixelRatioF(), _SCALE)

    def _sample(self) -> Segment:
        return Segment(
            "sample",
            1,
            self.tr("Maya"),
            0.0,
            4.0,
            "",
            False,
            committed=self.tr("So pilot customers keep nine"),
            tail=self.tr("until March."),
        )

    def _paint_label(self, painter: QPainter) -> None:
        font = ui_font(12, 600)
        width = QFontMetricsF(font).horizontalAdvance(self._name) + 18
        box = QRectF(self.width() - width - 12, 12, width, 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(10, 13, 16, 170))
        painter.drawRoundedRect(box, 5, 5)
        painter.setFont(font)
        painter.setPen(QColor("#FFFFFF"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._name)


class Previews(QWidget):
    """All three pictures, or one of them and what to choose it by."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        names = {
            "slide": self.tr("On a slide"),
            "dark": self.tr("On a dark screen"),
            "video": self.tr("On video"),
        }
        short = {"slide": self.tr("Slide"), "dark": self.tr("Dark"), "video": self.tr("Video")}
        self.pictures = {key: Preview(name, BACKDROPS[key]) for key, name in names.items()}
        self.choice = Segments(theme, self.tr("Picture under the captions"), short)
        self._shown = "slide"
        self._is_single = False
        self._title = ElidedLabel("", "section")
        self._note = Label(self.tr("the real ones change, too"), "quiet")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self._note)
        head.addWidget(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        for picture in self.pictures.values():
            column.addWidget(picture, 1)
        self.choice.chosen.connect(self._choose)
        self.set_single(True)

    def show_style(self, style: CaptionStyle) -> None:
        """Show captions in this style."""
        for picture in self.pictures.values():
            picture.show_style(style)

    def set_single(self, is_single: bool) -> None:
        """Show one picture at a time, or all."""
        if is_single != self._is_single:
            self._is_single = is_single
            self._arrange()

    def _choose(self, key: str) -> None:
        self._shown = key
        self._arrange()

    def _arrange(self) -> None:
        self.choice.show_choice(self._shown)
        self.choice.setVisible(self._is_single)
        # Beside what the picture is chosen by there is less room.
        title = self.tr("Your captions") if self._is_single else self.tr("Your captions, live")
        self._title.setText(title)
        self._note.setVisible(not self._is_single)
        for key, picture in self.pictures.items():
            picture.set_label(is_shown=not self._is_single)
            picture.setVisible(not self._is_single or key == self._shown)

"""The live line, docked below the transcript while the person reads further up."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from captioner.transcript.model import Segment
from captioner.transcript.plain import plain
from captioner.ui.button import Button
from captioner.ui.controls import Label, Plane
from captioner.ui.fonts import said_font, ui_font
from captioner.ui.shown import Shown, shown_kept
from captioner.ui.speakers import SpeakerSlots, numbered, paint_speaker_shape, speaker_colour
from captioner.ui.theme import Theme


class LiveBar(Plane):
    """What is being said now, how many lines are new, and the way back to them."""

    jump_requested = Signal()

    def __init__(self, theme: Theme, slots: SpeakerSlots) -> None:
        super().__init__("live")
        self._line = _LiveLine(theme, slots)
        self._count = Label("", "accent")
        self.jump = Button(theme, self.tr("&Jump to latest"), "down", "primary", keys=self.tr("End"))
        self.jump.clicked.connect(self.jump_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self._line, 1)
        row.addWidget(self._count)
        row.addWidget(self.jump)

    def show_live(self, segment: Segment | None, new_lines: int) -> None:
        """Show the line being spoken and how many came since the person scrolled up."""
        self._line.show_segment(segment)
        words = self.tr("1 new line") if new_lines == 1 else self.tr("{} new lines").format(new_lines)
        self._count.setText(words if new_lines else "")
        self._count.setVisible(bool(new_lines))

    @property
    def count_text(self) -> str:
        """The words that count new lines."""
        return self._count.text()


class _LiveLine(QWidget):
    """ "Now", the speaker and the end of the live text."""

    def __init__(self, theme: Theme, slots: SpeakerSlots) -> None:
        super().__init__()
        self._theme = theme
        self._slots = slots
        self._speaker: str | None = None
        self._shown = Shown("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Now"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, 36)

    def minimumSizeHint(self) -> QSize:
        return QSize(20, 36)

    def show_segment(self, segment: Segment | None) -> None:
        self._speaker = plain(segment.speaker) if segment and segment.speaker else None
        self._shown = shown_kept(segment) if segment else Shown("", "")
        self.setAccessibleDescription(self._shown.text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = 0.0
        if self.width() > 150:
            left += self._write(painter, left, self.tr("Now"), ui_font(13, 600), tokens.accent_text) + 16
        if self._speaker and self.width() > 240:
            slot = self._slots.slot(self._speaker)
            colour = speaker_colour(tokens, slot)
            box = QRectF(left, self.height() / 2 - 6.5, 13, 13)
            paint_speaker_shape(painter, slot, box, QColor(colour))
            name = numbered(slot, self._speaker)
            left += self._write(painter, left + 21, name, ui_font(14, 600), colour) + 21 + 18
        font = said_font(15)
        metrics = QFontMetricsF(font)
        room = max(0.0, self.width() - left)
        tail = metrics.elidedText(self._shown.tail, Qt.TextElideMode.ElideLeft, room)
        is_apart = len(self._shown.text) > len(self._shown.settled + self._shown.tail)
        gap = metrics.horizontalAdvance(" ") if is_apart else 0
        room -= metrics.horizontalAdvance(tail) + gap
        settled = metrics.elidedText(self._shown.settled, Qt.TextElideMode.ElideLeft, max(0.0, room))
        left += self._write(painter, left, settled, font, tokens.text) + gap
        self._write(painter, left, tail, font, tokens.text3)

    def _write(self, painter: QPainter, left: float, text: str, font, colour: str) -> float:
        painter.setFont(font)
        painter.setPen(QColor(colour))
        box = QRectF(left, 0, max(0.0, self.width() - left) + 2, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        return QFontMetricsF(font).horizontalAdvance(text)

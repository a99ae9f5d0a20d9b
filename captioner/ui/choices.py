"""Painted choices: a tick box, a switch and the cards of which exactly one is chosen."""

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QRadioButton, QSizePolicy, QWidget

from captioner.ui.fonts import ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.theme import Theme

PromiseKind = Literal["good", "warn", "error"]
"""The state that a card's promise tells of, by its role among the colours."""


class TickBox(QCheckBox):
    """A choice in a row: box, icon, words."""

    def __init__(self, theme: Theme, text: str, icon: str) -> None:
        super().__init__(text)
        self._theme = theme
        self._icon = icon
        self.setAccessibleName(text.replace("&", ""))
        self.setFont(ui_font(13, 500))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        words = QFontMetricsF(self.font()).horizontalAdvance(self.accessibleName())
        return QSize(round(18 + 8 + 16 + 6 + words + 2), 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, position) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0.75, (self.height() - 16.5) / 2, 16.5, 16.5)
        is_on = self.isChecked() and self.isEnabled()
        edge = tokens.accent if is_on else tokens.control if self.isEnabled() else tokens.line
        painter.setPen(QPen(QColor(edge), 1.5))
        painter.setBrush(QColor(tokens.accent) if is_on else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 4.5, 4.5)
        if is_on:
            draw_icon(painter, "check", box.adjusted(1.25, 1.25, -1.25, -1.25), tokens.on_accent)
        colour = tokens.text if is_on else tokens.text3
        draw_icon(painter, self._icon, QRectF(26, (self.height() - 16) / 2, 16, 16), colour)
        painter.setPen(colour)
        painter.drawText(
            self.rect().adjusted(48, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.accessibleName()
        )


class Switch(QCheckBox):
    """On or off, at the right end of a row of settings."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setFixedSize(42, 24)
        theme.changed.connect(self.update)

    def hitButton(self, position) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on = self.isChecked() and self.isEnabled()
        track = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(tokens.accent if is_on else tokens.control), 1.5))
        painter.setBrush(QColor(tokens.accent if is_on else tokens.sunken))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.on_accent if is_on else tokens.control))
        painter.drawEllipse(QPointF(self.width() - 12 if is_on else 12, self.height() / 2), 7, 7)


class ChoiceCard(QRadioButton):
    """A card with a title, an icon, a sentence and a short promise; one of its siblings is chosen."""

    def __init__(
        self, theme: Theme, title: str, text: str, icon: str, promise: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent)
        self._theme = theme
        self._body = text
        self._icon = icon
        self._promise = promise
        self._promise_kind: PromiseKind = "good"
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{text} {promise}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.update)

    @property
    def promise(self) -> str:
        """The short line at its foot: what it gives, or what stands in the way of choosing it."""
        return self._promise

    def set_promise(self, promise: str, kind: PromiseKind = "good") -> None:
        """Change the line at its foot, and the colour of the state that it tells of."""
        self._promise, self._promise_kind = promise, kind
        self.setAccessibleDescription(f"{self._body} {promise}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(210, self.heightForWidth(210))

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 96)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        foot = self._foot_height(width)
        return round(46 + _wrapped(ui_font(13), width - 32, self._body) + (foot + 6 if foot else 0) + 16)

    def _foot_height(self, width: int) -> float:
        return _wrapped(ui_font(13, 600), width - 32, self._promise) if self._promise else 0

    def hitButton(self, position) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on = self.isChecked()
        edge = 2.0 if is_on else 1.0
        frame = QRectF(self.rect()).adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2)
        painter.setPen(QPen(QColor(tokens.accent if is_on else tokens.line), edge))
        is_hovered = self.underMouse() and self.isEnabled()
        fill = tokens.accent_bg if is_on else tokens.hover if is_hovered else tokens.surface
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(frame, 12, 12)
        self._paint_mark(painter, is_on)
        self._paint_words(painter)

    def _paint_mark(self, painter: QPainter, is_on: bool) -> None:
        tokens = self._theme.tokens
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring = tokens.accent if is_on else tokens.control if self.isEnabled() else tokens.line
        painter.setPen(QPen(QColor(ring), 1.8))
        painter.drawEllipse(QPointF(26, 28), 9, 9)
        if is_on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(QPointF(26, 28), 5, 5)
        colour = tokens.accent_text if is_on else tokens.text2 if self.isEnabled() else tokens.text3
        draw_icon(painter, self._icon, QRectF(self.width() - 36, 18, 20, 20), colour)

    def _paint_words(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        width = self.width() - 32
        painter.setFont(ui_font(14, 600))
        painter.setPen(tokens.text if self.isEnabled() else tokens.text3)
        painter.drawText(QRectF(44, 16, width - 52, 24), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setFont(ui_font(13))
        painter.setPen(tokens.text2 if self.isEnabled() else tokens.text3)
        box = QRectF(16, 46, width, self.height())
        painter.drawText(box, Qt.TextFlag.TextWordWrap, self._body)
        if self._promise:
            painter.setFont(ui_font(13, 600))
            # What stands in the way is no promise of its own colour: the card is dim, its reason is not.
            painter.setPen(getattr(tokens, self._promise_kind) if self.isEnabled() else tokens.text2)
            foot = self._foot_height(self.width())
            box = QRectF(16, self.height() - 16 - foot, width, foot + 2)
            painter.drawText(box, Qt.TextFlag.TextWordWrap, self._promise)

    def enterEvent(self, event) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event) -> None:
        self.update()
        super().leaveEvent(event)


def _wrapped(font: QFont, width: float, text: str) -> float:
    """The height of a text in lines of this width."""
    box = QRectF(0, 0, width, 4000)
    return QFontMetricsF(font).boundingRect(box, Qt.TextFlag.TextWordWrap, text).height()

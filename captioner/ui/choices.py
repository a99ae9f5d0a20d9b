"""Painted choices: a tick box, a switch and the cards of which exactly one is chosen."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QRadioButton, QSizePolicy, QWidget

from captioner.ui.fonts import ui_font
from captioner.ui.icons import draw_icon
from captioner.ui.theme import Theme


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
        self.setAccessibleName(title)
        self.setAccessibleDescription(f"{text} {promise}".strip())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(210, self.heightForWidth(210))

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 96)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        text = QFontMetricsF(ui_font(13)).boundingRect(
            QRectF(0, 0, width - 32, 4000), Qt.TextFlag.TextWordWrap, self._body
        )
        return round(16 + 24 + 6 + text.height() + (26 if self._promise else 0) + 16)

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
        fill = tokens.accent_bg if is_on else tokens.hover if self.underMouse() else tokens.surface
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(frame, 12, 12)
        self._paint_mark(painter, is_on)
        self._paint_words(painter)

    def _paint_mark(self, painter: QPainter, is_on: bool) -> None:
        tokens = self._theme.tokens
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.accent if is_on else tokens.control), 1.8))
        painter.drawEllipse(QPointF(26, 28), 9, 9)
        if is_on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(QPointF(26, 28), 5, 5)
        colour = tokens.accent_text if is_on else tokens.text2
        draw_icon(painter, self._icon, QRectF(self.width() - 36, 18, 20, 20), colour)

    def _paint_words(self, painter: QPainter) -> None:
        tokens = self._theme.tokens
        width = self.width() - 32
        painter.setFont(ui_font(14, 600))
        painter.setPen(tokens.text)
        painter.drawText(QRectF(44, 16, width - 52, 24), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setFont(ui_font(13))
        painter.setPen(tokens.text2)
        box = QRectF(16, 46, width, self.height())
        painter.drawText(box, Qt.TextFlag.TextWordWrap, self._body)
        if self._promise:
            painter.setFont(ui_font(13, 600))
            painter.setPen(tokens.good)
            box = QRectF(16, self.height() - 38, width, 22)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self._promise)

    def enterEvent(self, event) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event) -> None:
        self.update()
        super().leaveEvent(event)

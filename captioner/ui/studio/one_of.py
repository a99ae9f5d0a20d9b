"""Choices of which one is chosen: the group, and the boxed words that are its simplest form."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from captioner.ui.fonts import ui_font
from captioner.ui.theme import Theme


class Option(QRadioButton):
    """One of several, painted by its own class; the whole of it can be pressed."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(name)
        self._theme = theme
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def hitButton(self, position) -> bool:
        return self.rect().contains(position)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class OneOf(QWidget):
    """Options of which at most one is chosen: Tab goes to that one, arrows to the others.

    `chosen(value)`: the person chose one. What is shown from outside is not told.
    """

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.options: dict[str, Option] = {}
        self._name = name
        self._group = QButtonGroup(self)
        self.setAccessibleName(name)

    def add(self, value: str, option: Option) -> None:
        """Take an option in; its place is the caller's affair."""
        option.setAccessibleName(f"{self._name}: {option.accessibleName()}")
        self.options[value] = option
        self._group.addButton(option)
        option.clicked.connect(lambda: self.chosen.emit(value))

    def show_choice(self, value: str | None) -> None:
        """Show what is chosen; None, or what is none of the options = none of them."""
        self._group.setExclusive(False)
        for name, option in self.options.items():
            option.setChecked(name == value)
        self._group.setExclusive(True)
        stop = value if value in self.options else next(iter(self.options))
        for name, option in self.options.items():
            is_stop = name == stop
            option.setFocusPolicy(Qt.FocusPolicy.StrongFocus if is_stop else Qt.FocusPolicy.ClickFocus)


class Segments(OneOf):
    """Words side by side in one box."""

    def __init__(self, theme: Theme, name: str, words: dict[str, str]) -> None:
        super().__init__(name)
        self._theme = theme
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(0)
        for value, word in words.items():
            segment = _Segment(theme, word)
            self.add(value, segment)
            row.addWidget(segment)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.sunken))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


class _Segment(Option):
    """A word of a box of words."""

    def sizeHint(self) -> QSize:
        width = QFontMetricsF(ui_font(14, 600)).horizontalAdvance(self.text())
        return QSize(max(32, round(width) + 26), 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_on = self.isChecked()
        if is_on or self.underMouse():
            painter.setPen(QPen(QColor(tokens.control), 1) if is_on else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.raised if is_on else tokens.hover))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(ui_font(14, 600 if is_on else 500))
        painter.setPen(QColor(tokens.text if is_on else tokens.text2))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, self.text())

"""Small things every window uses: planes, hairlines, labels, the combo box and the search field."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from captioner.ui.icons import draw_icon
from captioner.ui.theme import Theme


class Plane(QFrame):
    """A surface: "window", "surface", "sunken", "card", "live", or a tint "info", "warning", "error"."""

    def __init__(self, plane: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("plane", plane)

    def set_plane(self, plane: str) -> None:
        """Become another surface."""
        if self.property("plane") != plane:
            self.setProperty("plane", plane)
            self.style().unpolish(self)
            self.style().polish(self)


class Menu(QMenu):
    """A menu with round corners: what lies outside them is see-through."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)


class Line(QWidget):
    """A hairline of one device pixel: a style sheet's border is uneven at 125 %."""

    def __init__(self, theme: Theme, *, is_vertical: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._is_vertical = is_vertical
        if is_vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        thin = 1 / self.devicePixelRatioF()
        width, height = (thin, self.height()) if self._is_vertical else (self.width(), thin)
        painter.fillRect(QRectF(0, 0, width, height), QColor(self._theme.tokens.line))


class Label(QLabel):
    """Plain text in a role ("title", "section", "strong", "body", "quiet", "sub", "accent", "good")."""

    def __init__(self, text: str, role: str, *, wraps: bool = False) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(wraps)


class ElidedLabel(Label):
    """One line that ends in an ellipsis where there is no room; the whole text is its accessible name."""

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment() | Qt.TextFlag.TextSingleLine, text)


SHORT = Qt.ItemDataRole.UserRole + 1
"""The data of an entry of a `ComboBox` that is shown where the whole of it has no room."""


class ComboBox(QComboBox):
    """A choice with our own arrow. `kind` "plain" or "quiet"; long entries are shortened, never widen it."""

    def __init__(self, theme: Theme, name: str, kind: str = "plain") -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("kind", kind)
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        tokens = self._theme.tokens
        inset = 20 if self.property("kind") == "quiet" else 28
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        # The style clips a long text; we end it in an ellipsis.
        left = 4 if self.property("kind") == "quiet" else 12
        room = self.width() - inset - left - 2
        text = self.currentText()
        if self.fontMetrics().horizontalAdvance(text) > room:
            text = self.currentData(SHORT) or text
        text = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        ink = tokens.text2 if self.property("kind") == "quiet" else tokens.text
        painter.setPen(QColor(ink if self.isEnabled() else tokens.text3))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(QRectF(left, 0, room + 2, self.height()), middle, text)
        place = QRectF(self.width() - inset, (self.height() - 16) / 2, 16, 16)
        draw_icon(painter, "chevd", place, tokens.text2 if self.isEnabled() else tokens.text3)

    def wheelEvent(self, event) -> None:
        """Scrolling past must not change a choice."""
        event.ignore()


class SearchField(QLineEdit):
    """A line to type what is sought, with the lens in front."""

    def __init__(self, theme: Theme, placeholder: str) -> None:
        super().__init__()
        self._theme = theme
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setTextMargins(24, 0, 26, 0)
        self._inside: QWidget | None = None
        theme.changed.connect(self.update)

    def put_inside(self, button: QWidget) -> None:
        """Give a button a place at the right end of the field."""
        self._inside = button
        button.setParent(self)
        button.setCursor(Qt.CursorShape.ArrowCursor)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._inside is not None:
            side = self._inside.height()
            self._inside.move(self.width() - side - 4, (self.height() - side) // 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = QRectF(12, (self.height() - 16) / 2, 16, 16)
        draw_icon(QPainter(self), "search", place, self._theme.tokens.text2)

"""One sentence where nothing is to be seen yet."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from captioner.ui.controls import Label, Plane
from captioner.ui.icons import draw_icon
from captioner.ui.theme import Theme


class EmptyNote(Plane):
    """A sentence, a quieter one below, and an icon above."""

    def __init__(self, theme: Theme, icon: str = "live") -> None:
        super().__init__("surface")
        self._title = Label("", "section", wraps=True)
        self._text = Label("", "body", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        self._mark = _Mark(theme, icon)
        column.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        self.column = column
        column.addStretch(3)

    def say(self, title: str, text: str = "") -> None:
        """Set both sentences."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._mark.setVisible(self.height() > 170)

    @property
    def words(self) -> str:
        """What it says, both sentences."""
        return f"{self._title.text()} {self._text.text()}".strip()


class _Mark(QWidget):
    def __init__(self, theme: Theme, icon: str) -> None:
        super().__init__()
        self._theme = theme
        self._icon = icon
        self.setFixedSize(40, 40)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_icon(QPainter(self), self._icon, QRectF(4, 4, 32, 32), self._theme.tokens.accent_text)

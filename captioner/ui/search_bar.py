"""Search in the transcript one looks at: the field, "2 of 9", previous and next."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QWidget

from captioner.ui.button import IconButton
from captioner.ui.controls import Label, SearchField
from captioner.ui.theme import Theme

_TYPING_MS = 120


class SearchBar(QWidget):
    """Enter goes to the next hit, Shift+Enter to the previous, Escape clears."""

    query_changed = Signal(str)
    step_requested = Signal(int)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.field = SearchField(theme, self.tr("Search this meeting"))
        self.clear_button = IconButton(theme, "close", self.tr("Clear search"), self.tr("Esc"))
        self._count = Label("", "sub")
        self.previous = IconButton(theme, "chevu", self.tr("Previous hit"), "Shift+F3")
        self.next = IconButton(theme, "chevd", self.tr("Next hit"), "F3")
        self._typed = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typed.timeout.connect(self._emit)
        self._build()

    def _build(self) -> None:
        keys = QKeySequence("Ctrl+F").toString(QKeySequence.SequenceFormat.NativeText)
        self.field.setPlaceholderText(f"{self.tr('Search this meeting')}   ({keys})")
        self.clear_button.setFixedSize(28, 28)
        self.field.put_inside(self.clear_button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        for widget in (self._count, self.previous, self.next):
            row.addWidget(widget)
        self.field.textChanged.connect(self._on_text)
        self.clear_button.clicked.connect(self.clear)
        self.previous.clicked.connect(lambda: self.step_requested.emit(-1))
        self.next.clicked.connect(lambda: self.step_requested.emit(1))
        self.clear_button.hide()
        self.show_hits(0, 0)

    @property
    def count_text(self) -> str:
        """The words that say which of how many hits."""
        return self._count.text()

    def show_hits(self, current: int, count: int) -> None:
        """Say which of how many hits is looked at."""
        has_query = bool(self.field.text())
        words = self.tr("{} of {}").format(current, count) if count else self.tr("No hits")
        self._count.setText(words if has_query else "")
        self._count.setVisible(has_query)
        for button in (self.previous, self.next):
            button.setVisible(has_query)
            button.setEnabled(count > 0)

    def enter(self) -> None:
        """Put the cursor into the field, what stands there selected."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def clear(self) -> None:
        """Search for nothing."""
        self.field.clear()
        self._emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._typed.isActive():
                self._emit()
            else:
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.step_requested.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Escape:
            if self.field.text():
                self.clear()
            else:
                self.left.emit()
        else:
            super().keyPressEvent(event)

    def _on_text(self, text: str) -> None:
        self.clear_button.setVisible(bool(text))
        self._typed.start()

    def _emit(self) -> None:
        self._typed.stop()
        self.query_changed.emit(self.field.text())

"""Fields of the engine's settings: a key, an address, a choice that may be typed, terms one a line."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from captioner.transcript.plain import plain
from captioner.ui.controls import ComboBox
from captioner.ui.icons import draw_icon
from captioner.ui.theme import Theme

_LINES = 4


def mark_error(field: QWidget, is_error: bool) -> None:
    """Give a field the edge of one that needs the person, or take it away."""
    state = "error" if is_error else ""
    if field.property("state") != state:
        field.setProperty("state", state)
        field.style().unpolish(field)
        field.style().polish(field)


class Field(QLineEdit):
    """A line of text. Return means that it is complete; a dialog would take it for its Close."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class KeyField(Field):
    """A field for a key: hidden as it is typed, with the mark of a key in front.

    `left` when the keyboard goes to another widget of ours.
    """

    left = Signal()

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__(name)
        self._theme = theme
        self._inside: QWidget | None = None
        self.setTextMargins(24, 0, 34, 0)
        self.set_hidden(True)
        theme.changed.connect(self.update)

    def set_hidden(self, is_hidden: bool) -> None:
        """Show dots, or what was typed."""
        self.setEchoMode(QLineEdit.EchoMode.Password if is_hidden else QLineEdit.EchoMode.Normal)
        # Shown or not, no keyboard may learn it.
        self.setInputMethodHints(
            self.inputMethodHints()
            | Qt.InputMethodHint.ImhSensitiveData
            | Qt.InputMethodHint.ImhNoPredictiveText
            | Qt.InputMethodHint.ImhNoAutoUppercase
        )

    def put_inside(self, button: QWidget) -> None:
        """Give a button a place at the right end of the field."""
        self._inside = button
        button.setParent(self)
        button.setCursor(Qt.CursorShape.ArrowCursor)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # Not when a menu opens over it or another program is used: the person comes back.
        away = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if event.reason() not in away:
            self.left.emit()

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        if self._inside:
            size = self._inside.sizeHint()
            place = self.width() - size.width() - 3, (self.height() - size.height()) // 2
            self._inside.setGeometry(*place, size.width(), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = QRectF(11, (self.height() - 18) / 2, 18, 18)
        draw_icon(QPainter(self), "key", place, self._theme.tokens.text3)


class EditChoice(ComboBox):
    """A choice from a list, or something else that is typed. `chosen(value)`."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, name: str, choices: dict[str, str]) -> None:
        super().__init__(theme, name)
        self._value: str | None = None
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.line = Field(name)
        self.setLineEdit(self.line)
        # Nothing that is typed may become something else by itself.
        self.setCompleter(None)  # pyright: ignore[reportArgumentType]
        for value, text in choices.items():
            self.addItem(text, value)
        self.setMinimumWidth(190)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.activated.connect(lambda place: self._choose(self.itemData(place)))
        self.line.editingFinished.connect(self._take_typed)

    def set_value(self, value: str) -> None:
        """Show what is chosen."""
        self._value = value
        place = self.findData(value)
        if place >= 0:
            self.setCurrentIndex(place)
        text = self.itemText(place) if place >= 0 else value
        if self.line.text() != text:
            self.line.setText(text)
        self.line.setCursorPosition(0)

    def _take_typed(self) -> None:
        typed = plain(self.line.text())
        place = self.findText(typed, Qt.MatchFlag.MatchFixedString)
        self._choose(self.itemData(place) if place >= 0 else typed)

    def _choose(self, value: str) -> None:
        if value != self._value:
            self._value = value
            self.chosen.emit(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Body and arrow; the words are those of the line inside."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        place = QRectF(self.width() - 28, (self.height() - 16) / 2, 16, 16)
        draw_icon(painter, "chevd", place, self._theme.tokens.text2)


class TermsField(QPlainTextEdit):
    """Terms, one a line. `changed(terms)` when the person has left it."""

    changed = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._told: tuple[str, ...] = ()
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def terms(self) -> tuple[str, ...]:
        """What stands in it: each term once, without white space around it."""
        lines = (plain(line) for line in self.toPlainText().splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))

    def set_terms(self, terms: tuple[str, ...]) -> None:
        """Show these terms."""
        self._told = terms
        if terms != self.terms:
            self.setPlainText("\n".join(terms))

    def sizeHint(self) -> QSize:
        return QSize(240, round(_LINES * QFontMetricsF(self.font()).lineSpacing()) + 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tell()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tell()

    def _tell(self) -> None:
        if self.terms != self._told:
            self._told = self.terms
            self.changed.emit(self._told)

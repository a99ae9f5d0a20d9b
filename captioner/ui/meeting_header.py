"""What stands above a transcript: title, date, length, whether it is saved; copy and export."""

from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from captioner.transcript.plain import plain
from captioner.ui.button import Button, IconButton
from captioner.ui.controls import ElidedLabel
from captioner.ui.export_button import ExportButton
from captioner.ui.theme import Theme

_COPIED_MS = 1600


class MeetingHeader(QWidget):
    """The title is edited by its pencil or a double click; Enter keeps it, Escape does not."""

    title_changed = Signal(str)
    copy_requested = Signal()
    export_requested = Signal(str)

    def __init__(self, theme: Theme, *, is_editable: bool = True) -> None:
        super().__init__()
        self._is_editable = is_editable
        self._started: datetime | None = None
        self._length = ""
        self._note = ""
        self._is_short = False
        self.title = ElidedLabel("", "title")
        self.edit = _TitleEdit(self)
        self.pencil = IconButton(theme, "edit", self.tr("Rename this meeting"), "F2")
        self.facts = ElidedLabel("", "sub")
        self.copy = Button(theme, self.tr("C&opy"), "text", "quiet")
        self.export = ExportButton(theme)
        self._uncopied = QTimer(self, singleShot=True, interval=_COPIED_MS)
        self._build()

    def _build(self) -> None:
        name = QHBoxLayout()
        name.setSpacing(6)
        # Only as wide as its words, so the pencil stands beside them.
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        name.addWidget(self.title)
        name.addWidget(self.edit, 3)
        name.addWidget(self.pencil)
        name.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(name)
        words.addWidget(self.facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addLayout(words, 1)
        row.addWidget(self.copy)
        row.addWidget(self.export)
        self.edit.hide()
        self.pencil.clicked.connect(self.begin_edit)
        self.edit.kept.connect(self._keep)
        self.copy.clicked.connect(self.copy_requested)
        self.export.export_requested.connect(self.export_requested)
        self._uncopied.timeout.connect(lambda: self.copy.say(self.tr("C&opy"), "text"))
        self.show_meeting("", None)

    def show_meeting(self, title: str, started: datetime | None) -> None:
        """Show a meeting; `started` None = there is none yet, so nothing to rename."""
        self._started = started
        self.title.setText(plain(title))
        self.pencil.setVisible(self._is_editable and started is not None)
        self._show_facts()

    def set_elapsed(self, seconds: float | None) -> None:
        """Show how long it lasted so far."""
        length = "" if seconds is None else length_words(seconds)
        if length != self._length:
            self._length = length
            self._show_facts()

    def set_note(self, note: str) -> None:
        """Show "Saved", or whatever is to be known of the file."""
        self._note = note
        self._show_facts()

    def set_has_lines(self, has_lines: bool) -> None:
        """Without lines there is nothing to copy or export."""
        self.copy.setEnabled(has_lines)
        self.export.setEnabled(has_lines)

    def set_compact(self, is_compact: bool, *, is_short: bool = False) -> None:
        """Icons alone for narrow windows, no second line for short ones."""
        self._is_short = is_short
        self.copy.set_compact(is_compact)
        self.export.set_compact(is_compact)
        self._show_facts()

    def say_copied(self, lines: int) -> None:
        """Tell for a moment that the lines are on the clipboard."""
        words = self.tr("1 line copied") if lines == 1 else self.tr("{} lines copied").format(lines)
        self.copy.say(words, "check")
        self._uncopied.start()

    def begin_edit(self) -> None:
        """Put the title into a field."""
        if not self.pencil.isVisibleTo(self):
            return
        self.edit.setText(self.title.text())
        self._show_edit(True)
        self.edit.setFocus()
        self.edit.selectAll()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.title.geometry().contains(event.position().toPoint()):
            self.begin_edit()

    def _keep(self, text: str) -> None:
        self._show_edit(False)
        text = plain(text)
        if text and text != self.title.text():
            self.title.setText(text)
            self.title_changed.emit(text)

    def _show_edit(self, is_edited: bool) -> None:
        self.edit.setVisible(is_edited)
        self.title.setVisible(not is_edited)
        self.pencil.setVisible(not is_edited)

    def _show_facts(self) -> None:
        date = day_words(self._started) if self._started else ""
        facts = "   ·   ".join(fact for fact in (date, self._length, self._note) if fact)
        self.facts.setText(facts)
        self.facts.setVisible(bool(facts) and not self._is_short)


class _TitleEdit(QLineEdit):
    """The field for the title. `kept(text)`: Enter, or the focus went elsewhere."""

    kept = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "title")
        self.setAccessibleName(self.tr("Title of the meeting"))
        self.setMaxLength(200)
        self.editingFinished.connect(self._finish)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText("")
            self._finish()
        else:
            super().keyPressEvent(event)

    def _finish(self) -> None:
        # Hiding the field takes its focus, which would finish it a second time.
        if not self.isHidden():
            self.kept.emit(self.text())


def length_words(seconds: float) -> str:
    """`34 min`, `1 h 05 min`, `42 s`."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def day_words(moment: datetime) -> str:
    """`Thursday 20 November, 10:58`, in the person's language."""
    here = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    locale = QLocale()
    day = locale.toString(here.date(), "dddd d MMMM")
    return f"{day}, {locale.toString(here.time(), QLocale.FormatType.ShortFormat)}"

"""The key of the network engine: where it is entered, where it is kept, and whether it works."""

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from captioner.streaming.errors import CaptionerError
from captioner.ui.button import Button, IconButton
from captioner.ui.controls import Label, Plane
from captioner.ui.engine_fields import KeyField, mark_error
from captioner.ui.icons import draw_icon
from captioner.ui.key_check import CheckResult, Outcome, outcome_of
from captioner.ui.theme import Theme

KeyPlace = Literal["environment", "keyring", "memory"]
"""Where the key in use comes from; "memory": it could not be kept, and is forgotten at the end."""

_CHECK_BELOW = 420


class KeyCard(Plane):
    """Shows where the key is, never the key itself: what was entered leaves the field once it is kept.

    `key_entered(str)`, `key_removed()`, `check_requested()` are the person's wishes, `way_out(where)` that of
    the button beside an error. Checking keeps first what stands in the field. `check_cleared()`: another key
    is being typed, so that the last outcome no longer holds.
    """

    key_entered = Signal(str)
    key_removed = Signal()
    check_requested = Signal()
    check_cleared = Signal()
    way_out = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__("card")
        self._server = "Deepgram"
        self._place: KeyPlace | None = None
        self._is_checking = False
        self._told = ""
        self.field = KeyField(theme, self.tr("API key"))
        self.eye = IconButton(theme, "eye", self.tr("Show the key"))
        self.check = Button(theme, self.tr("Chec&k"), "check")
        self.result = CheckResult(theme)
        self.note = Label("", "sub", wraps=True)
        self.remove = Button(theme, self.tr("&Remove key"), "trash", kind="quiet")
        self.console = Button(theme, self.tr("&Open console"), "key", kind="quiet")
        self._lock = _Lock(theme)
        self._build()
        self.show_key(None)

    def _build(self) -> None:
        self.field.put_inside(self.eye)
        self.eye.setCheckable(True)
        self.eye.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click on it leaves the keyboard in the field
        self.eye.installEventFilter(self)
        self._first = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._first.setSpacing(12)
        self._first.addWidget(self.field, 1)
        self._first.addWidget(self.check)
        last = QHBoxLayout()
        last.setSpacing(8)
        last.addWidget(self._lock)
        last.addWidget(self.note, 1)
        last.addWidget(self.remove)
        last.addWidget(self.console)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(10)
        rows.addWidget(Label(self.tr("API key"), "strong"))
        rows.addLayout(self._first)
        rows.addWidget(self.result)
        rows.addLayout(last)
        self.field.textEdited.connect(self._on_edited)
        self.field.returnPressed.connect(self._check)
        self.field.left.connect(self._on_left)
        self.eye.toggled.connect(self._show_typed)
        self.check.clicked.connect(self._check)
        self.remove.clicked.connect(self.key_removed)
        self.console.clicked.connect(lambda: self.way_out.emit("console"))
        self.result.way_out.connect(self.way_out)

    # -- what is shown

    @property
    def place(self) -> KeyPlace | None:
        """Where the key in use comes from."""
        return self._place

    @property
    def needs_key(self) -> bool:
        """Whether the server does nothing without one."""
        return self._server == "Deepgram"

    @property
    def has_problem(self) -> bool:
        """Whether something is said that needs the person."""
        return self.result.isVisibleTo(self) and self.result.property("plane") == "error"

    def show_server(self, server: str) -> None:
        """Who is asked: "Deepgram", or the host of another server, which the keyring's key is not for."""
        if server != self._server:
            self._server = server
            self.show_key(self._place)

    def show_key(self, place: KeyPlace | None) -> None:
        """Say where the key comes from; None = there is none."""
        self._place = place
        self._told = ""
        self.field.clear()
        self.eye.setChecked(False)
        is_ours = self.needs_key
        self.field.setReadOnly(place == "environment" or not is_ours)
        self.eye.setEnabled(False)
        self.eye.setVisible(not self.field.isReadOnly())
        self.remove.setVisible(is_ours and place in ("keyring", "memory"))
        self.console.setVisible(is_ours and place is None)
        placeholder, note = self._words(place) if is_ours else self._words_for_others(place)
        self.field.setPlaceholderText(placeholder)
        self.field.setAccessibleDescription(f"{placeholder}. {note}")
        self.note.setText(note)
        mark_error(self.field, False)

    def _words(self, place: KeyPlace | None) -> tuple[str, str]:
        match place:
            case "environment":
                return (
                    self.tr("From DEEPGRAM_API_KEY"),
                    self.tr("Set outside of this program. It comes before a key in the keyring."),
                )
            case "keyring":
                return (
                    self.tr("A key is kept. Paste another to replace it"),
                    self.tr("Kept in the system keyring, never in a file."),
                )
            case "memory":
                return (
                    self.tr("A key is in use. Paste another to replace it"),
                    self.tr("Not kept: it is forgotten when captioner ends."),
                )
            case None:
                return (
                    self.tr("Paste a key"),
                    self.tr(
                        "Make one in the Deepgram console. It is kept in the system keyring, never in a file."
                    ),
                )

    def _words_for_others(self, place: KeyPlace | None) -> tuple[str, str]:
        if place == "environment":
            return (
                self.tr("From DEEPGRAM_API_KEY"),
                self.tr("{} is sent the key of DEEPGRAM_API_KEY.").format(self._server),
            )
        return (
            self.tr("No key is sent to {}").format(self._server),
            self.tr("A kept key is for Deepgram alone. Set DEEPGRAM_API_KEY if this server needs one."),
        )

    def show_checking(self) -> None:
        """The server is being asked."""
        self._is_checking = True
        self.result.hide()
        self.check.say(self.tr("Checking …"), "clock")

    def show_check(self, error: CaptionerError | None, request_id: str | None = None) -> Outcome:
        """What came of it; None = it works."""
        self._is_checking = False
        self.check.say(self.tr("Chec&k again"), "check")
        return self._show(error, request_id)

    def show_problem(self, error: CaptionerError) -> Outcome:
        """What the keyring said, or why what was entered cannot be a key."""
        return self._show(error, None)

    def clear_check(self) -> None:
        """Nothing is known any more."""
        self._is_checking = False
        self.check.say(self.tr("Chec&k"), "check")
        self.result.hide()
        mark_error(self.field, False)

    def _show(self, error: CaptionerError | None, request_id: str | None) -> Outcome:
        outcome = outcome_of(error, self._server)
        request_id = request_id or (error.request_id if error else None)
        self.result.show_outcome(outcome, request_id, is_good=error is None)
        is_about_key = error is not None and error.category in ("authentication", "configuration")
        mark_error(self.field, is_about_key and not self.field.isReadOnly())
        return outcome

    # -- what the person does

    def _check(self) -> None:
        if not self._is_checking:
            self._keep()
            self.check_requested.emit()

    def _keep(self) -> None:
        text = self.field.text()
        if text.strip() and text != self._told and not self.field.isReadOnly():
            self._told = text
            self.key_entered.emit(text)

    def _on_edited(self) -> None:
        self._told = ""
        self.eye.setEnabled(bool(self.field.text()))
        if not self._is_checking:
            self.clear_check()
            self.check_cleared.emit()

    def _on_left(self) -> None:
        # Tab leads from the field to the eye: who wants to see what was typed is not done with it.
        if QApplication.focusWidget() is not self.eye:
            self._keep()

    def _show_typed(self, is_shown: bool) -> None:
        self.field.set_hidden(not is_shown)
        name = self.tr("Hide the key") if is_shown else self.tr("Show the key")
        self.eye.setAccessibleName(name)
        self.eye.setToolTip(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_left = watched is self.eye and event.type() == QEvent.Type.FocusOut
        if is_left and QApplication.focusWidget() is not self.field:
            self._keep()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._keep()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._first.setDirection(down if self.width() < _CHECK_BELOW else across)


class _Lock(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(18, 18)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_icon(QPainter(self), "lock", QRectF(0, 0, 18, 18), self._theme.tokens.text3)

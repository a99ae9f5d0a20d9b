"""What came of asking a server whether it takes the key: in words, with the way out as a button."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from captioner.streaming.errors import CaptionerError, RateLimitError
from captioner.transcript.plain import plain
from captioner.ui.button import Button
from captioner.ui.controls import Label, Plane
from captioner.ui.engine_fields import Field
from captioner.ui.icons import draw_icon
from captioner.ui.theme import Theme

CONSOLE = "https://console.deepgram.com/"

_BUTTONS_BELOW = 460

WayOut = Literal["console", "billing", "local"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Title, body, and what the button offers (None: there is none). `short` is for the engine's card."""

    title: str
    body: str
    short: str
    way_out: WayOut | None = None


def outcome_of(error: CaptionerError | None, server: str) -> Outcome:
    """What `server` said, or what stood in the way; None = it takes the key and the options."""
    if error is None:
        return Outcome(_tr("{} answers").format(server), _tr("Captions can start."), _tr("Ready"))
    mine = f"{error.message}. {error.hint}" if error.hint else error.message
    match error.category:
        case "authentication":
            return Outcome(
                _tr("{} does not know this key").format(server),
                _tr("It may have been deleted, or a character is missing. Make a new one and paste it here."),
                _tr("Key not accepted"),
                "console",
            )
        case "quota":
            return Outcome(
                _tr("{} says the credit is used up").format(server),
                _tr("Add credit, or choose the engine on this computer."),
                _tr("No credit"),
                "billing",
            )
        case "permission":
            return Outcome(_tr("This key may not do this"), mine, _tr("Not allowed"), "console")
        case "rate_limit":
            return Outcome(_tr("Too many sessions on this key"), _rate(error), _tr("Busy"), "local")
        case "network":
            return Outcome(_tr("No way to {}").format(server), mine, _tr("Not reached"))
        case "timeout":
            return Outcome(
                _tr("{} does not answer").format(server),
                _tr("The network may be slow, or the address is another one."),
                _tr("No answer"),
            )
        case "server":
            return Outcome(_tr("{} is out of order").format(server), mine, _tr("Out of order"), "local")
        case "store":
            return Outcome(error.message, error.hint, _tr("Key not kept"))
        case _:
            return Outcome(_plainly(error.message), error.hint, _tr("Needs you"))


def _rate(error: CaptionerError) -> str:
    wait = error.retry_after if isinstance(error, RateLimitError) else None
    if wait is None:
        return _tr("Another program may use it. End the other one, or wait.")
    return _tr("Another program may use it. Try again in {:.0f} s.").format(wait)


def _plainly(message: str) -> str:
    """Without the name of the library's parameter, which nobody sees here."""
    words = message.removeprefix("base_url:").strip()
    return words[:1].upper() + words[1:]


class CheckResult(Plane):
    """A plane with icon, words and a button. `way_out(where)` when the button is pressed."""

    way_out = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__("error")
        self._mark = _Mark(theme)
        self._way: WayOut | None = None
        self.title = Label("", "strong", wraps=True)
        self.body = Label("", "body", wraps=True)
        self.request = Field(self.tr("Request, for the support of the server"))
        self._request_word = Label(self.tr("Request"), "sub")
        self.button = Button(theme, "", "panel")
        self._build()

    def _build(self) -> None:
        self.request.setReadOnly(True)  # a field: to be selected with the keyboard, too
        self.request.setProperty("kind", "bare")
        request = QHBoxLayout()
        request.setSpacing(6)
        request.addWidget(self._request_word)
        request.addWidget(self.request, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.title, self.body):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        words.addLayout(request)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(16, 12, 16, 12)
        self._row.setSpacing(12)
        self._row.addLayout(top, 1)
        self._row.addWidget(self.button)
        self.button.clicked.connect(lambda: self._way and self.way_out.emit(self._way))
        self.hide()

    def show_outcome(self, outcome: Outcome, request_id: str | None, *, is_good: bool) -> None:
        """Say it, and read it aloud to who does not see it."""
        self.set_plane("good" if is_good else "error")
        self._mark.show_good(is_good)
        self.title.setText(plain(outcome.title))
        self.body.setText(plain(outcome.body))
        self.body.setVisible(bool(outcome.body))
        self.request.setText(plain(request_id or ""))
        self.request.setCursorPosition(0)
        for part in (self.request, self._request_word):
            part.setVisible(bool(request_id))
        self._way = outcome.way_out
        self.button.setVisible(self._way is not None)
        match self._way:
            case "console":
                self.button.say(self.tr("&Open console"), "key")
            case "billing":
                self.button.say(self.tr("&Open billing"), "export")
            case "local":
                self.button.say(self.tr("&Use local engine"), "local")
            case None:
                pass
        self.setAccessibleName(f"{self.title.text()}. {self.body.text()}")
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.accessibleName()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._row.setDirection(down if self.width() < _BUTTONS_BELOW else across)


class _Mark(QWidget):
    """A tick, or the octagon of an error."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._is_good = False
        self.setFixedSize(24, 24)
        theme.changed.connect(self.update)

    def show_good(self, is_good: bool) -> None:
        self._is_good = is_good
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        icon, colour = ("check", tokens.good) if self._is_good else ("error", tokens.error)
        draw_icon(QPainter(self), icon, QRectF(0, 0, 24, 24), colour)


def _tr(text: str) -> str:
    return QCoreApplication.translate("KeyCheck", text)

"""One notice at a time: the worst. Never modal, never over the captions."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from captioner.meeting.listener import Notice, WayOut
from captioner.transcript.plain import plain
from captioner.ui.button import Button, IconButton
from captioner.ui.controls import Label, Plane
from captioner.ui.icons import draw_icon
from captioner.ui.theme import Theme

_WORST_FIRST = ("error", "warning", "info")
_SILENT = "silent:"
"""How the code of a source that gives no sound begins: it may be just quiet."""


class _Offer(NamedTuple):
    """A button: its words, its icon, and what it wishes for."""

    words: str
    icon: str
    wish: Callable[[], None]


class Banner(QWidget):
    """Shows the worst of the notices that were not put aside. A notice put aside stays so until it is gone.

    `source_requested("system" | "microphone")`: the person wants to choose another device.
    `way_requested(way)`: one of the notice's ways out. `dismissed(code)`: the person has seen it.
    """

    source_requested = Signal(str)
    way_requested = Signal(str)
    dismissed = Signal(str)
    shown_changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._notices: tuple[Notice, ...] = ()
        self._seen: set[str] = set()
        self._notice: Notice | None = None
        self._offered: list[_Offer] = []
        self._is_short = False
        self._plane = Plane("warning")
        self._mark = _Mark(theme)
        self._title = Label("", "strong", wraps=True)
        self._body = Label("", "body", wraps=True)
        self.choose = Button(theme, "", "speaker")
        self.quiet = Button(theme, "", kind="quiet")
        self.close_button = IconButton(theme, "close", self.tr("Put this notice aside"))
        self._build()

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._body)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addWidget(self.choose)
        self._buttons.addWidget(self.quiet)
        self._buttons.addStretch(1)
        self._top = top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._plane)
        self._row.setContentsMargins(16, 12, 12, 12)
        self._row.setSpacing(12)
        self._row.addLayout(top, 1)
        self._row.addLayout(self._buttons)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._plane)
        # Not "Maximum": that would hold it to the height of its words at another width.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.choose.clicked.connect(lambda: self._press(0))
        self.quiet.clicked.connect(lambda: self._press(1))
        self.close_button.clicked.connect(self._dismiss)
        self.hide()

    @property
    def notice(self) -> Notice | None:
        """The notice that is shown."""
        return self._notice

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """All that is to be known at this moment; the worst is shown, the earlier one of two alike."""
        if tuple(notices) != self._notices:
            self._notices = tuple(notices)
            self._refresh()

    def _refresh(self) -> None:
        notices = self._notices
        self._seen &= {notice.code for notice in notices}
        waiting = [notice for notice in notices if notice.code not in self._seen]
        self._notice = min(waiting, key=lambda notice: _WORST_FIRST.index(notice.severity), default=None)
        if self._notice is not None:
            self._show(self._notice)
        self.setVisible(self._notice is not None)
        self.shown_changed.emit()

    def set_narrow(self, is_narrow: bool, *, is_short: bool = False) -> None:
        """Buttons below the words instead of beside them; in short windows the title alone."""
        self._is_short = is_short
        self._show_body()
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        self._row.setDirection(direction)
        corner = self._top if is_narrow else self._buttons
        if corner.indexOf(self.close_button) < 0:  # always at the far right
            corner.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    def _show(self, notice: Notice) -> None:
        self._plane.set_plane(notice.severity)
        self._mark.show_severity(notice.severity)
        self._title.setText(plain(notice.title))
        self._body.setText(plain(notice.body))
        self._show_body()
        self.setAccessibleName(f"{notice.title}. {notice.body}")
        self.close_button.setVisible(not notice.code.startswith(_SILENT))  # "It is just quiet" does the same
        self._offered = self._offers(notice)
        for place, button in enumerate((self.choose, self.quiet)):
            button.setVisible(place < len(self._offered))
            if place < len(self._offered):
                button.say(self._offered[place].words, self._offered[place].icon if place == 0 else None)

    def _show_body(self) -> None:
        body = self._body.text()
        self._body.setVisible(bool(body) and not self._is_short)
        self._title.setToolTip(body if self._is_short else "")

    def _offers(self, notice: Notice) -> list[_Offer]:
        """The buttons, the likeliest first; two at most."""
        offers = [self._way_offer(way, notice) for way in notice.ways]
        if notice.code.startswith(_SILENT):
            offers.append(_Offer(self.tr("It is just &quiet"), "", self._dismiss))
        return offers[:2]

    def _way_offer(self, way: WayOut, notice: Notice) -> _Offer:
        if way == "sources":
            return self._source_offer(notice)
        words, icon = {
            "settings": (self.tr("En&gine settings"), "settings"),
            "console": (self.tr("Open conso&le"), "key"),
            "billing": (self.tr("Open &billing"), "export"),
            "doubled": (self.tr("&Hide them") if _are_shown(notice) else self.tr("S&how them"), "eye"),
        }[way]
        return _Offer(words, icon, lambda: self.way_requested.emit(way))

    def _source_offer(self, notice: Notice) -> _Offer:
        if notice.code.endswith(":microphone"):
            words, icon, source = self.tr("Choose microp&hone"), "mic", "microphone"
        else:
            words, icon, source = self.tr("C&hoose sound source"), "speaker", "system"
        return _Offer(words, icon, lambda: self.source_requested.emit(source))

    def _press(self, place: int) -> None:
        if place < len(self._offered):
            self._offered[place].wish()

    def _dismiss(self) -> None:
        if self._notice is not None:
            code = self._notice.code
            self._seen.add(code)
            self._refresh()
            self.dismissed.emit(code)


def _are_shown(notice: Notice) -> bool:
    """Whether the lines that were heard twice are shown now."""
    return notice.code == "twice:shown"


class _Mark(QWidget):
    """The icon of a severity."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._severity = "warning"
        self.setFixedSize(24, 24)
        theme.changed.connect(self.update)

    def show_severity(self, severity: str) -> None:
        self._severity = severity
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        looks = {"info": ("info", tokens.info), "warning": ("warn", tokens.warn)}
        icon, colour = looks.get(self._severity, ("error", tokens.error))
        draw_icon(QPainter(self), icon, QRectF(0, 0, 24, 24), colour)

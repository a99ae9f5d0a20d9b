"""The main window: the running meeting and the library behind one rail."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QWidget

from captioner.transcript.plain import plain
from captioner.ui.focus_ring import FocusRing
from captioner.ui.now_page import NowPage
from captioner.ui.rail import Rail
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme
from captioner.ui.transcript_view import TranscriptView

NARROW = 720
SHORT = 560


class Panel(QWidget):
    """`now` is the page of the meeting with its own signals; `library` is built when first opened.

    `library_requested`: the library was opened, `library.show_meetings` is due. `closed`: the person closed
    the window; whether the program goes on is not decided here.
    """

    settings_requested = Signal()
    library_requested = Signal()
    meeting_opened = Signal(int)
    meeting_export_requested = Signal(int, str)
    closed = Signal()

    def __init__(self, theme: Theme, slots: SpeakerSlots) -> None:
        super().__init__()
        self._theme = theme
        self._library = None
        self._fit: tuple[bool, bool] | None = None
        self.rail = Rail(theme)
        self.now = NowPage(theme, slots)
        self._build()
        self._add_keys()
        self.ring = FocusRing(theme, self)

    def _build(self) -> None:
        self.setWindowTitle("captioner")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.now)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self._row.addWidget(self.rail)
        self._row.addWidget(self._pages, 1)
        self.setMinimumSize(400, 420)
        self.resize(QSize(1120, 740).boundedTo(self.screen().availableSize()))
        self.now.title_shown.connect(self._name_window)
        self.now.title_changed.connect(self._name_window)
        self.rail.page_requested.connect(self.open_page)
        self.rail.settings_requested.connect(self.settings_requested)

    def _add_keys(self) -> None:
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+Alt+P": self.now.transport.press_main,
            "Ctrl+1": lambda: self.open_page("now"),
            "Ctrl+2": lambda: self.open_page("library"),
            "Ctrl+,": self.settings_requested.emit,
            "Ctrl+F": self._find,
            "F3": lambda: self._transcript().step(1),
            "Shift+F3": lambda: self._transcript().step(-1),
            "Ctrl+E": self._export,
            "F2": lambda: self.now.header.begin_edit(),
            "Ctrl++": lambda: self._transcript().zoom(1),
            "Ctrl+=": lambda: self._transcript().zoom(1),
            "Ctrl+-": lambda: self._transcript().zoom(-1),
            "Ctrl+0": lambda: self._transcript().zoom(0),
            "End": lambda: self._transcript().jump_to_latest(),
        }
        for key, work in keys.items():
            QShortcut(QKeySequence(key), self).activated.connect(work)

    @property
    def library(self):
        """The library page, built when it is first needed: most sessions never open it."""
        if self._library is None:
            from captioner.ui.library import LibraryPage

            page = LibraryPage(self._theme)
            page.meeting_opened.connect(self.meeting_opened)
            page.export_requested.connect(self.meeting_export_requested)
            page.start_requested.connect(lambda: self.open_page("now"))
            page.set_narrow(self.width() < NARROW)
            self._pages.addWidget(page)
            self._library = page
        return self._library

    @property
    def page(self) -> str:
        """Which page is shown: "now" or "library"."""
        return "now" if self._pages.currentWidget() is self.now else "library"

    def open_page(self, page: str) -> None:
        """Go to a page."""
        self.rail.show_page(page)
        if page == "library":
            self._pages.setCurrentWidget(self.library)
            self.library_requested.emit()
        else:
            self._pages.setCurrentWidget(self.now)

    def _transcript(self) -> TranscriptView:
        return self.now.transcript if self.page == "now" else self.library.transcript

    def _name_window(self, title: str) -> None:
        self.setWindowTitle(f"{plain(title)} – captioner" if title else "captioner")

    def _find(self) -> None:
        (self.now if self.page == "now" else self.library).begin_search()

    def _export(self) -> None:
        button = (self.now if self.page == "now" else self.library).header.export
        if button.isEnabled() and button.isVisible():
            button.open_menu()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit = self.width() < NARROW, self.height() < SHORT
        if fit == self._fit:
            return
        self._fit = fit
        is_narrow, is_short = fit
        self._row.setDirection(
            QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        )
        self.rail.set_narrow(is_narrow)
        self.now.set_narrow(is_narrow, is_short=is_short)
        if self._library is not None:
            self._library.set_narrow(is_narrow)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

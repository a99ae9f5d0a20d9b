"""The saved meetings: a list at the left, the opened one to read at the right."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from captioner.meeting.listener import Notice
from captioner.transcript.model import Change, MeetingSummary, StoredMeeting
from captioner.ui.banner import Banner
from captioner.ui.button import Button, IconButton
from captioner.ui.controls import Label, Line, Plane
from captioner.ui.empty import EmptyNote
from captioner.ui.library_list import MeetingDelegate, MeetingList
from captioner.ui.meeting_header import MeetingHeader
from captioner.ui.search_bar import SearchBar
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme
from captioner.ui.transcript_view import TranscriptView

_LIST_WIDTH = 330


class LibraryPage(Plane):
    """`meeting_opened(id)`: the person wants to read it, `show_meeting` is due. `start_requested`: there is
    nothing yet and they want to begin."""

    meeting_opened = Signal(int)
    export_requested = Signal(int, str)
    start_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("window")
        self._theme = theme
        self._meeting: StoredMeeting | None = None
        self._are_doubles_shown = False
        self._is_narrow = False
        self._slots = SpeakerSlots()
        self._model = MeetingList(self)
        self.list = _Cards(self._model, theme)
        self.count = Label("", "body")
        self.open_button = Button(theme, self.tr("&Open"), "panel", "plain")
        self.header = MeetingHeader(theme, is_editable=False)
        self.back = IconButton(theme, "chevr", self.tr("Back to the list"), self.tr("Esc"), is_mirrored=True)
        self.search = SearchBar(theme)
        self.banner = Banner(theme)
        self.transcript = TranscriptView(theme, self._slots)
        self.start = Button(theme, self.tr("&Start one"), "play", "primary")
        self._build()
        self._connect()
        self.show_meetings(())

    def _build(self) -> None:
        empty = EmptyNote(self._theme, "library")
        empty.say(self.tr("Your meetings will be here."))
        empty.column.insertWidget(4, self.start, 0, Qt.AlignmentFlag.AlignHCenter)
        self._left = self._build_left()
        self._right = self._build_right()
        self._line = Line(self._theme, is_vertical=True)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._left)
        row.addWidget(self._line)
        row.addWidget(self._right, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(empty)
        self._stack.addWidget(both)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._stack)

    def _build_left(self) -> QWidget:
        left = Plane("window")
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 4, 0)
        head.setSpacing(12)
        head.addWidget(Label(self.tr("Library"), "title"))
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.open_button)
        column = QVBoxLayout(left)
        column.setContentsMargins(12, 16, 12, 12)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        return left

    def _build_right(self) -> QStackedWidget:
        self._nothing = EmptyNote(self._theme, "text")
        self._nothing.say(
            self.tr("Choose a meeting to read it."), self.tr("Enter or a double click opens it.")
        )
        reader = QWidget()
        top = QVBoxLayout()
        top.setContentsMargins(24, 16, 24, 14)
        top.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.header, 1)
        top.addLayout(head)
        top.addWidget(self.search)
        top.addWidget(self.banner)
        self._top = top
        column = QVBoxLayout(reader)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(Line(self._theme))
        column.addWidget(self.transcript, 1)
        right = QStackedWidget()
        right.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        right.addWidget(self._nothing)
        right.addWidget(reader)
        return right

    def _connect(self) -> None:
        self.list.opened.connect(self._open)
        self.list.selectionModel().currentChanged.connect(
            lambda index, _: self.open_button.setEnabled(index.isValid())
        )
        self.open_button.clicked.connect(lambda: self._open(self.list.currentIndex()))
        self.back.clicked.connect(self.close_meeting)
        self.start.clicked.connect(self.start_requested)
        self.header.copy_requested.connect(self.transcript.copy)
        self.header.export_requested.connect(self._export)
        self.transcript.copied.connect(self.header.say_copied)
        self.transcript.escaped.connect(self.close_meeting)
        self.transcript.hits_changed.connect(self.search.show_hits)
        self.transcript.show_empty(self.tr("Nobody spoke in this meeting."))
        self.search.query_changed.connect(self._on_query)
        self.search.step_requested.connect(self.transcript.step)
        self.search.left.connect(self.close_meeting)
        self.banner.way_requested.connect(self._toggle_doubles)

    # What it shows

    def show_meetings(self, meetings: Sequence[MeetingSummary]) -> None:
        """List these meetings, in this order. The one being read stays open while it exists."""
        self._model.show(meetings)
        self._stack.setCurrentIndex(1 if meetings else 0)
        words = self.tr("1 meeting") if len(meetings) == 1 else self.tr("{} meetings").format(len(meetings))
        self.count.setText(words)
        ids = [meeting.id for meeting in meetings]
        if self.opened is not None and self.opened not in ids:
            self.close_meeting()
        if ids:
            place = ids.index(self.opened) if self.opened in ids else 0
            self.list.setCurrentIndex(self._model.index(place, 0))
        self.open_button.setEnabled(bool(ids))

    def show_meeting(self, meeting: StoredMeeting) -> None:
        """Show a meeting to read."""
        summary = meeting.summary
        self._meeting, self._are_doubles_shown = meeting, False
        self._slots.clear()
        self.search.clear()
        self.header.show_meeting(summary.title, summary.started)
        self.header.set_elapsed(summary.duration)
        self.header.set_has_lines(bool(meeting.rows))
        self.transcript.set_rows(meeting.rows)
        self.banner.show_notices(())  # what was put aside of another meeting is news of this one
        self._tell_doubles()
        self._arrange()
        self.transcript.setFocus()

    def close_meeting(self) -> None:
        """Go back to the list."""
        self._meeting = None
        self.search.clear()
        self.transcript.set_rows(())
        self.banner.show_notices(())
        self._arrange()
        self.list.setFocus()

    @property
    def opened(self) -> int | None:
        """The number of the meeting being read."""
        return self._meeting.summary.id if self._meeting else None

    def begin_search(self) -> None:
        """Put the cursor into the search field of the meeting being read."""
        if self.opened is not None:
            self.search.enter()

    def set_narrow(self, is_narrow: bool) -> None:
        """Under 720 pixels list and meeting take turns."""
        self._is_narrow = is_narrow
        self.header.set_compact(is_narrow)
        self.banner.set_narrow(is_narrow)
        side = 12 if is_narrow else 24
        self._top.setContentsMargins(side, 8 if is_narrow else 16, side, 8 if is_narrow else 14)
        self._arrange()

    # Lines that were heard twice

    def _toggle_doubles(self) -> None:
        """Put them where they were said, or take them away again; the reader's place stays."""
        meeting = self._meeting
        assert meeting
        self._are_doubles_shown = not self._are_doubles_shown
        whole = sorted([*meeting.rows, *meeting.hidden], key=lambda row: row.start)
        doubles = [(place, row) for place, row in enumerate(whole) if row in meeting.hidden]
        if self._are_doubles_shown:
            changes = [Change("added", place, row) for place, row in doubles]
        else:
            changes = [Change("removed", place, row) for place, row in reversed(doubles)]
        for change in changes:
            self.transcript.apply(change)
        self._tell_doubles()

    def _tell_doubles(self) -> None:
        count = len(self._meeting.hidden) if self._meeting else 0
        if not count:
            return
        if self._are_doubles_shown:
            title = self.tr("1 line shown") if count == 1 else self.tr("{} lines shown").format(count)
        else:
            title = self.tr("1 line hidden") if count == 1 else self.tr("{} lines hidden").format(count)
        code = "twice:shown" if self._are_doubles_shown else "twice"
        why = self.tr("Heard through your loudspeaker. Headphones help.")
        self.banner.show_notices([Notice(code, title, why, "info", ways=("doubled",))])

    # Inside

    def _arrange(self) -> None:
        is_reading = self.opened is not None
        self._right.setCurrentIndex(1 if is_reading else 0)
        self._left.setVisible(not (self._is_narrow and is_reading))
        self._left.setMinimumWidth(0 if self._is_narrow else _LIST_WIDTH)
        self._left.setMaximumWidth(16777215 if self._is_narrow else _LIST_WIDTH)
        self._right.setVisible(is_reading or not self._is_narrow)
        self._line.setVisible(not self._is_narrow)
        self.back.setVisible(self._is_narrow)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.meeting_opened.emit(self._model.meetings[index.row()].id)

    def _export(self, name: str) -> None:
        if self.opened is not None:
            self.export_requested.emit(self.opened, name)

    def _on_query(self, query: str) -> None:
        self.transcript.search(query)
        model = self.transcript.model
        self.search.show_hits(model.current + 1, len(model.hits))


class _Cards(QListView):
    """The list of meetings. `opened(index)`: Enter or a double click."""

    opened = Signal(QModelIndex)

    def __init__(self, model: MeetingList, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "cards")
        self.setAccessibleName(self.tr("Meetings"))
        self.setModel(model)
        self.setItemDelegate(MeetingDelegate(theme, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(self.opened)
        theme.changed.connect(self.viewport().update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)

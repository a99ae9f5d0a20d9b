"""A transcript to read: the table, the docked live line, and what stands there while it is empty."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from captioner.transcript.model import Change, Row, Segment
from captioner.ui.controls import Plane
from captioner.ui.empty import EmptyNote
from captioner.ui.live_bar import LiveBar
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.theme import Theme
from captioner.ui.transcript_model import TranscriptModel
from captioner.ui.transcript_table import TEXT_PX, TranscriptTable

_LOWEST_WITH_BAR = 110
_NEWEST = 4
"""Two people who speak at once may change the order of so many rows at the end."""


class TranscriptView(Plane):
    """Shows rows. `hits_changed(current, count)` counts from 1; `copied(lines)` after a copy."""

    hits_changed = Signal(int, int)
    copied = Signal(int)
    escaped = Signal()
    following_changed = Signal(bool)

    def __init__(self, theme: Theme, slots: SpeakerSlots) -> None:
        super().__init__("surface")
        self.model = TranscriptModel(slots, self)
        self.table = TranscriptTable(theme, self.model)
        self.bar = LiveBar(theme, slots)
        self.empty = EmptyNote(theme)
        self._is_live = False
        self._new_lines = 0
        self._build()
        self.table.following_changed.connect(self._on_following)
        self.table.copied.connect(self.copied)
        self.table.escaped.connect(self.escaped)
        self.bar.jump_requested.connect(self.jump_to_latest)
        self.model.hits_changed.connect(self._on_hits)

    def _build(self) -> None:
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.bar)
        self.bar.hide()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(rows)
        self.setFocusProxy(self.table)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 64)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_bar()

    # Rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show another transcript from its end, or from its beginning when it is not live."""
        self._new_lines = 0
        self.model.set_rows(rows)
        self._stack.setCurrentIndex(1 if rows else 0)
        if self._is_live:
            self.table.follow()
        else:
            self.table.read_from_start()
        self._show_bar()

    def apply(self, change: Change) -> None:
        """Follow one change of the transcript."""
        self.model.apply(change)
        # What is heard late stands further up: who jumps to the latest does not find it there.
        is_late = change.index < len(self.model.rows) - _NEWEST
        if change.kind == "added" and not is_late and not self.table.is_following:
            self._new_lines += 1
        self._stack.setCurrentIndex(1 if self.model.rows else 0)
        self._show_bar()

    def set_live(self, is_live: bool) -> None:
        """Whether the meeting runs: only then there is something to jump to."""
        if is_live != self._is_live:
            self._is_live = is_live
            if is_live:
                self.table.follow()
            self._show_bar()

    def show_empty(self, title: str, text: str = "") -> None:
        """What to say while there are no rows."""
        self.empty.say(title, text)

    def jump_to_latest(self) -> None:
        """Go to the newest row and follow again."""
        self.table.follow()
        self.table.setFocus()

    def copy(self) -> None:
        """Copy the selected rows, or all when none is selected."""
        self.table.copy(self.table.selected_places() or list(range(len(self.model.rows))))

    # Text size

    def zoom(self, by: int) -> None:
        """Make the text larger (1) or smaller (-1); 0 = as it was at first."""
        self.table.set_text_px(self.table.text_px + by if by else TEXT_PX)

    # Search

    def search(self, query: str) -> None:
        """Mark all places where the text stands and show the newest of them."""
        self.model.set_query(query)
        hit = self.model.current_hit
        if hit:
            self.table.show_row(hit.row)

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) hit."""
        hit = self.model.step(by)
        if hit:
            self.table.show_row(hit.row)

    # Inside

    def _on_hits(self) -> None:
        self.hits_changed.emit(self.model.current + 1, len(self.model.hits))

    def _on_following(self, is_following: bool) -> None:
        self._new_lines = 0
        self._show_bar()
        self.following_changed.emit(is_following)

    def _show_bar(self) -> None:
        place = self.model.live_row
        live = self.model.rows[place] if place is not None else None
        is_wanted = self._is_live and not self.table.is_following and bool(live or self._new_lines)
        # In the lowest windows rows come first: End jumps as well.
        is_wanted = is_wanted and self.height() >= _LOWEST_WITH_BAR
        if is_wanted:
            self.bar.show_live(live if isinstance(live, Segment) else None, self._new_lines)
        self.bar.setVisible(is_wanted)

"""A transcript's rows for the table: their plain text, their heights, and where a query hits."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from captioner.transcript.model import Change, Row, Segment
from captioner.transcript.plain import plain
from captioner.transcript.wording import clock
from captioner.ui.notes import note_of
from captioner.ui.shown import shown_kept
from captioner.ui.speakers import SpeakerSlots

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Hit(NamedTuple):
    """One place where the query was found: characters `start` to `end` of a row's text."""

    row: int
    start: int
    end: int


class TranscriptModel(QAbstractTableModel):
    """One column, a row for each line of speech, gap and seam. It only mirrors; nothing is changed here."""

    hits_changed = Signal()

    def __init__(self, slots: SpeakerSlots, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.slots = slots
        self.rows: list[Row] = []
        self.hits: list[Hit] = []
        self.current: int = -1
        """The number of the current hit, -1 while there is none (Qt's own word for "no row")."""
        self.query = ""
        self.has_names = False
        """Whether any row says who spoke: without names their column is left out."""
        self._by_row: dict[int, list[Hit]] = {}
        self._texts: list[str] = []
        self._heights: list[int | None] = []

    # Rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show another transcript."""
        self.beginResetModel()
        self.rows = list(rows)
        self.has_names = False
        self._texts = [self._text(row) for row in self.rows]
        self._heights = [None] * len(self.rows)
        for row in self.rows:
            self._meet(row)
        self.endResetModel()
        self._search()

    def apply(self, change: Change) -> None:
        """Follow one change of the transcript."""
        place = change.index
        match change.kind:
            case "added":
                self.beginInsertRows(_NOWHERE, place, place)
                self.rows.insert(place, change.row)
                self._texts.insert(place, self._text(change.row))
                self._heights.insert(place, None)
                self._meet(change.row)
                self.endInsertRows()
            case "updated":
                if self._is_renamed(change):
                    self._rename(change)
                    return
                self.rows[place] = change.row
                self._texts[place] = self._text(change.row)
                self._heights[place] = None
                self._meet(change.row)
                self.dataChanged.emit(self.index(place, 0), self.index(place, 0))
            case "removed":
                self.beginRemoveRows(_NOWHERE, place, place)
                del self.rows[place], self._texts[place], self._heights[place]
                self.endRemoveRows()
        if self.query:
            self._search()

    def _is_renamed(self, change: Change) -> bool:
        before, row = self.rows[change.index], change.row
        return (
            isinstance(before, Segment)
            and isinstance(row, Segment)
            and row.says_as(before)
            and row.saved == before.saved
        )

    def _rename(self, change: Change) -> None:
        """A line has another speaker: it keeps its height and its hits, for it may be one of thousands."""
        self.rows[change.index] = change.row
        self._meet(change.row)
        here = self.index(change.index, 0)
        self.dataChanged.emit(here, here)

    @property
    def live_row(self) -> int | None:
        """The newest row that still changes; None when all are settled."""
        for place in range(len(self.rows) - 1, max(-1, len(self.rows) - 20), -1):
            row = self.rows[place]
            if isinstance(row, Segment) and not row.is_final:
                return place
        return None

    def height(self, place: int, measure: Callable[[int], int]) -> int:
        """The kept height of a row, measured when it is not known."""
        known = self._heights[place]
        if known is None:
            known = self._heights[place] = measure(place)
        return known

    def forget_heights(self) -> None:
        """The width or the size of the text changed."""
        self._heights = [None] * len(self.rows)

    # Search

    def set_query(self, query: str) -> None:
        """Find this text in all rows, capitals or not; the hit nearest the end becomes the current one."""
        self.query = plain(query)
        self.current = -1
        self._search()

    def step(self, by: int) -> Hit | None:
        """Make the next (1) or previous (-1) hit the current one, round the end."""
        if not self.hits:
            return None
        self.current = (self.current + by) % len(self.hits)
        self.hits_changed.emit()
        return self.hits[self.current]

    def hits_in(self, place: int) -> list[Hit]:
        """The hits of one row."""
        return self._by_row.get(place, [])

    @property
    def current_hit(self) -> Hit | None:
        """The hit the person looks at."""
        return self.hits[self.current] if 0 <= self.current < len(self.hits) else None

    def _search(self) -> None:
        before = self.hits, self.current
        looked_at = self.current_hit
        self.hits = []
        if self.query:
            pattern = re.compile(re.escape(self.query), re.IGNORECASE)
            for place, text in enumerate(self._texts):
                self.hits += [Hit(place, found.start(), found.end()) for found in pattern.finditer(text)]
        self._by_row = {}
        for hit in self.hits:
            self._by_row.setdefault(hit.row, []).append(hit)
        if looked_at is not None and looked_at in self.hits:
            self.current = self.hits.index(looked_at)
        else:
            self.current = min(self.current, len(self.hits) - 1) if self.current >= 0 else len(self.hits) - 1
        if before != (self.hits, self.current):
            self.hits_changed.emit()

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.rows[index.row()]
        text = self._texts[index.row()]
        if isinstance(row, Segment) and row.speaker:
            return f"{clock(row.start)}, {plain(row.speaker)}, {text}"
        return f"{clock(row.start)}, {text}"

    def _text(self, row: Row) -> str:
        if isinstance(row, Segment):
            return shown_kept(row).text
        return note_of(row).text

    def _meet(self, row: Row) -> None:
        self.slots.meet(row)
        self.has_names = self.has_names or (isinstance(row, Segment) and row.speaker is not None)

"""Captions that go some seconds after the last word, for those who wish it. No Qt."""

from collections.abc import Callable, Hashable, Sequence

from captioner.transcript.model import GapRow, Row, Segment
from captioner.ui.overlay.feed import name_of, part_of, pieces_of, reached
from captioner.ui.shown import shown_live

_LEAST_SECONDS = 2.2
"""The full text stands for two seconds at least; until it is painted in full, a fifth of one goes by."""

_ROWS_LOOKED_AT = 12
"""No box shows more lines than that, and a row has one at least."""


class Clearing:
    """Leaves out what has been read: everything there is, `after` seconds after what is shown last changed.

    A word that comes then brings only new text. None = captions stay until newer ones push them out.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._after: float | None = None
        self._read: dict[Hashable, Row] = {}
        self._text: list[tuple[Hashable, str]] | None = None
        self._changed_at = 0.0

    def set_after(self, seconds: float | None) -> None:
        """Wait so long from now on."""
        self._after = None if seconds is None else max(seconds, _LEAST_SECONDS)
        if seconds is None:
            self.restore()

    def restore(self) -> None:
        """Show everything again, and wait anew from the next `shown` on."""
        self._read.clear()
        self._text = None

    @property
    def due(self) -> float | None:
        """When captions go, None = not before something changes."""
        return self._changed_at + self._after if self._after is not None and self._text else None

    def shown(self, rows: Sequence[Row]) -> Sequence[Row]:
        """What is shown of the rows now."""
        if self._after is None:
            return rows
        unread = self._unread(rows)
        text = [(name_of(row), _text(row)) for row in unread[-_ROWS_LOOKED_AT:]]
        if text != self._text:
            self._text, self._changed_at = text, self._now()
        elif self.due is not None and self._now() >= self.due:
            self._read = {name_of(row): row for row in rows}
            self._text, unread = [], ()
        return unread

    def _unread(self, rows: Sequence[Row]) -> Sequence[Row]:
        if not self._read:
            return rows
        rest = (self._rest(row) for row in rows)
        return tuple(row for row in rest if row is not None)

    def _rest(self, row: Row) -> Row | None:
        read = self._read.get(name_of(row))
        if read is None or read is row or not isinstance(row, Segment) or not isinstance(read, Segment):
            return row if read is None else None
        if row.says_as(read):
            self._read[row.id] = row  # so that it is known at once the next time
            return None
        words = pieces_of(row)
        first = reached(pieces_of(read), words)
        return part_of(row, first, len(words)) if first < len(words) else None


def _text(row: Row) -> str:
    match row:
        case Segment():
            return shown_live(row).text
        case GapRow():
            return row.state
        case _:
            return ""

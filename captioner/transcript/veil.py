"""What is shown of a transcript: some of its lines are hidden, or shown as something else. Pure.

It follows the changes of the full transcript and says what changes for those who see the shown rows only.
"""

from collections.abc import Sequence

from captioner.transcript.model import Change, Row, Segment


class Veil:
    """The rows of a transcript, from none on, and what is shown of each.

    What is said here of a segment holds for its id, until something else is said: while its text changes,
    when it moves, and before it is there.
    """

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._shown: list[Row | None] = []
        # One byte a row: the hidden ones before a place are counted at once however many rows there are.
        self._hidden = bytearray()
        self._looks: dict[str, Segment | None] = {}

    def follow(self, changes: Sequence[Change]) -> list[Change]:
        """What the changes of the full transcript, in their order, change in what is shown."""
        return [shown for change in changes for shown in self._follow(change)]

    def keeps_words(self, change: Change) -> bool:
        """Whether a change not followed yet alters of a segment only who speaks, or whether it is saved."""
        row, before = change.row, self._rows[change.index] if change.kind == "updated" else None
        return isinstance(row, Segment) and isinstance(before, Segment) and row.says_as(before)

    def follow_as(self, change: Change, look: Segment | None) -> list[Change]:
        """Follow a change of a segment and show `look` of it from now on; None = nothing."""
        assert isinstance(change.row, Segment)
        self._looks[change.row.id] = look
        if look == change.row:
            del self._looks[change.row.id]
        return self._follow(change)

    def hide(self, segment_id: str) -> list[Change]:
        """Show nothing of a segment."""
        self._looks[segment_id] = None
        return self._look_again(segment_id)

    def show_as(self, look: Segment) -> list[Change]:
        """Show this in the place of the segment with the same id."""
        self._looks[look.id] = look
        return self._look_again(look.id)

    def show(self, segment_id: str) -> list[Change]:
        """Show a segment as it is."""
        self._looks.pop(segment_id, None)
        return self._look_again(segment_id)

    def _follow(self, change: Change) -> list[Change]:
        index, row = change.index, change.row
        match change.kind:
            case "added":
                self._rows.insert(index, row)
                self._shown.insert(index, None)
                self._hidden.insert(index, True)
                return self._put(index, self._look_of(row))
            case "updated":
                self._rows[index] = row
                return self._put(index, self._look_of(row))
            case "removed":
                shown = self._put(index, None)
                del self._rows[index], self._shown[index], self._hidden[index]
                return shown

    def _put(self, index: int, now: Row | None) -> list[Change]:
        before, self._shown[index] = self._shown[index], now
        self._hidden[index] = now is None
        place = index - self._hidden.count(1, 0, index)
        if now is None:
            return [] if before is None else [Change("removed", place, before)]
        if before is None:
            return [Change("added", place, now)]
        return [] if now == before else [Change("updated", place, now)]

    def _look_of(self, row: Row) -> Row | None:
        return self._looks.get(row.id, row) if isinstance(row, Segment) else row

    def _look_again(self, segment_id: str) -> list[Change]:
        # What changes is nearly always near the end.
        for index in range(len(self._rows) - 1, -1, -1):
            row = self._rows[index]
            if isinstance(row, Segment) and row.id == segment_id:
                if self._looks.get(segment_id) == row:
                    del self._looks[segment_id]  # a copy would stand still while the line goes on
                return self._put(index, self._look_of(row))
        return []

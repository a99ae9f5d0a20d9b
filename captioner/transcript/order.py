"""Rows in time order, where each is found again at once however many there are."""

from bisect import bisect_left
from collections.abc import Hashable

from captioner.transcript.model import Change, Row, SeamRow, Segment

_Key = tuple[float, bool, int]
"""Start; whether it is anything but a seam, because what begins with a seam is the new engine's; arrival."""


class Order:
    """The only hand that moves the rows of a transcript. Rows that begin together stand as they came.

    A segment is known by its id, any other row by its kind and its start.
    """

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._arrived = 0
        self._keys: list[_Key] = []
        self._key_of: dict[Hashable, _Key] = {}
        there, rows[:] = rows[:], []
        for row in there:
            self.add(row)

    def add(self, row: Row) -> Change:
        """Put a row where it belongs."""
        self._arrived += 1
        key = _key(row, self._arrived)
        index = bisect_left(self._keys, key)
        self.rows.insert(index, row)
        self._keys.insert(index, key)
        self._key_of[_name(row)] = key
        return Change("added", index, row)

    def remove(self, row: Row) -> Change:
        """Take a row out; it must be there."""
        index = self._index(row)
        del self._keys[index], self._key_of[_name(row)]
        return Change("removed", index, self.rows.pop(index))

    def replace(self, old: Row, new: Row) -> list[Change]:
        """Put a newer row of the same name in the place of the old one, or where it belongs by now."""
        if new == old:
            return []
        if not self.fits(old, new):
            return [self.remove(old), self.add(new)]
        index = self._index(old)
        self.rows[index] = new
        self._keys[index] = self._key_of[_name(new)] = self._moved(old, new)
        return [Change("updated", index, new)]

    def fits(self, old: Row, new: Row) -> bool:
        """Whether the newer row can stand in the place of the old one."""
        key, index = self._moved(old, new), self._index(old)
        is_behind = index == 0 or self._keys[index - 1] < key
        return is_behind and (index + 1 == len(self._keys) or key < self._keys[index + 1])

    def seam_before(self, start: float) -> SeamRow | None:
        """The seam at `start` or nearest before it, None when there are words between."""
        index = bisect_left(self._keys, (start, True, 0))
        while index:
            index -= 1
            match self.rows[index]:
                case SeamRow() as seam:
                    return seam
                case Segment():
                    return None
                case _:
                    pass
        return None

    def _index(self, row: Row) -> int:
        return bisect_left(self._keys, self._key_of[_name(row)])

    def _moved(self, old: Row, new: Row) -> _Key:
        return _key(new, self._key_of[_name(old)][-1])


def _key(row: Row, arrival: int) -> _Key:
    return row.start, not isinstance(row, SeamRow), arrival


def _name(row: Row) -> Hashable:
    return row.id if isinstance(row, Segment) else (type(row), row.start)

"""What the person must know at this moment."""

from collections.abc import Callable

from captioner.meeting.listener import Notice


class Notices:
    """One notice a code, in the order in which they came up; `changed` is told whenever they are others."""

    def __init__(self, changed: Callable[[tuple[Notice, ...]], None]) -> None:
        self._changed = changed
        self._notices: dict[str, Notice] = {}

    def note(self, notice: Notice) -> None:
        """It holds from now on; in the place of what was said under that code before."""
        if self._notices.get(notice.code) != notice:
            self._notices[notice.code] = notice
            self._changed(tuple(self._notices.values()))

    def forget(self, *codes: str) -> None:
        """They do not hold (any more)."""
        if [notice for code in codes if (notice := self._notices.pop(code, None))]:
            self._changed(tuple(self._notices.values()))

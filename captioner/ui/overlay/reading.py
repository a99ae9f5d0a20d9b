"""What captions show at the moment: live, held by pointer, wheel or key, looked back at, or cleared."""

from collections.abc import Callable
from math import ceil
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from captioner.settings.choices import Settings
from captioner.transcript.model import Change
from captioner.ui.overlay.feed import CaptionFeed
from captioner.ui.overlay.keeper import PlaceKeeper, View
from captioner.ui.shown import WordPlace

ENTER_MS = 250
"""A pointer that only passes by holds nothing."""
LEAVE_MS = 300


class Reading(QObject):
    """Joins what is said with what the reader does, and says when to look at `view` again.

    `changed()`: after all changes of one event, and when the view changes by itself. `left()`: the pointer
    has been away for 300 ms.
    """

    changed = Signal()
    left = Signal()

    def __init__(self, parent: QObject, now: Callable[[], float] = monotonic) -> None:
        super().__init__(parent)
        self._now = now
        self._feed = CaptionFeed()
        self._keeper = PlaceKeeper(now)
        self._holds_on_hover = True
        self._is_over = False
        self._is_paged = False
        self.is_by_key = False
        """Whether captions are held until that is wished for again."""
        self.is_live = False
        """Whether anything can come: only then a pointer that rests holds."""
        self._told = QTimer(self, singleShot=True, interval=0)
        self._told.timeout.connect(self.changed)
        self._due = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._due.timeout.connect(self.changed)
        self._entering = QTimer(self, singleShot=True, interval=ENTER_MS)
        self._entering.timeout.connect(self._hold)
        self._leaving = QTimer(self, singleShot=True, interval=LEAVE_MS)
        self._leaving.timeout.connect(self._leave)

    # What is said

    def apply(self, change: Change) -> None:
        """Follow one of an event's changes."""
        self._feed.apply(change)
        self._told.start()  # a line that moves is gone between two changes of one event

    def clear(self) -> None:
        """Another meeting begins."""
        self._feed.clear()
        self._keeper.clear()
        self.newest()

    def rename(self, old: str, new: str) -> None:
        """A speaker is called otherwise; the transcript tells only of the lines that it still has."""
        self._feed.rename(old, new)
        self._told.start()

    def set_settings(self, settings: Settings) -> None:
        """Reading mode, holding and clearing as the person chose."""
        self._feed.set_steady(settings.reading_mode == "steady")
        self._keeper.set_clear_after(settings.clear_after)
        self._holds_on_hover = settings.hold_on_hover
        self._told.start()

    def view(self) -> View:
        """What to show now."""
        view = self._keeper.view(self._feed.rows)
        due = self._keeper.due
        if due is None:
            self._due.stop()
        else:
            self._due.start(max(0, ceil((due - self._now()) * 1000)))
        return view

    # What the reader does

    @property
    def is_held(self) -> bool:
        """Whether captions stand still."""
        return self._keeper.phase == "held"

    def hover(self, is_over: bool) -> None:
        """The pointer came to the captions or their tools, or left them."""
        self._is_over = is_over
        self._entering.stop()
        self._leaving.stop()
        if not is_over:
            self._leaving.start()
        elif self._holds_on_hover and self.is_live:
            self._entering.start()

    def toggle_hold(self) -> None:
        """Hold until this is wished for again, or go on."""
        self.is_by_key = not self.is_held
        if self.is_by_key:
            self._hold()
        else:
            self._release()

    def look_back(self, lines: int) -> None:
        """Up by lines, or down by negative ones. Up holds at once, until the pointer leaves."""
        if lines > 0:
            self._hold()
        self._keeper.look_back(lines)
        self._is_paged = self.is_held and not self._is_over
        self._told.start()

    def newest(self) -> None:
        """What is said now, at once."""
        self.is_by_key = self._is_paged = False
        self._keeper.newest()
        self._told.start()

    def end_paging(self) -> None:
        """The keyboard is elsewhere: what was looked back at by it is done."""
        if self._is_paged and not self.is_by_key:
            self.newest()
        self._is_paged = False

    def mark(self, place: WordPlace) -> None:
        """This is the word that was read last."""
        self._keeper.mark(place)
        self._told.start()

    def _hold(self) -> None:
        if self._feed.rows:
            self._keeper.hold(self._feed.rows)
            self._told.start()

    def _release(self) -> None:
        self._keeper.release()
        self._told.start()

    def _leave(self) -> None:
        if not self.is_by_key and not self._is_paged:
            self._release()
        self.left.emit()

"""Counts what somebody who reads along sees of a meeting, for the window of details."""

from typing import TYPE_CHECKING

from captioner.app.lag import LoopLag
from captioner.meeting.listener import Listener, State
from captioner.transcript.model import Change
from captioner.transcript.stabilise import ReadingMode

if TYPE_CHECKING:  # what the first window does not need is imported behind it
    from captioner.meeting.meeting import Meeting
    from captioner.transcript.flicker import Flicker
    from captioner.ui.details import DetailFigures


class LiveFigures(Listener):
    """Follows one meeting after the other; `lag` runs as long as the program does."""

    def __init__(self, mode: ReadingMode, lag: LoopLag) -> None:
        self._mode: ReadingMode = mode
        self._lag = lag
        self._meeting: Meeting | None = None
        self._flicker: Flicker | None = None

    def begin(self, meeting: "Meeting") -> None:
        """Another meeting: count anew."""
        self._meeting = meeting
        self._count_anew()

    def choose_mode(self, mode: ReadingMode) -> None:
        """Another reading mode: what was counted in the one before is not its own."""
        if mode != self._mode:
            self._mode = mode
            if self._meeting:
                self._count_anew()

    def _count_anew(self) -> None:
        from captioner.transcript.flicker import Flicker

        self._flicker = Flicker()

    def changed(self, change: Change) -> None:
        if self._meeting and self._flicker:
            # The wall clock began when the devices were open, and stands still while the computer sleeps.
            self._flicker.follow(change, self._meeting.session.stats.received)

    def figures(self) -> "DetailFigures":
        """All figures at this moment; those of reading stay when the meeting is over."""
        from captioner.ui.details import DetailFigures

        lag, meeting = self._lag.figures(), self._meeting
        waits = (lag.p50, lag.p99, lag.worst) if lag else None
        reading = self._flicker.figures() if self._flicker else None
        if meeting is None or meeting.state is State.IDLE:
            return DetailFigures(self._mode, reading, waits)
        stats = meeting.session.stats
        return DetailFigures(self._mode, reading, waits, stats.backlog, stats.kept, stats.engine)

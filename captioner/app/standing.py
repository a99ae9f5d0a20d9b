"""How it stands with a meeting's engine: from what the session says to one line and one notice."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from captioner.meeting.listener import Notice, State
from captioner.streaming.events import AnyEvent, ErrorEvent, StreamEvent
from captioner.ui.status import (
    Status,
    fallback_listens,
    in_trouble,
    is_back,
    is_improved,
    reconnecting,
    status_of,
)
from captioner.ui.trouble import CURABLE, kept_meanwhile, listens_meanwhile, lost_notice, trouble_notice

if TYPE_CHECKING:  # the first window should not wait for NumPy and websockets
    from captioner.streaming import SessionStats

GOOD_SECONDS = 6.0
"""How long it is said that the engine is back."""

PATIENCE = 5.0
"""A line that is back within this is no matter for a notice."""

_IN_LINE = ("lost", "silent", "unheard", "disk")
"""Notices that the line of state says, the most urgent first; of a source its name follows in the code."""

_OF_ENGINE = CURABLE | {"engine", "network", "timeout", "server"}


class Standing:
    """Follows the events of one meeting after the other; asked whenever the figures may have moved."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.begin("", "")

    def begin(self, engine: str, server: str, *, hears_again: bool = False) -> None:
        """Another meeting. `engine`: the chosen one as the session names it, `server`: as people do.

        `hears_again`: what another engine hears in its place will be heard by it, too.
        """
        self._engine, self._server, self._hears_again = engine, server, hears_again
        self._listening = engine
        self._reason = ""
        self._replaced_at = 0.0
        self._has_said = False  # whether the engine in its place has said anything
        self._is_understood = True  # whether that engine knows the language
        self._lost_at: float | None = None
        self._error: ErrorEvent | None = None
        self._good: Status | None = None
        self._good_until = 0.0

    def heard(self, event: AnyEvent) -> None:
        """Take in what the session says."""
        match event:
            case StreamEvent.Disconnected(reason=reason):
                self._lost_at = self._lost_at or self._now()
                self._reason = reason
            case StreamEvent.Error(recoverable=True, category=category) if category in _OF_ENGINE:
                self._error = event
            case StreamEvent.Reconnected(outage=outage, replayed=replayed):
                self._return(replayed, is_news=outage >= PATIENCE)
            case StreamEvent.EngineChanged(new=new, reason=reason, start=start):
                self._listening, self._lost_at, self._is_understood = new, None, True
                if new == self._engine:
                    is_again = self._hears_again and self._has_said
                    self._return(start - self._replaced_at if is_again else 0.0, is_news=True)
                else:
                    self._reason, self._replaced_at, self._has_said = reason, start, False
            case StreamEvent.Warning(code="fallback_language"):
                self._is_understood = False
            case StreamEvent.Transcript(is_final=True) if self._listening != self._engine:
                self._has_said = True
            case StreamEvent.Gap(state="pending", start=start, end=end):
                self._praise(is_back(self._engine, self._server, end - start))
            case StreamEvent.Superseded(start=start, end=end) if self._listening == self._engine:
                self._praise(is_improved(self._engine, self._server, end - start))
            case _:
                pass

    def _return(self, heard_again: float, *, is_news: bool) -> None:
        self._lost_at = self._error = None
        if is_news:
            self._praise(is_back(self._engine, self._server, heard_again))

    def _praise(self, status: Status) -> None:
        self._good, self._good_until = status, self._now() + GOOD_SECONDS

    def status(self, state: State, stats: "SessionStats", notices: Sequence[Notice]) -> Status:
        """The line for this state. What is not heard or not saved is more urgent than who would hear it."""
        if state is State.RECONNECTING:
            return reconnecting(stats.kept, stats.fallback_in, stats.retry_in)
        if state not in (State.LISTENING, State.FALLBACK):
            return status_of(state)
        trouble = min(filter(_is_in_line, notices), key=_urgency, default=None)
        if trouble:
            return in_trouble(trouble)
        if state is State.FALLBACK:
            return fallback_listens(
                self._listening, self._reason, stats.retry_in, is_understood=self._is_understood
            )
        if self._good and self._now() < self._good_until:
            return self._good
        behind = stats.backlog
        return status_of(state, f"{self._server} · {behind:.0f} s behind" if behind >= 2 else self._server)

    def notice(self, state: State, stats: "SessionStats") -> Notice | None:
        """What the person must know of the engine, None = nothing; what passes by itself is for the line."""
        error = self._error
        is_curable = error is not None and error.category in CURABLE
        match state:
            case State.FALLBACK:
                is_due = is_curable
                meanwhile = listens_meanwhile(self._listening, is_understood=self._is_understood)
            case State.RECONNECTING:
                is_due, meanwhile = is_curable or self._is_long(stats), kept_meanwhile(stats.kept)
            case _:
                return None
        if not is_due:
            return None
        return (
            trouble_notice(error, self._server, meanwhile) if error else lost_notice(self._reason, meanwhile)
        )

    def _is_long(self, stats: "SessionStats") -> bool:
        """Whether it takes long, and nobody else is about to listen."""
        is_late = self._lost_at is not None and self._now() - self._lost_at >= PATIENCE
        return is_late and stats.fallback_in is None


def _is_in_line(notice: Notice) -> bool:
    return notice.code.partition(":")[0] in _IN_LINE


def _urgency(notice: Notice) -> tuple[bool, int]:
    return notice.severity != "error", _IN_LINE.index(notice.code.partition(":")[0])

"""What the windows show of a meeting: its rows and figures, how it stands, and what the person must know."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from captioner.app.standing import Standing
from captioner.meeting.listener import Listener, Notice, State
from captioner.streaming.errors import CaptionerError
from captioner.streaming.events import AnyEvent, StreamEvent
from captioner.transcript.model import Change
from captioner.ui.overlay.window import Overlay
from captioner.ui.panel import Panel
from captioner.ui.status import Status, status_of
from captioner.ui.tray import Tray
from captioner.ui.trouble import ended_notice, in_our_words

if TYPE_CHECKING:
    from captioner.meeting.meeting import Meeting
    from captioner.ui.settings_dialog import SettingsDialog

LEVELS_MS = 50
"""How often levels and the time are shown while a meeting runs."""

FIGURES_MS = 1000
"""How often what is kept, and what comes next, is shown."""

HINT_MS = 6000
"""How long something that the person just did is answered in the captions."""

_ENDED = ("command", "meeting", "sources")
"""Notices of what was wished for and is not so: the status says it, too, until it is put aside."""

_log = logging.getLogger(__name__)


class Board(Listener):
    """Tells panel, captions and tray, and the settings once `dialog` is set. None of them holds the truth.

    `server`: who would listen if a meeting began now, as people say it. `unsaved`: how many rows wait for the
    database, None = there is none.
    """

    def __init__(
        self,
        panel: Panel,
        overlay: Overlay,
        tray: Tray,
        server: Callable[[], str],
        unsaved: Callable[[], int | None],
    ) -> None:
        self._panel = panel
        self._overlay = overlay
        self._tray = tray
        self._server = server
        self._unsaved = unsaved
        self._standing = Standing()
        self._meeting: Meeting | None = None
        self._meeting_notices: tuple[Notice, ...] = ()
        self.notices: dict[str, Notice] = {}
        self.dialog: SettingsDialog | None = None
        timers = QObject(panel)
        self._ticking = QTimer(timers, interval=LEVELS_MS)
        self._ticking.timeout.connect(self._tick)
        self._counting = QTimer(timers, interval=FIGURES_MS, timerType=Qt.TimerType.PreciseTimer)
        self._counting.timeout.connect(self._show_notices)
        self._hint: Status | None = None
        self._hinting = QTimer(timers, interval=HINT_MS, singleShot=True)
        self._hinting.timeout.connect(self._end_hint)
        panel.now.notice_dismissed.connect(self.forget)

    # -- one meeting after the other

    def begin(self, meeting: "Meeting", engine: str, server: str, *, hears_again: bool) -> None:
        """Show another meeting; the rest as for `Standing.begin`."""
        self._meeting = meeting
        self._standing.begin(engine, server, hears_again=hears_again)
        for code in _ENDED:
            self.notices.pop(code, None)
        now = self._panel.now
        now.transcript.model.slots.clear()
        now.set_rows(())
        self._overlay.clear()
        now.set_meeting(meeting.title, datetime.now().astimezone())
        self._tray.set_meeting(meeting.title)
        self._ticking.start()
        self._counting.start()

    def end(self) -> None:
        """The meeting is over; its rows stay."""
        self._ticking.stop()
        self._counting.stop()
        self._show_levels(None, None)
        self._meeting_notices = ()
        self._show_notices()

    # -- what the meeting tells

    def heard(self, event: AnyEvent) -> None:
        self._standing.heard(event)
        match event:
            case StreamEvent.Error():
                _log.warning("%s: %s", event.code, event.message)
            case StreamEvent.Disconnected() | StreamEvent.EngineChanged():
                _log.info("%s: %s", event.type, event.reason)
            case StreamEvent.Gap() | StreamEvent.Superseded():
                self._show_status()
            case _:
                pass

    def changed(self, change: Change) -> None:
        self._overlay.apply(change)  # first: somebody is reading there
        self._panel.now.apply(change)

    def state_changed(self, state: State) -> None:
        for shown in (self._panel.now, self._overlay, self._tray):
            shown.set_state(state)
        self._show_notices()

    def notices_changed(self, notices: tuple[Notice, ...]) -> None:
        self._meeting_notices = notices
        self._show_notices()

    # -- what the program tells

    def note(self, code: str, error: CaptionerError) -> None:
        """Something could not be done, or did not go on."""
        _log.warning("%s", error)
        self.say(ended_notice(code, error, self._server()))

    def say(self, notice: Notice) -> None:
        """Something the person must know until it is put aside."""
        self.notices[notice.code] = notice
        self._show_notices()

    def forget(self, code: str) -> None:
        """It is not so any more, or was put aside."""
        if self.notices.pop(code, None):
            self._show_notices()

    def hint(self, status: Status) -> None:
        """Answer the person in the captions, for some seconds in place of how it stands."""
        self._hint = replace(status, is_answer=True)
        self._hinting.start()
        self._show_status()

    def _end_hint(self) -> None:
        self._hint = None
        self._show_status()

    # -- what is shown

    @property
    def status(self) -> Status:
        """The line that says what is going on."""
        meeting = self._meeting
        if meeting and meeting.state is not State.IDLE:
            return self._standing.status(meeting.state, meeting.session.stats, self._meeting_notices)
        ended = next((notice for code, notice in self.notices.items() if code in _ENDED), None)
        return Status("error", ended.title, ended.body) if ended else status_of(State.IDLE)

    def _show_notices(self) -> None:
        notices = [*self.notices.values(), *map(in_our_words, self._meeting_notices)]
        if self._meeting:
            trouble = self._standing.notice(self._meeting.state, self._meeting.session.stats)
            notices[:0] = [trouble] if trouble else []
        self._panel.now.show_notices(notices)
        self._show_status()

    def _show_status(self) -> None:
        status = self.status
        for shown in (self._panel.now, self._tray):
            shown.show_status(status)
        self._overlay.show_status(self._hint or status)
        unsaved = self._unsaved()
        if self._meeting and self._meeting.id is not None and unsaved is not None:
            self._panel.now.set_saved(f"{unsaved} lines not saved yet" if unsaved else "Saved")

    def _tick(self) -> None:
        meeting = self._meeting
        if not meeting:
            return
        levels = meeting.levels
        # A recording has one level; it plays where the call would.
        microphone, system = levels if len(levels) == 2 else (None, levels[0] if levels else None)
        self._show_levels(system, microphone)
        if len(meeting.peaks) == 2:
            for shown in (self._panel.now, self.dialog):
                if shown:
                    shown.set_peaks(system=meeting.peaks[1], microphone=meeting.peaks[0])
        for shown in (self._panel.now, self._overlay, self._tray):
            shown.set_elapsed(meeting.elapsed)

    def _show_levels(self, system: float | None, microphone: float | None) -> None:
        for shown in (self._panel.now, self._overlay, self.dialog):
            if shown:
                shown.set_levels(system, microphone)

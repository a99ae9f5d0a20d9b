"""The page of the running meeting: header, search, notice, transcript, transport."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from captioner.meeting.listener import Notice, State
from captioner.settings.choices import Settings
from captioner.transcript.model import Change, Row
from captioner.ui.banner import Banner
from captioner.ui.controls import Line, Plane
from captioner.ui.device_combo import DeviceChoice
from captioner.ui.meeting_header import MeetingHeader
from captioner.ui.search_bar import SearchBar
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.status import Status
from captioner.ui.theme import Theme
from captioner.ui.transcript_view import TranscriptView
from captioner.ui.transport import Transport


class NowPage(Plane):
    """All that belongs to the meeting of this moment. It shows what it is told and asks by signals."""

    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    captions_toggled = Signal(bool)
    settings_changed = Signal(object)
    title_changed = Signal(str)
    export_requested = Signal(str)
    notice_dismissed = Signal(str)
    way_requested = Signal(str)
    title_shown = Signal(str)

    def __init__(self, theme: Theme, slots: SpeakerSlots) -> None:
        super().__init__("window")
        self._state = State.IDLE
        self._is_short = False
        self.header = MeetingHeader(theme)
        self.search = SearchBar(theme)
        self.banner = Banner(theme)
        self.transcript = TranscriptView(theme, slots)
        self.transport = Transport(theme)
        self._build(theme)
        self._connect()
        self.set_meeting("", None)
        self.set_rows(())
        self.set_state(State.IDLE)

    def _build(self, theme: Theme) -> None:
        self._top = QWidget()
        self._top_rows = QVBoxLayout(self._top)
        self._top_rows.addWidget(self.header)
        self._top_rows.addWidget(self.search)
        self._banner_room = QWidget()
        self._room = QVBoxLayout(self._banner_room)
        self._room.addWidget(self.banner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top)
        column.addWidget(self._banner_room)
        column.addWidget(Line(theme))
        column.addWidget(self.transcript, 1)
        column.addWidget(Line(theme))
        column.addWidget(self.transport)
        self._banner_room.hide()
        self.set_narrow(False)

    def _connect(self) -> None:
        transport, search, transcript = self.transport, self.search, self.transcript
        transport.start_requested.connect(self.start_requested)
        transport.pause_requested.connect(self.pause_requested)
        transport.resume_requested.connect(self.resume_requested)
        transport.stop_requested.connect(self.stop_requested)
        transport.captions_toggled.connect(self.captions_toggled)
        transport.settings_changed.connect(self.settings_changed)
        self.header.title_changed.connect(self.title_changed)
        self.header.export_requested.connect(self.export_requested)
        self.header.copy_requested.connect(transcript.copy)
        self.banner.source_requested.connect(transport.open_devices)
        self.banner.dismissed.connect(self.notice_dismissed)
        self.banner.way_requested.connect(self.way_requested)
        self.banner.shown_changed.connect(self._on_banner)
        transcript.copied.connect(self.header.say_copied)
        transcript.hits_changed.connect(search.show_hits)
        transcript.escaped.connect(self.escape)
        transcript.following_changed.connect(self._spend_accent)
        search.query_changed.connect(self._on_query)
        search.step_requested.connect(transcript.step)
        search.left.connect(self.escape)

    # What it shows

    def set_state(self, state: State) -> None:
        """Offer what this state allows; the empty transcript says what to do."""
        self._state = state
        self.transport.set_state(state)
        self.transcript.set_live(state is not State.IDLE)
        self._show_empty()
        self._spend_accent()

    def show_status(self, status: Status) -> None:
        """Say what is going on in better words than the state alone gives."""
        self.transport.show_status(status)

    def set_meeting(self, title: str, started: datetime | None) -> None:
        """Show whose transcript this is; None = no meeting yet."""
        self.header.show_meeting(title or (self.tr("Now") if started is None else ""), started)
        self.title_shown.emit(title)

    def set_elapsed(self, seconds: float | None) -> None:
        """Show how long the meeting lasted so far."""
        self.header.set_elapsed(seconds)

    def set_saved(self, words: str) -> None:
        """Show whether it is saved: "Saved", or why not."""
        self.header.set_note(words)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show another transcript."""
        self.transcript.set_rows(rows)
        self.header.set_has_lines(bool(rows))

    def apply(self, change: Change) -> None:
        """Follow one change of the transcript."""
        self.transcript.apply(change)
        if change.kind != "updated":
            self.header.set_has_lines(bool(self.transcript.model.rows))
        self._spend_accent()

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """All that the person must know at this moment; the worst is shown."""
        self.banner.show_notices(notices)

    def set_settings(self, settings: Settings) -> None:
        """Show which sources and engine are chosen, and whether captions are on."""
        self.transport.set_settings(settings)

    def set_devices(self, system: Sequence[DeviceChoice], microphones: Sequence[DeviceChoice]) -> None:
        """Fill the lists of devices."""
        self.transport.set_devices(system, microphones)

    def set_levels(self, system: float | None, microphone: float | None) -> None:
        """Show both levels in dBFS; None = that source is off."""
        self.transport.set_levels(system, microphone)

    def set_peaks(self, system: float | None, microphone: float | None) -> None:
        """Show the largest sample of both in dBFS; None = not measured."""
        self.transport.set_peaks(system, microphone)

    def set_narrow(self, is_narrow: bool, *, is_short: bool = False) -> None:
        """Fit a window that is narrow or short: what can be found elsewhere makes room."""
        self._is_short = is_short
        side = 12 if is_narrow else 24
        self._top_rows.setContentsMargins(side, 8 if is_narrow else 16, side, 8 if is_narrow else 14)
        self._top_rows.setSpacing(6 if is_narrow else 12)
        self.header.set_compact(is_narrow, is_short=is_short)
        self.banner.set_narrow(is_narrow, is_short=is_short)
        self._make_room()

    # Keys

    def begin_search(self) -> None:
        """Put the cursor into the search field, which may have made room for a notice."""
        self._top.show()
        self.search.show()
        self.search.enter()

    def escape(self) -> None:
        """Clear the search; without one, go back to the newest line."""
        if self.search.field.text():
            self.search.clear()
        else:
            self.transcript.jump_to_latest()

    # Inside

    def _on_query(self, query: str) -> None:
        self.transcript.search(query)
        model = self.transcript.model
        self.search.show_hits(model.current + 1, len(model.hits))

    def _on_banner(self) -> None:
        self._banner_room.setVisible(self.banner.notice is not None)
        self._make_room()
        self._spend_accent()

    def _make_room(self) -> None:
        """In a short window a notice takes the place of the title and of an unused search field."""
        is_tight = self._is_short and self.banner.notice is not None
        has_query = bool(self.search.field.text())
        self.header.setVisible(not is_tight)
        self.search.setVisible(has_query or not is_tight)
        self._top.setVisible(has_query or not is_tight)
        self._room.setContentsMargins(16, 8 if is_tight and not has_query else 0, 16, 12)

    def _show_empty(self) -> None:
        match self._state:
            case State.IDLE:
                words = self.tr("Ready. Captions start when you do."), self.tr("Press Start, or Ctrl+Alt+P.")
            case State.STARTING:
                words = self.tr("One moment."), self.tr("The engine is getting ready. Sound is kept already.")
            case State.PAUSED:
                words = self.tr("Paused."), self.tr("Nothing is heard or kept.")
            case State.RECONNECTING:
                words = self.tr("Reconnecting."), self.tr("The sound is kept until it is text.")
            case _:
                words = self.tr("Listening."), self.tr("Nobody has spoken yet.")
        self.transcript.show_empty(*words)

    def _spend_accent(self) -> None:
        """One filled button at most: start or resume, else what the notice offers, else the way back down."""
        wishes = (
            (self.transport.main, self.transport.offers_start),
            (self.banner.choose, self.banner.notice is not None and not self.banner.choose.isHidden()),
            (self.transcript.bar.jump, not self.transcript.bar.isHidden()),
        )
        is_spent = False
        for button, is_offered in wishes:
            button.set_kind("primary" if is_offered and not is_spent else "plain")
            is_spent = is_spent or is_offered

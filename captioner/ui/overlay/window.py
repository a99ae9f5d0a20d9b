"""Captions over everything else: a box that never moves by itself or takes the keyboard."""

from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
    QShowEvent,
)

from captioner.meeting.listener import State
from captioner.settings.choices import Settings
from captioner.settings.style import CaptionStyle
from captioner.transcript.model import Change, Segment
from captioner.transcript.wording import clock
from captioner.ui.loudness import Loudness
from captioner.ui.overlay.box import box_pixmap
from captioner.ui.overlay.floating import FloatingBox
from captioner.ui.overlay.hint import paint_hint
from captioner.ui.overlay.lines import CaptionLine, CaptionLines
from captioner.ui.overlay.look import Look
from captioner.ui.overlay.menu import CaptionMenu
from captioner.ui.overlay.painter import CaptionPainter
from captioner.ui.overlay.reading import Reading
from captioner.ui.overlay.strip import StatusStrip, paint_hold
from captioner.ui.overlay.toolbar import Toolbar
from captioner.ui.overlay.tools import Tools
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.status import Status, look_of, status_of, while_reading
from captioner.ui.theme import Theme
from captioner.ui.throttle import Throttle

if TYPE_CHECKING:  # what the first window does not need is imported behind it
    from captioner.ui.overlay.rename import RenamePopup

_TEXT_GAP_MS = 1000 / 15
"""15 updates a second: faster than words come, slow enough for the eye and the processor."""


class Overlay(FloatingBox):
    """The caption box. It shows lines, a status and a level; it asks for everything else by signals.

    `placed(Place)` and `style_changed(CaptionStyle)`: what the person did to the box by the mouse.
    `speaker_renamed(old, new)`: in the window that a click on a name opens.
    """

    panel_requested = Signal()
    settings_requested = Signal()
    studio_requested = Signal()
    details_requested = Signal()
    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    hide_requested = Signal()
    click_through_requested = Signal(bool)
    lock_requested = Signal(bool)
    speaker_renamed = Signal(str, str)

    def __init__(self, theme: Theme, slots: SpeakerSlots, style: CaptionStyle | None = None) -> None:
        super().__init__(theme.app, style or CaptionStyle())
        self._theme = theme
        self._slots = slots
        self._lines: list[CaptionLine] = []
        self._state = State.IDLE
        self._status = self._said = status_of(State.IDLE)
        self._is_held = False
        self._time = ""
        self._moves = True
        self._loudness = Loudness(self)
        self._loudness.changed.connect(lambda: self.update(self._size.strip_rect))
        self._reading = Reading(self)
        self._throttle = Throttle(self, _TEXT_GAP_MS, self._lay_out)
        self._reading.changed.connect(self._throttle.wish)
        self._moving = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._moving.timeout.connect(self._advance)
        self.toolbar = Toolbar(theme)
        self._tools = Tools(self, self.toolbar, self._reading)
        self._build()

    def _build(self) -> None:
        self.setWindowTitle(self.tr("Captions"))
        self.setAccessibleName(self.tr("Captions"))
        bar = self.toolbar
        for wish in ("start", "pause", "resume", "studio", "panel", "hide"):
            getattr(bar, f"{wish}_requested").connect(getattr(self, f"{wish}_requested"))
        bar.click_through_requested.connect(lambda: self.click_through_requested.emit(True))
        bar.lock_toggled.connect(self.lock_requested)
        self.measured.connect(self._dress)
        self.destroyed.connect(bar.deleteLater)
        self._dress()

    # What it shows

    def apply(self, change: Change) -> None:
        """Follow one change of the transcript; at most 15 times a second it is seen."""
        if isinstance(change.row, Segment) and change.row.speaker:
            self._slots.meet(change.row)
        self._reading.apply(change)

    def clear(self) -> None:
        """Show no text: another meeting begins."""
        self._reading.clear()
        self._dress()  # line breaks are remembered by the names of lines, which begin anew

    def rename_speaker(self, old: str, new: str) -> None:
        """Call a speaker otherwise also where captions go on showing what was withdrawn."""
        self._reading.rename(old, new)

    def set_state(self, state: State) -> None:
        """Which of start, pause and resume is offered. The strip is told by `show_status`."""
        self._state = state
        self._reading.is_live = state is not State.IDLE
        self.toolbar.set_state(state)
        self.update(self._size.text_rect)

    def show_status(self, status: Status) -> None:
        """Show a line of state in the strip."""
        if status != self._status:
            self._status = status
            self._lay_out()

    def set_elapsed(self, seconds: float | None) -> None:
        """Show how long the meeting runs; None = nothing to count."""
        time = "" if seconds is None else clock(seconds)
        if time != self._time:
            self._time = time
            self.update(self._size.strip_rect)

    def set_levels(self, system: float | None, microphone: float | None) -> None:
        """Show the louder of the two in dBFS; None = this source is off."""
        loudest = max((level for level in (system, microphone) if level is not None), default=None)
        self._loudness.set_db(loudest, while_shown=self.isVisible())

    def set_settings(self, settings: Settings) -> None:
        """Look, stand and behave as the person chose."""
        self.set_style(settings.style)
        self.set_places(settings.places)
        self.set_locked(settings.locked)
        self.set_click_through(settings.click_through)
        self._reading.set_settings(settings)

    def set_locked(self, is_locked: bool) -> None:
        super().set_locked(is_locked)
        self.toolbar.set_locked(is_locked)

    def set_moves(self, moves: bool) -> None:
        """Let words appear and lines scroll, or stand there at once."""
        self._moves = moves
        self.toolbar.set_moves(moves)

    def toggle_hold(self) -> None:
        """Hold captions until this is wished for again."""
        self._reading.toggle_hold()

    def enter_toolbar(self) -> None:
        """Give the tools beside the captions the keyboard; Esc gives it back."""
        self._tools.enter()

    @property
    def visible_text(self) -> list[str]:
        """The lines as they stand in the box, names included; for tests and for reading aloud."""
        return [f"{line.name} {line.text or line.note}".strip() for line in self._lines]

    # Measures and lines

    def _dress(self) -> None:
        """Everything that depends on style and size, made anew."""
        size = self._size
        self._look = Look.of(self._style)
        self._breaker = CaptionLines(self._look, size.text_rect.width(), self._slots)
        self._captions = CaptionPainter(self._look, size, self._slots)
        self._strip = StatusStrip(size, self._look.tokens)
        self._box: tuple[str | None, float, QPixmap] | None = None
        self._lay_out()
        self.update()

    def _lay_out(self) -> None:
        view = self._reading.view()
        self._lines = self._breaker.newest(view.rows, self.lines, view.skip)
        if view.skip > self._breaker.skipped:
            self._reading.look_back(self._breaker.skipped - view.skip)
        self._say(while_reading(self._status, view.phase, view.waiting, is_by_key=self._reading.is_by_key))
        self._set_held(view.phase == "held")
        self._captions.mark = view.mark
        self._paint_again(self._captions.show(self._lines, monotonic(), moves=self._moves))

    def _paint_again(self, region: QRegion) -> None:
        if not region.isEmpty():
            self.update(region)
        if self._captions.is_moving and self.isVisible():
            self._moving.start(self._captions.frame_ms)
        else:
            self._moving.stop()

    def _advance(self) -> None:
        self._paint_again(self._captions.advance(monotonic()))

    def _set_held(self, is_held: bool) -> None:
        if is_held != self._is_held:
            self._is_held = is_held
            self.update()

    def _say(self, status: Status) -> None:
        if status == self._said:
            return
        self._said = status
        said = (status.word, status.detail, status.ahead)
        self.setAccessibleDescription(". ".join(part.removesuffix(".") for part in said if part))
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawPixmap(0, 0, self._box_pixmap())
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        if self._lines:
            self._captions.paint(painter, event.region())
        elif event.rect().intersects(self._size.text_rect):
            paint_hint(painter, self._size, self._look, self._state)
        if event.rect().intersects(self._size.strip_rect):
            self._strip.paint(painter, self._said, self._time, self._loudness.value)
        if self._is_held:
            paint_hold(painter, self._size, self._look.tokens, has_grip=not self.is_locked)

    def _box_pixmap(self) -> QPixmap:
        tint = look_of(self._said.kind, self._look.tokens).tint
        ratio = self.devicePixelRatioF()
        if self._box is None or self._box[:2] != (tint, ratio):
            self._box = (tint, ratio, box_pixmap(self._size, self._look, tint, ratio))
        return self._box[2]

    # Mouse

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        self._tools.stay_while(menu)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def menu(self) -> CaptionMenu:
        """The menu for the state it is in; a wish chosen there comes out of our own signals."""
        menu = CaptionMenu(self._theme, self)
        for wish in ("start", "pause", "resume", "stop", "hide", "studio", "panel", "details", "settings"):
            getattr(menu, f"{wish}_requested").connect(getattr(self, f"{wish}_requested"))
        menu.click_through_requested.connect(self.click_through_requested)
        menu.lock_requested.connect(self.lock_requested)
        menu.hold_toggled.connect(self.toggle_hold)
        menu.hold.setChecked(self._reading.is_held)
        menu.through.setChecked(self.is_click_through)
        menu.lock.setChecked(self.is_locked)
        menu.set_state(self._state)
        return menu

    def clicked(self, at: QPointF) -> None:
        if found := self._captions.name_at(at):
            _, speaker, rect = found
            self.rename.open_at(self.mapToGlobal(rect.topLeft().toPoint()), speaker)
        elif word := self._captions.word_at(at):
            self._reading.mark(word)

    @cached_property
    def rename(self) -> "RenamePopup":
        """Asks for a speaker's name."""
        from captioner.ui.overlay.rename import RenamePopup

        window = RenamePopup(self._theme, self._slots)
        window.renamed.connect(self.speaker_renamed)
        self.destroyed.connect(window.deleteLater)
        return window

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.panel_requested.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lay_out()

    def hideEvent(self, event: QHideEvent) -> None:
        self._loudness.rest()
        self._moving.stop()
        super().hideEvent(event)

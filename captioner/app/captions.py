"""The captions and what belongs to them: window, keys, style studio, details, and what the desktop allows."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from captioner.app.figures import LiveFigures
from captioner.app.lag import LoopLag
from captioner.settings.choices import Settings
from captioner.settings.place import Place
from captioner.ui.desktop.blending import Blending
from captioner.ui.desktop.keys import GlobalKeys
from captioner.ui.desktop.motion import is_motion_reduced
from captioner.ui.desktop.session import session
from captioner.ui.desktop.shortcuts import KEYS
from captioner.ui.overlay.screens import screen_layout
from captioner.ui.overlay.window import Overlay
from captioner.ui.panel import Panel
from captioner.ui.speakers import SpeakerSlots
from captioner.ui.status import Status
from captioner.ui.theme import Theme
from captioner.ui.tray import Tray

if TYPE_CHECKING:  # windows that most people open never or once
    from captioner.ui.details import Details
    from captioner.ui.studio.window import Studio

MARGIN, LEAST_HEIGHT = 32, 440
"""Room around a window at its first place, and the height under which it stays where the system puts it."""

TWICE = 1.0
"""Seconds within which a second press of the transcript's key leads on to the toolbar."""

LOOKING_MS = 2000
"""How often the tray is looked for where only it brings captions back: it may come later than we, or go."""


class Captions(QObject):
    """Everything that steers the captions, the tray included. The choices stay with the program: `settings`
    reads them, `change(name=value)` asks for another.

    `hinted(Status)`: something to say in the captions for some seconds.
    """

    hinted = Signal(object)

    def __init__(
        self,
        theme: Theme,
        slots: SpeakerSlots,
        panel: Panel,
        tray: Tray,
        settings: Callable[[], Settings],
        change: Callable[..., None],
    ) -> None:
        super().__init__()
        self._theme = theme
        self._panel = panel
        self._tray = tray
        self._settings = settings
        self._change = change
        self._lag = LoopLag(self)
        self._is_still = False
        self._has_way_back = True
        self._looking = QTimer(self, interval=LOOKING_MS)
        self._looking.timeout.connect(self._look_for_tray)
        self._panel_key_at = float("-inf")
        self.refused: Mapping[str, str] = KEYS
        """Which of the global keys cannot be had, and why."""
        self._studio: Studio | None = None
        self._details: Details | None = None
        self.figures = LiveFigures(settings().reading_mode, self._lag)
        self.overlay = Overlay(theme, slots, settings().style)
        self.keys = GlobalKeys(self)
        self._blending = Blending(self)
        self._connect()

    def _connect(self) -> None:
        overlay, change = self.overlay, self._change
        overlay.placed.connect(self._keep_place)
        overlay.style_changed.connect(lambda style: change(style=style))
        overlay.hide_requested.connect(lambda: change(captions_visible=False))
        overlay.lock_requested.connect(lambda is_locked: change(locked=is_locked))
        self._tray.captions_toggled.connect(lambda is_visible: change(captions_visible=is_visible))
        self._tray.toolbar_requested.connect(self.enter_toolbar)
        for source in (overlay, self._tray):
            source.panel_requested.connect(lambda: bring(self._panel))
            source.click_through_requested.connect(self.let_clicks_through)
            source.studio_requested.connect(self.open_studio)
            source.details_requested.connect(self.open_details)
        overlay.mapped.connect(self._stick)
        self._blending.changed.connect(overlay.set_blended)
        self.keys.pressed.connect(self._press)

    def _stick(self) -> None:
        # Each time: a window manager forgets it of what it no longer shows.
        if session() in ("x11", "xwayland"):
            from captioner.ui.desktop.x11 import stick

            stick(int(self.overlay.winId()))

    # -- while the program runs

    def begin(self) -> None:
        """Take the keys and the place. `show_chosen` shows the window."""
        self.refused = self.keys.grab(KEYS)
        ours = {name: keys for name, keys in KEYS.items() if name not in self.refused}
        self.overlay.toolbar.set_keys(ours)
        self._tray.set_keys(ours)
        self._lag.start()
        self._blending.begin()
        if "click_through" in self.refused:
            self._looking.start()
        self.overlay.set_settings(self._possible)

    def end(self) -> None:
        """Leave the keys to others and the screen."""
        self.keys.release()
        self._lag.stop()
        self._blending.end()
        self._looking.stop()
        for window in (self.overlay, self._studio, self._details):
            if window:
                window.hide()

    def show_chosen(self) -> None:
        """Look and behave as the choices say now."""
        settings = self._possible
        self.figures.choose_mode(settings.reading_mode)
        self.overlay.set_settings(settings)
        self._choose_motion()
        self.overlay.setVisible(settings.captions_visible)
        self._tray.set_captions_visible(settings.captions_visible)
        self._tray.set_click_through(settings.click_through)
        if self._studio:
            self._studio.set_style(settings.style)

    @property
    def _possible(self) -> Settings:
        """The choices, without clicks that go through where nothing would bring the captions back."""
        settings = self._settings()
        self._has_way_back = bool(self.ways_back)
        return replace(settings, click_through=settings.click_through and self._has_way_back)

    def _look_for_tray(self) -> None:
        if bool(self.ways_back) != self._has_way_back:
            self.show_chosen()

    def _keep_place(self, place: Place) -> None:
        self._change(places={**self._settings().places, screen_layout(): place})

    async def ask_about_motion(self) -> None:
        """Move no more than the desktop says, once it has said so. That may take its time."""
        self._is_still = await asyncio.to_thread(is_motion_reduced)
        self._choose_motion()

    def _choose_motion(self) -> None:
        motion = self._settings().motion
        self.overlay.set_moves(motion == "full" or (motion == "system" and not self._is_still))

    def leave_room(self, window: QWidget) -> None:
        """Let a window begin where captions hide none of its controls, if the screen has room for both."""
        screen, captions = window.screen().availableGeometry(), self.overlay.geometry()
        if not self._settings().captions_visible or not screen.intersects(captions):
            return
        above, below = captions.top() - screen.top(), screen.bottom() - captions.bottom()
        top = screen.top() if above >= below else captions.bottom() + 1
        height = min(window.height(), max(above, below) - 2 * MARGIN)
        if height >= LEAST_HEIGHT:
            width = min(window.width(), screen.width() - 2 * MARGIN)
            window.resize(width, height)
            window.move(screen.left() + (screen.width() - width) // 2, top + MARGIN // 2)

    # -- clicks that go through

    @property
    def ways_back(self) -> list[str]:
        """How the person gets hold again of captions that let clicks through; [] = not at all."""
        ways = [] if "click_through" in self.refused else [KEYS["click_through"]]
        if QSystemTrayIcon.isSystemTrayAvailable():
            ways.append(self.tr("the tray"))
        return ways

    def let_clicks_through(self, is_on: bool) -> None:
        """Let clicks through the captions, if there is a way back, or take them again."""
        ways = self.ways_back
        if is_on and not ways:
            why = self.tr("Neither a key nor the tray would bring them back here")
            self.hinted.emit(Status("error", self.tr("Captions go on taking clicks"), why))
            return
        self._change(click_through=is_on)
        if is_on:
            way = self.tr(" or ").join(ways)
            hint = Status("good", self.tr("Clicks go through"), self.tr("Back by {}").format(way))
        else:
            hint = Status("good", self.tr("Captions take clicks again"))
        self.hinted.emit(hint)

    # -- keys

    def _press(self, name: str) -> None:
        settings = self._settings()
        match name:
            case "pause":
                self._panel.now.transport.press_main()
            case "captions":
                self._change(captions_visible=not settings.captions_visible)
            case "click_through":
                self.let_clicks_through(not settings.click_through)
            case "hold":
                self.overlay.toggle_hold()
            case "panel":
                now = time.monotonic()
                is_second, self._panel_key_at = now - self._panel_key_at <= TWICE, now
                self.enter_toolbar() if is_second else bring(self._panel)
                window = self.overlay.toolbar if is_second else self._panel
                self.keys.give_keyboard(int(window.winId()))

    def enter_toolbar(self) -> None:
        """Give the keyboard to the captions' tools, which otherwise never take it."""
        self._change(captions_visible=True)
        self.overlay.enter_toolbar()

    # -- windows of their own

    def open_studio(self) -> None:
        """Choose how captions look; every change is seen at once."""
        from captioner.ui.studio.window import Studio

        if self._studio is None:
            self._studio = Studio(self._theme, self._settings().style)
            self._studio.style_changed.connect(lambda style: self._change(style=style))
            self.leave_room(self._studio)
        bring(self._studio)

    def open_details(self) -> None:
        """Figures of reading and of the program."""
        from captioner.ui.details import Details

        if self._details is None:
            self._details = details = Details(self._theme)
            details.figures_requested.connect(lambda: details.show_figures(self.figures.figures()))
        bring(self._details)


def bring(window: QWidget) -> None:
    """Show a window in front, with the keyboard."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()

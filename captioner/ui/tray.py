"""The icon in the system tray: what is going on, and everything one click away."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QSystemTrayIcon

from captioner.meeting.listener import State
from captioner.transcript.plain import plain
from captioner.transcript.wording import clock
from captioner.ui.meeting_menu import MeetingMenu
from captioner.ui.status import Status, look_of, status_of
from captioner.ui.theme import Theme
from captioner.ui.tray_icon import Silhouette, tray_icon


class Tray(QObject):
    """Icon and menu. A click on the icon asks for the panel."""

    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    captions_toggled = Signal(bool)
    click_through_requested = Signal(bool)
    toolbar_requested = Signal()
    studio_requested = Signal()
    panel_requested = Signal()
    details_requested = Signal()
    settings_requested = Signal()
    quit_requested = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = ""
        self._elapsed: float | None = None
        self._status = status_of(State.IDLE)
        self._words = ""
        self.menu = MeetingMenu(theme)
        self.header = QAction("", self.menu)
        self.captions = self.menu.add_switch(self.tr("Show &captions"), self.captions_toggled)
        self.through = self.menu.add_switch(self.tr("Click thro&ugh captions"), self.click_through_requested)
        self._build()
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._on_activated)
        theme.changed.connect(self._refresh)
        self._refresh()

    def _build(self) -> None:
        menu = self.menu
        self.header.setEnabled(False)
        menu.insertAction(menu.start, self.header)
        menu.insertSeparator(menu.start)
        menu.start_requested.connect(self.start_requested)
        menu.pause_requested.connect(self.pause_requested)
        menu.resume_requested.connect(self.resume_requested)
        menu.stop_requested.connect(self.stop_requested)
        menu.insertSeparator(self.captions)
        menu.add(self.tr("Caption tool&bar"), "keyboard", self.toolbar_requested)
        menu.add(self.tr("Caption st&yle"), "style", self.studio_requested)
        menu.addSeparator()
        self.panel = menu.add(self.tr("&Transcript"), "panel", self.panel_requested)
        menu.add(self.tr("&Details"), "info", self.details_requested)
        menu.add(self.tr("S&ettings"), "settings", self.settings_requested)
        menu.addSeparator()
        menu.add(self.tr("&Quit"), "power", self.quit_requested)

    def show(self) -> None:
        """Appear in the tray, where the desktop has one."""
        self.icon.show()

    def hide(self) -> None:
        """Leave the tray."""
        self.icon.hide()

    def set_state(self, state: State) -> None:
        """Offer what this state allows and show it."""
        self.menu.set_state(state)
        self.show_status(status_of(state))

    def show_status(self, status: Status) -> None:
        """Show a line of state in the menu's head, the tool-tip and the icon's shape."""
        if status != self._status:
            is_shape_kept = status.kind == self._status.kind
            self._status = status
            if is_shape_kept:
                self._name()
            else:
                self._refresh()

    def set_meeting(self, title: str) -> None:
        """Show whose captions run; empty = none."""
        self._title = plain(title)
        self._name()

    def set_elapsed(self, seconds: float | None) -> None:
        """Show how long the meeting runs."""
        self._elapsed = seconds
        self._name()

    def set_captions_visible(self, is_visible: bool) -> None:
        """Tick or untick "Show captions"."""
        self.captions.setChecked(is_visible)

    def set_click_through(self, is_on: bool) -> None:
        """Tick or untick "Click through captions"."""
        self.through.setChecked(is_on)

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """Name the global keys that work here: by "pause", "captions", "click_through", "panel"."""
        for name, actions in (
            ("pause", (self.menu.start, self.menu.pause, self.menu.resume)),
            ("captions", (self.captions,)),
            ("click_through", (self.through,)),
            ("panel", (self.panel,)),
        ):
            for action in actions:
                action.setShortcut(QKeySequence(keys.get(name, "")))

    def _refresh(self) -> None:
        tokens = self._theme.tokens
        self.icon.setIcon(tray_icon(_silhouette(self._status), look_of(self._status.kind, tokens).colour))
        self._name()

    def _name(self) -> None:
        time = clock(self._elapsed) if self._elapsed is not None else ""
        head = "  ·  ".join(part for part in (self._title, self._status.word, time) if part)
        words = "  ·  ".join(part for part in (head, plain(self._status.detail), self._status.ahead) if part)
        if words != self._words:  # each change is a message to the desktop
            self._words = words
            self.header.setText(head.replace("&", "&&"))
            self.icon.setToolTip(f"captioner: {words}")

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.panel_requested.emit()


def _silhouette(status: Status) -> Silhouette:
    match status.kind:
        case "listening" | "good" | "held" | "catching_up":
            return "listening"
        case "paused":
            return "paused"
        case "reconnecting":
            return "reconnecting"
        case "fallback":
            return "fallback"
        case "no_sound" | "error":
            return "needs_you"
        case "ready" | "starting" | "stopping":
            return "ready"

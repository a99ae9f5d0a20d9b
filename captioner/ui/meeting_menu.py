"""A menu that begins with what the meeting can do now: start, pause, resume, stop."""

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from captioner.meeting.listener import HEARING, State
from captioner.ui.controls import Menu
from captioner.ui.icons import menu_icon
from captioner.ui.theme import Theme


class MeetingMenu(Menu):
    """Only what is possible in the present state is shown."""

    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons: dict[QAction, str] = {}
        self.start = self.add(self.tr("&Start"), "play", self.start_requested)
        self.pause = self.add(self.tr("&Pause"), "pause", self.pause_requested)
        self.resume = self.add(self.tr("&Resume"), "play", self.resume_requested)
        self.stop = self.add(self.tr("St&op and save"), "stop", self.stop_requested)
        self.set_state(State.IDLE)
        theme.changed.connect(self._tint)

    def add(self, text: str, icon: str, wish: SignalInstance) -> QAction:
        """Append an entry that emits `wish`."""
        action = QAction(menu_icon(icon, self._theme.tokens.text2), text, self)
        action.triggered.connect(lambda: wish.emit())
        self._icons[action] = icon
        self.addAction(action)
        return action

    def add_switch(self, text: str, wish: SignalInstance) -> QAction:
        """Append an entry with a tick that emits `wish(is_on)`."""
        action = QAction(text, self)
        action.setCheckable(True)
        action.triggered.connect(wish)
        self.addAction(action)
        return action

    def set_state(self, state: State) -> None:
        """Offer what this state allows."""
        self.start.setVisible(state is State.IDLE)
        self.pause.setVisible(state in HEARING)
        self.resume.setVisible(state is State.PAUSED)
        self.stop.setVisible(state in HEARING or state in (State.STARTING, State.PAUSED))

    def _tint(self) -> None:
        for action, icon in self._icons.items():
            action.setIcon(menu_icon(icon, self._theme.tokens.text2))

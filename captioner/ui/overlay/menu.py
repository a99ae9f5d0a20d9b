"""The menu of the captions: what the meeting can do, and everything about their window."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from captioner.ui.meeting_menu import MeetingMenu
from captioner.ui.theme import Theme


class CaptionMenu(MeetingMenu):
    """A wish leaves it as a signal; the ticks show how things are."""

    hold_toggled = Signal()
    hide_requested = Signal()
    studio_requested = Signal()
    click_through_requested = Signal(bool)
    lock_requested = Signal(bool)
    panel_requested = Signal()
    details_requested = Signal()
    settings_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.addSeparator()
        self.hold = self.add_switch(self.tr("Hold &captions"), self.hold_toggled)
        self.add(self.tr("&Hide captions"), "caption", self.hide_requested)
        self.addSeparator()
        self.add(self.tr("Caption st&yle"), "style", self.studio_requested)
        self.through = self.add_switch(self.tr("Click thro&ugh"), self.click_through_requested)
        self.lock = self.add_switch(self.tr("&Lock place and size"), self.lock_requested)
        self.addSeparator()
        self.add(self.tr("&Transcript"), "panel", self.panel_requested)
        self.add(self.tr("&Details"), "info", self.details_requested)
        self.add(self.tr("S&ettings"), "settings", self.settings_requested)

"""What is done when the server fails: who listens meanwhile, and whether it hears what it missed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from captioner.settings.choices import Settings
from captioner.ui.choices import Switch
from captioner.ui.controls import Label, Line, Plane
from captioner.ui.settings_page import Row
from captioner.ui.theme import Theme


class FailureCard(Plane):
    """Two switches. `changed(field, value)` names a field of `Settings`.

    `has_local`: whether there is an embedded engine on this computer at all.
    """

    changed = Signal(str, object)

    def __init__(self, theme: Theme, *, has_local: bool) -> None:
        super().__init__("card")
        self._has_local = has_local
        self.title = Label("", "strong")
        self.fallback = Switch(theme, self.tr("The local engine takes over"))
        self.backfill = Switch(theme, self.tr("Missed words are heard again"))
        self.fallback_row = Row(self.fallback.accessibleName(), " ", self.fallback)
        self.backfill_row = Row(self.backfill.accessibleName(), " ", self.backfill)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(12)
        rows.addWidget(self.title)
        rows.addWidget(self.fallback_row)
        rows.addWidget(Line(theme))
        rows.addWidget(self.backfill_row)
        self.fallback.clicked.connect(lambda is_on: self.changed.emit("fallback", is_on))
        self.backfill.clicked.connect(lambda is_on: self.changed.emit("backfill", is_on))

    def show_settings(self, settings: Settings, server: str, *, is_english: bool) -> None:
        """Show what is chosen."""
        self.title.setText(self.tr("When {} fails").format(server))
        self.fallback.setChecked(settings.fallback and self._has_local)
        self.backfill.setChecked(settings.backfill)
        self.fallback.setEnabled(self._has_local)
        self.fallback_row.say(self._fallback_words(is_english=is_english).format(server))
        self.backfill_row.say(
            self.tr("After more than 5 s, a second stream hears what Deepgram missed. It is charged, too.")
            if server == "Deepgram"
            else self.tr("After more than 5 s, a second stream to {} hears what it missed.").format(server)
        )
        for switch, row in ((self.fallback, self.fallback_row), (self.backfill, self.backfill_row)):
            switch.setAccessibleDescription(row.text)

    def _fallback_words(self, *, is_english: bool) -> str:
        if not self._has_local:
            return self.tr("It is not installed here. Sound is kept until {} is back.")
        if is_english:
            return self.tr("It goes on from the last words, so none are lost, until {} is back.")
        return self.tr(
            "It goes on until {} is back. It understands English only: other words come out wrong."
        )

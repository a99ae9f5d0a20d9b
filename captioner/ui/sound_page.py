"""The page of the settings where the sound is chosen: which sources, from which devices, how loud."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from captioner.settings.choices import Settings
from captioner.transcript.plain import plain
from captioner.ui.choices import Switch
from captioner.ui.controls import Label, Plane
from captioner.ui.device_combo import DeviceChoice, DeviceCombo
from captioner.ui.meter import LevelMeter
from captioner.ui.settings_page import SettingsPage
from captioner.ui.theme import Theme


class SourceCard(Plane):
    """One source: on or off, its device and what must be known of that, its level."""

    def __init__(self, theme: Theme, title: str, text: str) -> None:
        super().__init__("card")
        self.switch = Switch(theme, title)
        self.combo = DeviceCombo(theme, self.tr("Device for {}").format(title))
        self.note = Label("", "sub", wraps=True)
        self.problem = Label("", "error", wraps=True)
        self.meter = LevelMeter(theme, self.tr("Level of {}").format(title))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(title, "strong"))
        words.addWidget(Label(text, "sub", wraps=True))
        head = QHBoxLayout()
        head.addLayout(words, 1)
        head.addWidget(self.switch)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(12)
        rows.addLayout(head)
        for widget in (self.combo, self.note, self.problem, self.meter):
            rows.addWidget(widget)
        self.note.hide()
        self.problem.hide()
        self.combo.note_changed.connect(self._show_note)

    def show_choice(self, is_on: bool, device: str | None) -> None:
        """Show what is chosen."""
        self.switch.setChecked(is_on)
        self.combo.setEnabled(is_on)
        self.combo.set_device(device)

    def show_problem(self, words: str) -> None:
        """Say why it cannot be heard now; "" = it can, or nobody tries."""
        if words != self.problem.text():
            self.problem.setText(plain(words))
            self.problem.setVisible(bool(words))

    def _show_note(self, words: str) -> None:
        self.note.setText(words)
        self.note.setVisible(bool(words))


class SoundPage(SettingsPage):
    """Which sound is heard: the call, the microphone, and from which device each.

    `shown_changed(is_shown)`: only while it is shown its levels are looked at.
    """

    shown_changed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme, self.tr("Sound"), self.tr("What is listened to. Two sources keep voices apart.")
        )
        self.system = SourceCard(
            theme, self.tr("Call sound"), self.tr("Everything this computer plays: the others.")
        )
        self.microphone = SourceCard(theme, self.tr("Microphone"), self.tr("Your own voice."))
        self.open = Label("", "accent", wraps=True)
        self._column.addWidget(self.system)
        self._column.addWidget(self.microphone)
        self._column.addWidget(self.open)
        self.open.hide()
        self._end(self.tr("Takes effect at once. A source that is off is closed: nothing of it is heard."))
        for name, card in (("system", self.system), ("microphone", self.microphone)):
            card.switch.clicked.connect(lambda is_on, name=name: self.changed.emit(f"{name}_on", is_on))
            card.combo.device_changed.connect(lambda device, name=name: self.changed.emit(name, device))

    def set_devices(self, system: Sequence[DeviceChoice], microphones: Sequence[DeviceChoice]) -> None:
        """Fill both lists."""
        self.system.combo.set_devices(system)
        self.microphone.combo.set_devices(microphones)

    def set_levels(self, system: float | None, microphone: float | None) -> None:
        """Show both levels in dBFS."""
        self.system.meter.set_level(system)
        self.microphone.meter.set_level(microphone)

    def set_peaks(self, system: float | None, microphone: float | None) -> None:
        """Show the largest sample of both in dBFS; None = not measured."""
        self.system.meter.set_peak(system)
        self.microphone.meter.set_peak(microphone)

    def show_open(self, sources: Collection[str]) -> None:
        """Say which sources are open for this page alone."""
        words = self.tr("Listening, for these levels only. Nothing is kept or sent.") if sources else ""
        if sources and self.microphone.combo.note and "microphone" not in sources:
            words += " " + self.tr("The headset's microphone stays closed until a meeting.")
        if words != self.open.text():
            self.open.setText(words)
            self.open.setVisible(bool(words))

    def show_settings(self, settings: Settings) -> None:
        self.system.show_choice(settings.system_on, settings.system)
        self.microphone.show_choice(settings.microphone_on, settings.microphone)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown_changed.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self.shown_changed.emit(False)
        super().hideEvent(event)

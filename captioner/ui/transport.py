"""The row at the foot of the panel: start and stop, what is listened to, and what is going on."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from captioner.meeting.listener import HEARING, State
from captioner.settings.choices import Settings
from captioner.ui.button import Button
from captioner.ui.controls import ComboBox, Line, Plane
from captioner.ui.device_combo import DeviceChoice
from captioner.ui.devices import SourceBlock
from captioner.ui.state_label import StateLabel
from captioner.ui.status import Status, status_of
from captioner.ui.theme import Theme

_ONE_ROW = 980
_ENGINE_FROM = 560
_ICONS_BELOW = 560


class Transport(Plane):
    """One row where there is room, else two; icons alone in narrow windows.

    `settings_changed(Settings)`: another source or device was chosen.
    """

    start_requested = Signal()
    pause_requested = Signal()
    resume_requested = Signal()
    stop_requested = Signal()
    captions_toggled = Signal(bool)
    settings_changed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__("window")
        self._theme = theme
        self._state = State.IDLE
        self._settings = Settings()
        self.main = Button(theme, self.tr("&Start"), "play", "primary", keys="Ctrl+Alt+P")
        self.stop = Button(theme, self.tr("S&top"), "stop")
        self.system = SourceBlock(theme, self.tr("Call so&und"), "speaker")
        self.microphone = SourceBlock(theme, self.tr("&Microphone"), "mic")
        self.engine = ComboBox(theme, self.tr("Engine"), "quiet")
        self.state_label = StateLabel(theme)
        self.captions = Button(theme, "", "caption", "chip")
        self._build()
        self._connect()
        self.set_settings(self._settings)
        self.set_state(State.IDLE)

    def _build(self) -> None:
        self.engine.addItem(self.tr("On this computer"), "local")
        self.engine.addItem("Deepgram", "deepgram")
        self.engine.setMinimumContentsLength(8)
        self.captions.setCheckable(True)
        self._sources = QWidget()
        blocks = QHBoxLayout(self._sources)
        blocks.setContentsMargins(0, 0, 0, 0)
        blocks.setSpacing(16)
        self._engine_block = self._build_engine()
        for block in (self.system, self.microphone, self._engine_block):
            blocks.addWidget(block, 1)
        self._separator = Line(self._theme, is_vertical=True)
        self._separator.setFixedHeight(40)
        self._upper = QHBoxLayout()
        self._upper.setSpacing(8)
        for widget in (self.main, self.stop, self._separator):
            self._upper.addWidget(widget)
        self._upper.addSpacing(4)
        self._upper.addWidget(self._sources, 7)
        self._upper.addWidget(self.state_label, 3)
        self._upper.addSpacing(8)
        self._upper.addWidget(self.captions)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(16, 12, 16, 12)
        self._rows.setSpacing(10)
        self._rows.addLayout(self._upper)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _build_engine(self) -> QWidget:
        block = QWidget()
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        self._engine_name = QLabel(self.tr("Engine"))
        self._engine_name.setProperty("role", "sub")
        self._engine_name.setFixedHeight(24)
        self._engine_name.setIndent(4)
        column.addWidget(self._engine_name)
        column.addWidget(self.engine)
        column.addSpacing(11)
        block.setMaximumWidth(190)
        block.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return block

    def _connect(self) -> None:
        self.main.clicked.connect(self.press_main)
        self.stop.clicked.connect(self.stop_requested)
        self.captions.clicked.connect(self._on_captions)
        self.system.is_on_changed.connect(lambda is_on: self._change(system_on=is_on))
        self.system.device_changed.connect(lambda device: self._change(system=device))
        self.microphone.is_on_changed.connect(lambda is_on: self._change(microphone_on=is_on))
        self.microphone.device_changed.connect(lambda device: self._change(microphone=device))
        self.engine.activated.connect(lambda place: self._change(engine=self.engine.itemData(place)))

    # What it shows

    def set_state(self, state: State) -> None:
        """Offer what this state allows and say it; `show_status` may say it better."""
        self._state = state
        words = {
            State.PAUSED: (self.tr("&Resume"), "play"),
            **dict.fromkeys(HEARING, (self.tr("&Pause"), "pause")),
        }
        self.main.say(*words.get(state, (self.tr("&Start"), "play")))
        self.main.setEnabled(state not in (State.STARTING, State.STOPPING))
        self.stop.setVisible(state not in (State.IDLE, State.STOPPING))
        self.engine.setEnabled(state is State.IDLE)
        self.state_label.show_status(status_of(state))

    @property
    def offers_start(self) -> bool:
        """Whether the main button is the one to be filled."""
        return self._state in (State.IDLE, State.PAUSED)

    def show_status(self, status: Status) -> None:
        """Say what is going on."""
        self.state_label.show_status(status)

    def set_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        self._settings = settings
        self.system.set_choice(settings.system_on, settings.system)
        self.microphone.set_choice(settings.microphone_on, settings.microphone)
        self.engine.setCurrentIndex(max(0, self.engine.findData(settings.engine)))
        self.captions.setChecked(settings.captions_visible)
        self._name_captions()

    def set_devices(self, system: Sequence[DeviceChoice], microphones: Sequence[DeviceChoice]) -> None:
        """Fill both lists of devices."""
        self.system.combo.set_devices(system)
        self.microphone.combo.set_devices(microphones)

    def set_levels(self, system: float | None, microphone: float | None) -> None:
        """Show both levels in dBFS; None = that source is off."""
        self.system.meter.set_level(system)
        self.microphone.meter.set_level(microphone)

    def set_peaks(self, system: float | None, microphone: float | None) -> None:
        """Show the largest sample of both in dBFS; None = not measured."""
        self.system.meter.set_peak(system)
        self.microphone.meter.set_peak(microphone)

    def press_main(self) -> None:
        """Start, pause or resume, whatever the state allows."""
        match self._state:
            case State.IDLE:
                self.start_requested.emit()
            case State.LISTENING | State.RECONNECTING | State.FALLBACK:
                self.pause_requested.emit()
            case State.PAUSED:
                self.resume_requested.emit()
            case State.STARTING | State.STOPPING:
                pass

    def open_devices(self, source: str) -> None:
        """Open the list of devices of "system" or "microphone"."""
        (self.microphone if source == "microphone" else self.system).enter()

    # Inside

    def _change(self, **what: object) -> None:
        self._settings = replace(self._settings, **what)
        self.set_settings(self._settings)
        self.settings_changed.emit(self._settings)

    def _on_captions(self, is_on: bool) -> None:
        self._settings = replace(self._settings, captions_visible=is_on)
        self._name_captions()
        self.captions_toggled.emit(is_on)

    def _name_captions(self) -> None:
        is_on = self.captions.isChecked()
        self.captions.say(self.tr("&Captions on") if is_on else self.tr("&Captions off"))

    def minimumSizeHint(self) -> QSize:
        return QSize(380, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.width()
        is_one_row = width >= _ONE_ROW
        in_upper = self._upper.indexOf(self._sources) >= 0
        if is_one_row != in_upper:
            if is_one_row:
                self._rows.removeWidget(self._sources)
                self._upper.insertWidget(4, self._sources, 7)
            else:
                self._upper.removeWidget(self._sources)
                self._rows.addWidget(self._sources)
        self._separator.setVisible(is_one_row)
        self._engine_block.setVisible(width >= _ENGINE_FROM)
        for button in (self.main, self.stop, self.captions):
            button.set_compact(width < _ICONS_BELOW)

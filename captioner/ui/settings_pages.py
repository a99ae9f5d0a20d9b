"""The pages of the settings. Each shows a `Settings` and says which field was changed to what."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from captioner.settings import CAPTION_PX_RANGE, Settings
from captioner.ui.caption_sample import CaptionSample
from captioner.ui.choices import ChoiceCard, Switch
from captioner.ui.controls import ComboBox, Label, Plane
from captioner.ui.devices import DeviceChoice, DeviceCombo
from captioner.ui.meter import LevelMeter
from captioner.ui.theme import Theme

_CARDS_STACK_BELOW = 560


class SettingsPage(Plane):
    """A title, a sentence, and cards. `changed(field, value)` names a field of `Settings`."""

    changed = Signal(str, object)

    def __init__(self, theme: Theme, title: str, text: str) -> None:
        super().__init__("window")
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(32, 24, 32, 24)
        self._column.setSpacing(16)
        self._column.addWidget(Label(title, "title"))
        self._column.addWidget(Label(text, "body", wraps=True))

    def show_settings(self, settings: Settings) -> None:
        """Show what is chosen."""
        raise NotImplementedError

    def _end(self, note: str) -> None:
        """Close the page with when its changes take effect."""
        self._column.addWidget(Label(note, "quiet", wraps=True))
        self._column.addStretch(1)

    def _card(self) -> QVBoxLayout:
        plane = Plane("card")
        self._column.addWidget(plane)
        rows = QVBoxLayout(plane)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(12)
        return rows


class SoundPage(SettingsPage):
    """Which sound is heard: the call, the microphone, and from which device each."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme, self.tr("Sound"), self.tr("What is listened to. Two sources keep voices apart.")
        )
        self.system_on = Switch(theme, self.tr("Call sound"))
        self.system = DeviceCombo(theme, self.tr("Device for call sound"))
        self.system_meter = LevelMeter(theme, self.tr("Level of call sound"))
        self.microphone_on = Switch(theme, self.tr("Microphone"))
        self.microphone = DeviceCombo(theme, self.tr("Device for microphone"))
        self.microphone_meter = LevelMeter(theme, self.tr("Level of microphone"))
        self._add_source(
            self.tr("Call sound"),
            self.tr("Everything this computer plays: the others."),
            (self.system_on, self.system, self.system_meter),
        )
        self._add_source(
            self.tr("Microphone"),
            self.tr("Your own voice."),
            (self.microphone_on, self.microphone, self.microphone_meter),
        )
        self._end(self.tr("Takes effect with the next Start or Resume."))
        self.system_on.clicked.connect(lambda is_on: self.changed.emit("system_on", is_on))
        self.microphone_on.clicked.connect(lambda is_on: self.changed.emit("microphone_on", is_on))
        self.system.device_changed.connect(lambda device: self.changed.emit("system", device))
        self.microphone.device_changed.connect(lambda device: self.changed.emit("microphone", device))

    def _add_source(self, title: str, text: str, parts: tuple[Switch, DeviceCombo, LevelMeter]) -> None:
        rows = self._card()
        head = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(title, "strong"))
        words.addWidget(Label(text, "sub", wraps=True))
        head.addLayout(words, 1)
        head.addWidget(parts[0])
        rows.addLayout(head)
        rows.addWidget(parts[1])
        rows.addWidget(parts[2])

    def set_devices(self, system: Sequence[DeviceChoice], microphones: Sequence[DeviceChoice]) -> None:
        """Fill both lists."""
        self.system.set_devices(system)
        self.microphone.set_devices(microphones)

    def set_levels(self, system: float | None, microphone: float | None) -> None:
        """Show both levels in dBFS."""
        self.system_meter.set_level(system)
        self.microphone_meter.set_level(microphone)

    def show_settings(self, settings: Settings) -> None:
        self.system_on.setChecked(settings.system_on)
        self.system.set_device(settings.system)
        self.system.setEnabled(settings.system_on)
        self.microphone_on.setChecked(settings.microphone_on)
        self.microphone.set_device(settings.microphone)
        self.microphone.setEnabled(settings.microphone_on)


class EnginePage(SettingsPage):
    """What turns speech into text."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("Engine"), self.tr("What turns speech into text."))
        self.cards = _Cards(self)
        self.cards.add(
            "local",
            ChoiceCard(
                theme,
                self.tr("On this computer"),
                self.tr("English. Works offline, nothing leaves the machine."),
                "local",
            ),
        )
        self._column.addWidget(self.cards)
        self.cards.chosen.connect(lambda value: self.changed.emit("engine", value))
        self._end(self.tr("Takes effect with the next meeting."))

    def show_settings(self, settings: Settings) -> None:
        self.cards.show_choice(settings.engine)


class SpeakersPage(SettingsPage):
    """Who said what."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            self.tr("Speakers"),
            self.tr("Who said what. Captions and transcript show a shape, a colour and a name."),
        )
        self.cards = _Cards(self)
        self.cards.add(
            "off", ChoiceCard(theme, self.tr("Off"), self.tr("One stream of text, no names."), "text")
        )
        self.cards.add(
            "channels",
            ChoiceCard(
                theme,
                self.tr("By source"),
                self.tr("Your microphone is you, the call is the others."),
                "mic",
                self.tr("Always exact, costs nothing"),
            ),
        )
        self._column.addWidget(self.cards)
        self.cards.chosen.connect(lambda value: self.changed.emit("diarization", value))
        self._end(self.tr("Takes effect with the next meeting."))

    def show_settings(self, settings: Settings) -> None:
        self.cards.show_choice(settings.diarization)


class CaptionsPage(SettingsPage):
    """How captions read and look."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("Captions"), self.tr("How the words come, and how they look."))
        self.modes = _Cards(self)
        for value, title, text, icon in (
            ("instant", self.tr("Instant"), self.tr("Words at once. They may still change."), "live"),
            ("balanced", self.tr("Balanced"), self.tr("Settled words stay, newer ones are dim."), "caption"),
            ("steady", self.tr("Steady"), self.tr("What you read never changes. A second later."), "lock"),
        ):
            self.modes.add(value, ChoiceCard(theme, title, text, icon))
        self._column.addWidget(self.modes)
        self._column.addWidget(
            Label(self.tr("The way of reading takes effect with the next meeting."), "quiet", wraps=True)
        )
        self.px = QSlider(Qt.Orientation.Horizontal)
        self.px_words = Label("", "sub")
        self.sample = CaptionSample()
        self._add_size()
        self.theme = ComboBox(theme, self.tr("Theme"))
        self._add_theme()
        self._end(self.tr("Size and theme take effect at once."))
        self.modes.chosen.connect(lambda value: self.changed.emit("reading_mode", value))

    def _add_size(self) -> None:
        self.px.setRange(*CAPTION_PX_RANGE)
        self.px.setPageStep(4)
        self.px.setAccessibleName(self.tr("Caption size"))
        self.px.setMinimumHeight(24)
        self.px_words.setMinimumWidth(48)
        self.px_words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        rows = self._card()
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(Label(self.tr("Caption size"), "strong"))
        head.addWidget(self.px, 1)
        head.addWidget(self.px_words)
        rows.addLayout(head)
        rows.addWidget(self.sample)
        self.px.valueChanged.connect(lambda px: self.changed.emit("caption_px", px))

    def _add_theme(self) -> None:
        rows = self._card()
        row = QHBoxLayout()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(self.tr("Theme"), "strong"))
        words.addWidget(Label(self.tr("Captions stay dark in both."), "sub", wraps=True))
        row.addLayout(words, 1)
        for text, value in (
            (self.tr("Like the system"), "system"),
            (self.tr("Light"), "light"),
            (self.tr("Dark"), "dark"),
        ):
            self.theme.addItem(text, value)
        self.theme.setFixedWidth(170)
        row.addWidget(self.theme)
        rows.addLayout(row)
        self.theme.activated.connect(lambda place: self.changed.emit("theme", self.theme.itemData(place)))

    def show_settings(self, settings: Settings) -> None:
        self.modes.show_choice(settings.reading_mode)
        if self.px.value() != settings.caption_px:
            self.px.blockSignals(True)
            self.px.setValue(settings.caption_px)
            self.px.blockSignals(False)
        self.px_words.setText(self.tr("{} px").format(settings.caption_px))
        self.sample.set_px(settings.caption_px)
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))


class _Cards(QWidget):
    """Cards side by side, one above the other where it is narrow. `chosen(value)`."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards: dict[str, ChoiceCard] = {}
        self._group = QButtonGroup(self)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(12)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def add(self, value: str, card: ChoiceCard) -> None:
        self.cards[value] = card
        self._group.addButton(card)
        self._row.addWidget(card)
        card.clicked.connect(lambda: self.chosen.emit(value))

    def show_choice(self, value: str) -> None:
        self.cards[value].setChecked(True)
        # Tab goes to the chosen card and arrows to the others; Qt would stop at the first.
        for name, card in self.cards.items():
            policy = Qt.FocusPolicy.StrongFocus if name == value else Qt.FocusPolicy.ClickFocus
            card.setFocusPolicy(policy)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        is_stacked = self.width() < _CARDS_STACK_BELOW
        self._row.setDirection(
            QBoxLayout.Direction.TopToBottom if is_stacked else QBoxLayout.Direction.LeftToRight
        )

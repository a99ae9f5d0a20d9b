"""The pages of the settings for speakers and captions. Each shows a `Settings` and says what was changed."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout

from captioner.settings.choices import Settings
from captioner.settings.style import CaptionStyle
from captioner.ui.caption_sample import CaptionSample
from captioner.ui.choices import ChoiceCard
from captioner.ui.controls import ComboBox, Label
from captioner.ui.settings_page import Cards, SettingsPage
from captioner.ui.theme import Theme


class SpeakersPage(SettingsPage):
    """Who said what."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(
            theme,
            self.tr("Speakers"),
            self.tr("Who said what. Captions and transcript show a shape, a colour and a name."),
        )
        self.cards = Cards(self)
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
        self.by_voice = ChoiceCard(
            theme,
            self.tr("By voice"),
            self.tr("Tells the voices in the call apart. You stay exact."),
            "people",
        )
        self.cards.add("engine", self.by_voice)
        self._column.addWidget(self.cards)
        self.cards.chosen.connect(lambda value: self.changed.emit("diarization", value))
        self._end(self.tr("Takes effect with the next meeting."))

    def show_settings(self, settings: Settings) -> None:
        is_possible = settings.engine == "deepgram"
        self.by_voice.setEnabled(is_possible)
        self.by_voice.set_promise("" if is_possible else self.tr("Needs Deepgram. Choose it under Engine"))
        self.cards.show_choice(settings.diarization)


class CaptionsPage(SettingsPage):
    """How captions read and look."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("Captions"), self.tr("How the words come, and how they look."))
        self.modes = Cards(self)
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
        self._style = CaptionStyle()
        self.px = QSlider(Qt.Orientation.Horizontal)
        self.px_words = Label("", "sub")
        self.sample = CaptionSample()
        self._add_size()
        self.theme = ComboBox(theme, self.tr("Theme"))
        self._add_theme()
        self._end(self.tr("Size and theme take effect at once."))
        self.modes.chosen.connect(lambda value: self.changed.emit("reading_mode", value))

    def _add_size(self) -> None:
        self.px.setRange(50, 200)
        self.px.setPageStep(10)
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
        self.px.valueChanged.connect(lambda size: self.changed.emit("style", replace(self._style, size=size)))

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
        self._style = settings.style
        if self.px.value() != self._style.size:
            self.px.blockSignals(True)
            self.px.setValue(self._style.size)
            self.px.blockSignals(False)
        self.px_words.setText(self.tr("{} %").format(self._style.size))
        self.sample.set_px(self._style.px)
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))

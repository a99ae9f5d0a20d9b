"""The pages of the settings for speakers and captions. Each shows a `Settings` and says what was changed."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from captioner.settings.choices import Settings
from captioner.settings.style import CaptionStyle
from captioner.ui.button import Button
from captioner.ui.caption_sample import CaptionSample
from captioner.ui.choices import ChoiceCard, Switch
from captioner.ui.controls import ComboBox, Label, Line
from captioner.ui.settings_page import Cards, Row, SettingsPage
from captioner.ui.slider import Slider
from captioner.ui.theme import Theme

CLEAR_AFTER = 8
"""Seconds after which captions go when the person first wants them to."""


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
    """How captions read and look. `studio_requested`: all that can be chosen about the look."""

    studio_requested = Signal()

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
        self._style = CaptionStyle()
        self.px = Slider(self.tr("Caption size"), 50, 200, 10)
        self.px_words = _figure()
        self.sample = CaptionSample()
        self.studio = Button(theme, self.tr("Caption st&yle…"), "style")
        self._add_look()
        self.hold = Switch(theme, self.tr("Captions stand still under the pointer"))
        self.clear = Switch(theme, self.tr("Captions go when nobody speaks"))
        self.clear_after = Slider(self.tr("Seconds until captions go"), 2, 60, 5)
        self.clear_words = _figure()
        self._add_reading()
        self.motion = ComboBox(theme, self.tr("Motion"))
        self.theme = ComboBox(theme, self.tr("Theme"))
        self._add_appearance()
        self._end(self.tr("All of this takes effect at once."))
        self._connect()

    def _add_look(self) -> None:
        rows = self._card()
        rows.addLayout(_line_of(Label(self.tr("Caption size"), "strong"), self.px, self.px_words))
        rows.addWidget(self.sample)
        rows.addWidget(Line(self._theme))
        about = self.tr(
            "Colours, strength, font, edge and lines, seen over a slide, a dark screen and a video."
        )
        rows.addWidget(Row(self.tr("Style"), about, self.studio))

    def _add_reading(self) -> None:
        rows = self._card()
        about = self.tr("Rest on them to read, turn the wheel to look back, move away to catch up.")
        rows.addWidget(_row(self.hold, about))
        rows.addWidget(Line(self._theme))
        rows.addWidget(_row(self.clear, self.tr("Off: they stay until newer ones push them out.")))
        self._clear_line = QWidget()
        line = _line_of(self.clear_after, self.clear_words)
        line.setContentsMargins(0, 0, 0, 0)
        self._clear_line.setLayout(line)
        rows.addWidget(self._clear_line)

    def _add_appearance(self) -> None:
        rows = self._card()
        for words, value in (
            (self.tr("Like the system"), "system"),
            (self.tr("Full"), "full"),
            (self.tr("Reduced"), "reduced"),
        ):
            self.motion.addItem(words, value)
        for words, value in (
            (self.tr("Like the system"), "system"),
            (self.tr("Light"), "light"),
            (self.tr("Dark"), "dark"),
        ):
            self.theme.addItem(words, value)
        for combo in (self.motion, self.theme):
            combo.setFixedWidth(170)
        about = self.tr("Reduced: words and lines come without fading and sliding.")
        rows.addWidget(_row(self.motion, about))
        rows.addWidget(Line(self._theme))
        rows.addWidget(_row(self.theme, self.tr("Of the windows. Captions have a style of their own.")))

    def _connect(self) -> None:
        self.modes.chosen.connect(lambda value: self.changed.emit("reading_mode", value))
        self.px.valueChanged.connect(lambda size: self.changed.emit("style", replace(self._style, size=size)))
        self.studio.clicked.connect(self.studio_requested)
        self.hold.clicked.connect(lambda is_on: self.changed.emit("hold_on_hover", is_on))
        self.clear.clicked.connect(
            lambda is_on: self.changed.emit("clear_after", CLEAR_AFTER if is_on else None)
        )
        self.clear_after.valueChanged.connect(lambda seconds: self.changed.emit("clear_after", seconds))
        self.motion.activated.connect(lambda place: self.changed.emit("motion", self.motion.itemData(place)))
        self.theme.activated.connect(lambda place: self.changed.emit("theme", self.theme.itemData(place)))

    def show_settings(self, settings: Settings) -> None:
        self.modes.show_choice(settings.reading_mode)
        self._style = settings.style
        self.px.show_value(self._style.size)
        self.px_words.setText(self.tr("{} %").format(self._style.size))
        self.sample.show_style(self._style)
        self.hold.setChecked(settings.hold_on_hover)
        self.clear.setChecked(settings.clear_after is not None)
        self._clear_line.setVisible(settings.clear_after is not None)
        self.clear_after.show_value(settings.clear_after or CLEAR_AFTER)
        self.clear_words.setText(self.tr("{} s").format(settings.clear_after))
        self.motion.setCurrentIndex(self.motion.findData(settings.motion))
        self.theme.setCurrentIndex(self.theme.findData(settings.theme))


def _figure() -> Label:
    """The figure behind a slider."""
    label = Label("", "sub")
    label.setMinimumWidth(48)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return label


def _line_of(*parts: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(16)
    for part in parts:
        line.addWidget(part, int(isinstance(part, Slider)))
    return line


def _row(control: QWidget, about: str) -> Row:
    """A row that is called like its control."""
    control.setAccessibleDescription(about)
    return Row(control.accessibleName(), about, control)

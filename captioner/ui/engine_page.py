"""The page of the settings for what turns speech into text."""

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from captioner.meeting.engine import server_of
from captioner.settings.choices import Settings
from captioner.streaming.errors import CaptionerError, ConfigurationError
from captioner.streaming.query import check_model, check_vocabulary
from captioner.ui.choices import ChoiceCard, PromiseKind, Switch
from captioner.ui.controls import Label, Line, Plane
from captioner.ui.engine_fields import EditChoice, Field, TermsField, mark_error
from captioner.ui.failure_card import FailureCard
from captioner.ui.icons import draw_icon
from captioner.ui.key_card import KeyCard, KeyPlace
from captioner.ui.notes import server_shown
from captioner.ui.settings_page import Cards, Row, SettingsPage
from captioner.ui.theme import Theme

_MODELS = {"nova-3": "nova-3", "nova-3-general": "nova-3-general", "nova-3-medical": "nova-3-medical"}
_ASKED = ("engine", "deepgram_url", "deepgram_model", "language", "keyterms", "diarization", "mip_opt_out")
"""The settings on which the outcome of a check depends."""


class EnginePage(SettingsPage):
    """Which engine; for Deepgram the key, the server and what it is asked for.

    `changed(field, value)` tells only what can work; the rest is said beside its field. The wishes about the
    key: `key_entered(str)`, `key_removed()`, `check_requested()`, `console_requested()`.
    `problem_changed(bool)`: whether something on it needs the person.
    """

    key_entered = Signal(str)
    key_removed = Signal()
    check_requested = Signal()
    console_requested = Signal()
    problem_changed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, self.tr("Engine"), self.tr("What turns speech into text."))
        self._shown: Settings | None = None
        self.cards = Cards(self)
        self.local = ChoiceCard(
            theme,
            self.tr("On this computer"),
            self.tr("English. Works offline, nothing leaves the machine."),
            "local",
        )
        self.deepgram = ChoiceCard(
            theme, "Deepgram", self.tr("Many languages. Sends the sound to Deepgram."), "cloud"
        )
        self.cards.add("local", self.local)
        self.cards.add("deepgram", self.deepgram)
        self._column.addWidget(self.cards)
        self.leaves = Label("", "body", wraps=True)
        self._add_leaves()
        self.key = KeyCard(theme)
        self._column.addWidget(self.key)
        self._add_language()
        self.failure = FailureCard(theme, has_local=find_spec("moonshine_voice") is not None)
        self._column.addWidget(self.failure)
        self._add_server()
        self._end(self.tr("Takes effect with the next meeting."))
        self._connect()

    def _add_leaves(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(_Shield(self._theme), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.leaves, 1)
        self._column.addLayout(row)

    def _add_language(self) -> None:
        languages = {
            "en": self.tr("English"),
            "multi": self.tr("Several languages at once"),
            "de": self.tr("German"),
            "fr": self.tr("French"),
            "es": self.tr("Spanish"),
            "pt": self.tr("Portuguese"),
            "it": self.tr("Italian"),
            "nl": self.tr("Dutch"),
            "ru": self.tr("Russian"),
            "hi": self.tr("Hindi"),
            "ja": self.tr("Japanese"),
        }
        self.language = EditChoice(self._theme, self.tr("Language"), languages)
        self.language_row = Row(
            self.tr("Language"), self.tr("Choose, or write it like en or pt-BR."), self.language
        )
        self._card().addWidget(self.language_row)

    def _add_server(self) -> None:
        self.terms = TermsField(self.tr("Names and special words"))
        self.model = EditChoice(self._theme, self.tr("Model"), _MODELS)
        self.address = Field(self.tr("Server address"))
        self.address.setMinimumWidth(220)
        self.training = Switch(self._theme, self.tr("Keep my sound out of training"))
        self.terms_row = Row(
            self.tr("Names and special words"),
            self.tr("One a line. Helps with words the engine cannot know."),
            self.terms,
        )
        self.model_row = Row(self.tr("Model"), self.tr("nova-3 fits meetings."), self.model)
        self.address_row = Row(
            self.tr("Server address"),
            self.tr("Deepgram, or another server that speaks its protocol."),
            self.address,
        )
        training_row = Row(
            self.tr("Keep my sound out of training"),
            self.tr("Asks Deepgram to learn nothing from it. It may cost more."),
            self.training,
        )
        self.server_card = Plane("card")
        self._column.addWidget(self.server_card)
        rows = QVBoxLayout(self.server_card)
        rows.setContentsMargins(20, 14, 20, 14)
        rows.setSpacing(12)
        for number, row in enumerate((self.terms_row, self.model_row, self.address_row, training_row)):
            if number:
                rows.addWidget(Line(self._theme))
            rows.addWidget(row)

    def _connect(self) -> None:
        self.cards.chosen.connect(lambda value: self.changed.emit("engine", value))
        self.language.chosen.connect(lambda value: self._take("language", value, self.language_row))
        self.model.chosen.connect(
            lambda value: self._take("deepgram_model", value or Settings().deepgram_model, self.model_row)
        )
        self.terms.changed.connect(lambda terms: self._take("keyterms", terms, self.terms_row))
        self.address.editingFinished.connect(self._take_address)
        self.training.clicked.connect(lambda is_on: self.changed.emit("mip_opt_out", is_on))
        self.failure.changed.connect(self.changed)
        self.key.key_entered.connect(self.key_entered)
        self.key.key_removed.connect(self.key_removed)
        self.key.check_requested.connect(self.check_requested)
        self.key.check_cleared.connect(self._show_promise)
        self.key.way_out.connect(self._take_way_out)

    # -- what the person does

    def _take_address(self) -> None:
        self._take("deepgram_url", self.address.text().strip() or Settings().deepgram_url, self.address_row)

    def _take(self, name: str, value: object, row: Row) -> None:
        """Tell the change if it can work; else say why not, beside its field."""
        assert self._shown is not None
        try:
            _check(replace(self._shown, **{name: value}), name)
        except ConfigurationError as error:
            row.show_problem(f"{error.message}. {error.hint}")
            mark_error(self._field_of(row), True)
            return
        row.show_problem("")
        mark_error(self._field_of(row), False)
        self.changed.emit(name, value)

    def _field_of(self, row: Row) -> QWidget:
        return {self.language_row: self.language, self.model_row: self.model, self.terms_row: self.terms}.get(
            row, self.address
        )

    def _take_way_out(self, where: str) -> None:
        if where == "local":
            self.changed.emit("engine", "local")
        else:
            self.console_requested.emit()

    # -- what is shown

    def show_settings(self, settings: Settings) -> None:
        before, self._shown = self._shown, settings
        is_network = settings.engine == "deepgram"
        self.cards.show_choice(settings.engine)
        self.key.setVisible(is_network)
        self.failure.setVisible(is_network)
        self.server_card.setVisible(is_network)
        self.training.setChecked(settings.mip_opt_out)
        fields: dict[str, tuple[Callable[..., None], Row]] = {
            "language": (self.language.set_value, self.language_row),
            "deepgram_model": (self.model.set_value, self.model_row),
            "keyterms": (self.terms.set_terms, self.terms_row),
            "deepgram_url": (self.address.setText, self.address_row),
        }
        for name, (show, row) in fields.items():
            value = getattr(settings, name)
            # What is being typed into another field stays as it is.
            if before is None or getattr(before, name) != value:
                show(value)
                row.show_problem("")
                mark_error(self._field_of(row), False)
        if before and before.engine != settings.engine:
            self.language_row.show_problem("")  # what one engine cannot, the other may
        if before and any(getattr(before, name) != getattr(settings, name) for name in _ASKED):
            self.key.clear_check()
        self._show_server(settings)

    def _show_server(self, settings: Settings) -> None:
        server = server_shown("deepgram", settings)
        self.key.show_server(server)
        is_english = settings.language.split("-")[0].lower() == "en"
        self.failure.show_settings(settings, server, is_english=is_english)
        if settings.engine == "local":
            self.leaves.setText(self.tr("Nothing leaves this computer."))
            self.language_row.show_problem(
                "" if is_english else self.tr("The engine on this computer understands English only.")
            )
        else:
            self.leaves.setText(
                self.tr(
                    "While a meeting runs, what is listened to is sent to {}. "
                    "The transcript stays on this computer."
                ).format(server)
            )
        self._show_promise()

    def show_key(self, place: KeyPlace | None) -> None:
        """Where the key comes from; None = there is none."""
        self.key.show_key(place)
        self._show_promise()

    def show_checking(self) -> None:
        """The server is being asked."""
        self.key.show_checking()
        self._show_promise()

    def show_check(self, error: CaptionerError | None, request_id: str | None = None) -> None:
        """What came of asking the server; None = it works."""
        outcome = self.key.show_check(error, request_id)
        self._promise(outcome.short, "good" if error is None else "error")

    def show_problem(self, error: CaptionerError) -> None:
        """What the keyring said, or why what was entered cannot be a key."""
        self._promise(self.key.show_problem(error).short, "error")

    def clear_check(self) -> None:
        """What was found out no longer holds."""
        self.key.clear_check()
        self._show_promise()

    def _show_promise(self) -> None:
        """Without a check the card says only what is missing."""
        if self.key.result.isVisibleTo(self.key):
            return
        is_missing = self.key.place is None and self.key.needs_key and self.deepgram.isChecked()
        self._promise(self.tr("No key yet") if is_missing else "", "warn")

    def _promise(self, words: str, kind: PromiseKind) -> None:
        self.deepgram.set_promise(words, kind)
        self.problem_changed.emit(self.key.has_problem)


def _check(settings: Settings, name: str) -> None:
    """Raise ConfigurationError where the field cannot hold this."""
    match name:
        case "deepgram_url":
            server_of(settings)
        case "keyterms" | "deepgram_model":
            check_model(settings.deepgram_model, settings.language, ())
            check_vocabulary(settings.deepgram_model, settings.keyterms, ())
        case _:
            check_model(settings.deepgram_model, settings.language, ())


class _Shield(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(QSize(18, 18))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        draw_icon(QPainter(self), "shield", QRectF(0, 0, 18, 18), self._theme.tokens.text2)

"""The engine's page: what is chosen, the key, and what is said of both."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from captioner.settings.choices import Settings
from captioner.streaming.errors import AuthenticationError, NetworkError, RateLimitError, StoreError
from captioner.ui.engine_page import EnginePage
from captioner.ui.failure_card import FailureCard
from captioner.ui.key_card import KeyPlace
from captioner.ui.key_check import outcome_of
from captioner.ui.settings_dialog import SettingsDialog
from captioner.ui.theme import Theme

DEEPGRAM = Settings(engine="deepgram")
KEY = "0123456789abcdef0123456789abcdef01234567"
UNKNOWN = AuthenticationError("Deepgram does not know this key (401)", request_id="5c21aa01")


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme) -> SettingsDialog:
    dialog = SettingsDialog(theme, DEEPGRAM)
    qtbot.addWidget(dialog)
    dialog.open_page(1)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


@pytest.fixture
def page(dialog: SettingsDialog) -> EnginePage:
    return dialog.engine


@pytest.mark.parametrize("engine", ["local", "deepgram"])
def test_an_engine_is_chosen_and_what_leaves_the_computer_is_said(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot, engine: str
):
    dialog.set_settings(Settings(engine="deepgram" if engine == "local" else "local"))

    qtbot.mouseClick(page.cards.cards[engine], Qt.MouseButton.LeftButton)

    assert dialog.settings.engine == engine
    assert ("sent to Deepgram" in page.leaves.text()) is (engine == "deepgram")
    assert ("Nothing leaves" in page.leaves.text()) is (engine == "local")
    assert page.key.isVisible() is page.server_card.isVisible() is (engine == "deepgram")


def test_another_server_is_named_where_the_sound_goes_and_gets_no_kept_key(dialog: SettingsDialog):
    dialog.set_settings(replace(DEEPGRAM, deepgram_url="wss://captions.example.org"))
    page = dialog.engine
    page.show_key(None)

    assert "sent to captions.example.org" in page.leaves.text()
    assert page.key.field.isReadOnly()
    assert "for Deepgram alone" in page.key.note.text()
    assert page.deepgram.promise == ""


def test_without_a_key_the_card_says_what_is_missing(page: EnginePage):
    page.show_key(None)
    assert page.deepgram.promise == "No key yet"

    page.show_key("keyring")
    assert page.deepgram.promise == ""


# -- the key


def test_a_key_is_hidden_as_it_is_typed_until_it_is_asked_to_be_shown(page: EnginePage, qtbot: QtBot):
    field, eye = page.key.field, page.key.eye
    field.setFocus()
    qtbot.keyClicks(field, KEY)
    assert field.echoMode() == QLineEdit.EchoMode.Password
    assert eye.accessibleName() == "Show the key"

    qtbot.mouseClick(eye, Qt.MouseButton.LeftButton)

    assert field.echoMode() == QLineEdit.EchoMode.Normal
    assert eye.accessibleName() == "Hide the key"
    assert field.text() == KEY


def test_tab_to_the_eye_and_back_keeps_what_was_typed_in_the_field(page: EnginePage, qtbot: QtBot):
    page.key.field.setFocus()
    qtbot.keyClicks(page.key.field, KEY)

    with qtbot.assertNotEmitted(page.key_entered):
        page.key.eye.setFocus(Qt.FocusReason.TabFocusReason)
        page.key.field.setFocus(Qt.FocusReason.BacktabFocusReason)
    with qtbot.waitSignal(page.key_entered) as entered:
        page.key.eye.setFocus(Qt.FocusReason.TabFocusReason)
        page.key.check.setFocus(Qt.FocusReason.TabFocusReason)

    assert entered.args == [KEY]


def test_return_keeps_the_key_and_checks_it_and_closes_nothing(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot
):
    page.key.field.setFocus()
    qtbot.keyClicks(page.key.field, KEY)

    with qtbot.waitSignals([page.key_entered, page.check_requested], order="strict"):
        qtbot.keyClick(page.key.field, Qt.Key.Key_Return)

    assert dialog.isVisible()


def test_a_key_is_entered_once_however_often_it_is_left(page: EnginePage, qtbot: QtBot):
    entered: list[str] = []
    page.key_entered.connect(entered.append)
    page.key.field.setFocus()
    qtbot.keyClicks(page.key.field, KEY)

    for _ in range(2):
        page.key.check.setFocus()
        page.key.field.setFocus()
    qtbot.mouseClick(page.key.check, Qt.MouseButton.LeftButton)

    assert entered == [KEY]


def test_a_key_that_stands_in_the_field_when_the_dialog_closes_is_kept(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot
):
    page.key.field.setFocus()
    qtbot.keyClicks(page.key.field, KEY)

    with qtbot.waitSignal(page.key_entered) as entered:
        dialog.close()

    assert entered.args == [KEY]


@pytest.mark.parametrize(
    ("place", "words", "is_open", "can_go"),
    [
        (None, "kept in the system keyring", True, False),
        ("keyring", "Kept in the system keyring", True, True),
        ("environment", "Set outside of this program", False, False),
        ("memory", "forgotten when captioner ends", True, True),
    ],
)
def test_where_the_key_is_is_said_and_the_key_itself_is_not_there(
    page: EnginePage, qtbot: QtBot, place: KeyPlace | None, words: str, is_open: bool, can_go: bool
):
    qtbot.keyClicks(page.key.field, KEY)

    page.show_key(place)

    assert words in page.key.note.text()
    assert words in page.key.field.accessibleDescription()
    assert page.key.field.text() == ""
    assert page.key.field.isReadOnly() is not is_open
    assert page.key.remove.isVisible() is can_go


def test_the_key_is_removed_when_that_is_wished(page: EnginePage, qtbot: QtBot):
    page.show_key("keyring")

    with qtbot.waitSignal(page.key_removed):
        qtbot.mouseClick(page.key.remove, Qt.MouseButton.LeftButton)


# -- the check


def test_while_it_is_checked_it_is_not_asked_again(page: EnginePage, qtbot: QtBot):
    page.show_checking()
    assert page.key.check.words == "Checking …"

    with qtbot.assertNotEmitted(page.check_requested):
        qtbot.mouseClick(page.key.check, Qt.MouseButton.LeftButton)


def test_a_refused_key_is_said_in_words_with_a_way_out_and_the_request(page: EnginePage, qtbot: QtBot):
    page.show_check(UNKNOWN)
    result = page.key.result

    assert result.title.text() == "Deepgram does not know this key"
    assert result.body.text().endswith("Make a new one and paste it here.")
    assert (result.request.text(), result.request.isReadOnly()) == ("5c21aa01", True)
    assert page.key.field.property("state") == "error"
    assert page.deepgram.promise == "Key not accepted"
    with qtbot.waitSignal(page.console_requested):
        qtbot.mouseClick(result.button, Qt.MouseButton.LeftButton)


def test_the_list_of_pages_shows_where_something_needs_the_person(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot
):
    place = dialog.navigation[1]
    fine = place.grab().toImage()

    page.show_check(UNKNOWN)
    assert place.accessibleDescription() == "Something here needs you"
    assert place.grab().toImage() != fine

    qtbot.keyClicks(page.key.field, "x")
    assert place.accessibleDescription() == ""
    assert page.deepgram.promise != "Key not accepted"


def test_a_key_that_works_is_said(page: EnginePage):
    page.show_check(UNKNOWN)

    page.show_check(None, "5c21aa02")

    assert page.key.result.property("plane") == "good"
    assert page.key.result.title.text() == "Deepgram answers"
    assert not page.key.result.button.isVisible()
    assert page.key.field.property("state") == ""


def test_a_busy_key_offers_the_engine_on_this_computer(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot
):
    page.show_check(RateLimitError("429", retry_after=20.0))
    assert page.key.result.body.text() == "Another program may use it. Try again in 20 s."

    qtbot.mouseClick(page.key.result.button, Qt.MouseButton.LeftButton)

    assert dialog.settings.engine == "local"


def test_what_a_server_says_is_shown_as_plain_words(page: EnginePage):
    page.show_check(NetworkError("No way: \u202eevil\x1b[2J\nand more", "Check"), "id\u202e")

    assert page.key.result.body.text() == "No way: evil[2J and more. Check"
    assert page.key.result.request.text() == "id"


@pytest.mark.parametrize("change", ["type", "choose"])
def test_an_outcome_goes_when_it_no_longer_holds(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot, change: str
):
    page.show_check(UNKNOWN)

    if change == "type":
        qtbot.keyClicks(page.key.field, "x")
    else:
        dialog.set_settings(replace(DEEPGRAM, language="de"))

    assert not page.key.result.isVisible()
    assert page.key.field.property("state") == ""
    assert page.key.check.words == "Check"


def test_no_keyring_is_said_in_its_own_words():
    error = StoreError("No keyring on this system", "The key cannot be kept safely.")

    outcome = outcome_of(error, "Deepgram")

    assert (outcome.title, outcome.body) == ("No keyring on this system", "The key cannot be kept safely.")


# -- what it is asked for


@pytest.mark.parametrize(
    ("typed", "language"), [("pt-BR", "pt-BR"), ("german", "de"), (" multi ", "multi"), ("nl", "nl")]
)
def test_a_language_is_written_or_called_by_its_name(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot, typed: str, language: str
):
    page.language.line.clear()
    qtbot.keyClicks(page.language.line, typed)

    qtbot.keyClick(page.language.line, Qt.Key.Key_Return)

    assert dialog.settings.language == language
    assert dialog.isVisible()
    assert page.language_row.problem == ""


def test_a_language_is_chosen_from_the_list(dialog: SettingsDialog, page: EnginePage, qtbot: QtBot):
    page.language.setFocus()

    qtbot.keyClick(page.language, Qt.Key.Key_Down)

    assert dialog.settings.language == "multi"
    assert page.language.line.text() == "Several languages at once"


def test_what_cannot_be_is_said_beside_its_field_and_not_told(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot
):
    page.address.setText("wss//mine")
    page.language.line.setText("klingon!")

    qtbot.keyClick(page.address, Qt.Key.Key_Return)
    qtbot.keyClick(page.language.line, Qt.Key.Key_Return)

    assert dialog.settings == DEEPGRAM
    assert "The server's address does not begin with wss://" in page.address_row.problem
    assert "klingon!" in page.language_row.problem
    assert page.address.property("state") == "error"
    assert page.address.text() == "wss//mine"


def test_a_repaired_field_is_told_and_no_longer_complained_of(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot
):
    page.address.setText("wss//mine")
    qtbot.keyClick(page.address, Qt.Key.Key_Return)

    page.address.setText("wss://mine.example.org")
    qtbot.keyClick(page.address, Qt.Key.Key_Return)

    assert dialog.settings.deepgram_url == "wss://mine.example.org"
    assert (page.address_row.problem, page.address.property("state")) == ("", "")


def test_an_empty_address_is_deepgrams_again(dialog: SettingsDialog, page: EnginePage, qtbot: QtBot):
    dialog.set_settings(replace(DEEPGRAM, deepgram_url="ws://127.0.0.1:8000"))
    page.address.clear()

    qtbot.keyClick(page.address, Qt.Key.Key_Return)

    assert dialog.settings == DEEPGRAM
    assert page.address.text() == "wss://api.deepgram.com"


def test_terms_are_told_one_a_line_when_the_field_is_left(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot
):
    page.terms.setFocus()
    page.terms.setPlainText("Lindqvist\n\n  two cities \nLindqvist\n")

    page.model.setFocus()

    assert dialog.settings.keyterms == ("Lindqvist", "two cities")


def test_more_terms_than_are_taken_are_said(dialog: SettingsDialog, page: EnginePage):
    page.terms.setFocus()
    page.terms.setPlainText("\n".join(f"word{number}" for number in range(501)))

    page.model.setFocus()

    assert "The limit is 500" in page.terms_row.problem
    assert dialog.settings.keyterms == ()


def test_training_is_allowed_and_forbidden(dialog: SettingsDialog, page: EnginePage, qtbot: QtBot):
    assert page.training.isChecked()

    qtbot.mouseClick(page.training, Qt.MouseButton.LeftButton)

    assert not dialog.settings.mip_opt_out


def test_what_is_being_typed_stays_while_something_else_changes(dialog: SettingsDialog, page: EnginePage):
    page.address.setText("wss://half")
    page.terms.setFocus()
    page.terms.setPlainText("Lind")

    dialog.set_settings(replace(DEEPGRAM, locked=True))

    assert page.address.text() == "wss://half"
    assert page.terms.toPlainText() == "Lind"


def test_another_language_than_english_is_not_for_the_engine_on_this_computer(dialog: SettingsDialog):
    dialog.set_settings(Settings(language="de"))
    assert "understands English only" in dialog.engine.language_row.problem

    dialog.set_settings(Settings(engine="deepgram", language="de"))
    assert dialog.engine.language_row.problem == ""


# -- when it fails


@pytest.mark.parametrize("field", ["fallback", "backfill"])
def test_what_is_done_when_it_fails_is_chosen(
    dialog: SettingsDialog, page: EnginePage, qtbot: QtBot, field: str
):
    switch = getattr(page.failure, field)
    assert switch.isChecked()

    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Space)

    assert dialog.settings == replace(DEEPGRAM, **{field: False})
    assert not switch.isChecked()


def test_the_second_stream_is_said_to_cost_and_who_would_fail_is_named(
    dialog: SettingsDialog, page: EnginePage
):
    assert page.failure.title.text() == "When Deepgram fails"
    assert "a second stream" in page.failure.backfill_row.text
    assert "charged" in page.failure.backfill.accessibleDescription()

    dialog.set_settings(replace(DEEPGRAM, deepgram_url="wss://captions.example.org"))

    assert page.failure.title.text() == "When captions.example.org fails"
    assert "charged" not in page.failure.backfill_row.text


def test_where_nothing_can_fail_over_there_is_nothing_to_choose(dialog: SettingsDialog, page: EnginePage):
    assert page.failure.isVisible()

    dialog.set_settings(Settings(engine="local"))

    assert not page.failure.isVisible()


def test_what_the_local_engine_cannot_is_said(dialog: SettingsDialog, page: EnginePage):
    assert "so none are lost" in page.failure.fallback_row.text

    dialog.set_settings(replace(DEEPGRAM, language="de"))

    assert "English only" in page.failure.fallback.accessibleDescription()


def test_an_engine_that_is_not_there_is_no_choice(qtbot: QtBot, theme: Theme):
    card = FailureCard(theme, has_local=False)
    qtbot.addWidget(card)

    card.show_settings(DEEPGRAM, "Deepgram", is_english=True)

    assert (card.fallback.isEnabled(), card.fallback.isChecked()) == (False, False)
    assert card.fallback_row.text == "It is not installed here. Sound is kept until Deepgram is back."

"""What went wrong, in words and with the ways out that there are."""

import pytest

from captioner.meeting.listener import Notice
from captioner.streaming.errors import AuthenticationError, ConfigurationError
from captioner.streaming.events import ErrorEvent
from captioner.ui.trouble import ended_notice, in_our_words, lost_notice, trouble_notice


def trouble(category: str, message: str = "It went: wrong", server: str = "Deepgram") -> Notice:
    error = ErrorEvent("SomeError", message, "Wait", category, recoverable=True, request_id="4711")
    return trouble_notice(error, server, "Nothing is lost.")


def test_a_key_that_is_missing_is_not_one_that_is_unknown() -> None:
    error = ErrorEvent(
        "AuthenticationError", "There is no key for Deepgram", "Set one", "authentication", True
    )

    notice = trouble_notice(error, "Deepgram", "The local engine goes on.")

    assert notice.title == "There is no key for Deepgram"
    assert notice.body == "Set one. The local engine goes on."


@pytest.mark.parametrize(
    ("category", "title", "ways"),
    [
        ("authentication", "Deepgram does not know this key", ("settings", "console")),
        ("quota", "Deepgram says the credit is used up", ("billing",)),
        ("permission", "This key may not do this", ("settings", "console")),
        ("rate_limit", "Too many sessions on this key", ()),
        ("network", "It went", ()),
        ("server", "It went", ()),
        ("configuration", "It went", ("settings",)),
    ],
)
def test_every_cause_has_its_words_and_ways(category: str, title: str, ways: tuple[str, ...]):
    notice = trouble(category)

    assert (notice.code, notice.title, notice.ways) == (f"engine:{category}", title, ways)
    assert notice.body.endswith("Nothing is lost.")


def test_another_server_has_no_pages_at_deepgram():
    assert trouble("authentication", server="captions.example.org").ways == ("settings",)
    assert trouble("quota", server="captions.example.org").ways == ()


def test_a_message_is_a_title_and_its_reason():
    assert trouble("network", "No way to Deepgram: timed out").body == "Timed out. Wait. Nothing is lost."
    assert lost_notice("The line broke", "9 s kept.") == Notice("engine:lost", "The line broke", "9 s kept.")


def test_what_ended_the_meeting_says_so_in_its_own_words():
    refused = ended_notice("meeting", AuthenticationError("Not known (401)", "Make one"), "Deepgram")
    senseless = ended_notice("command", ConfigurationError("No sound source is chosen"), "Deepgram")

    assert refused == Notice("meeting", "Not known (401)", "Make one", "error", ("settings", "console"))
    assert senseless.ways == ()


def test_what_the_session_says_of_languages_is_said_for_people():
    told = Notice("fallback_language", "The engine that listens now understands en only", "Captions go on.")

    assert in_our_words(told).title == "The local engine understands English only"
    assert in_our_words(Notice("behind", "Late", "")) == Notice("behind", "Late", "")

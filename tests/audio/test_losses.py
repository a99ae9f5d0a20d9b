"""What the sound server's refusals are called."""

import pytest

from captioner.audio.losses import reason_of


@pytest.mark.parametrize(
    ("words", "cause", "message"),
    [
        ("Connection failure: Access denied", "denied", "The system does not allow recording"),
        ("Stream error: Device or resource busy", "busy", "Another program holds the sound device"),
        ("Stream error: Not supported", "format", "The sound device gives no sound that can be read"),
        ("Stream error: Entity killed", "unplugged", "The sound device was unplugged"),
        ("Stream error: No such entity", "unplugged", "The sound device was unplugged"),
        ("Connection failure: Connection terminated", "server", "The sound server stopped"),
        ("Connection failure: Timeout", "server", "The sound server does not answer"),
    ],
)
def test_libpulse_words_have_a_cause_and_a_name(words: str, cause: str, message: str) -> None:
    reason = reason_of(words)

    assert (reason.cause, reason.message) == (cause, message)
    assert reason.hint


def test_unknown_words_are_passed_on() -> None:
    assert reason_of("Out of coffee").message == "Recording does not work: Out of coffee"
    assert reason_of("Out of coffee").cause == "failed"

"""What is taken out of a log, and that nothing slips past the filter."""

import io
import logging
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming.redact import RedactingFilter, hide, redact

KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a handler with the filter writes of the logger `test.redact`."""
    log = logging.getLogger("test.redact")
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(RedactingFilter())
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    yield text
    log.removeHandler(handler)


def _log() -> logging.Logger:
    return logging.getLogger("test.redact")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"> Authorization: Token {KEY}", "> Authorization: Token ***"),
        (f"> authorization: bearer {KEY}", "> authorization: bearer ***"),
        (f"> Proxy-Authorization: Basic {KEY}", "> Proxy-Authorization: Basic ***"),
        ("> Authorization: a key, with 'spaces'", "> Authorization: ***"),
        (f"{{'Authorization': 'Token {KEY}', 'A': 1}}", "{'Authorization': 'Token ***', 'A': 1}"),
        (f"[('Authorization', 'Bearer {KEY}')]", "[('Authorization', 'Bearer ***')]"),
        ("{'authorization': 'o\\'clock', 'A': 1}", "{'authorization': '***', 'A': 1}"),
        (f"> Sec-WebSocket-Protocol: token, {KEY}", "> Sec-WebSocket-Protocol: token, ***"),
        (f"subprotocols=['token', '{KEY}']", "subprotocols=['token', '***']"),
        (f"sent Token {KEY}, then", "sent Token *** then"),
        (f"DeepgramClient(api_key='{KEY}')", "DeepgramClient(api_key='***')"),
        (f"DEEPGRAM_API_KEY={KEY} captioner", "DEEPGRAM_API_KEY=*** captioner"),
        (f"GET /ws?a=1&token={KEY}&b=2", "GET /ws?a=1&token=***&b=2"),
        ("no proxy http://me:word@proxy:3128", "no proxy http://me:***@proxy:3128"),
    ],
)
def test_a_key_is_known_by_where_it_stands(text: str, clean: str) -> None:
    assert redact(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "< Sec-WebSocket-Protocol: token",
        "> Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "the token was refused",
        "= connection is OPEN",
        "wss://api.deepgram.com/v1/listen?model=nova-3&keyterm=token",
    ],
)
def test_what_is_no_key_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (
            '< TEXT \'{"type":"Results","x":"hello [1]"}\' [91 bytes]',
            '< TEXT \'{"type":"Results"… [91 bytes]',
        ),
        ("< TEXT 'hello' [5 bytes]", "< TEXT '… [5 bytes]"),
        ("> BINARY 01 02 ... 03 [3200 bytes]", "> BINARY … [3200 bytes]"),
        (
            "< CLOSE 1011 (internal error) NET-0001 [10 bytes]",
            "< CLOSE 1011 (internal error) NET-0001 [10 bytes]",
        ),
    ],
)
def test_of_a_message_the_type_and_the_length_stay(text: str, clean: str) -> None:
    assert redact(text) == clean


def test_a_named_secret_is_found_in_an_address_and_in_a_repr_too() -> None:
    secret = "pa ss\\word&more"

    assert redact(f"{secret} {quote(secret, safe='')} {secret!r}", secret) == "*** *** '***'"


def test_a_secret_that_is_no_text_is_found_too() -> None:
    assert redact("it is \udcff\udcfe", "\udcff\udcfe") == "it is ***"


def test_a_secret_that_begins_like_another_takes_nothing_from_it() -> None:
    assert redact("abcdefgh", "abcdef", "abcdefgh") == "***"


@given(st.text(max_size=60), st.text("abcdef0123456789", min_size=6, max_size=40), st.text(max_size=60))
def test_no_named_secret_is_ever_left_and_twice_is_as_once(before: str, secret: str, after: str) -> None:
    clean = redact(f"{before}{secret}{after}", secret)

    assert secret not in clean
    assert redact(clean, secret) == clean


def test_arguments_and_the_traceback_are_redacted(written: io.StringIO) -> None:
    hide(KEY)

    try:
        raise ValueError(f"refused {KEY}")
    except ValueError:
        _log().exception("key %s and %r", KEY, {"key": KEY}, stack_info=True)

    assert KEY not in written.getvalue()
    assert "key *** and {'key': '***'}" in written.getvalue()
    assert "ValueError: refused ***" in written.getvalue()


def test_no_later_handler_finds_the_key_in_the_record() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "Authorization: Token %s", (KEY,), None)

    assert RedactingFilter().filter(record)

    assert KEY not in repr(vars(record))


def test_a_filter_of_its_own_hides_what_it_was_given(written: io.StringIO) -> None:
    only_here = RedactingFilter("only-here")
    _log().addFilter(only_here)

    _log().info("the word is only-here")

    _log().removeFilter(only_here)
    assert written.getvalue() == "the word is ***\n"


def test_a_record_without_secrets_passes_as_it_is() -> None:
    fault = ValueError("x")
    record = logging.LogRecord("x", logging.INFO, "", 0, "%d lines", (3,), (ValueError, fault, None))

    RedactingFilter().filter(record)

    assert (record.msg, record.args, record.exc_text) == ("%d lines", (3,), None)
    assert record.exc_info == (ValueError, fault, None)


def test_too_short_a_secret_blacks_out_nothing(written: io.StringIO) -> None:
    hide("key")

    _log().info("the key")

    assert written.getvalue() == "the key\n"


def test_arguments_that_do_not_fit_are_written_redacted(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    hide(KEY)

    _log().info("one %s two %s", KEY)

    assert written.getvalue() == "one %s two %s ('***',)\n"
    assert capsys.readouterr().err == ""


def test_an_argument_that_cannot_be_shown_does_no_harm(written: io.StringIO) -> None:
    class Stubborn:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    _log().info("here is %s", Stubborn())

    assert written.getvalue() == "A message that cannot be shown\n"

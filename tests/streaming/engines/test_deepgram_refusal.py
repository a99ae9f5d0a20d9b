"""The tables of statuses and close codes (PROMISES, section 2)."""

import json
from email.utils import formatdate

import pytest
from websockets.datastructures import Headers
from websockets.http11 import Response

from captioner.streaming import (
    AuthenticationError,
    CaptionerError,
    ConfigurationError,
    FormatError,
    NetworkError,
    PermissionDeniedError,
    QuotaError,
    RateLimitError,
    ServerError,
)
from captioner.streaming.engines.deepgram_refusal import broken_by_us, closed, refused
from captioner.streaming.redact import hide

NOW = 1_700_000_000.0


def _response(status: int, body: object = b"", **headers: str) -> Response:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, "", Headers(fields), data)


def _refused(status: int, body: object = b"", **headers: str) -> CaptionerError:
    return refused(_response(status, body, **headers), "Deepgram", NOW)


@pytest.mark.parametrize(
    ("status", "kind", "category", "is_tried_again"),
    [
        (400, ConfigurationError, "configuration", False),
        (401, AuthenticationError, "authentication", False),
        (402, QuotaError, "quota", False),
        (403, PermissionDeniedError, "permission", False),
        (404, ConfigurationError, "configuration", False),
        (405, ConfigurationError, "configuration", False),
        (408, RateLimitError, "rate_limit", True),
        (425, RateLimitError, "rate_limit", True),
        (429, RateLimitError, "rate_limit", True),
        (500, ServerError, "server", True),
        (502, ServerError, "server", True),
        (503, ServerError, "server", True),
        (504, ServerError, "server", True),
        (599, ServerError, "server", True),
        (200, ConfigurationError, "configuration", False),
        (307, ConfigurationError, "configuration", False),
        (418, ConfigurationError, "configuration", False),
    ],
)
def test_each_status_has_its_error(
    status: int, kind: type[CaptionerError], category: str, is_tried_again: bool
) -> None:
    error = _refused(status, dg_error="because", dg_request_id="4711")

    assert type(error) is kind
    assert (error.category, error.recoverable) == (category, is_tried_again)
    assert error.request_id == "4711"
    assert error.hint
    for part in ("Deepgram", str(status), "because"):
        assert part in error.message


def test_an_address_that_is_wrong_is_told_from_an_option_that_is_wrong() -> None:
    assert "address" in _refused(404).message
    assert "address" in _refused(405).hint
    assert "option" in _refused(400).hint


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"err_code": "INVALID_AUTH", "err_msg": "Invalid credentials.", "request_id": "4711"}, "Invalid"),
        ({"err_code": "INVALID_AUTH", "request_id": "4711"}, "INVALID_AUTH"),
        ({"category": "X", "message": "Newer spelling", "details": "more", "request_id": "4711"}, "Newer"),
        ({"details": "Only details", "request_id": "4711"}, "Only details"),
    ],
)
def test_without_headers_the_body_tells_the_reason_and_the_request(body: object, words: str) -> None:
    error = _refused(401, body)

    assert words in error.message
    assert error.request_id == "4711"


def test_the_header_wins_over_the_body() -> None:
    error = _refused(400, {"err_msg": "long", "request_id": "2"}, dg_error="short", dg_request_id="1")

    assert error.message.endswith(": short")
    assert error.request_id == "1"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b'{"err_msg":7}', b"\xff", b"[" * 10_000])
def test_a_body_that_nobody_can_read_costs_only_the_words(body: bytes) -> None:
    error = _refused(401, body)

    assert error.message == "Deepgram does not know this key (401)"
    assert error.request_id is None


def test_the_words_of_a_server_are_one_line_without_controls_and_not_too_long() -> None:
    words = "\x1b[31m bad\r\n\u202e value\x00 \u2028" + "x" * 1000 + "..."

    error = _refused(400, {"err_msg": words})

    assert error.message.isprintable()
    assert "[31m bad value xxx" in error.message
    assert len(error.message) < 400


def test_a_header_s_tabs_and_upper_controls_are_cleaned_too() -> None:
    error = _refused(400, dg_error="not\tthis \x9b31m\xa0value\xad")

    assert error.message.endswith(": not this 31m value")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 1.5 ", 1.5),
        ("0", 0.0),
        ("-3", 0.0),
        (formatdate(NOW + 90, usegmt=True), 90.0),
        (formatdate(NOW - 90, usegmt=True), 0.0),
        (formatdate(NOW + 90, usegmt=False).replace("+0000", "-0000"), 90.0),
        ("Tuesday, 14-Nov-23 22:14:50 GMT", 90.0),
        ("Tue Nov 14 22:14:50 2023", 90.0),
        ("Tue, 14 Nov 2023 23:14:50 +0100", 90.0),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("Wed, 99 Foo 2026 99:99:99 GMT", None),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    error = _refused(429, Retry_After=header)

    assert isinstance(error, RateLimitError)
    assert error.retry_after == seconds


def test_a_date_is_one_on_the_server_s_own_clock() -> None:
    fast = NOW + 3600

    error = _refused(429, Retry_After=formatdate(fast + 7, usegmt=True), Date=formatdate(fast, usegmt=True))

    assert isinstance(error, RateLimitError)
    assert error.retry_after == 7.0


def test_a_server_that_is_out_of_order_may_say_for_how_long() -> None:
    error = _refused(503, Retry_After="7")

    assert isinstance(error, ServerError)
    assert error.retry_after == 7.0


def test_a_rate_limit_that_does_not_say_how_long_leaves_it_open() -> None:
    error = _refused(429)

    assert isinstance(error, RateLimitError)
    assert error.retry_after is None


@pytest.mark.parametrize(
    ("code", "reason", "kind"),
    [
        (1000, "", ServerError),
        (1001, "going away", ServerError),
        (1002, "", ServerError),
        (1002, "DATA-0000", FormatError),
        (1003, "", FormatError),
        (1005, "", NetworkError),
        (1006, "", NetworkError),
        (None, "", NetworkError),
        (1007, "", FormatError),
        (1008, "policy", ServerError),
        (1008, "DATA-0000", FormatError),
        (1009, "too big", ServerError),
        (1011, "NET-0000", ServerError),
        (1011, "NET-0001", ServerError),
        (1011, "keepalive ping timeout", ServerError),
        (1012, "", ServerError),
        (1013, "", ServerError),
        (1014, "", ServerError),
        (1015, "", NetworkError),
        (4000, "", ServerError),
        (4400, "bad session", FormatError),
        (4401, "bad token", AuthenticationError),
    ],
)
def test_each_close_code_has_its_error(code: int | None, reason: str, kind: type[CaptionerError]) -> None:
    error = closed(code, reason, "Deepgram", "4711")

    assert type(error) is kind
    assert error.recoverable is (kind in (ServerError, NetworkError))
    assert error.request_id == "4711"
    assert "Deepgram" in error.message
    assert reason in error.message
    assert error.hint


@pytest.mark.parametrize(
    "reason",
    [
        "DATA-0000",
        "data-0000: cannot decode",
        "Deepgram could not decode the audio. See https://dpgr.am/data0000",
        "See HTTPS://DPGR.AM/DATA0000.",
    ],
)
@pytest.mark.parametrize("code", [1002, 1008])
def test_sound_that_cannot_be_decoded_is_known_by_both_forms_of_its_reason(code: int, reason: str) -> None:
    error = closed(code, reason, "Deepgram", None)

    assert isinstance(error, FormatError)
    assert "encoding" in error.hint


@pytest.mark.parametrize("code", [1002, 1003, 1007, 1009])
def test_a_line_that_we_had_to_end_is_tried_again_whatever_its_code(code: int) -> None:
    error = broken_by_us(code, "\x1b[31m data0000", "Deepgram", "4711")

    assert type(error) is ServerError
    assert error.message.isprintable()
    assert error.request_id == "4711"


def test_the_reason_of_a_close_is_cleaned_like_any_words_of_a_server() -> None:
    error = closed(1011, "\x1b[2J\u202egone\n" + "x" * 500, "Deepgram", None)

    assert error.message.isprintable()


def test_a_key_that_the_server_repeats_is_not_passed_on() -> None:
    hide("k3y-of-somebody")

    error = _refused(401, dg_error="k3y-of-somebody is unknown")

    assert "k3y-of-somebody" not in str(error)


def test_a_header_that_comes_twice_is_read_once() -> None:
    headers = Headers(
        [("dg-request-id", "one"), ("dg-request-id", "two"), ("dg-error", "no"), ("dg-error", "no")]
    )

    error = refused(Response(400, "", headers, b""), "Deepgram", NOW)

    assert (error.request_id, error.message) == ("one", "Deepgram refuses these options (400): no")


@pytest.mark.parametrize("status", [200, 204, 302, 418])
def test_an_answer_that_is_no_refusal_points_to_the_address(status: int) -> None:
    error = _refused(status)

    assert isinstance(error, ConfigurationError)
    assert error.hint == "Check the address"


@pytest.mark.parametrize("status", [408, 425])
def test_another_try_later_is_no_matter_of_too_many_streams(status: int) -> None:
    assert "later" in _refused(status).message


def test_a_request_id_of_a_hostile_server_is_short() -> None:
    name = _refused(503, dg_request_id="y" * 5000).request_id

    assert name is not None
    assert len(name) <= 300

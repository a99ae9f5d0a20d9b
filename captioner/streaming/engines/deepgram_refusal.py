"""Why Deepgram, or a server like it, says no: statuses and close codes become our errors, in one table each.

What is not `recoverable` ends the session at once; the rest is tried again.
"""

import math
from datetime import UTC
from email.utils import parsedate_to_datetime

import msgspec
from websockets.datastructures import Headers
from websockets.frames import CloseCode
from websockets.http11 import Response

from captioner.streaming.errors import (
    AuthenticationError,
    CaptionerError,
    ConfigurationError,
    EngineError,
    FormatError,
    NetworkError,
    PermissionDeniedError,
    QuotaError,
    RateLimitError,
    ServerError,
)
from captioner.streaming.redact import hidden, redact

_LONGEST = 300
"""Characters of a server's own words that are passed on."""


class _Body(msgspec.Struct):
    """The body of a refusal: the newer and the older spelling."""

    err_code: str | None = None
    err_msg: str | None = None
    category: str | None = None
    message: str | None = None
    details: str | None = None
    request_id: str | None = None


def refused(response: Response, server: str, now: float) -> CaptionerError:
    """The error for an HTTP status other than 101. `now`: seconds since the epoch, for Retry-After dates."""
    headers, status, body = response.headers, response.status_code, _body(response)
    words = said_by_server(
        first(headers, "dg-error") or body.err_msg or body.message or body.details or body.err_code or ""
    )
    request_id = first(headers, "dg-request-id") or _name(body.request_id)
    said = f": {words.rstrip('.')}" if words else ""
    match status:
        case 401:
            return AuthenticationError(
                f"{server} does not know this key (401){said}",
                "It may have been deleted, or a character is missing; make a new one",
                request_id=request_id,
            )
        case 402:
            return QuotaError(
                f"{server} says the credit is used up (402){said}",
                "Add credit, or use the embedded engine",
                request_id=request_id,
            )
        case 403:
            return PermissionDeniedError(
                f"{server} does not allow this with this key (403){said}",
                "Choose another model, or a key with more rights",
                request_id=request_id,
            )
        case 408 | 425:
            return RateLimitError(
                f"{server} asks for another try later ({status}){said}",
                "Wait",
                request_id=request_id,
                retry_after=_retry_after(headers, now),
            )
        case 429:
            return RateLimitError(
                f"{server} has too many streams on this key ({status}){said}",
                "Another program may use it; wait, or end the other one",
                request_id=request_id,
                retry_after=_retry_after(headers, now),
            )
        case 404 | 405:
            return ConfigurationError(
                f"There is no live transcription at this address of {server} ({status}){said}",
                "Check the address",
                request_id=request_id,
            )
        case _ if status >= 500:
            return ServerError(
                f"{server} is out of order ({status}){said}",
                "Wait, or use the embedded engine",
                request_id=request_id,
                retry_after=_retry_after(headers, now),
            )
        case _ if status < 400 or status == 418:
            return ConfigurationError(
                f"{server} answers with something else than a stream ({status}){said}",
                "Check the address",
                request_id=request_id,
            )
        case _:
            return ConfigurationError(
                f"{server} refuses these options ({status}){said}",
                "Change the option it names",
                request_id=request_id,
            )


def closed(code: int | None, reason: str, server: str, request_id: str | None) -> EngineError:
    """The error for a connection that was closed without being asked. `code` None = no close frame."""
    words = said_by_server(reason)
    said = f": {words.rstrip('.')}" if words else ""
    # The live reason is a sentence that ends in dpgr.am/data0000; the documentation says DATA-0000.
    is_undecodable = code in (1002, 1008) and "data0000" in reason.lower().replace("-", "")
    if is_undecodable or code in (1003, 1007, 4400):
        return FormatError(
            f"{server} cannot read this sound (close {code}){said}",
            "Declare encoding, sample_rate and channels as the sound really is",
            request_id=request_id,
        )
    if code == 4401:
        return AuthenticationError(
            f"{server} does not know this key (close {code}){said}", "Check the key", request_id=request_id
        )
    if code is None or code in (1005, 1006, 1015):
        return NetworkError(f"The line to {server} broke{said}", "Check the network", request_id=request_id)
    return ServerError(f"{server} ended the connection ({code}){said}", "Wait", request_id=request_id)


def broken_by_us(code: int, reason: str, server: str, request_id: str | None) -> EngineError:
    """The error for a connection that we ended because the server broke the rules of the line."""
    if code == CloseCode.MESSAGE_TOO_BIG:
        return ServerError(f"{server} sent more at once than anybody says", "Wait", request_id=request_id)
    said = said_by_server(reason)
    return ServerError(
        f"{server} sent what is no WebSocket message ({code}){f': {said}' if said else ''}",
        "Check the address",
        request_id=request_id,
    )


def first(headers: Headers, name: str) -> str | None:
    """A header that should come once and may come twice, for instance through a proxy; short and plain."""
    values = headers.get_all(name)
    return _name(values[0]) if values else None


def _name(text: str | None) -> str | None:
    return said_by_server(text) or None if text else None


def said_by_server(text: str) -> str:
    """A server's own words on one line, not too many, without controls, and without a key that it repeats."""
    clean = redact(" ".join("".join(sign if sign.isprintable() else " " for sign in text).split()), *hidden())
    return clean[:_LONGEST]


def _body(response: Response) -> _Body:
    try:
        return msgspec.json.decode(bytes(response.body or b""), type=_Body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _Body()


def _retry_after(headers: Headers, now: float) -> float | None:
    """Seconds to wait; the header holds seconds, or a date on the server's own clock."""
    value = first(headers, "Retry-After")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        until, there = _date(value), _date(first(headers, "Date"))
        if until is None:
            return None
        seconds = until - (now if there is None else there)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _date(value: str | None) -> float | None:
    """Seconds since the epoch; a date of HTTP is one of Greenwich, also where it does not say so."""
    try:
        date = parsedate_to_datetime(value or "")
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None

"""Keys and words leave no trace in a log: what is replaced, and the filter that does it to every record.

`redact()` knows the shapes in which a key is written down; `hide()` names a key, which is then found in any
shape. websockets logs, at DEBUG, every header of the handshake and both ends of every message.
"""

import logging
import re
from urllib.parse import quote

MASK = "***"

_SHORTEST = 6
"""Nothing shorter is hidden: a test's `key` would black out every log it is a part of."""

_QUOTED = r"(?:\\.|(?!\2).)*"
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Authorization and Proxy-Authorization: in the repr of a mapping or a pair …
    (
        re.compile(rf"(authorization[\"']?\s*[:=,]\s*b?([\"']))((?:token|bearer|basic)\s+)?{_QUOTED}", re.I),
        rf"\1\3{MASK}",
    ),
    # … and as the line of a request, to its end.
    (
        re.compile(
            r"(authorization[ \t]*[:=][ \t]*)(?!b?[\"'])((?:token|bearer|basic)[ \t]+)?[^\r\n]+", re.I
        ),
        rf"\1\2{MASK}",
    ),
    # `token, KEY` as subprotocols: a line, or a list of strings.
    (re.compile(r"(sec-websocket-protocol[\"']?\s*[:=,]\s*[\"']?[\w.-]+,)[^\r\n\"']+", re.I), rf"\1 {MASK}"),
    (re.compile(rf"([\"'](?:token|bearer)[\"']\s*,\s*b?([\"'])){_QUOTED}", re.I), rf"\1{MASK}"),
    (re.compile(r"\b((?:Token|Bearer)[ \t]+)[^\s\"']+"), rf"\1{MASK}"),
    # A keyword argument, a shell's assignment, a query, a proxy's address.
    (
        re.compile(
            r"((?:api[_-]?key|access[_-]?token|[?&](?:token|key))[\"']?\s*[:=]\s*b?[\"']?)[^\s\"'&,)]+", re.I
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"(://[^\s/@:]*:)[^\s/@]+(?=@)"), rf"\1{MASK}"),
    # A message as websockets logs it is speech, or text made of it; its type and its length may stay.
    # Only where a line begins: what a server sends must not be able to make this slow.
    (
        re.compile(
            r"^([<>] (?:TEXT|BINARY|CONT) ['\"]?(?:\{\"type\": ?\"\w{1,30}\")?).*( \[[^\[\]]*\])", re.M
        ),
        r"\1…\2",
    ),
)

_hidden: set[str] = set()  # of the process, as logging is: no log that is set up later may miss a key


def hide(secret: str) -> None:
    """From now on every `RedactingFilter` of this process replaces `secret`, wherever it stands.

    Too short a text (under six characters) is left to the shapes that `redact` knows.
    """
    if len(secret.strip()) >= _SHORTEST:
        _hidden.add(secret.strip())


def hidden() -> tuple[str, ...]:
    """All that `hide()` was told."""
    return tuple(_hidden)


def redact(text: str, *secrets: str) -> str:
    """`text` without `secrets`, without anything that looks like a key and without the words of messages."""
    spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
    for spelling in sorted(spellings, key=len, reverse=True):  # one may be the beginning of another
        text = text.replace(spelling, MASK)
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text


def _spellings(secret: str) -> tuple[str, ...]:
    """As it is, in an address, and in a repr. Bytes in the environment need not be text."""
    return secret, quote(secret, safe="", errors="replace"), repr(secret)[1:-1]


class RedactingFilter(logging.Filter):
    """Redacts a record's message, arguments and traceback. Put it on handlers, or on the logger handed out.

    A logger's filter does not see the records of the loggers below it: the filter of the root logger sees
    next to nothing. A record without secrets passes as it is.
    """

    def __init__(self, *secrets: str) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        secrets = (*self._secrets, *hidden())
        message = _message(record)
        clean = redact(message, *secrets)
        if clean != message:
            record.msg, record.args = clean, None
        if record.exc_info or record.exc_text:
            trace = record.exc_text or _trace(record)
            clean = redact(trace, *secrets)
            if clean != trace:
                record.exc_text, record.exc_info = clean, None  # the next handler may not format it afresh
        if record.stack_info:
            record.stack_info = redact(record.stack_info, *secrets)
        return True


def _message(record: logging.LogRecord) -> str:
    """The message with its arguments; where the two do not fit, logging would print both to stderr."""
    try:
        return record.getMessage()
    except Exception:  # whatever an argument's own `__str__` raises; to log may not end the program
        try:
            record.msg = f"{record.msg} {record.args!r}"
        except Exception:
            record.msg = "A message that cannot be shown"
        record.args = None
        return record.msg


def _trace(record: logging.LogRecord) -> str:
    return logging.Formatter().formatException(record.exc_info) if record.exc_info else ""

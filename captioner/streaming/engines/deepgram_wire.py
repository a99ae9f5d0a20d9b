"""Deepgram's live protocol v1 as it comes over the wire (API specification of 2026-07-22).

What a server leaves out has a default; what it adds is ignored. Only what we use is decoded at all: most of
a message's bytes are metadata that nobody reads.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from captioner.streaming.words import Seconds, Word

LONGEST_SECONDS = 1e9
"""No stream lasts longer; a time beyond it is nonsense."""


class Alternative(msgspec.Struct, frozen=True, gc=False):
    """A hypothesis."""

    transcript: str = ""
    confidence: float | None = None
    words: tuple[Word, ...] = ()
    languages: tuple[str, ...] = ()


class Channel(msgspec.Struct, frozen=True, gc=False):
    """What is said on a channel; the first alternative counts, and there is only one."""

    alternatives: tuple[Alternative, ...] = ()


class Results(msgspec.Struct, frozen=True, gc=False, tag="Results"):
    """Text of the sound from `start` on for `duration` seconds."""

    channel: Channel
    channel_index: tuple[int, ...] = (0,)
    start: Seconds = 0.0
    duration: Seconds = 0.0
    is_final: bool = False
    speech_final: bool = False
    from_finalize: bool = False


class Metadata(msgspec.Struct, frozen=True, tag="Metadata"):
    """What the server says of the connection: Deepgram at its end, others at its beginning, too."""

    request_id: str = ""
    created: str = ""
    duration: Seconds = 0.0
    channels: int = 1
    sha256: str = ""
    model_info: dict[str, Any] | None = None


class UtteranceEnd(msgspec.Struct, frozen=True, gc=False, tag="UtteranceEnd"):
    """No word for `utterance_end_ms`. `last_word_end` may be -1 where there was no word."""

    last_word_end: float = -1.0
    channel: tuple[int, ...] = (0,)


class SpeechStarted(msgspec.Struct, frozen=True, gc=False, tag="SpeechStarted"):
    """Somebody began to speak."""

    timestamp: Seconds = 0.0
    channel: tuple[int, ...] = (0,)


class ConfigureSuccess(msgspec.Struct, frozen=True, gc=False, tag="ConfigureSuccess"):
    """The new key terms hold."""

    request_id: str | None = None
    keyterms: tuple[str, ...] | None = None


class ConfigureFailure(msgspec.Struct, frozen=True, gc=False, tag="ConfigureFailure"):
    """The new key terms were refused."""

    request_id: str | None = None
    code: str = ""
    description: str = ""


class Error(msgspec.Struct, frozen=True, gc=False, tag="Error"):
    """Something went wrong; the stream usually goes on. Spelled in three ways over the years."""

    variant: str | None = None
    description: str | None = None
    code: str | None = None
    message: str | None = None
    err_code: str | None = None
    err_msg: str | None = None
    request_id: str | None = None


class Warning(msgspec.Struct, frozen=True, gc=False, tag="Warning"):
    """Something worth knowing."""

    description: str = ""
    code: str | None = None


Message = (
    Results | Metadata | UtteranceEnd | SpeechStarted | ConfigureSuccess | ConfigureFailure | Error | Warning
)

_ORNAMENTED = (Metadata, UtteranceEnd, SpeechStarted, ConfigureSuccess, ConfigureFailure, Error, Warning)
_FIELDS = {kind.__name__: kind.__struct_fields__ for kind in _ORNAMENTED}

KNOWN = frozenset({"Results", *_FIELDS})


@dataclass(frozen=True, slots=True)
class Unknown:
    """A message of a type that this protocol does not have."""

    type: str
    raw: str


_decode = msgspec.json.Decoder(Message).decode
_decode_anything = msgspec.json.Decoder().decode


def decode(raw: str | bytes) -> Message | Unknown | None:
    """What a text message says; None when nobody can read it. Never raises, whatever it is."""
    try:
        return _decode(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _salvage(raw)


def _salvage(raw: str | bytes) -> Message | Unknown | None:
    """Read what does not fit: an unknown type, or a text whose ornaments are wrong."""
    try:
        fields = _decode_anything(raw)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    message = cast(dict[str, Any], fields)
    name = message.get("type")
    if not isinstance(name, str):
        return None
    if name not in KNOWN:
        return Unknown(name, raw if isinstance(raw, str) else raw.decode(errors="replace"))
    if name == "Results":
        return _salvage_results(message)
    return _salvage_fields(name, message)


def _salvage_fields(name: str, message: dict[str, Any]) -> Message:
    """Every field that fits; each has a default."""
    fitting: dict[str, Any] = {"type": name}
    for field in _FIELDS[name]:
        if field in message:
            with suppress(msgspec.MsgspecError, RecursionError):
                msgspec.convert({"type": name, field: message[field]}, Message)
                fitting[field] = message[field]
    return msgspec.convert(fitting, Message)


def _salvage_results(message: dict[str, Any]) -> Results | None:
    """No word is lost because a confidence is a string: text, window, and the words that can be read."""
    try:
        heard = message["channel"]["alternatives"][0]
        transcript = heard["transcript"]
    except (KeyError, IndexError, TypeError):
        return None
    start, duration = _seconds(message.get("start")), _seconds(message.get("duration"))
    if not isinstance(transcript, str) or start is None or duration is None:
        return None
    index = message.get("channel_index")
    first = cast(list[object], index)[0] if isinstance(index, list) and index else cast(object, index)
    return Results(
        channel=Channel((Alternative(transcript, words=_salvage_words(heard)),)),
        channel_index=(first if type(first) is int else 0,),
        start=start,
        duration=duration,
        is_final=message.get("is_final") is True,
        speech_final=message.get("speech_final") is True,
        from_finalize=message.get("from_finalize") is True,
    )


def _salvage_words(heard: dict[str, Any]) -> tuple[Word, ...]:
    """The words with their times; none where one of them has no place: text and words must agree."""
    raw = heard.get("words")
    if not isinstance(raw, list):
        return ()
    words = [_word(word) for word in cast("list[object]", raw)]
    return tuple(word for word in words if word) if all(words) else ()


def _word(raw: object) -> Word | None:
    if not isinstance(raw, dict):
        return None
    fields = cast("dict[str, Any]", raw)
    start, end = _seconds(fields.get("start")), _seconds(fields.get("end"))
    text = fields.get("word")
    if not isinstance(text, str) or start is None or end is None or fields.get("start") is None:
        return None
    fitting: dict[str, Any] = {"word": text, "start": start, "end": max(start, end)}
    for name in ("punctuated_word", "confidence", "speaker", "language"):
        with suppress(msgspec.MsgspecError, RecursionError):
            msgspec.convert({**fitting, name: fields[name]} if name in fields else fitting, Word)
            fitting |= {name: fields[name]} if name in fields else {}
    return msgspec.convert(fitting, Word)


def _seconds(value: object) -> float | None:
    """A time that may be used: a small fault before 0 is 0, anything else impossible is none."""
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):  # no number, or one of a thousand digits
        return None
    return max(0.0, seconds) if -1.0 <= seconds <= LONGEST_SECONDS else None

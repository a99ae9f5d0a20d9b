"""What Deepgram's v1 live service says, built as it says it (AsyncAPI description of 2026-07-22)."""

import json
from collections.abc import Sequence
from typing import Any

Message = dict[str, Any]

MODEL_UUID = "2187e11a-3532-4498-b076-81fa530bdd49"
MODEL = {"name": "general-nova-3", "version": "2025-04-17.21547", "arch": "nova-3"}
CREATED = "2026-10-01T09:00:00.000Z"

FAILURES = {
    "DATA-0000": (1008, "Deepgram could not decode the audio. See https://dpgr.am/data0000"),
    "NET-0000": (
        1011,
        "Deepgram did not provide a response message within the timeout window. See https://dpgr.am/net0000",
    ),
    "NET-0001": (
        1011,
        "Deepgram did not receive audio data or a text message within the timeout window. "
        "See https://dpgr.am/net0001",
    ),
}
"""How the service ends a stream that failed: close code, and a reason that is a sentence."""


def dump(message: Message) -> str:
    """The message as it goes over the wire."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def spread(
    text: str,
    start: float,
    duration: float,
    *,
    confidence: float = 0.98,
    speaker: int | None = None,
    language: str | None = None,
) -> list[Message]:
    """The words of a text, spread evenly over its time."""
    written = text.split()
    pace = duration / max(len(written), 1)
    extras = {"speaker": speaker, "language": language}
    return [
        {
            "word": word.strip(".,;:!?").lower() or word,
            "start": round(start + pace * index, 6),
            "end": round(start + pace * (index + 1), 6),
            "confidence": confidence,
            "punctuated_word": word,
            **{name: value for name, value in extras.items() if value is not None},
        }
        for index, word in enumerate(written)
    ]


def results(
    text: str,
    start: float = 0.0,
    duration: float = 1.0,
    *,
    is_final: bool = True,
    speech_final: bool = False,
    from_finalize: bool = False,
    channel: int = 0,
    channels: int = 1,
    words: Sequence[Message] | None = None,
    speaker: int | None = None,
    language: str | None = None,
    confidence: float = 0.98,
    request_id: str = "",
    **more: Any,
) -> Message:
    """A Results message; its words are spread evenly unless given. `more` goes in at its top level."""
    if words is None:
        words = spread(text, start, duration, confidence=confidence, speaker=speaker, language=language)
    alternative: Message = {
        "transcript": text,
        "confidence": confidence if text else 0.0,
        "words": list(words),
        **({"languages": [language]} if language else {}),
    }
    return {
        "type": "Results",
        "channel_index": [channel, channels],
        "duration": duration,
        "start": start,
        "is_final": is_final,
        "speech_final": speech_final,
        "channel": {"alternatives": [alternative]},
        "metadata": {"request_id": request_id, "model_info": MODEL, "model_uuid": MODEL_UUID},
        "from_finalize": from_finalize,
        **more,
    }


def metadata(request_id: str, duration: float, channels: int) -> Message:
    """The summary at a stream's end."""
    return {
        "type": "Metadata",
        "transaction_key": "deprecated",
        "request_id": request_id,
        "sha256": "a" * 64,
        "created": CREATED,
        "duration": duration,
        "channels": channels,
        "models": [MODEL_UUID],
        "model_info": {MODEL_UUID: MODEL},
    }


def utterance_end(last_word_end: float, channel: int, channels: int) -> Message:
    return {"type": "UtteranceEnd", "channel": [channel, channels], "last_word_end": last_word_end}


def speech_started(timestamp: float, channel: int, channels: int) -> Message:
    return {"type": "SpeechStarted", "channel": [channel, channels], "timestamp": timestamp}


def error(description: str, variant: str | None = None, **more: Any) -> Message:
    return {"type": "Error", **({"variant": variant} if variant else {}), "description": description, **more}


def warning(description: str, code: str | None = None, **more: Any) -> Message:
    return {"type": "Warning", "description": description, **({"code": code} if code else {}), **more}


def text_frame(message: str | bytes) -> bytes:
    """One text frame of a server, ready for the socket: for floods, and for text that is no UTF-8."""
    data = message if isinstance(message, bytes) else message.encode()
    if len(data) < 126:
        return bytes((0x81, len(data))) + data
    if len(data) < 1 << 16:
        return b"\x81\x7e" + len(data).to_bytes(2, "big") + data
    return b"\x81\x7f" + len(data).to_bytes(8, "big") + data

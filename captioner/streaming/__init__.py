"""An async iterator for live transcription: sound in, typed events out.

    client = DeepgramClient(api_key)                # or LocalClient(): offline, no key
    async with client.listen.stream(StreamingOptions(model="nova-3", diarize=True)) as session:
        await session.send(audio_bytes)             # any bytes, from any task
        async for event in session:
            match event:
                case StreamEvent.Transcript(transcript=text, is_final=True):
                    print(text)

Usable on its own: no windows, no sound devices, no disk, no settings.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from captioner.streaming.callbacks import LiveConnection, LiveTranscriptionEvents
    from captioner.streaming.client import Client, DeepgramClient, LocalClient
    from captioner.streaming.engines.deepgram_server import ServerCapabilities
    from captioner.streaming.errors import (
        AuthenticationError,
        CaptionerError,
        ClientError,
        ConfigurationError,
        EngineError,
        EngineFailedError,
        EngineTimeoutError,
        EngineUnavailableError,
        FormatError,
        HandlerError,
        NetworkError,
        PermissionDeniedError,
        QuotaError,
        RateLimitError,
        ServerError,
    )
    from captioner.streaming.events import AnyEvent, StreamEvent
    from captioner.streaming.frames import SAMPLE_RATE, AudioFrame
    from captioner.streaming.options import StreamingOptions
    from captioner.streaming.session import Session, SessionStats
    from captioner.streaming.words import Word

_ROOMS = {
    "callbacks": (
        "LiveConnection",
        "LiveTranscriptionEvents",
    ),
    "client": (
        "Client",
        "DeepgramClient",
        "LocalClient",
    ),
    "engines.deepgram_server": ("ServerCapabilities",),
    "errors": (
        "AuthenticationError",
        "CaptionerError",
        "ClientError",
        "ConfigurationError",
        "EngineError",
        "EngineFailedError",
        "EngineTimeoutError",
        "EngineUnavailableError",
        "FormatError",
        "HandlerError",
        "NetworkError",
        "PermissionDeniedError",
        "QuotaError",
        "RateLimitError",
        "ServerError",
    ),
    "events": ("AnyEvent", "StreamEvent"),
    "frames": (
        "SAMPLE_RATE",
        "AudioFrame",
    ),
    "options": ("StreamingOptions",),
    "session": (
        "Session",
        "SessionStats",
    ),
    "words": ("Word",),
}

__all__ = [
    "SAMPLE_RATE",
    "AnyEvent",
    "AudioFrame",
    "AuthenticationError",
    "CaptionerError",
    "Client",
    "ClientError",
    "ConfigurationError",
    "DeepgramClient",
    "EngineError",
    "EngineFailedError",
    "EngineTimeoutError",
    "EngineUnavailableError",
    "FormatError",
    "HandlerError",
    "LiveConnection",
    "LiveTranscriptionEvents",
    "LocalClient",
    "NetworkError",
    "PermissionDeniedError",
    "QuotaError",
    "RateLimitError",
    "ServerCapabilities",
    "ServerError",
    "Session",
    "SessionStats",
    "StreamEvent",
    "StreamingOptions",
    "Word",
]


def __getattr__(name: str) -> object:
    """Open a room when it is asked for: who needs an event's type must not wait for NumPy (0.1 s)."""
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{room}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""An async iterator for live transcription: sound in, typed events out.

    client = LocalClient()
    async with client.listen.stream(StreamingOptions()) as session:
        await session.send(audio_bytes)
        async for event in session:
            match event:
                case StreamEvent.Transcript(transcript=text, is_final=True):
                    print(text)

Usable on its own: no windows, no sound devices, no disk, no settings.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from captioner.streaming.client import Client, LocalClient
    from captioner.streaming.errors import (
        CaptionerError,
        ConfigurationError,
        EngineError,
        EngineFailedError,
        EngineUnavailableError,
    )
    from captioner.streaming.events import AnyEvent, StreamEvent, Word
    from captioner.streaming.frames import SAMPLE_RATE, AudioFrame
    from captioner.streaming.options import StreamingOptions
    from captioner.streaming.session import Session, SessionStats

_ROOMS = {
    "client": ("Client", "LocalClient"),
    "errors": (
        "CaptionerError",
        "ConfigurationError",
        "EngineError",
        "EngineFailedError",
        "EngineUnavailableError",
    ),
    "events": ("AnyEvent", "StreamEvent", "Word"),
    "frames": ("SAMPLE_RATE", "AudioFrame"),
    "options": ("StreamingOptions",),
    "session": ("Session", "SessionStats"),
}

__all__ = [
    "SAMPLE_RATE",
    "AnyEvent",
    "AudioFrame",
    "CaptionerError",
    "Client",
    "ConfigurationError",
    "EngineError",
    "EngineFailedError",
    "EngineUnavailableError",
    "LocalClient",
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

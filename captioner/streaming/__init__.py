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

"""One link to the scripted server, without a session around it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np

from captioner.streaming import AudioFrame, CaptionerError, ServerCapabilities, StreamEvent, StreamingOptions
from captioner.streaming.engines.deepgram import DeepgramEngine
from captioner.streaming.engines.deepgram_link import DeepgramLink
from captioner.streaming.engines.engine import LinkLost, LinkMessage
from captioner.streaming.frames import SAMPLE_RATE
from tests.deepgram import DeepgramServer


@asynccontextmanager
async def linked(
    server: DeepgramServer, can: ServerCapabilities | None = None, **options: Any
) -> AsyncIterator[DeepgramLink]:
    """A conversation, closed at the end."""
    engine = DeepgramEngine(server.url, None, can or ServerCapabilities())
    link = await engine.connect(StreamingOptions(**options))
    try:
        yield link
    finally:
        await link.close()


def sound(seconds: float) -> AudioFrame:
    """That much silence."""
    return AudioFrame(0, np.zeros((round(seconds * SAMPLE_RATE), 1), np.int16))


async def heard(link: DeepgramLink) -> tuple[list[LinkMessage], LinkLost | CaptionerError | None]:
    """All that the link says, and how it broke; None = it came to its end."""
    said: list[LinkMessage] = []
    try:
        async for message in link:
            said.append(message)  # noqa: PERF401 - it may raise behind the last one
    except (LinkLost, CaptionerError) as error:
        return said, error
    return said, None


def finals(said: list[LinkMessage]) -> list[str]:
    return [
        event.transcript for event in said if isinstance(event, StreamEvent.Transcript) and event.is_final
    ]


def now() -> float:
    return asyncio.get_running_loop().time()


def stand_still(seconds: float) -> None:
    """What `time.sleep` does to a loop: its clock goes on, and it gets no turn."""
    asyncio.get_running_loop()._jumping.now += seconds  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

"""The door."""

import asyncio
from collections.abc import AsyncIterator

from captioner.streaming import Client, LocalClient, StreamEvent, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine, spoken


def test_the_example_of_the_documentation_runs_as_it_stands() -> None:
    client = Client(ScriptedEngine(spoken("Yes we can", 0.5, 1.0)))
    said: list[str] = []

    async def microphone() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield bytes(3200)

    async def scene() -> None:
        async with client.listen.stream(StreamingOptions()) as session:
            sending = asyncio.create_task(session.send_from(microphone()))
            async for event in session:
                match event:
                    case StreamEvent.Transcript(transcript=text, is_final=True):
                        said.append(f"Final: {text}")
                    case StreamEvent.UtteranceEnd():
                        said.append(session.accumulated_transcript)
                    case _:
                        pass
            await sending

    asyncio.run(scene())

    assert said == ["Final: Yes we can", "Yes we can"]


def test_the_local_client_needs_no_key_and_starts_nothing_by_itself() -> None:
    assert LocalClient().listen.engine.capabilities.name == "local"

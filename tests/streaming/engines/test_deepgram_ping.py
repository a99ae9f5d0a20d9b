"""Peers that do not answer."""

import asyncio

from captioner.streaming import AnyEvent, DeepgramClient, Session, StreamEvent, StreamingOptions
from captioner.streaming.retry import Retry
from tests.deepgram import Connection, DeepgramServer, says, spoken
from tests.virtual_time import run


def _session(server: DeepgramServer) -> Session:
    engine = DeepgramClient("", base_url=server.url).listen.engine
    return Session(engine, StreamingOptions(vad_events=False), retry=Retry(5, uniform=lambda low, high: 0.0))


def test_a_dead_line_that_takes_no_more_bytes_is_noticed_too() -> None:
    async def freezes(connection: Connection) -> None:
        await connection.wait_audio(0.5)
        connection.freeze()

    async def scene() -> list[AnyEvent]:
        async with (
            DeepgramServer(freezes, says(spoken("Yes", 0.0, 2.0))) as server,
            _session(server) as session,
        ):
            await session.send(bytes(32_000 * 1_000))  # more than the system's buffers hold
            await asyncio.sleep(1)
            await session.finish()
            return [event async for event in session]

    events = run(scene(), limit=100)

    lost = [event.reason for event in events if isinstance(event, StreamEvent.Disconnected)]
    assert lost == ["The line to 127.0.0.1 broke: no answer"]
    assert [event.transcript for event in events if isinstance(event, StreamEvent.Transcript)][-1] == "Yes"

"""`session.accumulated_transcript` and the ends of utterances, over the wire."""

from collections.abc import Awaitable, Callable
from typing import Any

from captioner.streaming import AnyEvent, DeepgramClient, StreamEvent, StreamingOptions
from tests.deepgram import Connection, DeepgramServer
from tests.virtual_time import run

TWO_SECONDS = bytes(64_000)


def accumulated(script: Callable[[Connection], Awaitable[None]], **more: Any) -> list[tuple[AnyEvent, str]]:
    """Each event that the script brings about, with the transcript so far as it is then."""

    async def after_the_sound(connection: Connection) -> None:
        await connection.wait_audio(2.0)
        await script(connection)

    async def scene() -> list[tuple[AnyEvent, str]]:
        async with DeepgramServer(after_the_sound) as server:
            asked = StreamingOptions(**more)
            async with DeepgramClient(base_url=server.url).listen.stream(asked) as session:
                await session.send(TWO_SECONDS * asked.channels)
                await session.finish()
                return [(event, session.accumulated_transcript) async for event in session]

    return run(scene())


def at_the_ends(seen: list[tuple[AnyEvent, str]]) -> list[tuple[str, int, str]]:
    return [
        (event.cause, event.channel_index, text)
        for event, text in seen
        if isinstance(event, StreamEvent.UtteranceEnd)
    ]


def test_at_its_end_an_utterance_of_several_finals_is_whole_and_then_it_is_cleared() -> None:
    async def script(connection: Connection) -> None:
        await connection.results("Yes", 0.0, 0.5)
        await connection.interim("we", 0.5, 0.2)
        await connection.results("we can.", 0.5, 0.5, speech_final=True)
        await connection.speech_started(1.2)
        await connection.results("No.", 1.2, 0.5, speech_final=True)

    seen = accumulated(script)

    texts = [(event.type, text) for event, text in seen if event.type != "metadata"]
    assert texts == [
        ("connecting", ""),
        ("connected", ""),
        ("transcript", "Yes"),
        ("transcript", "Yes we can."),
        ("utterance_end", "Yes we can."),
        ("speech_started", ""),
        ("transcript", "No."),
        ("utterance_end", "No."),
        ("closed", ""),
    ]


def test_an_utterance_ends_once_when_the_server_says_it_twice() -> None:
    async def script(connection: Connection) -> None:
        await connection.results("Yes.", 0.0, 0.5, speech_final=True)
        await connection.utterance_end(0.5)
        await connection.results("No.", 1.0, 0.5)
        await connection.utterance_end(0.5)
        await connection.results("Never.", 1.5, 0.5, speech_final=True)
        await connection.utterance_end(2.0)

    assert at_the_ends(accumulated(script)) == [("pause", 0, "Yes."), ("pause", 0, "No. Never.")]


def test_the_servers_end_alone_and_the_end_of_sound_end_an_utterance_too() -> None:
    async def script(connection: Connection) -> None:
        await connection.results("Yes", 0.0, 0.5)
        await connection.results("we can.", 0.5, 0.5)
        await connection.utterance_end(1.0)
        await connection.results("No", 1.5, 0.5)

    assert at_the_ends(accumulated(script)) == [("word_gap", 0, "Yes we can."), ("finish", 0, "No")]


def test_each_channel_has_an_utterance_of_its_own() -> None:
    async def script(connection: Connection) -> None:
        await connection.results("I", 0.0, 0.5, channel=0)
        await connection.results("They", 0.0, 0.5, channel=1)
        await connection.results("am here.", 0.5, 0.5, channel=0, speech_final=True)
        await connection.results("are there.", 0.5, 0.5, channel=1)
        await connection.utterance_end(1.0, channel=1)
        await connection.results("Good.", 1.0, 0.5, channel=0, speech_final=True)

    seen = accumulated(script, multichannel=True, channels=2)

    assert at_the_ends(seen) == [
        ("pause", 0, "I am here."),
        ("word_gap", 1, "They are there."),
        ("pause", 0, "Good."),
    ]

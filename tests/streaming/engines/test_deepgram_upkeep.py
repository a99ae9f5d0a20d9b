"""Connections on which no sound flows."""

import asyncio

import pytest

from captioner.streaming import ServerCapabilities, StreamEvent
from tests.deepgram import Connection, DeepgramServer, Dialect, silent
from tests.streaming.engines.deepgram_talk import finals, heard, linked, now, sound
from tests.virtual_time import run


def _times(connection: Connection, kind: str) -> list[float]:
    """When the client sent messages of this type."""
    return [
        entry.at
        for entry in connection.log
        if isinstance(entry.content, dict) and entry.content.get("type") == kind
    ]


def test_keepalive_is_text_every_four_seconds_without_sound_and_never_while_sound_flows() -> None:
    async def scene() -> None:
        async with DeepgramServer() as server, linked(server) as link:
            for _ in range(20):
                await link.send(sound(1))
                await asyncio.sleep(1)
            await asyncio.sleep(12.5)
            await link.send(sound(1))
            await asyncio.sleep(30)
            (connection,) = server.connections

            times = _times(connection, "KeepAlive")
            assert times == pytest.approx([23, 27, 31, *(32.5 + 4 * count for count in range(1, 8))])
            assert b"" not in [frame for _at, frame in connection.audio_frames]
            assert (connection.seconds, connection.closed_at) == (21.0, None)

    run(scene())


def test_keep_alive_may_be_sent_by_hand() -> None:
    async def scene() -> None:
        async with DeepgramServer() as server, linked(server) as link:
            await link.send(sound(1))
            await asyncio.sleep(2)
            await link.keep_alive()
            await asyncio.sleep(3)

            assert _times(server.connections[0], "KeepAlive") == [2.0, 4.0]

    run(scene())


def test_a_server_that_knows_no_keepalive_gets_none() -> None:
    async def scene() -> None:
        patient = Dialect(idle_seconds=3600)
        async with (
            DeepgramServer(dialect=patient) as server,
            linked(server, ServerCapabilities(keep_alive=False)) as link,
        ):
            await link.send(sound(1))
            await link.keep_alive()
            await asyncio.sleep(60)

            assert server.connections[0].messages == []

    run(scene())


def test_nothing_is_sent_behind_the_end_of_sound() -> None:
    async def deaf(connection: Connection) -> None:
        connection.answers = False
        await connection.wait_message("CloseStream")

    async def scene() -> list[str]:
        async with DeepgramServer(deaf, dialect=Dialect(idle_seconds=60)) as server, linked(server) as link:
            await link.finish()
            await asyncio.sleep(4.9)
            await link.keep_alive()
            return [message["type"] for message in server.connections[0].messages]

    assert run(scene()) == ["CloseStream"]


def test_a_fresh_connection_without_sound_is_primed_with_silence_at_no_time() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(1.1)
        await connection.results("", 0.0, 0.2)
        await connection.results("Yes.", 0.2, 0.9, speech_final=True)

    async def scene() -> None:
        async with DeepgramServer(script) as server, linked(server) as link:
            await asyncio.sleep(60)
            await link.send(sound(1))
            await link.finish()
            said, lost = await heard(link)
            primes = server.connections[0].audio_frames[:-1]

            assert lost is None
            assert [at for at, _frame in primes] == pytest.approx([5.0, 20.0, 35.0, 50.0])
            assert {frame for _at, frame in primes} == {bytes(3200)}
            (final,) = [event for event in said if isinstance(event, StreamEvent.Transcript)]
            assert (final.start, final.end) == pytest.approx((0.0, 0.7))

    run(scene())


def test_the_clock_of_what_is_said_begins_behind_the_priming() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(2.1)
        await connection.results("", 0.0, 1.1)
        await connection.results("Yes.", 1.1, 1.0, speech_final=True)

    async def scene() -> None:
        async with DeepgramServer(script) as server, linked(server) as link:
            await asyncio.sleep(6)
            await link.send(sound(2))
            await link.finish()
            said, _lost = await heard(link)
            (final,) = [event for event in said if isinstance(event, StreamEvent.Transcript)]

            assert (final.start, final.end) == pytest.approx((1.0, 2.0))
            assert (final.words[0].start, final.words[0].end) == pytest.approx((1.0, 2.0))

    run(scene())


def test_a_recording_played_faster_is_kept_alive_by_its_own_clock() -> None:
    async def scene() -> None:
        async with DeepgramServer(speed=10) as server, linked(server, speed=10) as link:
            await asyncio.sleep(2.5)
            await link.send(sound(1))
            await asyncio.sleep(1)
            (connection,) = server.connections

            assert [at for at, _frame in connection.audio_frames] == pytest.approx([0.5, 2.0, 2.5])
            assert _times(connection, "KeepAlive")[-2:] == pytest.approx([2.9, 3.3])

    run(scene())


def test_a_line_that_breaks_while_it_is_kept_open_is_told_by_its_reader() -> None:
    async def breaks(connection: Connection) -> None:
        await asyncio.sleep(4.0)
        connection.abort()

    async def scene() -> tuple[str, list[str], float]:
        async with DeepgramServer(breaks, silent) as server, linked(server) as link:
            said, lost = await heard(link)
            await asyncio.sleep(30)
            return str(lost), finals(said), now()

    assert run(scene()) == ("The line to 127.0.0.1 broke", [], 34.0)

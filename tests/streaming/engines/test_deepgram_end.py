"""How a conversation ends: all is said, the server says nothing, or the line breaks on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from captioner.streaming import CaptionerError, FormatError, ServerCapabilities, StreamEvent
from captioner.streaming.engines.engine import LinkLost, LinkMessage, Progress, Unanswered
from tests.deepgram import WHISPERLIVEKIT, Connection, DeepgramServer, Dialect
from tests.streaming.engines.deepgram_talk import finals, heard, linked, now, sound, stand_still
from tests.virtual_time import run

Talk = tuple[list[LinkMessage], LinkLost | CaptionerError | None, float]


def _talk(
    script: Callable[[Connection], Awaitable[None]],
    can: ServerCapabilities | None = None,
    *,
    dialect: Dialect | None = None,
    **options: Any,
) -> Talk:
    """Four seconds of sound and their end: what was said, how it broke, and when."""

    async def scene() -> Talk:
        dialects = dialect or Dialect(idle_seconds=600)
        async with DeepgramServer(script, dialect=dialects) as server, linked(server, can, **options) as link:
            await link.send(sound(4))
            await link.finish()
            said, lost = await heard(link)
            return said, lost, now()

    return run(scene())


async def _deaf(connection: Connection) -> None:
    connection.answers = False
    await connection.wait_message("CloseStream")


def test_finals_that_wait_are_said_before_the_goodbye() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_message("CloseStream")
        await connection.results("", 0.0, 1.0)
        await connection.results("Two.", 2.0, 2.0)

    said, lost, _at = _talk(script)

    assert lost is None
    assert finals(said) == ["Two."]
    assert isinstance(said[-1], StreamEvent.Metadata)


def test_finals_that_wait_are_said_where_the_server_only_hangs_up() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_message("CloseStream")
        await connection.results("", 0.0, 1.0)
        await connection.results("Two.", 2.0, 2.0)

    said, lost, _at = _talk(script, dialect=Dialect(metadata_at_end=False))

    assert lost is None
    assert (finals(said), said[-1].__class__) == (["Two."], StreamEvent.Transcript)


@pytest.mark.parametrize("closing", [False, True])
def test_finals_that_wait_when_the_line_breaks_are_not_said(closing: bool) -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(4.0)
        if closing:
            await _deaf(connection)
        await connection.results("One.", 0.0, 1.0)
        await connection.results("Three.", 2.0, 2.0)
        connection.abort()

    said, lost, _at = _talk(script)

    assert isinstance(lost, LinkLost)
    assert finals(said) == ["One."]


@pytest.mark.parametrize(("first", "quiet"), [(0.0, 0.25), (1.0, 2.0)])
def test_finals_that_wait_are_said_when_the_server_says_nothing_more(first: float, quiet: float) -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(4.0)
        await connection.results("", 0.0, first)
        await connection.results("Two.", 2.0, 1.0)

    async def scene() -> float:
        async with DeepgramServer(script) as server, linked(server) as link:
            await link.send(sound(4))
            async for message in link:
                if isinstance(message, StreamEvent.Transcript):
                    return now()
        raise AssertionError("it was never said")

    assert run(scene()) == pytest.approx(quiet)


def test_at_its_goodbye_the_server_tells_how_much_it_has_heard() -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_message("CloseStream")
        await connection.results("One.", 0.0, 1.0)

    said, lost, _at = _talk(script, multichannel=True, channels=2)

    assert lost is None
    assert said[-3:-1] == [Progress(0, 2.0, 2.0), Progress(1, 2.0, 2.0)]


def test_a_server_that_never_answers_has_five_seconds_and_is_called_unanswered() -> None:
    said, lost, at = _talk(_deaf)

    assert (lost, said[-1]) == (None, Unanswered())
    assert at == pytest.approx(5.0)


@pytest.mark.parametrize(("speed", "seconds"), [(2.0, 2.5), (100.0, 1.0), (0.5, 5.0)])
def test_the_end_of_a_recording_is_waited_for_by_its_own_clock(speed: float, seconds: float) -> None:
    said, lost, at = _talk(_deaf, speed=speed)

    assert (lost, said[-1]) == (None, Unanswered())
    assert at == pytest.approx(seconds)


def test_a_server_that_is_gone_at_the_end_is_a_broken_line() -> None:
    async def freezes(connection: Connection) -> None:
        await _deaf(connection)
        connection.freeze()

    said, lost, at = _talk(freezes)

    assert isinstance(lost, LinkLost)
    assert (lost.reason, Unanswered() in said) == ("The line to 127.0.0.1 broke: no answer", False)
    assert 5.0 < at <= 10.5


@pytest.mark.parametrize("code", [None, 1001, 1009, 1011, 1012, 1013, 1014, 4000])
def test_a_line_that_breaks_while_it_drains_is_lost(code: int | None) -> None:
    async def breaks(connection: Connection) -> None:
        await _deaf(connection)
        await connection.results("One.", 0.0, 1.0)
        if code:
            await connection.close(code)
        else:
            connection.hang_up()

    said, lost, _at = _talk(breaks)

    assert isinstance(lost, LinkLost)
    assert finals(said) == ["One."]
    assert not any(isinstance(message, Unanswered) for message in said)


def test_a_close_without_a_code_ends_the_conversation_only_behind_closestream() -> None:
    async def ends(connection: Connection) -> None:
        await _deaf(connection)
        await connection.close_without_code()

    async def breaks(connection: Connection) -> None:
        await connection.close_without_code()

    async def scene() -> LinkLost | CaptionerError | None:
        async with DeepgramServer(breaks) as server, linked(server) as link:
            return (await heard(link))[1]

    assert _talk(ends)[1] is None
    assert isinstance(run(scene()), LinkLost)


@pytest.mark.parametrize("code", [1003, 1007, 4400])
def test_a_server_that_cannot_read_the_sound_says_so_at_the_end_too(code: int) -> None:
    async def refuses(connection: Connection) -> None:
        await _deaf(connection)
        await connection.close(code)

    _said, error, _at = _talk(refuses, ServerCapabilities(finalize=False))

    assert isinstance(error, FormatError)


def test_finalize_that_a_server_does_not_know_costs_the_connection_and_not_the_sound() -> None:
    async def scene() -> list[object]:
        async with DeepgramServer(dialect=WHISPERLIVEKIT) as server, linked(server) as link:
            await link.send(sound(1))
            await link.finalize()
            _said, lost = await heard(link)
            assert isinstance(lost, LinkLost)
            return [lost.code, lost.reason]

    assert run(scene()) == [4400, "127.0.0.1 does not know Finalize"]


@pytest.mark.parametrize("delay", [0.1, 2.4, 4.4])
def test_a_loop_that_stood_still_while_it_drained_waits_on(delay: float) -> None:
    async def late(connection: Connection) -> None:
        await _deaf(connection)
        asyncio.get_running_loop().call_later(delay, stand_still, 8.0)
        await asyncio.sleep(4.5)
        await connection.results("One.", 0.0, 4.0)
        await connection.metadata()
        await connection.close(1000)

    said, lost, _at = _talk(late)

    assert (lost, finals(said)) == (None, ["One."])
    assert isinstance(said[-1], StreamEvent.Metadata)


def test_a_server_that_works_only_at_the_end_has_a_minute_of_the_recording() -> None:
    async def works(connection: Connection) -> None:
        await _deaf(connection)
        await asyncio.sleep(29)
        await connection.results("All of it.", 0.0, 4.0)
        await connection.close(1000)

    can = ServerCapabilities(interims=False, finalize=False)
    said, lost, at = _talk(works, can, speed=2.0)

    assert (lost, finals(said)) == (None, ["All of it."])
    assert at == pytest.approx(29, abs=0.5)

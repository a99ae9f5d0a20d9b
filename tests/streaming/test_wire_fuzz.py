"""Whatever a server says: events, or a count of what nobody could read, and never an exception."""

import asyncio
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from captioner.streaming import AnyEvent, CaptionerError, DeepgramClient, StreamEvent, StreamingOptions
from captioner.streaming.engines import deepgram_wire as wire
from captioner.streaming.engines.deepgram_hearing import Hearing
from captioner.streaming.engines.engine import LinkMessage, Malformed
from captioner.streaming.segments import Register, Segments
from tests.deepgram import Connection, DeepgramServer, Script, says, silent, spoken
from tests.deepgram_messages import dump, results, text_frame
from tests.leaks import cheap_collections, nothing_left
from tests.poison import CHANNELS, Invariants, poisoned
from tests.virtual_time import run

OPTIONS = StreamingOptions(channels=CHANNELS, multichannel=True)
SECOND = bytes(CHANNELS * 32_000)
AFTER_ALL = says(spoken("After all.", 0.2, 0.8))

thoroughly = settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
a_little = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(autouse=True, scope="module")
def _cheap() -> Iterator[None]:
    with cheap_collections():
        yield


@thoroughly
@given(st.binary(max_size=60))
def test_bytes_are_read_or_not_and_never_raise(raw: bytes) -> None:
    for text in (
        raw,
        b'{"type":"Results",' + raw,
        raw.decode("latin-1"),
        raw.decode(errors="surrogateescape"),
    ):
        message = wire.decode(text)

        assert message is None or isinstance(message, wire.Message | wire.Unknown)


@thoroughly
@given(st.binary(min_size=18, max_size=90), st.sampled_from((0.0, 0.1)), st.integers(2, 12))
def test_poisoned_messages_become_events_or_are_counted(tape: bytes, skipped: float, at: int) -> None:
    register = Register()
    segments, hearing, invariants = Segments(OPTIONS, register), Hearing(CHANNELS), Invariants()
    hearing.skipped = skipped
    lost = 0

    for number, raw in enumerate(poisoned(tape)):
        segments.timeline.add(number * 8000 + number // 3 * 4000, 8000)  # a hole behind every third
        if number == at:
            segments.begin_link()
            hearing = Hearing(CHANNELS)
        message = wire.decode(raw)
        for said in understood(hearing, message):
            counted = register.malformed
            events = segments.map(said)
            invariants.take_all(events)
            is_text = isinstance(said, StreamEvent.Transcript)
            lost += is_text and not events and register.malformed == counted
    invariants.take_all(segments.promote())

    invariants.ended()
    assert lost == 0


def understood(hearing: Hearing, message: wire.Message | wire.Unknown | None) -> Iterable[LinkMessage]:
    """What a link makes of it, as far as text and time go."""
    match message:
        case None:
            return (Malformed(),)
        case wire.Results():
            return hearing.results(message)
        case wire.UtteranceEnd():
            return hearing.utterance_end(message)
        case wire.SpeechStarted():
            return hearing.speech_started(message)
        case _:
            return ()


async def listen(*plans: Script) -> tuple[list[AnyEvent], DeepgramServer]:
    """Two seconds of sound, and all events; what ends the session is one of them."""
    events: list[AnyEvent] = []
    async with DeepgramServer(*plans) as server, nothing_left():
        session = DeepgramClient("key", base_url=server.url).listen.stream(OPTIONS)
        try:
            async with session, asyncio.timeout(120):
                await session.send(SECOND)
                await asyncio.sleep(30)
                await session.send(SECOND)
                await session.finish()
                async for event in session:
                    events.append(event)  # noqa: PERF401 - it may raise behind the last one
        except CaptionerError:
            assert events[-2].type == "error"
    return events, server


def finals(events: list[AnyEvent]) -> list[str]:
    return [
        event.transcript for event in events if isinstance(event, StreamEvent.Transcript) and event.is_final
    ]


def links(events: list[AnyEvent]) -> int:
    return 1 + sum(event.type == "reconnected" for event in events)


@a_little
@given(st.binary(min_size=30, max_size=900))
def test_a_flood_of_poison_leaves_the_connection_alive(tape: bytes) -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(0.5)
        await connection.flood(poisoned(tape))
        await connection.wait_audio(2.0)
        await connection.results("After all.", 1.2, 0.6)

    events, _server = run(listen(script))

    invariants = Invariants()
    invariants.take_all(events)
    invariants.ended()
    assert links(events) == 1
    assert "After all." in finals(events)
    assert isinstance(events[-1], StreamEvent.Closed)
    assert events[-1].reason == "finished"


RESULTS = text_frame(dump(results("After all.", 0.2, 0.6, channels=CHANNELS)))
PONGS = b"\x8a\x00\x8a\x04what\x89\x00"


@pytest.mark.parametrize(
    ("frames", "unreadable"),
    [
        pytest.param(text_frame(b'{"type":"Foo\xff"}'), 1, id="no utf-8"),
        pytest.param(text_frame(b"\xed\xa0\x80"), 1, id="a surrogate"),
        pytest.param(text_frame(b""), 1, id="empty"),
        pytest.param(b"\x82\x04\x00\x01\x02\x03", 1, id="binary"),
        pytest.param(b"\x82\x00", 1, id="empty binary"),
        pytest.param(text_frame(b"[" * 100_000), 1, id="deep"),
        pytest.param(text_frame(b"x" * 2**20), 1, id="1 MiB"),
        pytest.param(PONGS, 0, id="pongs"),
        pytest.param(b'\x01\x06{"type' + PONGS + b'\x80\x05":"S"', 1, id="parts"),
    ],
)
def test_what_is_well_framed_is_at_most_counted(frames: bytes, unreadable: int) -> None:
    async def script(connection: Connection) -> None:
        await connection.wire(frames + RESULTS)

    events, server = run(listen(script))

    assert finals(events) == ["After all."]
    assert len(server.connections) == 1
    assert isinstance(events[-1], StreamEvent.Closed)
    assert events[-1].summary.malformed == unreadable


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        (text_frame(b"x" * 2**21), 1009),
        (b"\x81\x7f" + b"\x7f" * 8, 1009),
        (b"\xc1\x02{}", 1002),
        (b"\x83\x00", 1002),
        (b"\x81\x82\x00\x00\x00\x00{}", 1002),
        (b"\x89\x7e\x00\x80" + bytes(128), 1002),
        (b"\x88\x01\x03", 1002),
        (b"\x88\x02\x00\x00", 1002),
        (b"\x88\x03\x03\xe8\xff", 1007),
        (b"\x80\x00", 1002),
        (b"HTTP/1.1 200 OK\r\n\r\n", None),
        (b"\x81\x05half", None),
    ],
    ids=lambda value: "" if isinstance(value, int) else str(value)[:24],
)
def test_what_is_not_framed_breaks_the_connection_and_the_next_one_hears_all(
    frames: bytes, code: int | None
) -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(0.5)
        await connection.wire(frames)

    events, server = run(listen(script, AFTER_ALL))

    assert finals(events) == ["After all."]
    assert links(events) == len(server.connections) == 2
    assert server.connections[0].closed_code == code or code is None
    assert server.connections[1].seconds == 2.0


@a_little
@given(st.binary(max_size=200))
def test_random_bytes_on_the_socket_end_in_closed(noise: bytes) -> None:
    async def script(connection: Connection) -> None:
        await connection.wait_audio(0.5)
        await connection.wire(noise)

    events, _server = run(listen(script, silent))

    assert [event.type for event in events].count("closed") == 1
    assert events[-1].type == "closed"

"""One suite that every engine passes: what a session may rely on."""

import asyncio
import wave
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import numpy as np
import pytest

from captioner.streaming import (
    SAMPLE_RATE,
    AudioFrame,
    Client,
    ConfigurationError,
    ServerCapabilities,
    StreamEvent,
    StreamingOptions,
)
from captioner.streaming.engines.deepgram import DeepgramEngine
from captioner.streaming.engines.engine import Engine, Link
from captioner.streaming.engines.local import LocalEngine
from captioner.streaming.engines.scripted import ScriptedEngine, Step, spoken
from captioner.streaming.events import AnyEvent
from tests import deepgram

SECONDS = 12


def _recorded_speech() -> np.ndarray:
    """The first seconds of the reading inside the engine's own wheel, at 16 kHz."""
    moonshine_voice = pytest.importorskip("moonshine_voice")
    with wave.open(f"{moonshine_voice.get_assets_path()}/two_cities.wav") as file:
        rate = file.getframerate()
        samples = np.frombuffer(file.readframes(rate * SECONDS), "<i2").reshape(-1, file.getnchannels())
    soxr = pytest.importorskip("soxr")
    return soxr.resample(samples[:, 0], rate, SAMPLE_RATE).astype(np.int16)


@dataclass
class Case:
    engine: Engine
    speech: np.ndarray  # int16, (n,)


def _script(channel: int) -> tuple[Step, ...]:
    return (
        *spoken("It was the best of times", 1.0, 3.0, channel),
        *spoken("it was the worst", 4.0, 6.0, channel),
    )


class ServedEngine:
    """Deepgram's engine, with a server of its own for each conversation."""

    capabilities = DeepgramEngine("wss://api.deepgram.com", None, ServerCapabilities()).capabilities

    async def connect(self, options: StreamingOptions) -> Link:
        lines = [
            line
            for channel in (0, 1)
            for line in (
                deepgram.spoken("It was the best of times", 1.0, 3.0, channel),
                deepgram.spoken("it was the worst", 4.0, 6.0, channel),
            )
        ]
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(deepgram.DeepgramServer(deepgram.says(*lines)))
            link = await DeepgramEngine(server.url, None, ServerCapabilities()).connect(options)
            served, part = stack.pop_all(), link.close

        async def close() -> None:
            await part()
            await served.aclose()

        link.close = close  # the link takes its server with it
        return link


@pytest.fixture(params=["scripted", "deepgram", pytest.param("local", marks=pytest.mark.engine)])
def case(request: pytest.FixtureRequest) -> Case:
    silence = np.zeros(SAMPLE_RATE * SECONDS, np.int16)
    match request.param:
        case "local":
            return Case(LocalEngine(), _recorded_speech())
        case "deepgram":
            return Case(ServedEngine(), silence)
        case _:
            return Case(ScriptedEngine((*_script(0), *_script(1))), silence)


async def _frames(samples: np.ndarray, start: int = 0) -> AsyncIterator[AudioFrame]:
    for position in range(0, len(samples), 800):
        yield AudioFrame(start + position, samples[position : position + 800])


async def _hear(case: Case, samples: np.ndarray, options: StreamingOptions, start: int = 0) -> list[AnyEvent]:
    quickly = replace(options, speed=10)  # a service is fed at the pace of speech
    async with Client(case.engine).listen.stream(quickly) as session:
        sending = asyncio.create_task(session.send_from(_frames(samples, start)))
        events = [event async for event in session]
        await sending
    return events


def _finals(events: list[AnyEvent]) -> list[StreamEvent.Transcript]:
    return [event for event in events if isinstance(event, StreamEvent.Transcript) and event.is_final]


@pytest.fixture
def heard(case: Case) -> list[AnyEvent]:
    return asyncio.run(_hear(case, case.speech[:, None], StreamingOptions()))


def test_the_events_begin_with_the_connection_and_end_with_closed(heard: list[AnyEvent]) -> None:
    assert [event.type for event in heard[:2]] == ["connecting", "connected"]
    assert [event.type for event in heard].count("closed") == 1
    assert isinstance(heard[-1], StreamEvent.Closed)
    assert heard[-1].reason == "finished"
    assert heard[-1].summary.audio == SECONDS


def test_speech_gives_words_in_order_inside_the_sound(heard: list[AnyEvent]) -> None:
    finals = _finals(heard)

    assert "best of times" in " ".join(event.transcript for event in finals).lower()
    assert all(0 <= event.start < event.end <= SECONDS for event in finals)
    assert [event.start for event in finals] == sorted(event.start for event in finals)


def test_each_segment_has_rising_revisions_and_one_final_that_is_its_last(heard: list[AnyEvent]) -> None:
    by_segment: dict[str, list[StreamEvent.Transcript]] = {}
    for event in heard:
        if isinstance(event, StreamEvent.Transcript):
            by_segment.setdefault(event.segment_id, []).append(event)

    assert by_segment
    for events in by_segment.values():
        revisions = [event.revision for event in events]
        assert revisions == sorted(set(revisions))
        assert [event.is_final for event in events] == [False] * (len(events) - 1) + [True]


def test_every_utterance_ends_exactly_once_behind_its_final(heard: list[AnyEvent]) -> None:
    kinds = [
        event.type
        for event in heard
        if isinstance(event, StreamEvent.UtteranceEnd)
        or (isinstance(event, StreamEvent.Transcript) and event.is_final)
    ]

    assert kinds == ["transcript", "utterance_end"] * len(_finals(heard))


def test_times_lie_on_the_clock_of_the_frames(case: Case) -> None:
    events = asyncio.run(_hear(case, case.speech[:, None], StreamingOptions(), start=100 * SAMPLE_RATE))

    assert all(100 <= event.start < event.end <= 100 + SECONDS for event in _finals(events))


def test_two_channels_are_heard_separately(case: Case) -> None:
    if isinstance(case.engine, LocalEngine):
        both = np.stack([np.zeros_like(case.speech), case.speech], axis=1)
        expected = {1}
    else:
        both = np.stack([case.speech, case.speech], axis=1)
        expected = {0, 1}

    events = asyncio.run(_hear(case, both, StreamingOptions(channels=2, multichannel=True)))

    assert {event.channel_index for event in _finals(events)} == expected


def test_finalize_settles_the_open_line_and_the_session_goes_on(case: Case) -> None:
    async def scene() -> list[AnyEvent]:
        events: list[AnyEvent] = []
        async with Client(case.engine).listen.stream(StreamingOptions()) as session:
            async for frame in _frames(case.speech[: 2 * SAMPLE_RATE, None]):
                await session.send(frame)
            await session.finalize()
            async for event in session:
                events.append(event)
                if isinstance(event, StreamEvent.Transcript) and event.is_final:
                    break
            async for frame in _frames(case.speech[2 * SAMPLE_RATE :, None], 2 * SAMPLE_RATE):
                await session.send(frame)
            await session.finish()
            return events + [event async for event in session]

    finals = _finals(asyncio.run(scene()))

    assert len(finals) >= 2
    assert finals[0].end <= 2.0


def test_a_session_without_sound_ends_at_once(case: Case) -> None:
    events = asyncio.run(_hear(case, np.zeros((0, 1), np.int16), StreamingOptions()))

    kinds = [event.type for event in events if not isinstance(event, StreamEvent.Metadata)]
    assert kinds == ["connecting", "connected", "closed"]


def test_too_many_channels_are_refused_before_anything_starts(case: Case) -> None:
    with pytest.raises(ConfigurationError, match="channels"):
        Client(case.engine).listen.stream(
            StreamingOptions(channels=case.engine.capabilities.max_channels + 1, multichannel=True)
        )

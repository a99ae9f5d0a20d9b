"""What a meeting says of itself while engines come and go."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

import pytest

from captioner.meeting.listener import Listener, State
from captioner.meeting.meeting import Meeting
from captioner.meeting.plan import Plan
from captioner.streaming import AudioFrame, Session, StreamingOptions
from captioner.streaming.engines.engine import LinkLost
from captioner.streaming.errors import AuthenticationError, NetworkError
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Transcript
from tests.counting import CountingEngine, Life, numbered
from tests.virtual_time import run

GONE = Life(refused=LinkLost("No way to Deepgram", error=NetworkError("No way to Deepgram")))
REFUSED = Life(refused=AuthenticationError("Deepgram does not know this key"))
LOCAL = {"name": "local", "tiles": False}


class Call:
    """A call of so many seconds, heard as it is said; every 100 ms carry their number."""

    channels = 1

    def __init__(self, seconds: float) -> None:
        self._numbers = range(1, round(seconds * 10))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        for number in self._numbers:
            await asyncio.sleep(0.1)
            yield numbered(number)


def _states(engine: CountingEngine, fallback: CountingEngine | None, seconds: float) -> list[State]:
    """What a meeting of that length was, one after the other."""
    states: list[State] = []

    class Diary(Listener):
        def state_changed(self, state: State) -> None:
            states.append(state)

    plan = Plan(
        title="Weekly",
        engine=engine.capabilities.name,
        session=Session(engine, StreamingOptions(overflow="drop_oldest"), fallback=fallback),
        open_source=lambda start: Call(seconds),
        source_names=lambda: ("system",),
        now=lambda: 0,
        assembler=Assembler(Transcript(), "balanced"),
    )
    run(Meeting(plan, [Diary()]).run())
    return states


def test_a_lost_line_is_told_until_it_is_back() -> None:
    engine = CountingEngine(Life(seconds=10), GONE, Life())

    states = _states(engine, None, 30)

    assert states[1:-2] == [State.LISTENING, State.RECONNECTING, State.LISTENING]


def test_another_engine_is_told_until_the_chosen_one_is_back() -> None:
    engine = CountingEngine(Life(seconds=10), Life(stalls=30), Life(), name="deepgram")

    states = _states(engine, CountingEngine(**LOCAL), 60)

    assert states[1:-2] == [State.LISTENING, State.RECONNECTING, State.FALLBACK, State.LISTENING]


@pytest.mark.parametrize(("life", "before"), [(REFUSED, []), (GONE, [State.RECONNECTING])])
def test_another_engine_that_listens_from_the_start_is_told(life: Life, before: list[State]) -> None:
    states = _states(CountingEngine(life, name="deepgram"), CountingEngine(**LOCAL), 30)

    assert states[1:-2] == [*before, State.FALLBACK]


def test_a_line_that_comes_late_is_listened_to() -> None:
    states = _states(CountingEngine(GONE, Life()), None, 10)

    assert states[:-2] == [State.STARTING, State.RECONNECTING, State.LISTENING]

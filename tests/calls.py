"""Calls of numbered sound, and what a session makes of them."""

import asyncio
import random
from dataclasses import dataclass, field

from captioner.streaming import AnyEvent, NetworkError, RateLimitError, Session, StreamEvent, StreamingOptions
from captioner.streaming.engines.engine import LinkLost
from captioner.streaming.retry import Retry
from tests.counting import CountingEngine, Life, numbered

GONE = Life(refused=LinkLost("No way to Deepgram", error=NetworkError("No way to Deepgram")))
AWAY = Life(refused=GONE.refused, stalls=3.0)
BUSY = Life(refused=LinkLost("busy", error=RateLimitError("busy")))


@dataclass
class Told:
    """What a session said, and when."""

    events: list[AnyEvent] = field(default_factory=list[AnyEvent])
    at: list[float] = field(default_factory=list[float])
    most_kept: float = 0.0

    @property
    def words(self) -> list[tuple[float, int]]:
        """The numbers of the text that is there at the end, each with its time where it has one."""
        lines: dict[str, StreamEvent.Transcript] = {}
        for event in self.events:
            match event:
                case StreamEvent.Transcript(segment_id=name, is_final=True):
                    assert name not in lines, "a final is frozen"
                    lines[name] = event
                case StreamEvent.Superseded(segment_ids=names):
                    for name in names:
                        del lines[name]
                case _:
                    pass
        return [
            (line.words[place].start if line.words else line.start, int(word))
            for line in sorted(lines.values(), key=lambda line: line.start)
            for place, word in enumerate(line.transcript.split())
        ]

    def heard(self, after: float) -> list[float]:
        """When text came of what was said after that."""
        return [
            at
            for at, event in zip(self.at, self.events, strict=True)
            if isinstance(event, StreamEvent.Transcript) and event.start >= after
        ]

    def of(self, kind: str) -> list[tuple[float, AnyEvent]]:
        """When events of this type came, and which."""
        return [(at, event) for at, event in zip(self.at, self.events, strict=True) if event.type == kind]


async def call(session: Session, seconds: float, pauses: range = range(0)) -> Told:
    """A call of that length: every 100 ms their number."""
    told = Told()
    loop = asyncio.get_running_loop()

    async def talk() -> None:
        began = loop.time()
        for number in range(1, round(seconds * 10)):
            await session.send(numbered(number if number not in pauses else 0))
            told.most_kept = max(told.most_kept, session.stats.kept)
            await asyncio.sleep(began + number * 0.1 - loop.time())
        await session.finish()

    async with session:
        talking = asyncio.create_task(talk())
        async for event in session:
            told.events.append(event)
            told.at.append(loop.time())
        await talking
    return told


def session_of(
    engine: CountingEngine, fallback: CountingEngine | None = None, *, backfill: bool = True
) -> Session:
    asked = StreamingOptions(overflow="drop_oldest", backfill=backfill)
    return Session(engine, asked, fallback=fallback, retry=Retry(uniform=random.Random(1).uniform))


def numbers(told: Told) -> list[int]:
    return [number for _start, number in told.words]


def numbers_of(seconds: float) -> list[int]:
    return list(range(1, round(seconds * 10)))


def is_on_time(told: Told) -> bool:
    return all(abs(start - number / 10) < 0.1 for start, number in told.words)

"""One conversation in numbered sound, with whatever goes wrong in it, in virtual time; and its verdict."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from captioner.streaming import DeepgramClient, Session, StreamingOptions
from captioner.streaming.client import Client
from captioner.streaming.errors import CaptionerError
from captioner.streaming.events import AnyEvent, TranscriptEvent
from captioner.transcript.model import Transcript
from tests.deepgram import DeepgramServer, Plan
from tests.faults_judge import Judgement, PlainAssembler, judge
from tests.numbered import SHIFT, Speech, number
from tests.numbered_engine import NumberedEngine
from tests.numbered_recogniser import Recogniser
from tests.virtual_time import run

LIVE_SECONDS = 6.0
"""A caption is live whose newest word is no older: a gap of 5 s may be caught up with, and interims come
once a second."""

FATAL = range(400, 406)

Trouble = Callable[[DeepgramServer], Awaitable[None]]
"""What happens to the server while the conversation goes on."""

Watch = Callable[[DeepgramServer, Transcript], Coroutine[Any, Any, None]]
"""What looks on while it goes on."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`plans`: what each attempt to connect meets; the last one serves all further attempts.

    `limit`: streams that the provider allows at once. `fallback`: an engine that takes over. `hole`,
    `shift`: see `Speech`. `keeps`: the events are kept in the verdict; hours of them would be more than all
    else.
    """

    plans: Sequence[Plan] = (Recogniser(),)
    trouble: Trouble | None = None
    seconds: float = 40.7
    channels: int = 1
    speed: float = 1.0
    narrow: bool = False
    limit: int | None = None
    fallback: bool = False
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    hole: tuple[float, float] | None = None
    shift: int = SHIFT
    seed: int = 1
    keeps: bool = True


@dataclass(slots=True)
class Verdict:
    """What came of a scene. Times in seconds of the loop's clock, which begins with the scene.

    `words`: said in all. `recovery`: from the moment the provider was well again to the first live caption,
    `filled`: until all that was said before it was final. `standstill`: the longest time without a new word,
    pauses of the speakers among it. `fastest`: the highest pace of a connection behind its first
    second, in times real time. `kept`: the most sound held, in seconds.
    """

    judgement: Judgement = field(default_factory=Judgement)
    violations: Counter[str] = field(default_factory=Counter[str])
    events: list[tuple[float, AnyEvent]] = field(default_factory=list[tuple[float, AnyEvent]])
    error: CaptionerError | None = None
    harmed_at: float | None = None
    words: int = 0
    recovery: float | None = None
    filled: float | None = None
    standstill: float = 0.0
    fastest: float = 0.0
    kept: float = 0.0
    attempts: int = 0
    fatal_attempts: int = 0

    def times(self, kind: type[AnyEvent]) -> list[float]:
        """When events of this kind came."""
        return [at for at, event in self.events if isinstance(event, kind)]

    @property
    def is_clean(self) -> bool:
        """Nothing lost, nothing twice, nothing out of order or place, nothing forbidden."""
        found = self.judgement
        wrong = found.lost or found.duplicated or found.disordered or found.strange or found.gaps
        return not wrong and not self.violations and found.worst_error <= 0.1


def play(scene: Scene, *, limit: float = 7200.0, watch: Watch | None = None) -> Verdict:
    """The whole conversation, in virtual time; `watch` goes on beside it."""
    random.seed(scene.seed)  # of the waits between two attempts
    return run(_play(scene, watch), limit=limit)


async def _play(scene: Scene, watch: Watch | None) -> Verdict:
    speech = Speech(scene.seconds, scene.channels, scene.seed, scene.hole, scene.shift)
    verdict, transcript = Verdict(), Transcript()
    server = DeepgramServer(*scene.plans, speed=scene.speed, narrow=scene.narrow, limit=scene.limit)
    async with server:
        beside = [asyncio.create_task(_trouble(scene, server), name="trouble")]
        if watch:
            beside.append(asyncio.create_task(watch(server, transcript), name="watch"))
        try:
            async with _session(scene, server) as session:
                talking = asyncio.create_task(_talk(session, speech, scene.speed, verdict), name="talk")
                try:
                    await _listen(session, transcript, verdict, keeps=scene.keeps)
                finally:
                    talking.cancel()
                    await asyncio.wait([talking])
        except CaptionerError as error:
            verdict.error = error
        for task in beside:
            task.cancel()
        await asyncio.wait(beside)
        _look_at(server, verdict)
    verdict.judgement = judge(transcript.rows, speech)
    verdict.words = sum(len(speech.numbers(channel)) for channel in range(scene.channels))
    _time(verdict, speech, scene.speed)
    return verdict


def _session(scene: Scene, server: DeepgramServer) -> Session:
    options = StreamingOptions(
        overflow="drop_oldest",
        channels=scene.channels,
        multichannel=scene.channels > 1,
        speed=scene.speed,
        **scene.options,
    )
    fallback = Client(NumberedEngine()) if scene.fallback else None
    return DeepgramClient("", base_url=server.url).listen.stream(options, fallback=fallback)


async def _trouble(scene: Scene, server: DeepgramServer) -> None:
    if scene.trouble:
        await scene.trouble(server)


async def _talk(session: Session, speech: Speech, speed: float, verdict: Verdict) -> None:
    """As a device does: each tenth of a second when it is over."""
    loop = asyncio.get_running_loop()
    for slot in range(speech.slots):
        if not speech.has_sound(slot):
            continue
        await asyncio.sleep((slot + 1) / 10 / speed - loop.time())
        try:
            await session.send(speech.frame(slot))
        except CaptionerError:
            return
        if slot % 10 == 0:
            verdict.kept = max(verdict.kept, session.stats.kept)
    await session.finish()


async def _listen(session: Session, transcript: Transcript, verdict: Verdict, *, keeps: bool) -> None:
    loop = asyncio.get_running_loop()
    assembler = PlainAssembler(transcript, "instant")
    async for event in session:
        assembler.apply(event)
        if keeps:
            verdict.events.append((loop.time(), event))


def _look_at(server: DeepgramServer, verdict: Verdict) -> None:
    for connection in server.connections:
        verdict.violations.update(connection.rules.violations)
        verdict.fastest = max(verdict.fastest, connection.rules.fastest)
    verdict.harmed_at = server.harmed_at
    verdict.attempts = len(server.handshakes)
    verdict.fatal_attempts = sum(handshake.status in FATAL for handshake in server.handshakes)


def _time(verdict: Verdict, speech: Speech, speed: float) -> None:
    """How long it took to be live again, and to have all that was said before."""
    back = verdict.harmed_at
    newest, newest_at = 0.0, 0.0
    settled: set[int] = set()
    for at, event in verdict.events:
        if not isinstance(event, TranscriptEvent):
            continue
        told = {found for found in map(number, event.transcript.split()) if found}
        end = max((speech.spoken_at(found) + 0.1 for found in told), default=0.0)
        if end > newest:
            verdict.standstill = max(verdict.standstill, at - newest_at)
            newest, newest_at = end, at
        if back is None or at <= back:
            settled |= told if event.is_final else set()
            continue
        if verdict.recovery is None and told and at - end / speed <= LIVE_SECONDS:
            verdict.recovery = at - back
        if event.is_final:
            if any(speech.spoken_at(found) / speed <= back for found in told - settled):
                verdict.filled = at - back
            settled |= told

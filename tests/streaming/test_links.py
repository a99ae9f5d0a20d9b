"""The conversations with an engine, one after the other."""

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from captioner.streaming import (
    SAMPLE_RATE,
    AnyEvent,
    AudioFrame,
    AuthenticationError,
    ConfigurationError,
    EngineFailedError,
    FormatError,
    RateLimitError,
    ServerError,
    StreamEvent,
    StreamingOptions,
)
from captioner.streaming.engines.engine import LinkLost
from captioner.streaming.engines.scripted import Break, ScriptedEngine, ScriptedLink, Step, spoken
from captioner.streaming.frames import Sound
from captioner.streaming.intake import Intake
from captioner.streaming.links import Links
from captioner.streaming.outlet import Outlet
from captioner.streaming.retry import Retry
from tests.virtual_time import run

Refusal = Exception | None


class _Engine(ScriptedEngine):
    """Refuses the attempts to connect that `refusals` holds an error for, and notes the options of all."""

    def __init__(self, *scripts: Sequence[Step], refusals: Sequence[Refusal] = ()) -> None:
        super().__init__(*scripts)
        self._refusals = list(refusals)
        self.options: list[StreamingOptions] = []

    async def connect(self, options: StreamingOptions) -> ScriptedLink:
        self.options.append(options)
        await asyncio.sleep(0.5)
        if self._refusals and (refusal := self._refusals.pop(0)):
            raise refusal
        return await super().connect(options)


class _Scene:
    """Links with all that stands around them. They wait a second after a loss."""

    def __init__(self, engine: ScriptedEngine, event_buffer: int = 1000) -> None:
        options = StreamingOptions(event_buffer=event_buffer)
        self.intake = Intake(options, lambda *gap: None, takes_encoded=False)
        self.outlet = Outlet(event_buffer)
        retry = Retry(3, uniform=lambda low, high: 1.0)
        self.links = Links(engine, options, self.intake, self.outlet, retry=retry)

    async def sound(self, seconds: float) -> None:
        start = self.intake.received
        await self.intake.put(AudioFrame(start, np.ones((round(seconds * SAMPLE_RATE), 1), np.int16)))

    @property
    def events(self) -> list[AnyEvent]:
        """All that came out so far."""
        events: list[AnyEvent] = []
        while event := self.outlet.main.take():
            events.append(event)
        return events


def _refused(error: RateLimitError | ServerError) -> LinkLost:
    return LinkLost(error.message, error=error)


async def _converse(scene: _Scene, seconds: float = 4.0) -> list[AnyEvent]:
    await scene.sound(seconds)
    scene.intake.finish()
    await scene.links.run()
    return scene.events


async def _converse_for(scene: _Scene, seconds: float) -> list[AnyEvent]:
    """Four seconds of sound, and a long silence until its end."""
    await scene.sound(4.0)
    running = asyncio.create_task(scene.links.run())
    await asyncio.sleep(seconds)
    scene.intake.finish()
    await running
    return scene.events


def _now() -> float:
    return asyncio.get_running_loop().time()


def test_a_loss_is_told_waited_for_and_made_good() -> None:
    engine = _Engine(
        (*spoken("Yes we can", 1.0, 2.0), (3.0, Break("the wire was cut"))), spoken("No", 0.5, 1.0)
    )

    events = run(_converse(_Scene(engine)))

    kinds = [event.type for event in events if not isinstance(event, StreamEvent.Transcript)]
    assert kinds == ["connected", "utterance_end", "disconnected", "reconnected", "utterance_end"]
    assert StreamEvent.Connected("scripted") in events
    assert StreamEvent.Disconnected("the wire was cut", 1.0) in events
    (back,) = [event for event in events if isinstance(event, StreamEvent.Reconnected)]
    assert (back.outage, back.replayed) == (1.5, pytest.approx(1.1))
    assert [link.is_closed for link in engine.links] == [True, True]


def test_refusals_before_the_first_connection_are_told_too() -> None:
    engine = _Engine((), refusals=[_refused(RateLimitError("busy", retry_after=7.0)), LinkLost("gone", 1011)])

    async def scene() -> tuple[list[AnyEvent], float]:
        return await _converse(_Scene(engine)), _now()

    events, seconds = run(scene())

    assert events[:3] == [
        StreamEvent.Disconnected("busy", 7.0),
        StreamEvent.Disconnected("gone", 1.0, 1011),
        StreamEvent.Connected("scripted"),
    ]
    assert seconds == pytest.approx(0.5 + 7 + 0.5 + 1 + 0.5)


def test_an_outage_is_counted_from_the_loss_over_all_attempts() -> None:
    engine = _Engine([(1.0, Break())], (), refusals=[None, LinkLost("still gone")])

    events = run(_converse(_Scene(engine)))

    assert [event.outage for event in events if isinstance(event, StreamEvent.Reconnected)] == [3.0]


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (LinkLost("no luck"), EngineFailedError),
        (AuthenticationError("no such key"), AuthenticationError),
    ],
)
def test_what_cannot_be_mended_is_raised_as_what_it_is(refusal: Exception, kind: type[Exception]) -> None:
    engine = _Engine((), refusals=[refusal] * 9)
    scene = _Scene(engine)

    with pytest.raises(kind, match=r"out of order|no luck|no such key"):
        run(_converse(scene))

    attempts = 4 if isinstance(refusal, LinkLost) else 1
    assert len(engine.options) == attempts
    assert [event.type for event in scene.events] == ["disconnected"] * (attempts - 1)
    assert not scene.links.ready.is_set()


def test_a_provider_that_is_not_there_at_the_start_is_waited_for_a_minute() -> None:
    scene = _Scene(_Engine((), refusals=[_refused(ServerError("out of order"))] * 99))

    async def wait() -> float:
        with pytest.raises(ServerError, match="out of order"):
            await _converse(scene)
        return _now()

    assert run(wait()) == pytest.approx(60, abs=1.5)
    assert not scene.links.ready.is_set()


def test_a_provider_that_was_there_is_waited_for_as_long_as_sound_comes() -> None:
    gone = [_refused(ServerError("out of order"))] * 900
    engine = _Engine([(1.0, Break())], (), refusals=[None, *gone])

    events = run(_converse_for(_Scene(engine), 1500.0))

    assert next(event.outage for event in events if isinstance(event, StreamEvent.Reconnected)) > 1000


def test_an_error_while_sound_is_given_closes_the_link_and_comes_out() -> None:
    class Deaf(ScriptedLink):
        async def send(self, sound: Sound) -> None:
            raise FormatError("what is that?")

    class DeafEngine(ScriptedEngine):
        async def connect(self, options: StreamingOptions) -> ScriptedLink:
            self.links.append(Deaf((), 1))
            return self.links[-1]

    engine = DeafEngine()

    with pytest.raises(FormatError, match="what is that"):
        run(_converse(_Scene(engine)))
    assert engine.links[0].is_closed


def test_finalize_stands_behind_all_that_was_sent_before_it() -> None:
    engine = _Engine(spoken("One two three four", 0.0, 4.0))

    async def scene() -> tuple[list[AnyEvent], float]:
        scene = _Scene(engine)
        running = asyncio.create_task(scene.links.run())
        await scene.links.ready.wait()
        await scene.sound(2.0)
        scene.links.finalize()
        await asyncio.sleep(1)
        events, given = scene.events, engine.links[0].seconds
        scene.intake.finish()
        await running
        return events, given

    events, given = run(scene())

    finals = [event for event in events if isinstance(event, StreamEvent.Transcript) and event.is_final]
    assert given == 2.0
    assert [event.transcript for event in finals] == ["One two"]


def test_the_engine_gets_nothing_while_events_are_not_read() -> None:
    engine = _Engine([step for at in range(20) for step in spoken("Yes", 0.0, 0.1, segment=f"{at}")])

    async def scene() -> tuple[float, float]:
        scene = _Scene(engine, event_buffer=10)
        running = asyncio.create_task(scene.links.run())
        await scene.links.ready.wait()
        for _ in range(40):
            await scene.sound(0.1)
        await asyncio.sleep(60)
        held_back = engine.links[0].seconds
        scene.intake.finish()
        while not running.done():
            assert scene.events or engine.links[0].seconds
            await asyncio.sleep(0.1)
        return held_back, engine.links[0].seconds

    held_back, in_the_end = run(scene())

    assert held_back < 1.0
    assert in_the_end == pytest.approx(4.0)


@pytest.mark.parametrize("step", range(0, 60, 2))
def test_cancelled_anywhere_the_link_is_closed_and_no_task_is_left(step: int) -> None:
    engine = ScriptedEngine((*spoken("Yes we can", 1.0, 2.0), (3.0, Break())), ())

    async def scene() -> set[str]:
        running = asyncio.create_task(_converse(_Scene(engine)))
        for _ in range(step):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait({running})
        return {task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()}

    assert run(scene()) == set()
    assert all(link.is_closed for link in engine.links)


# -- configure


class _Choosy(ScriptedLink):
    """Agrees to key terms, but for "bad", breaks at "fatal" and is slow at "slow"."""

    async def configure(self, keyterms: Sequence[str] | None, features: Mapping[str, bool]) -> None:
        if keyterms and "bad" in keyterms:
            raise ConfigurationError("keyterms: refused")
        if keyterms and "fatal" in keyterms:
            raise LinkLost("broke")
        if keyterms and "slow" in keyterms:
            await asyncio.sleep(1)
        await super().configure(keyterms, features)


class _ChoosyEngine(_Engine):
    async def connect(self, options: StreamingOptions) -> ScriptedLink:
        await super().connect(options)
        self.links[-1] = _Choosy([(1.0, Break())] if len(self.links) == 1 else (), 1)
        return self.links[-1]


async def _configured(keyterms: Sequence[str] | None, **features: bool) -> StreamingOptions:
    """The options of the connection after the one that was asked for this."""
    engine = _ChoosyEngine(())
    scene = _Scene(engine)
    running = asyncio.create_task(scene.links.run())
    await scene.links.ready.wait()
    await asyncio.sleep(0)
    try:
        await scene.links.configure(keyterms, features)
    finally:
        await scene.sound(1.0)
        scene.intake.finish()
        await running
    return engine.options[-1]


def test_what_was_changed_holds_for_later_connections_too() -> None:
    options = run(_configured(["one", "two words"], numerals=True))

    assert options.keyterm == ("one", "two words")
    assert options.numerals
    assert run(_configured(None, smart_format=False)).keyterm == ()
    assert run(_configured([])).keyterm == ()


def test_what_was_asked_of_a_connection_that_broke_holds_for_the_next() -> None:
    assert run(_configured(["fatal"])).keyterm == ("fatal",)


def test_two_changes_at_the_same_time_both_hold() -> None:
    engine = _ChoosyEngine(())

    async def scene() -> StreamingOptions:
        scene = _Scene(engine)
        running = asyncio.create_task(scene.links.run())
        await scene.links.ready.wait()
        await asyncio.sleep(0)
        await asyncio.gather(
            scene.links.configure(["slow"], {}), scene.links.configure(None, {"numerals": True})
        )
        await scene.sound(1.0)
        scene.intake.finish()
        await running
        return engine.options[-1]

    options = run(scene())

    assert (options.keyterm, options.numerals) == (("slow",), True)


def test_what_the_engine_refuses_changes_nothing() -> None:
    engine = _ChoosyEngine(())

    async def scene() -> None:
        scene = _Scene(engine)
        running = asyncio.create_task(scene.links.run())
        await scene.links.ready.wait()
        await asyncio.sleep(0)
        with pytest.raises(ConfigurationError, match="refused"):
            await scene.links.configure(["bad"], {})
        await scene.sound(1.0)
        scene.intake.finish()
        await running

    run(scene())

    assert [options.keyterm for options in engine.options] == [(), ()]


@pytest.mark.parametrize("name", ["model", "nonsense", "url", "encoding", "keyterm"])
def test_what_is_no_switch_is_refused_by_name(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        run(_configured(None, **{name: True}))


@pytest.mark.parametrize("name", ["multichannel", "interim_results", "diarize", "mip_opt_out"])
def test_only_formatting_can_be_switched_on_the_way(name: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        run(_configured(None, **{name: True}))


def test_what_is_changed_while_the_engine_is_away_holds_when_it_is_back() -> None:
    engine = _Engine([(1.0, Break())], ())

    async def scene(delay: float) -> list[tuple[str, ...]]:
        scene = _Scene(engine)
        running = asyncio.create_task(scene.links.run())
        await scene.links.ready.wait()
        await scene.sound(1.0)
        await asyncio.sleep(delay)
        await scene.links.configure(["one"], {})
        await scene.links.keep_alive()
        await asyncio.sleep(5)
        scene.intake.finish()
        await running
        return [tuple(engine.options[-1].keyterm), *engine.links[-1].configured]

    assert run(scene(0.5)) == [("one",)]  # between two attempts
    engine = _Engine([(1.0, Break())], ())
    assert run(scene(1.25))[-1] == ("one",)  # while the handshake is under way

"""Frames in: a played source, opened and closed as the person wishes."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Self

import pytest

from captioner.audio.source import Absent
from captioner.meeting.plan import Plan
from captioner.meeting.pump import Ear, Pump
from captioner.streaming import SAMPLE_RATE, Client, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.streaming.errors import SourceError
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Transcript
from tests.audio.virtual import run
from tests.meeting.devices import Mix
from tests.tape import Tape


@dataclass
class Scene:
    """A pump whose n-th tape begins at n times ten seconds; `told` is what could be seen at each change."""

    tape: Callable[[int], Tape]
    tapes: list[Tape] = field(default_factory=list[Tape])
    told: list[str] = field(default_factory=list[str])
    refusals: list[SourceError] = field(default_factory=list[SourceError])
    when_told: Callable[["Scene"], None] = lambda scene: None
    ears: list[Ear] = field(default_factory=list[Ear])

    def __post_init__(self) -> None:
        clock = iter(range(0, 10**9, 10 * SAMPLE_RATE))
        self.plan = Plan(
            title="Weekly",
            engine="scripted",
            session=Client(ScriptedEngine()).listen.stream(StreamingOptions()),
            open_source=self._open,
            source_names=lambda: ("system",),
            now=lambda: next(clock),
            assembler=Assembler(Transcript(), "balanced", {}),
        )
        self.pump = Pump(self.plan, self._note, self.refusals.append, self.ears)

    def _open(self, start: int) -> Tape:
        self.tapes.append(self.tape(start))
        return self.tapes[-1]

    def _note(self) -> None:
        pump = self.pump
        self.told.append("over" if pump.is_over else "paused" if pump.is_paused else str(bool(pump.source)))
        self.when_told(self)

    def play(self, act: Callable[[Pump], Awaitable[None]] | None = None) -> float:
        """Pump to the end, `act` beside it; returns the seconds that reached the session."""

        async def both() -> float:
            async with asyncio.timeout(5), self.plan.session as session:
                running = asyncio.create_task(self.pump.run())
                if act:
                    await act(self.pump)
                await running
                return session.stats.received

        return asyncio.run(both())


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - any condition, not only events
        await asyncio.sleep(0)


def test_every_frame_of_a_source_that_ends_reaches_the_session() -> None:
    scene = Scene(lambda start: Tape(start, 3))

    received = scene.play()

    assert received == 3.0
    assert scene.told == ["True", "over"]
    assert (scene.pump.source, scene.tapes[0].is_open) == (None, False)


def test_paused_the_source_is_closed_and_resumed_a_new_one_begins_at_the_clock() -> None:
    scene = Scene(lambda start: Tape(start, 1, endless=True))

    async def act(pump: Pump) -> None:
        await _until(lambda: scene.plan.session.stats.received >= 1)
        opened_at = pump.opened_at
        pump.pause()
        await _until(lambda: pump.is_paused)
        assert not scene.tapes[0].is_open
        pump.resume()
        await _until(lambda: len(scene.tapes) == 2 and scene.tapes[1].is_open)
        assert pump.opened_at == opened_at
        pump.stop()

    scene.play(act)

    assert [tape.start for tape in scene.tapes] == [0, 10 * SAMPLE_RATE]
    assert scene.told == ["True", "paused", "False", "True", "over"]


def test_stopped_it_closes_the_source_and_ends_although_the_sound_goes_on() -> None:
    scene = Scene(lambda start: Tape(start, 1, endless=True))

    async def act(pump: Pump) -> None:
        await _until(lambda: pump.source)
        pump.stop()

    scene.play(act)

    assert not scene.tapes[0].is_open


def test_stopped_while_paused_it_ends_without_opening_again() -> None:
    scene = Scene(lambda start: Tape(start, 1, endless=True))

    async def act(pump: Pump) -> None:
        await _until(lambda: pump.source)
        pump.pause()
        await _until(lambda: pump.is_paused)
        pump.stop()

    scene.play(act)

    assert len(scene.tapes) == 1


def test_stopped_by_whoever_is_told_of_the_pause_it_ends() -> None:
    def stop_when_paused(scene: Scene) -> None:
        if scene.told[-1] == "paused":
            scene.pump.stop()

    scene = Scene(lambda start: Tape(start, 1), when_told=stop_when_paused)
    scene.pump.pause()

    assert scene.play() == 0.0
    assert scene.tapes == []


def test_paused_before_it_ran_nothing_is_captured_until_it_is_resumed() -> None:
    scene = Scene(lambda start: Tape(start, 1))
    scene.pump.pause()

    async def act(pump: Pump) -> None:
        await _until(lambda: pump.is_paused)
        assert scene.tapes == []
        pump.resume()

    assert scene.play(act) == 1.0


def test_a_change_of_mind_before_the_pause_took_effect_goes_on() -> None:
    scene = Scene(lambda start: Tape(start, 1, endless=True))

    async def act(pump: Pump) -> None:
        await _until(lambda: pump.source)
        pump.pause()
        pump.resume()
        await _until(lambda: len(scene.tapes) == 2 and scene.tapes[1].is_open)
        pump.stop()

    scene.play(act)

    assert "paused" not in scene.told


def test_a_source_that_fails_is_over_and_its_error_is_raised() -> None:
    scene = Scene(lambda start: Tape(start, 1, fails=SourceError("The microphone was unplugged")))

    with pytest.raises(SourceError, match="unplugged"):
        scene.play()

    assert scene.pump.is_over
    assert not scene.tapes[0].is_open


def test_damage_is_known_behind_the_end_of_the_recording() -> None:
    scene = Scene(lambda start: Tape(start, 1, damage="only the first 1.0 s could be read"))

    before = scene.pump.damage
    scene.play()

    assert (before, scene.pump.damage) == (None, "only the first 1.0 s could be read")


def test_cancelled_it_closes_the_source() -> None:
    scene = Scene(lambda start: Tape(start, 1, endless=True))

    async def cancel() -> None:
        async with scene.plan.session:
            running = asyncio.create_task(scene.pump.run())
            await _until(lambda: scene.pump.source)
            running.cancel()
            await asyncio.wait({running})
            assert running.cancelled()

    asyncio.run(cancel())

    assert not scene.tapes[0].is_open


def test_ears_hear_every_frame_before_the_session_does() -> None:
    scene = Scene(lambda start: Tape(start, 1))
    heard: list[tuple[int, float]] = []
    scene.ears.append(lambda frame: heard.append((frame.start, scene.plan.session.stats.received)))

    scene.play()

    assert heard == [(start, pytest.approx(start / SAMPLE_RATE)) for start in range(0, SAMPLE_RATE, 1600)]


# -- other choices in a running meeting


@dataclass
class Desk:
    """A pump over a mix of two devices, by choices that a test changes while it runs."""

    names: list[str | None] = field(default_factory=lambda: ["microphone", "system"])
    ids: list[str | None] = field(default_factory=lambda: [None, None])
    refuses: SourceError | None = None
    mixes: list[Mix] = field(default_factory=list[Mix])

    def __post_init__(self) -> None:
        plan = Scene(lambda start: Tape(start, 1)).plan
        self.plan = replace(
            plan,
            session=Client(ScriptedEngine()).listen.stream(StreamingOptions(channels=2)),
            open_source=self._open,
            source_names=lambda: tuple(self.names),
            device_ids=lambda: tuple(self.ids),
            open_channel=lambda channel, start: Opened(self.names[channel], self.ids[channel], self.refuses),
            now=self._now,
        )
        self.pump = Pump(self.plan, lambda: None, lambda error: None)

    def _now(self) -> int:
        return round(asyncio.get_running_loop().time() * SAMPLE_RATE)

    def _open(self, start: int) -> Mix:
        self.mixes.append(Mix(self._now))
        self.mixes[-1].opens_in = 0.5
        return self.mixes[-1]

    def play(self, act: Callable[["Desk"], Awaitable[None]]) -> list[tuple[int, str]]:
        """`act` while it runs; returns which channel was opened anew, and with what."""

        async def both() -> None:
            async with self.plan.session:
                running = asyncio.create_task(self.pump.run())
                await asyncio.sleep(1)
                await act(self)
                self.pump.stop()
                await running

        run(both())
        return [(channel, str(source)) for mix in self.mixes for channel, source in mix.replaced]


class Opened(Absent):
    """A source that remembers what it is."""

    def __init__(self, name: str | None, device: str | None, refuses: SourceError | None) -> None:
        self._refuses = refuses
        self._words = f"{device or 'default'} {name}" if name else "nothing"

    def __str__(self) -> str:
        return self._words

    async def __aenter__(self) -> Self:
        if self._refuses:
            raise self._refuses
        return self


def test_only_the_channel_whose_choice_is_another_is_opened_anew() -> None:
    async def act(desk: Desk) -> None:
        desk.pump.follow_choices()
        await asyncio.sleep(1)
        desk.ids[1] = "usb"
        desk.pump.follow_choices()
        await asyncio.sleep(1)
        desk.names[0] = None
        desk.pump.follow_choices()
        await asyncio.sleep(1)

    assert Desk().play(act) == [(1, "usb system"), (0, "nothing")]


def test_in_a_pause_nothing_is_opened_and_behind_it_what_is_chosen_then() -> None:
    async def act(desk: Desk) -> None:
        desk.pump.pause()
        await asyncio.sleep(1)
        desk.ids[0] = "usb"
        desk.pump.follow_choices()
        desk.pump.resume()
        await asyncio.sleep(1)
        assert [mix.is_open for mix in desk.mixes] == [False, True]
        assert desk.pump.heard[0] == ("microphone", "usb")

    assert Desk().play(act) == []  # what was opened again was the new choice


def test_a_choice_that_changes_while_the_devices_open_is_followed_once_they_are() -> None:
    async def act(desk: Desk) -> None:
        desk.pump.pause()
        await asyncio.sleep(1)
        desk.pump.resume()
        await asyncio.sleep(0.25)
        desk.ids[0] = "usb"
        desk.pump.follow_choices()
        await asyncio.sleep(1)

    assert Desk().play(act) == [(0, "usb microphone")]


def test_a_channel_counts_as_heard_when_what_is_chosen_is_open() -> None:
    async def act(desk: Desk) -> None:
        assert desk.pump.heard == (("microphone", None), ("system", None))
        desk.names[0], desk.ids[1] = None, "usb"
        assert desk.pump.heard == (None, None)
        desk.pump.follow_choices()
        await asyncio.sleep(1)
        assert desk.pump.heard == (None, ("system", "usb"))

    Desk().play(act)


def test_a_device_that_cannot_be_opened_ends_nothing() -> None:
    async def act(desk: Desk) -> None:
        desk.refuses = SourceError("Another program holds it")
        desk.ids[0] = "usb"
        desk.pump.follow_choices()
        await asyncio.sleep(1)
        assert desk.pump.heard[0] == ("microphone", "usb")  # chosen, and lost: the mix says so
        desk.refuses = None
        desk.ids[0] = "camera"
        desk.pump.follow_choices()
        await asyncio.sleep(1)

    assert Desk().play(act) == [(0, "camera microphone")]

"""A running meeting whose devices go and come: what is said, what is missed, and when."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.mixer import MixedSource
from captioner.audio.source import Absent, Loss, Source
from captioner.meeting.listener import Listener, Notice, State
from captioner.meeting.meeting import Meeting
from captioner.meeting.plan import Plan
from captioner.streaming import SAMPLE_RATE, AnyEvent, AudioFrame, Client, StreamEvent, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine, spoken
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, GapRow, Row, Transcript
from captioner.transcript.store import Store
from tests.audio.virtual import ScriptedSource, live, run
from tests.meeting.devices import UNPLUGGED, Devices, Mix
from tests.tape import Tape


@dataclass
class Window(Listener):
    """What a window makes of a meeting. `seen`: each notice that came up, with its second."""

    rows: list[Row] = field(default_factory=list[Row])
    events: list[AnyEvent] = field(default_factory=list[AnyEvent])
    seen: list[tuple[float, str, str]] = field(default_factory=list[tuple[float, str, str]])
    notices: tuple[Notice, ...] = ()

    def heard(self, event: AnyEvent) -> None:
        self.events.append(event)

    def changed(self, change: Change) -> None:
        match change.kind:
            case "added":
                self.rows.insert(change.index, change.row)
            case "updated":
                self.rows[change.index] = change.row
            case "removed":
                del self.rows[change.index]

    def notices_changed(self, notices: tuple[Notice, ...]) -> None:
        now = round(asyncio.get_running_loop().time(), 2)
        self.seen += [(now, each.code, each.body) for each in notices if each not in self.notices]
        self.notices = notices

    @property
    def gaps(self) -> list[GapRow]:
        return [row for row in self.rows if isinstance(row, GapRow)]

    @property
    def gap_events(self) -> list[tuple[float, float]]:
        return [(event.start, event.end) for event in self.events if isinstance(event, StreamEvent.Gap)]


@dataclass
class Scene:
    """A meeting of two devices in virtual time; `awake` is moved to let the computer have slept."""

    store: Store | None = None
    is_telephone: Callable[[str], bool] = lambda name: False
    mixes: list[Mix] = field(default_factory=list[Mix])
    window: Window = field(default_factory=Window)
    devices: Devices = field(default_factory=Devices)
    names: list[str | None] = field(default_factory=lambda: ["microphone", "system"])
    ids: list[str | None] = field(default_factory=lambda: [None, None])
    open_mix: Callable[["Scene"], Source] | None = None
    slept: float = 0.0

    def __post_init__(self) -> None:
        self.clock = MeetingClock(seconds=lambda: asyncio.get_running_loop().time() + self.slept)
        engine = ScriptedEngine(spoken("Yes we can", 1.0, 2.0))
        options = StreamingOptions(channels=2, multichannel=True, overflow="drop_oldest")
        plan = Plan(
            title="Weekly",
            engine="scripted",
            session=Client(engine).listen.stream(options),
            open_source=self._open,
            source_names=lambda: tuple(self.names),
            now=self.clock.position,
            assembler=Assembler(Transcript(), "balanced"),
            store=self.store,
            device_ids=lambda: tuple(self.ids),
            open_channel=self._open_channel,
            is_telephone=self.is_telephone,
        )
        self.meeting = Meeting(plan, [self.window])

    def _open(self, start: int) -> Source:
        if self.open_mix:
            return self.open_mix(self)
        self.mixes.append(Mix(self.clock.position, self.devices))
        return self.mixes[-1]

    def _open_channel(self, channel: int, start: int) -> Source:
        return Tape(start, 1) if self.names[channel] else Absent()

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """It hears from second 0 on, and is stopped in the end."""
        task = asyncio.create_task(self.meeting.run())
        yield
        self.meeting.stop()
        await task


def _play(
    play: Callable[[Scene], Coroutine[Any, Any, None]], open_mix: Callable[[Scene], Source] | None = None
) -> Scene:
    async def scene() -> Scene:
        scene = Scene(open_mix=open_mix)
        async with scene.running():
            await play(scene)
        return scene

    return run(scene())


def test_an_unplugged_device_is_said_within_two_seconds_and_its_gap_is_exact() -> None:
    async def play(scene: Scene) -> None:
        await asyncio.sleep(10)
        scene.devices.unplug(0, 10.0)
        await asyncio.sleep(20)
        assert scene.window.gaps[0].end >= 28  # it grows while nothing is heard
        assert scene.meeting.levels[0] == -120 < scene.meeting.levels[1]
        scene.devices.plug(0, "Headset")
        await asyncio.sleep(5)

    scene = _play(play)

    ((second, code, _),) = scene.window.seen
    assert (code, scene.window.notices) == ("lost:microphone", ())
    assert second <= 11
    (gap,), ((start, end),) = scene.window.gaps, scene.window.gap_events
    assert (gap.start, gap.end, gap.cause) == (start, end, UNPLUGGED)
    assert (start, end) == (10.0, pytest.approx(30, abs=0.06))  # a frame


def test_while_both_are_lost_the_meeting_and_its_clock_go_on() -> None:
    async def play(scene: Scene) -> None:
        await asyncio.sleep(10)
        assert min(scene.meeting.levels) > -120
        for channel in (0, 1):
            scene.devices.unplug(channel, 10.0, "The sound server stopped")
        await asyncio.sleep(600)
        assert scene.meeting.state is State.LISTENING
        assert scene.meeting.levels == scene.meeting.peaks == (-120.0, -120.0)
        for channel in (0, 1):
            scene.devices.plug(channel, "Built-in Audio")
        await asyncio.sleep(5)

    scene = _play(play)

    (gap,), ((start, end),) = scene.window.gaps, scene.window.gap_events
    assert (gap.start, gap.end, gap.cause) == (start, end, "The sound server stopped")
    assert (start, end) == (10.0, pytest.approx(610, abs=0.06))
    assert scene.meeting.session.stats.received >= 614


def test_where_both_cease_what_was_said_is_settled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    async def play(scene: Scene) -> None:
        session = scene.meeting.session
        settle = session.finalize

        async def finalize() -> None:
            asked.append(asyncio.get_running_loop().time())
            await settle()

        monkeypatch.setattr(session, "finalize", finalize)
        await asyncio.sleep(10)
        assert asked == []
        for channel in (0, 1):
            scene.devices.unplug(channel, 10.0)
        await asyncio.sleep(60)

    _play(play)

    (at,) = asked
    assert 11.5 <= at <= 12.5


def test_a_device_that_is_lost_to_the_end_leaves_its_gap() -> None:
    async def play(scene: Scene) -> None:
        await asyncio.sleep(10)
        scene.devices.unplug(0, 10.0)
        await asyncio.sleep(10)

    (gap,) = _play(play).window.gaps

    assert (gap.start, gap.cause) == (10.0, UNPLUGGED)
    assert 19.7 <= gap.end <= 20.0


def test_a_pause_in_a_loss_is_not_part_of_the_gap() -> None:
    async def play(scene: Scene) -> None:
        await asyncio.sleep(10)
        scene.devices.unplug(0, 10.0)
        await asyncio.sleep(10)
        scene.meeting.pause()
        await asyncio.sleep(60)
        assert scene.window.notices == ()
        scene.devices.plug(0, "Headset")
        scene.meeting.resume()
        await asyncio.sleep(10)

    scene = _play(play)

    (gap,) = scene.window.gaps
    assert 19.7 <= gap.end <= 20.0


def test_the_sleep_of_the_computer_is_a_gap() -> None:
    async def play(scene: Scene) -> None:
        await asyncio.sleep(10)
        scene.slept = 3600
        await asyncio.sleep(10)

    (gap,) = _play(play).window.gaps

    assert gap.cause == "The computer was asleep"
    assert abs(gap.start - 10) <= 0.1
    assert abs(gap.end - 3610) <= 0.3


def _murmur(begin: float, end: float) -> list[tuple[float, AudioFrame]]:
    """The script of a device that hears a room."""
    room = np.random.default_rng(3).integers(20, 60, (320, 1), np.int16)
    return [(at, AudioFrame(frame.start, room)) for at, frame in live(begin, end)]


class Loose(ScriptedSource):
    """A device that is unplugged from second 10 to second 20, and says so half a second late."""

    device = "Headset"

    def __init__(self) -> None:
        super().__init__([*_murmur(0, 10), *_murmur(20, 30)])

    @property
    def loss(self) -> Loss | None:
        is_lost = 10.5 <= asyncio.get_running_loop().time() < 20
        return Loss(10 * SAMPLE_RATE, "unplugged", UNPLUGGED) if is_lost else None


@pytest.mark.parametrize("channel", [0, 1])
def test_a_device_of_a_real_mix_that_comes_back_ends_its_gap_to_the_sample(channel: int) -> None:
    async def play(scene: Scene) -> None:
        await asyncio.sleep(25)

    def open_mix(scene: Scene) -> Source:
        sources = [Loose(), ScriptedSource(_murmur(0, 30))]
        return MixedSource(sources[channel], sources[1 - channel], clock=scene.clock)

    scene = _play(play, open_mix)

    assert [code for _, code, _ in scene.window.seen] == [f"lost:{['microphone', 'system'][channel]}"]
    assert scene.window.notices == ()
    assert scene.window.gaps == [GapRow(10.0, 20.0, UNPLUGGED)]


def test_gaps_of_devices_are_saved_like_any_other(tmp_path: Path) -> None:
    async def scene() -> list[Row]:
        async with await Store.open(tmp_path / "captioner.db") as store:
            scene = Scene(store)
            async with scene.running():
                await _real(lambda: scene.window.rows)  # the database has a thread, and real time
                scene.devices.unplug(0, scene.clock.position() / SAMPLE_RATE)
                await _real(lambda: scene.window.gaps)
            assert scene.window.gap_events
            saved = [row for row in (await store.load()).rows if isinstance(row, GapRow)]
            assert saved == scene.window.gaps
            return list(saved)

    assert len(asyncio.run(scene())) == 1


def test_another_choice_is_heard_at_once_and_one_that_is_off_is_closed() -> None:
    async def play(scene: Scene) -> None:
        await asyncio.sleep(10)
        scene.names[0] = None
        scene.meeting.follow_choices()
        await asyncio.sleep(1)
        scene.ids[1] = "alsa_output.usb"
        scene.meeting.follow_choices()
        scene.names[0] = "microphone"
        await asyncio.sleep(1)

    scene = _play(play)

    (mix,) = scene.mixes
    assert [(channel, type(source)) for channel, source in mix.replaced] == [
        (0, Absent),
        (0, Tape),
        (1, Tape),
    ]
    assert scene.window.seen == []


def test_of_a_device_that_was_switched_off_while_lost_nothing_more_is_said() -> None:
    async def play(scene: Scene) -> None:
        await asyncio.sleep(10)
        scene.devices.unplug(0, 10.0)
        await asyncio.sleep(5)
        scene.names[0] = None
        scene.meeting.follow_choices()
        await asyncio.sleep(30)
        assert scene.window.notices == ()

    (gap,) = _play(play).window.gaps

    assert 15.0 <= gap.end <= 15.3


def test_a_headset_that_sounds_like_a_telephone_is_said_while_its_microphone_is_heard() -> None:
    asked: list[str] = []

    def is_telephone(name: str) -> bool:
        asked.append(name)
        return name == "Headset"

    async def scene() -> Window:
        scene = Scene(is_telephone=is_telephone)
        async with scene.running():
            await _real(lambda: scene.window.notices)
            scene.devices.names[0] = "Camera"
            await _real(lambda: not scene.window.notices)
        return scene.window

    window = run(scene())

    assert [code for _, code, _ in window.seen] == ["telephone:microphone"]
    assert asked == ["Headset", "Camera"]


def test_whether_a_headset_sounds_like_a_telephone_is_asked_again_whatever_the_system_raises() -> None:
    answers = [False, True, RuntimeError("PortAudio not initialized"), True]
    asked: list[float] = []

    async def scene() -> Window:
        loop = asyncio.get_running_loop()

        def is_telephone(name: str) -> bool:
            asked.append(loop.time())
            answer = answers[min(len(asked), len(answers)) - 1]
            if isinstance(answer, Exception):
                raise answer
            return answer

        scene = Scene(is_telephone=is_telephone)
        async with scene.running():
            for wished in (["telephone:microphone"], [], ["telephone:microphone"]):
                await _real(lambda: [each.code for each in scene.window.notices] == wished)  # noqa: B023
        return scene.window

    window = run(scene())

    assert [code for _, code, _ in window.seen] == ["telephone:microphone"] * 2
    assert 9 < asked[1] - asked[0] < 15


async def _real(condition: Callable[[], object]) -> None:
    """Wait for what a thread does, while virtual time goes on in small steps."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.05)
        time.sleep(0.001)  # noqa: ASYNC251 - the thread's turn

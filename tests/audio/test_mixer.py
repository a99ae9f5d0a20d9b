"""Two sources on one clock, in virtual time."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Self

import numpy as np
import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.mixer import MixedSource
from captioner.audio.source import Absent, Loss, Source
from captioner.streaming.errors import SourceError
from captioner.streaming.frames import AudioFrame
from tests.audio.virtual import ScriptedSource, VirtualLoop, live, run, sound

Given = tuple[float, AudioFrame]


async def mixed(microphone: ScriptedSource, system: ScriptedSource, *, until: float) -> list[Given]:
    """Every frame of the mix with the second at which it came."""
    loop = asyncio.get_running_loop()
    found: list[Given] = []
    async with MixedSource(microphone, system, clock=MeetingClock(seconds=loop.time)) as source:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(until):
                async for frame in source:
                    found += [(loop.time(), frame)]
    assert [microphone.is_open, system.is_open] == [False, False]
    return found


def column(found: list[Given], channel: int) -> list[int]:
    """The first sample of each frame."""
    return [int(frame.samples[0, channel]) for _, frame in found]


def test_two_live_sources_lie_side_by_side_without_waiting() -> None:
    found = run(mixed(ScriptedSource(live(0, 2, 11)), ScriptedSource(live(0, 2, 22)), until=1))

    assert len(found) == 19
    assert all(np.array_equal(frame.samples, np.tile([11, 22], (800, 1))) for _, frame in found)
    assert all(now - frame.end / 16_000 <= 0.0301 for now, frame in found)


def test_a_source_that_stalls_is_silence_and_holds_the_other_back_once() -> None:
    found = run(mixed(ScriptedSource(live(0, 2, 11)), ScriptedSource(live(0, 0.5, 22)), until=1.8))

    assert column(found, 0) == [11] * len(found)
    assert column(found, 1) == [22] * 10 + [0] * (len(found) - 10)
    behind = [now - frame.end / 16_000 for now, frame in found]
    assert max(behind) == pytest.approx(0.6, abs=0.002)
    assert max(behind[-5:]) == pytest.approx(0.15, abs=0.002)


def test_sound_that_comes_after_its_place_was_filled_is_dropped() -> None:
    late = [(0.9, sound(0, 8_000, 99)), *live(0.9, 1.5, 22)]

    found = run(mixed(ScriptedSource(live(0, 1.5, 11)), ScriptedSource(late), until=1.4))

    starts = [frame.start for _, frame in found]
    assert starts == list(range(0, 800 * len(found), 800))
    assert 99 not in column(found, 1)[:8]
    assert column(found, 1)[-5:] == [22] * 5


def test_where_neither_has_sound_there_is_a_hole_and_no_frame() -> None:
    script = [*live(0, 0.5), *live(3600, 3600.5)]

    found = run(mixed(ScriptedSource(script), ScriptedSource(script), until=3601))

    starts = [frame.start for _, frame in found]
    assert starts == [*range(0, 8_000, 800), *range(3600 * 16_000, 3600 * 16_000 + 8_000, 800)]


@pytest.mark.parametrize("late", [0.12, 0.55])
def test_a_source_that_is_late_within_the_patience_loses_nothing(late: float) -> None:
    found = run(mixed(ScriptedSource(live(0, 2, 11)), ScriptedSource(live(0, 2, 22, late=late)), until=1.5))

    assert set(column(found, 1)) == {22}


def test_a_blocked_loop_costs_no_sound() -> None:
    async def scenario() -> list[Given]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.call_at(0.513, loop.pass_time, 8.0)
        return await mixed(ScriptedSource(live(0, 10, 11)), ScriptedSource(live(0, 10, 22)), until=9.5)

    found = run(scenario())

    assert [frame.start for _, frame in found] == list(range(0, 800 * len(found), 800))
    assert set(column(found, 0)) == {11}
    assert set(column(found, 1)) == {22}
    assert found[-1][1].end > 9.3 * 16_000


def after_a_stop(second: float) -> list[Given]:
    """A program that stands still from 0.5 to 8.5 s; one source brings what came meanwhile at that second."""

    async def scenario() -> list[Given]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.call_at(0.513, loop.pass_time, 8.0)
        late = [(second, sound(8_000, round(second * 16_000) - 8_000, 22)), *live(second, 20, 22)]
        slow = ScriptedSource([*live(0, 0.5, 22), *late])
        return await mixed(ScriptedSource(live(0, 20, 11)), slow, until=14)

    return run(scenario())


def test_behind_a_stop_a_source_that_brings_its_sound_later_than_the_other_loses_nothing() -> None:
    found = after_a_stop(9.9)

    assert set(column(found, 0)) == {11}
    assert set(column(found, 1)) == {22}
    assert [frame.start for _, frame in found] == list(range(0, 800 * len(found), 800))


def test_behind_a_stop_a_source_that_brings_nothing_holds_the_other_back_two_seconds() -> None:
    found = after_a_stop(13.0)

    assert set(column(found, 0)) == {11}
    assert next(now for now, frame in found if frame.start > 8 * 16_000) == pytest.approx(10.5, abs=0.1)


def test_a_loop_blocked_while_one_source_stalls_catches_up_at_once() -> None:
    async def scenario() -> list[Given]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.call_at(1.013, loop.pass_time, 8.0)
        return await mixed(ScriptedSource(live(0, 10, 11)), ScriptedSource(live(0, 0.2, 22)), until=9.5)

    found = run(scenario())

    assert set(column(found, 0)) == {11}
    assert next(now for now, frame in found if frame.start > 8.5 * 16_000) < 9.2


def test_a_source_lost_for_good_is_silence_and_the_mix_goes_on() -> None:
    async def scenario() -> tuple[list[AudioFrame], MixedSource]:
        clock = MeetingClock(seconds=asyncio.get_running_loop().time)
        gone = ScriptedSource(live(0, 0.2), ends=0.3, error=SourceError("It is gone"))
        async with MixedSource(ScriptedSource(live(0, 1), ends=1), gone, clock=clock) as source:
            frames: list[AudioFrame] = []
            with pytest.raises(SourceError, match="It is gone"):
                frames.extend([frame async for frame in source])
            return frames, source

    _, source = run(scenario())

    assert source.losses == (None, Loss(round(0.2 * 16_000), "failed", "It is gone"))


def test_the_mix_ends_with_both_sources() -> None:
    found = run(mixed(ScriptedSource(live(0, 1), ends=1), ScriptedSource(live(0, 0.4), ends=0.4), until=5))

    assert found[-1][1].end == 16_000
    assert found[-1][0] == pytest.approx(1.01)


def refused(words: str = "There is none") -> ScriptedSource:
    return ScriptedSource([], refuses=SourceError(words, "Connect one"))


def test_a_source_that_does_not_open_leaves_the_other_alone_and_is_tried_until_it_does() -> None:
    async def scenario() -> list[Given]:
        found_later = [refused(), refused("It is held"), ScriptedSource(live(6, 9, 11))]
        tried: list[tuple[int, float]] = []

        def make(channel: int, start: int) -> Source:
            tried.append((channel, start / 16_000))
            return found_later[len(tried) - 1]

        async with heard(refused(), ScriptedSource(live(0, 9, 22)), make) as (source, found, task):
            await asyncio.sleep(3)
            assert source.losses == (Loss(0, "missing", "There is none", "Connect one"), None)
            await asyncio.sleep(2)
            assert source.losses == (Loss(0, "missing", "It is held", "Connect one"), None)
            await asyncio.sleep(3)
            assert source.losses == (None, None)
            assert tried == [(0, 2.0), (0, 4.0), (0, 6.0)]
            assert not task.done()
        assert not found_later[-1].is_open
        return found

    found = run(scenario())

    assert (between(found, 0, 6, 0), between(found, 6.1, 7.5, 0)) == ({0}, {11})
    assert between(found, 0, 7.5, 1) == {22}
    assert all(now - frame.end / 16_000 < 0.1 for now, frame in found if frame.end < 6 * 16_000)


@pytest.mark.parametrize("system", [refused("No loudspeaker"), Absent()], ids=["refused", "off"])
def test_without_any_source_that_opens_the_first_reason_is_raised(system: Source) -> None:
    async def scenario() -> None:
        async with heard(refused("No microphone"), system, lambda channel, start: refused()):
            pass

    with pytest.raises(SourceError, match="No microphone"):
        run(scenario())


def test_what_is_chosen_instead_of_a_missing_source_ends_the_search() -> None:
    async def scenario() -> None:
        tried: list[float] = []

        def make(channel: int, start: int) -> Source:
            tried.append(start / 16_000)
            return refused()

        async with heard(refused(), ScriptedSource(live(0, 20, 22)), make) as (source, found, _):
            await asyncio.sleep(3)
            await source.replace(0, ScriptedSource(live(3, 20, 33)))
            await asyncio.sleep(3)
            assert (source.losses, between(found, 3.2, 5.5, 0)) == ((None, None), {33})
            await source.replace(0, Absent())
            await asyncio.sleep(3)
            with pytest.raises(SourceError, match="It is held"):
                await source.replace(0, refused("It is held"))
            await asyncio.sleep(3)
            assert tried == [2.0, 11.0]
            assert source.losses[0]
            assert source.losses[0].cause == "failed"

    run(scenario())


def test_a_search_that_is_not_over_ends_with_the_mix() -> None:
    async def scenario() -> None:
        slow = SlowToOpen([])
        async with heard(refused(), ScriptedSource(live(0, 9)), lambda channel, start: slow):
            await asyncio.sleep(3)
        await asyncio.sleep(3)
        assert not slow.is_open

    run(scenario())


def test_it_is_told_which_sources_stand_in_for_another() -> None:
    class StandIn(ScriptedSource):
        substitute = True

    async def scenario() -> None:
        async with heard(StandIn([]), ScriptedSource([])) as (source, _, _):
            assert source.substitutes == (True, False)

    run(scenario())


def test_a_cancelled_wait_loses_nothing() -> None:
    async def scenario() -> list[int]:
        clock = MeetingClock(seconds=asyncio.get_running_loop().time)
        starts: list[int] = []
        async with MixedSource(ScriptedSource(live(0, 2)), ScriptedSource(live(0, 2)), clock=clock) as source:
            while len(starts) < 20:
                try:
                    async with asyncio.timeout(0.007):
                        starts.append((await anext(source)).start)
                except TimeoutError:
                    continue
        return starts

    assert run(scenario()) == list(range(0, 16_000, 800))


class Fading(ScriptedSource):
    """A live source that says at which seconds it is lost."""

    def __init__(self, script: list[Given], lost: tuple[float, float]) -> None:
        super().__init__(script)
        self._lost = lost

    @property
    def device(self) -> str | None:
        return None if self.loss else "Desk"

    @property
    def loss(self) -> Loss | None:
        begin, end = self._lost
        is_lost = begin <= asyncio.get_running_loop().time() < end
        return Loss(round(begin * 16_000), "unplugged", "It was unplugged") if is_lost else None


@contextlib.asynccontextmanager
async def heard(
    microphone: Source, system: Source, make: Callable[[int, int], Source] | None = None
) -> AsyncGenerator[tuple[MixedSource, list[Given], asyncio.Task[None]]]:
    """A mix, what it gave so far, and who listens to it."""
    loop = asyncio.get_running_loop()
    found: list[Given] = []
    clock = MeetingClock(seconds=loop.time)
    async with MixedSource(microphone, system, clock=clock, make=make) as source:

        async def listen() -> None:
            nonlocal found
            async for frame in source:
                found += [(loop.time(), frame)]

        task = asyncio.create_task(listen())
        try:
            yield source, found, task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def between(found: list[Given], begin: float, end: float, channel: int) -> set[int]:
    """What one channel gave in the frames that lie between two seconds."""
    inside = [
        frame for _, frame in found if frame.start >= begin * 16_000 and frame.end <= round(end * 16_000)
    ]
    return {int(value) for frame in inside for value in frame.samples[:, channel]}


def test_a_source_that_says_it_is_lost_is_not_waited_for() -> None:
    async def scenario() -> list[Given]:
        gone = Fading([*live(0, 2, 11), *live(4, 8, 12)], (2.3, 4.0))
        async with heard(gone, ScriptedSource(live(0, 8, 22))) as (source, found, _):
            await asyncio.sleep(3)
            assert source.losses == (Loss(round(2.3 * 16_000), "unplugged", "It was unplugged"), None)
            assert source.devices == (None, None)
            await asyncio.sleep(4)
            assert source.losses == (None, None)
            assert source.devices == ("Desk", None)
        return found

    found = run(scenario())

    assert max(now - frame.end / 16_000 for now, frame in found if 2.5 < now < 4) < 0.04
    assert between(found, 0, 7, 1) == {22}
    assert (between(found, 2, 4, 0), between(found, 4.2, 7, 0)) == ({0}, {12})


def test_behind_a_stop_a_source_may_say_it_is_lost_before_it_brings_what_waited() -> None:
    async def scenario() -> list[Given]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.call_at(0.513, loop.pass_time, 8.0)
        waited = [(9.3, sound(8_000, round(8.8 * 16_000), 22)), *live(9.3, 14, 22)]
        slow = Fading([*live(0, 0.5, 22), *waited], (8.5, 9.3))
        async with heard(ScriptedSource(live(0, 14, 11)), slow) as (_, found, _):
            await asyncio.sleep(12)
        return found

    found = run(scenario())

    assert (between(found, 0, 11.5, 0), between(found, 0, 11.5, 1)) == ({11}, {22})


def test_while_both_are_lost_there_is_a_hole_and_no_turn_is_wasted() -> None:
    async def scenario() -> list[Given]:
        script = [*live(0, 1, 11), *live(4, 6, 11)]
        async with heard(Fading(script, (1.0, 4.0)), Fading(script, (1.0, 4.0))) as (_, found, _):
            await asyncio.sleep(5.5)
        return found

    found = run(scenario())

    assert between(found, 0, 6, 0) == {11}
    assert not [frame for _, frame in found if 16_000 < frame.end < 4 * 16_000]


def test_another_source_takes_over_a_channel_and_the_other_channel_never_notices() -> None:
    async def scenario() -> list[Given]:
        old, new = ScriptedSource(live(0, 8, 11)), ScriptedSource(live(2, 8, 33))
        async with heard(old, ScriptedSource(live(0, 8, 22))) as (source, found, _):
            await asyncio.sleep(3)
            await source.replace(0, new)
            assert (old.is_open, new.is_open) == (False, True)
            await asyncio.sleep(3)
        assert not new.is_open
        return found

    found = run(scenario())

    assert between(found, 0, 5.5, 1) == {22}
    assert (between(found, 0, 2.9, 0), between(found, 3.2, 5.5, 0)) == ({11}, {33})
    assert [frame.start for _, frame in found] == list(range(0, 800 * len(found), 800))


def test_what_a_new_source_says_of_the_time_before_it_does_not_replace_what_was_heard() -> None:
    async def scenario() -> list[Given]:
        # Its second frame lies half before and half behind the end of what the old one gave.
        early = ScriptedSource(
            [(0.0, sound(0, 8_000, 99)), (3.0, sound(47_000, 1_600, 33)), *live(3.1, 8, 33)]
        )
        async with heard(ScriptedSource(live(0, 8, 11)), ScriptedSource(live(0, 8, 22))) as (mix, found, _):
            await asyncio.sleep(3)
            await mix.replace(0, early)
            await asyncio.sleep(1)
        return found

    found = run(scenario())

    assert 99 not in between(found, 0, 4, 0)
    old = np.concatenate([frame.samples[:, 0] for _, frame in found])[47_000:47_600]
    assert old.tolist() == [11] * 600


def test_a_channel_that_is_switched_off_is_closed_and_silent_until_it_is_switched_on() -> None:
    async def scenario() -> list[Given]:
        first, second = ScriptedSource(live(0, 9, 11)), ScriptedSource(live(0, 9, 33))
        async with heard(first, ScriptedSource(live(0, 9, 22))) as (source, found, _):
            await asyncio.sleep(2)
            await source.replace(0, Absent())
            assert (first.is_open, source.losses) == (False, (None, None))
            await asyncio.sleep(2)
            await source.replace(0, second)
            await asyncio.sleep(2)
        return found

    found = run(scenario())

    assert between(found, 0, 5.5, 1) == {22}
    assert (between(found, 2.1, 3.9, 0), between(found, 4.2, 5.5, 0)) == ({0}, {33})


def test_a_mix_with_both_channels_switched_off_waits_for_one_of_them() -> None:
    async def scenario() -> None:
        async with heard(ScriptedSource(live(0, 9)), ScriptedSource(live(0, 9))) as (source, found, task):
            await asyncio.sleep(1)
            for channel in (0, 1):
                await source.replace(channel, Absent())
            await asyncio.sleep(1)
            before = len(found)
            await asyncio.sleep(3)
            assert (len(found), task.done()) == (before, False)
            await source.replace(1, ScriptedSource(live(5, 9, 44)))
            await asyncio.sleep(2)
            assert between(found, 5.1, 6.5, 1) == {44}

    run(scenario())


def test_a_source_that_cannot_take_over_leaves_its_channel_silent_with_the_reason() -> None:
    async def scenario() -> list[Given]:
        old = ScriptedSource(live(0, 9, 11))
        broken = ScriptedSource([], refuses=SourceError("It is held", "Close it"))
        async with heard(old, ScriptedSource(live(0, 9, 22))) as (source, found, task):
            await asyncio.sleep(2)
            with pytest.raises(SourceError, match="It is held"):
                await source.replace(0, broken)
            assert source.losses == (Loss(round(1.98 * 16_000), "failed", "It is held", "Close it"), None)
            assert (old.is_open, broken.is_open) == (False, False)
            await asyncio.sleep(2)
            await source.replace(0, ScriptedSource(live(4, 9, 33)))
            assert source.losses == (None, None)
            await asyncio.sleep(2)
            assert not task.done()
        return found

    found = run(scenario())

    assert between(found, 0, 5.5, 1) == {22}
    assert (between(found, 2, 3.9, 0), between(found, 4.2, 5.5, 0)) == ({0}, {33})


class SlowToOpen(ScriptedSource):
    """Takes two seconds to open."""

    async def __aenter__(self) -> Self:
        await asyncio.sleep(2)
        return await super().__aenter__()


def test_a_change_of_mind_while_a_device_opens_leaves_the_channel_off_and_a_second_one_is_heard() -> None:
    async def scenario() -> None:
        slow = SlowToOpen(live(0, 9, 33))
        async with heard(ScriptedSource(live(0, 9, 11)), ScriptedSource(live(0, 9, 22))) as (mix, found, _):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1):
                    await mix.replace(0, slow)
            assert (slow.is_open, mix.losses) == (False, (None, None))
            await asyncio.sleep(1)
            await mix.replace(0, ScriptedSource(live(0, 9, 44)))
            await asyncio.sleep(1)
            assert (between(found, 0.2, 1.9, 0), between(found, 2.2, 2.8, 0)) == ({0}, {44})
            assert between(found, 0, 2.8, 1) == {22}

    run(scenario())


def test_a_source_that_opens_when_the_mix_is_left_is_closed_again() -> None:
    async def scenario() -> None:
        slow, late = SlowToOpen([]), ScriptedSource([], refuses=SourceError("It was opened"))
        async with heard(ScriptedSource(live(0, 9)), ScriptedSource(live(0, 9))) as (mix, _, _):
            opening = asyncio.create_task(mix.replace(0, slow))
            await asyncio.sleep(1)
        await opening
        await mix.replace(1, late)
        assert (slow.is_open, late.is_open) == (False, False)

    run(scenario())

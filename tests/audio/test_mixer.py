"""Two sources on one clock, in virtual time."""

import asyncio
import contextlib

import numpy as np
import pytest

from captioner.audio.clock import MeetingClock
from captioner.audio.mixer import MixedSource
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


def test_a_source_that_stalls_is_silence_and_holds_the_other_back_150_ms() -> None:
    found = run(mixed(ScriptedSource(live(0, 2, 11)), ScriptedSource(live(0, 0.5, 22)), until=1.5))

    assert column(found, 0) == [11] * len(found)
    assert column(found, 1) == [22] * 10 + [0] * (len(found) - 10)
    assert max(now - frame.end / 16_000 for now, frame in found) == pytest.approx(0.15, abs=0.002)


def test_sound_that_comes_after_its_place_was_filled_is_dropped() -> None:
    late = [(0.6, sound(0, 8_000, 99)), *live(0.6, 1.2, 22)]

    found = run(mixed(ScriptedSource(live(0, 1.2, 11)), ScriptedSource(late), until=1.1))

    starts = [frame.start for _, frame in found]
    assert starts == list(range(0, 800 * len(found), 800))
    assert 99 not in column(found, 1)[:8]
    assert column(found, 1)[-5:] == [22] * 5


def test_where_neither_has_sound_there_is_a_hole_and_no_frame() -> None:
    script = [*live(0, 0.5), *live(3600, 3600.5)]

    found = run(mixed(ScriptedSource(script), ScriptedSource(script), until=3601))

    starts = [frame.start for _, frame in found]
    assert starts == [*range(0, 8_000, 800), *range(3600 * 16_000, 3600 * 16_000 + 8_000, 800)]


def test_a_source_that_is_late_within_the_patience_loses_nothing() -> None:
    found = run(mixed(ScriptedSource(live(0, 2, 11)), ScriptedSource(live(0, 2, 22, late=0.12)), until=1))

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
        loop.call_at(0.513, loop.pass_time, 8.0)
        return await mixed(ScriptedSource(live(0, 10, 11)), ScriptedSource(live(0, 0.2, 22)), until=9)

    found = run(scenario())

    assert set(column(found, 0)) == {11}
    assert next(now for now, frame in found if frame.start > 8 * 16_000) < 8.7


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

    assert [str(error) for error in source.lost] == ["None", "It is gone"]


def test_the_mix_ends_with_both_sources() -> None:
    found = run(mixed(ScriptedSource(live(0, 1), ends=1), ScriptedSource(live(0, 0.4), ends=0.4), until=5))

    assert found[-1][1].end == 16_000
    assert found[-1][0] == pytest.approx(1.01)


def test_a_source_that_does_not_open_closes_the_other_and_says_why() -> None:
    microphone = ScriptedSource([])
    broken = ScriptedSource([], refuses=SourceError("No sound server", "Start it"))

    with pytest.raises(SourceError, match="No sound server"):
        run(mixed(microphone, broken, until=1))

    assert not microphone.is_open


def test_levels_and_silence_are_told_for_each_channel() -> None:
    async def scenario() -> tuple[tuple[float, ...], tuple[float, ...]]:
        clock = MeetingClock(seconds=asyncio.get_running_loop().time)
        system = ScriptedSource([*live(0, 0.5, 8_000), *live(0.5, 60, 0)])
        async with MixedSource(ScriptedSource(live(0, 60, 8_000)), system, clock=clock) as source:
            async for frame in source:
                if frame.end >= 40 * 16_000:
                    break
            return source.levels, source.silent_for

    levels, silent = run(scenario())

    assert levels == (pytest.approx(-12.25, abs=0.01), -120.0)
    assert silent[0] < 0.1
    assert silent[1] == pytest.approx(39.5, abs=0.1)


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

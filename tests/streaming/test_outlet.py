"""Where events come out, to several readers."""

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest

from captioner.streaming import AnyEvent, ClientError, StreamEvent
from captioner.streaming.delivery import Delivery
from captioner.streaming.events import SessionSummary
from captioner.streaming.outlet import SLOW_READER, Outlet

CLOSED = StreamEvent.Closed("finished", SessionSummary())


def _final(number: int) -> StreamEvent.Transcript:
    return StreamEvent.Transcript(f"0-{number}", 1, f"{number}", 0.0, 1.0, is_final=True)


def _finals(count: int) -> list[AnyEvent]:
    return [_final(number) for number in range(count)]


async def _all(events: AsyncIterator[AnyEvent]) -> list[AnyEvent]:
    return [event async for event in events]


def _warnings(events: list[AnyEvent]) -> list[str]:
    return [event.code for event in events if isinstance(event, StreamEvent.Warning)]


async def _is_held_back(outlet: Outlet) -> bool:
    waiting = asyncio.create_task(outlet.room())
    for _ in range(3):
        await asyncio.sleep(0)
    is_held_back = not waiting.done()
    waiting.cancel()
    return is_held_back


def test_every_reader_gets_every_event_in_order_from_when_it_came() -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        early = outlet.subscribe()
        outlet.put(_final(1))
        late = outlet.subscribe()
        outlet.put(_final(2))
        outlet.put(CLOSED)

        assert await _all(aiter(outlet.main)) == [_final(1), _final(2), CLOSED]
        assert await _all(early) == [_final(1), _final(2), CLOSED]
        assert await _all(late) == [_final(2), CLOSED]

    asyncio.run(scene())


@pytest.mark.parametrize("is_cut", [False, True])
def test_who_comes_after_the_end_is_told_of_it(is_cut: bool) -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        if is_cut:
            outlet.main.cut()
        outlet.put(CLOSED)

        async with asyncio.timeout(1):
            assert await _all(outlet.subscribe()) == [CLOSED]

    asyncio.run(scene())


def test_the_engine_is_held_back_until_half_of_the_events_are_read() -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        for event in _finals(10):
            outlet.put(event)
        assert not await _is_held_back(outlet)

        outlet.put(_final(10))
        assert await _is_held_back(outlet)

        for _ in range(6):  # eleven finals and a warning: six are left
            assert await outlet.main.get()
        assert await _is_held_back(outlet)
        assert await outlet.main.get()
        assert not await _is_held_back(outlet)

    asyncio.run(scene())


def test_a_slow_reader_is_warned_once_until_it_has_caught_up() -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        for event in _finals(30):
            outlet.put(event)
        outlet.put(CLOSED)
        events = await _all(aiter(outlet.main))

        assert _warnings(events) == [SLOW_READER]
        assert [event for event in events if isinstance(event, StreamEvent.Transcript)] == _finals(30)

        outlet = Outlet(10)
        for _ in range(2):
            for event in _finals(11):
                outlet.put(event)
            while len(outlet.main):
                await outlet.main.get()
            await outlet.room()
        for event in _finals(11):
            outlet.put(event)
        outlet.put(CLOSED)
        assert _warnings(await _all(aiter(outlet.main))) == [SLOW_READER]

    asyncio.run(scene())


@pytest.mark.parametrize("unread", [9, 10, 11])
def test_closed_is_the_last_event_for_everybody_however_many_are_unread(unread: int) -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        for event in _finals(unread):
            outlet.put(event)
        follower = outlet.subscribe()
        outlet.put(CLOSED)

        assert (await _all(aiter(outlet.main)))[-1] == CLOSED
        assert await _all(follower) == [CLOSED]

    asyncio.run(scene())


def test_a_follower_that_reads_just_in_time_is_not_cut_by_the_end() -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        follower = outlet.subscribe()
        for event in _finals(10):
            outlet.put(event)
        outlet.put(CLOSED)

        assert await _all(follower) == [*_finals(10), CLOSED]

    asyncio.run(scene())


def test_a_warning_stands_behind_the_event_that_was_one_too_many_for_everybody() -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        outlet.put(_final(0))
        assert await outlet.main.get()
        follower = outlet.subscribe()
        told: list[AnyEvent] = []
        for event in _finals(11):
            outlet.put(event)
            told.append(await anext(follower))
        told.append(await anext(follower))

        assert told[:-1] == _finals(11)
        assert _warnings(told) == [SLOW_READER]

    asyncio.run(scene())


def test_a_follower_that_does_not_read_is_cut_and_nobody_waits_for_it() -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        follower = outlet.subscribe()
        for event in _finals(30):
            outlet.put(event)
            assert await outlet.main.get() == event
            assert not await _is_held_back(outlet)

        told = [await anext(follower) for _ in range(11)]
        assert told == _finals(11)
        with pytest.raises(ClientError, match="More than 10 events"):
            await anext(follower)

    asyncio.run(scene())


def test_the_session_s_own_iterator_is_cut_when_only_followers_read() -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        follower = outlet.subscribe()
        told: list[AnyEvent] = []
        for event in _finals(30):
            outlet.put(event)
            told.append(await anext(follower))
            assert not await _is_held_back(outlet)
        outlet.put(CLOSED)

        assert told == _finals(30)
        assert await _all(follower) == [CLOSED]
        assert len(outlet.main) <= 11

    asyncio.run(scene())


def test_once_nobody_may_read_any_more_nothing_is_held_back() -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        for event in _finals(20):
            outlet.put(event)
        assert await _is_held_back(outlet)

        outlet.leave()

        assert not await _is_held_back(outlet)
        for event in _finals(20):
            outlet.put(event)
        assert not await _is_held_back(outlet)

    asyncio.run(scene())


def test_two_tasks_cannot_share_one_iterator() -> None:
    async def scene() -> None:
        outlet = Outlet(10)
        first = asyncio.create_task(outlet.main.get())
        await asyncio.sleep(0)
        with pytest.raises(ClientError, match="subscribe"):
            await outlet.main.get()
        outlet.put(_final(1))
        assert await first == _final(1)

    asyncio.run(scene())


def test_subscribers_that_were_forgotten_are_forgotten_here_too() -> None:
    def kept() -> int:
        gc.collect()
        return sum(isinstance(one, Delivery) for one in gc.get_objects())

    async def scene() -> int:
        outlet = Outlet(10)
        before = kept()
        for _ in range(5):
            outlet.subscribe()
        for event in _finals(20):
            outlet.put(event)
            outlet.main.take()
        return kept() - before

    assert asyncio.run(scene()) == 0


def test_whoever_has_left_is_not_warned_any_more() -> None:
    async def scene() -> list[str]:
        outlet = Outlet(10)
        outlet.leave()
        for event in _finals(40):
            await outlet.room()
            outlet.put(event)
        outlet.put(CLOSED)
        return _warnings(await _all(aiter(outlet.main)))

    assert asyncio.run(scene()) == []

"""From a thread to the loop."""

import asyncio
import threading

import pytest

from captioner.audio.feed import Feed
from captioner.streaming.errors import SourceError
from tests.audio.virtual import sound


async def rest_of(feed: Feed) -> list[int]:
    starts: list[int] = []
    while True:
        try:
            starts.append((await feed.get()).start)
        except StopAsyncIteration:
            return starts


def test_what_a_thread_puts_arrives_in_order() -> None:
    async def scenario() -> list[int]:
        feed = Feed(5, waits=True)

        def fill() -> None:
            for start in range(500):
                feed.put(sound(start, 1))
            feed.end()

        thread = threading.Thread(target=fill)
        thread.start()
        starts = await rest_of(feed)
        thread.join()
        return starts

    assert asyncio.run(scenario()) == list(range(500))


def test_a_device_that_is_not_read_loses_its_oldest_frames() -> None:
    async def scenario() -> list[int]:
        feed = Feed(3, waits=False)
        for start in range(10):
            feed.put(sound(start, 1))
        feed.end()
        return await rest_of(feed)

    assert asyncio.run(scenario()) == [7, 8, 9]


def test_an_error_comes_after_what_was_put_before_it() -> None:
    async def scenario() -> int:
        feed = Feed(3, waits=False)
        feed.put(sound(7, 1))
        feed.end(SourceError("It broke"))
        first = (await feed.get()).start
        with pytest.raises(SourceError, match="It broke"):
            await feed.get()
        return first

    assert asyncio.run(scenario()) == 7


def test_closing_frees_a_thread_that_waits_for_room() -> None:
    async def scenario() -> list[bool]:
        feed = Feed(1, waits=True)
        answers: list[bool] = []
        thread = threading.Thread(target=lambda: answers.extend(feed.put(sound(n, 1)) for n in range(2)))
        thread.start()
        await feed.get()
        feed.close()
        await asyncio.to_thread(thread.join)
        answers.append(feed.put(sound(9, 1)))
        return answers

    assert asyncio.run(scenario())[-1] is False


def test_only_the_first_end_counts() -> None:
    async def scenario() -> None:
        feed = Feed(3, waits=False)
        feed.end(SourceError("It broke"))
        feed.end()
        with pytest.raises(SourceError, match="It broke"):
            await feed.get()

    asyncio.run(scenario())

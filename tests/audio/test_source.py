"""The port of sound sources, and the one source that is nothing."""

import asyncio

from captioner.audio.source import Absent, Source
from captioner.streaming.frames import AudioFrame


async def _all_of(source: Source) -> list[AudioFrame]:
    async with source as opened:
        return [frame async for frame in opened]


def test_a_source_that_is_switched_off_ends_at_once_without_a_frame() -> None:
    assert asyncio.run(_all_of(Absent())) == []


def test_a_source_that_is_switched_off_may_be_entered_again() -> None:
    source = Absent()

    asyncio.run(_all_of(source))

    assert asyncio.run(_all_of(source)) == []


def test_a_source_that_is_switched_off_is_one_channel_of_which_nothing_is_lost() -> None:
    source = Absent()

    assert (source.channels, source.device, source.loss) == (1, None, None)

"""How long is waited."""

import asyncio

import pytest

from captioner.streaming.engines.deepgram_patience import Patience, in_time
from tests.streaming.engines.deepgram_talk import now, stand_still
from tests.virtual_time import run


@pytest.mark.parametrize(
    ("speed", "sound", "answer"), [(1.0, 4.0, 10.0), (2.0, 2.0, 5.0), (50.0, 0.08, 1.0), (0.5, 4.0, 10.0)]
)
def test_sound_follows_the_speed_and_machines_follow_it_down_to_a_second(
    speed: float, sound: float, answer: float
) -> None:
    patience = Patience(speed)

    assert (patience.sound(4.0), patience.answer(10.0)) == (sound, answer)


def test_what_takes_less_than_a_second_is_given_its_time_at_any_speed() -> None:
    assert Patience(8.0).answer(0.25) == 0.25


def test_what_is_never_done_is_waited_for_so_long() -> None:
    async def scene() -> tuple[bool, float]:
        return await in_time(asyncio.get_running_loop().create_future(), 5.0), now()

    assert run(scene()) == (False, 5.0)


@pytest.mark.parametrize("at", [0.0, 0.9, 1.1, 4.5, 4.8])
def test_time_in_which_the_loop_stood_still_does_not_count(at: float) -> None:
    async def scene() -> tuple[bool, float]:
        done = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(at, stand_still, 8.0)
        asyncio.get_running_loop().call_later(4.9, done.set_result, None)
        return await in_time(done, 5.0), now()

    is_done, time = run(scene())

    assert is_done
    assert time == pytest.approx(at + 8.0 if at + 8.0 > 4.9 else 4.9)

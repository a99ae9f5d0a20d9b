"""The engine that plays a script; what every engine promises stands in test_contract."""

import asyncio

import numpy as np
import pytest

from captioner.streaming import SAMPLE_RATE, AudioFrame, StreamEvent, StreamingOptions
from captioner.streaming.engines.engine import LinkLost, LinkMessage, Progress
from captioner.streaming.engines.scripted import Break, ScriptedEngine, ScriptedLink, Step, spoken


def _sound(seconds: float, channels: int = 1) -> AudioFrame:
    return AudioFrame(0, np.zeros((round(seconds * SAMPLE_RATE), channels), np.int16))


async def _link(*script: Step, channels: int = 1) -> ScriptedLink:
    options = StreamingOptions(channels=channels, multichannel=channels > 1)
    return await ScriptedEngine(script).connect(options)


async def _all_of(link: ScriptedLink) -> list[LinkMessage]:
    await link.finish()
    return [message async for message in link]


def _texts(messages: list[LinkMessage]) -> list[tuple[str, bool]]:
    return [
        (message.transcript, message.is_final)
        for message in messages
        if isinstance(message, StreamEvent.Transcript)
    ]


def test_a_line_grows_by_words_then_is_final_and_its_utterance_ends() -> None:
    steps = spoken("Yes we can", 1.0, 4.0, channel=1, segment="a")

    assert [at for at, _ in steps] == [2.0, 3.0, 4.0, 4.0, 4.0]
    assert [step.transcript for _, step in steps if isinstance(step, StreamEvent.Transcript)] == [
        "Yes",
        "Yes we",
        "Yes we can",
        "Yes we can",
    ]
    assert steps[-1][1] == StreamEvent.UtteranceEnd(4.0, "pause", 1)


def test_a_step_is_said_once_so_much_sound_was_given_and_only_then() -> None:
    async def scene() -> list[tuple[str, bool]]:
        link = await _link(*spoken("Yes we can", 1.0, 4.0))
        for _ in range(30):
            await link.send(_sound(0.1))
        await link.close()
        return _texts(await _all_of(link))[:-1]

    assert asyncio.run(scene()) == [("Yes", False), ("Yes we", False)]


def test_steps_are_said_in_the_order_of_their_time() -> None:
    async def scene() -> list[tuple[str, bool]]:
        link = await _link(*spoken("Later", 3.0, 4.0), *spoken("First", 1.0, 2.0))
        await link.send(_sound(5))
        return _texts(await _all_of(link))

    assert asyncio.run(scene()) == [("First", False), ("First", True), ("Later", False), ("Later", True)]


def test_the_end_of_sound_settles_an_open_line_with_its_newest_words() -> None:
    async def scene() -> list[LinkMessage]:
        link = await _link(*spoken("Yes we can", 1.0, 4.0))
        await link.send(_sound(3))
        return await _all_of(link)

    messages = asyncio.run(scene())

    assert _texts(messages)[-1] == ("Yes we", True)
    assert messages[-1] == StreamEvent.UtteranceEnd(3.0, "finish")


def test_a_break_is_raised_behind_all_that_was_said_before_it() -> None:
    heard: list[LinkMessage] = []

    async def scene() -> None:
        link = await _link(*spoken("Yes", 0.5, 1.0), (1.5, Break("the wire was cut")))
        await link.send(_sound(2))
        async for message in link:
            heard.append(message)  # noqa: PERF401 - it raises behind the last one

    with pytest.raises(LinkLost, match="the wire was cut"):
        asyncio.run(scene())
    assert _texts(heard) == [("Yes", False), ("Yes", True)]


def test_each_link_plays_its_own_script_and_the_last_one_serves_the_rest() -> None:
    engine = ScriptedEngine(spoken("One", 0, 1), spoken("Two", 0, 1))

    async def scene() -> list[str]:
        texts: list[str] = []
        for _ in range(3):
            link = await engine.connect(StreamingOptions())
            await link.send(_sound(1))
            texts.append(_texts(await _all_of(link))[-1][0])
        return texts

    assert asyncio.run(scene()) == ["One", "Two", "Two"]
    assert [link.seconds for link in engine.links] == [1.0, 1.0, 1.0]


def test_an_open_line_holds_back_the_horizon_of_its_own_channel_only() -> None:
    async def scene() -> list[LinkMessage]:
        link = await _link(*spoken("Yes we can", 1.0, 4.0, channel=1), channels=2)
        await link.send(_sound(3, channels=2))
        return await _all_of(link)

    progress = [message for message in asyncio.run(scene()) if isinstance(message, Progress)]

    assert progress == [Progress(0, 3.0, 3.0), Progress(1, 3.0, 1.0)]

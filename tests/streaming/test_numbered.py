"""The instruments of the fault tests: numbered sound, what hears it, and a conversation without faults."""

import asyncio
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import SAMPLE_RATE, AudioFrame, StreamEvent, StreamingOptions
from tests.faults_scene import Scene, play
from tests.numbered import CHANNEL, SLOT, Speech, number, runs, samples, word
from tests.numbered_ear import Ear
from tests.numbered_engine import NumberedEngine
from tests.virtual_time import run

NUMBERS = st.one_of(st.integers(1, 300_000), st.integers(CHANNEL + 1, CHANNEL + 300_000))


@given(NUMBERS, st.integers(0, SLOT - 2), st.integers(0, SLOT))
def test_any_cut_of_a_tenth_tells_its_number(told: int, begin: int, end: int) -> None:
    cut = samples(told)[begin : max(begin + 2, end)]

    assert list(runs(cut)) == [(told, len(cut))]


def test_silence_and_neighbours_are_told_apart() -> None:
    sound = np.concatenate([samples(0)[:7], samples(8191), samples(8192), samples(0)])

    assert list(runs(sound)) == [(0, 7), (8191, SLOT), (8192, SLOT), (0, SLOT)]


def test_a_word_says_its_number_and_its_time() -> None:
    assert (word(123), number("w00123"), number("w1x"), number("hello")) == ("w00123", 123, None, None)
    assert Speech(0).spoken_at(123) == Speech(0).spoken_at(CHANNEL + 123) == pytest.approx(12.23)


def test_the_speech_begins_and_ends_with_words_and_has_pauses_of_all_lengths() -> None:
    speech = Speech(300)

    numbers = speech.numbers()
    pauses = {b - a - 1 for a, b in pairwise(numbers)} - {0}
    assert numbers[-1] == 2999
    assert min(pauses) <= 5
    assert max(pauses) >= 20


@pytest.mark.parametrize("piece", [SLOT, 777, 48_000])
def test_finals_tile_the_time_line_whatever_the_pieces_of_sound(piece: int) -> None:
    speech = Speech(60)
    sound = np.concatenate([speech.frame(slot).samples[:, 0] for slot in range(speech.slots)])
    ear = Ear(0, 1, "request")

    said = []
    for at in range(0, len(sound), piece):
        ear.add(sound[at : at + piece])
        said += ear.say()
    finals = [message for message in (*said, *ear.end()) if message.get("is_final")]

    ends = [final["start"] + final["duration"] for final in finals]
    assert [final["start"] for final in finals] == pytest.approx([0.0, *ends[:-1]])
    assert ends[-1] == pytest.approx(60.0)
    words = " ".join(final["channel"]["alternatives"][0]["transcript"] for final in finals).split()
    assert [number(text) for text in words] == speech.numbers()


def test_a_word_that_is_cut_is_told_by_nobody() -> None:
    sound = np.concatenate([samples(5), samples(6), samples(7)])

    for cut in range(SLOT + 200, 2 * SLOT - 200, 100):
        said: list[str] = []
        for part in (sound[:cut], sound[cut:]):
            ear = Ear(0, 1, "request")
            ear.add(part)
            (final,) = [message for message in ear.settle() if message["is_final"]]
            said += final["channel"]["alternatives"][0]["transcript"].split()
        assert said == ["w00005", "w00007"], cut


@pytest.mark.parametrize("channels", [1, 2])
def test_a_conversation_without_faults_is_told_word_for_word(channels: int) -> None:
    verdict = play(Scene(seconds=60, channels=channels))

    assert verdict.is_clean
    assert verdict.error is None
    assert (verdict.attempts, verdict.harmed_at, verdict.recovery) == (1, None, None)
    assert verdict.fastest == pytest.approx(1.0)
    kinds = {type(event) for _at, event in verdict.events}
    assert {StreamEvent.SpeechStarted, StreamEvent.UtteranceEnd, StreamEvent.Metadata} <= kinds


def test_the_second_engine_tells_it_in_lines_without_word_times() -> None:
    speech = Speech(60)

    async def listen() -> list[StreamEvent.Transcript]:
        link = await NumberedEngine().connect(StreamingOptions())
        for slot in range(speech.slots):
            await link.send(speech.frame(slot))
        await link.finish()
        return [said async for said in link if isinstance(said, StreamEvent.Transcript) and said.is_final]

    lines = run(listen())

    assert [number(text) for line in lines for text in line.transcript.split()] == speech.numbers()
    assert not any(line.words for line in lines)
    assert max(line.duration for line in lines) <= 8.1


def test_the_second_engine_takes_time() -> None:
    async def load() -> float:
        link = await NumberedEngine().connect(StreamingOptions())
        await link.send(AudioFrame(0, np.zeros((SAMPLE_RATE, 1), np.int16)))
        return asyncio.get_running_loop().time()

    assert run(load()) == pytest.approx(0.9)

import numpy as np
import pytest

from captioner.audio.echo import Echo, EchoMeter, seconds
from tests.audio.voices import Sound, frames, heard, voice

LENGTH = 24.0
OTHERS = voice(LENGTH, 1, 190.0)
MINE = voice(LENGTH, 2)
ROOM = np.random.default_rng(3).normal(0, 0.0005, len(OTHERS))


def at(sound: Sound, start: float, end: float) -> Sound:
    """The sound between two times, silence around it."""
    part = np.zeros_like(sound)
    part[round(start * 16_000) : round(end * 16_000)] = sound[round(start * 16_000) : round(end * 16_000)]
    return part


def meter(microphone: Sound, system: Sound) -> EchoMeter:
    made = EchoMeter()
    for frame in frames(microphone, system):
        made.hear(frame)
    return made


def asked(made: EchoMeter, start: float, end: float) -> Echo:
    echo = made.ask(start, end)
    assert echo is not None
    return echo


@pytest.mark.parametrize(("gain", "lag"), [(0.25, 0.04), (0.05, 0.45), (0.7, 0.2), (0.4, 0.01)])
def test_the_loudspeaker_alone_is_found_with_its_lag_and_gain(gain: float, lag: float) -> None:
    echo = asked(meter(heard(OTHERS, gain, lag) + ROOM, OTHERS), 12.0, 18.0)

    assert echo.lag == pytest.approx(lag, abs=0.011)
    assert echo.gain == pytest.approx(20 * np.log10(gain), abs=1.5)
    assert seconds(echo.own) == 0
    assert seconds(echo.echoed) > 1.5


@pytest.mark.parametrize("gain", [0.1, 0.25, 0.5])
def test_a_voice_of_its_own_shows_while_the_loudspeaker_plays(gain: float) -> None:
    echo = asked(meter(at(MINE, 15.0, 17.0) + heard(OTHERS, gain, 0.1) + ROOM, OTHERS), 12.0, 20.0)

    assert seconds(echo.own, 14.9, 17.1) > 0.5
    assert seconds(echo.own) == pytest.approx(seconds(echo.own, 14.9, 17.1))
    assert seconds(echo.echoed, 12.0, 14.9) > 0.7


def test_two_voices_at_once_without_an_echo_are_no_echo() -> None:
    made = meter(MINE + ROOM, OTHERS)

    assert all(made.ask(start, start + 3.0) is None for start in np.arange(1.0, 20.0, 1.0))


def test_the_same_short_words_at_the_same_time_are_no_echo() -> None:
    word = at(OTHERS, 12.0, 12.4)
    system = at(OTHERS, 0.0, 8.0) + word
    made = meter(0.5 * word + at(MINE, 9.0, 11.0) + ROOM, system)

    assert made.ask(11.8, 12.6) is None


def test_silence_of_the_system_is_no_echo() -> None:
    made = meter(at(MINE, 14.0, 18.0) + heard(at(OTHERS, 0.0, 10.0), 0.25, 0.1) + ROOM, at(OTHERS, 0.0, 10.0))

    assert made.ask(13.0, 18.0) is None


def test_a_loudspeaker_that_was_switched_off_is_not_heard_any_more() -> None:
    made = meter(heard(at(OTHERS, 0.0, 12.0), 0.25, 0.1) + at(MINE, 14.0, 16.0) + ROOM, OTHERS)

    assert made.ask(2.0, 11.0) is not None
    assert made.ask(14.0, 15.9) is None


@pytest.mark.parametrize(("gain", "lag"), [(0.3, 0.2), (1.0, 0.03)])
def test_a_system_that_plays_the_microphone_is_no_echo(gain: float, lag: float) -> None:
    made = meter(MINE + ROOM, heard(MINE, gain, lag))

    assert made.ask(5.0, 20.0) is None


def test_the_way_is_remembered_while_little_is_played() -> None:
    system = at(OTHERS, 0.0, 8.0) + at(OTHERS, 20.0, 20.9)
    made = meter(heard(system, 0.25, 0.1) + at(MINE, 9.0, 19.0) + ROOM, system)
    asked(made, 2.0, 7.0)

    echo = asked(made, 19.9, 21.1)

    assert seconds(echo.own) == 0
    assert seconds(echo.echoed) > 0.3


def test_what_was_not_heard_yet_has_no_answer() -> None:
    assert EchoMeter().ask(0.0, 3.0) is None


def test_seconds_are_counted_within_an_interval() -> None:
    assert seconds(((1.0, 2.0), (3.0, 5.0))) == 3.0
    assert seconds(((1.0, 2.0), (3.0, 5.0)), 1.5, 3.5) == 1.0

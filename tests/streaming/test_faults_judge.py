"""The judge of the fault tests: what it must find in a transcript that was spoiled, and in a client."""

from collections.abc import Callable, Sequence

import pytest
from msgspec.structs import replace

from captioner.streaming.events import AnyEvent, GapEvent, TranscriptEvent
from captioner.transcript.model import GapRow, Transcript
from tests.deepgram_rules import Rules
from tests.faults_judge import Judgement, PlainAssembler, judge
from tests.faults_scene import Scene, play
from tests.numbered import Speech, number

SCENE = Scene(seconds=30)
SPEECH = Speech(30)

Events = list[AnyEvent]
Spoil = Callable[[TranscriptEvent], Sequence[AnyEvent]]


@pytest.fixture(scope="module")
def heard() -> Events:
    """What a session says of a conversation without faults."""
    return [event for _at, event in play(SCENE).events]


def _judge(events: Events, spoil: Spoil) -> tuple[Judgement, list[int]]:
    """What is found when the third final is spoiled; and the numbers it says."""
    transcript = Transcript()
    assembler = PlainAssembler(transcript, "instant")
    finals = [event for event in events if isinstance(event, TranscriptEvent) and event.is_final]
    victim = finals[2]
    for event in events:
        for said in spoil(victim) if event is victim else [event]:
            assembler.apply(said)
    return judge(transcript.rows, SPEECH), [
        told for text in victim.transcript.split() if (told := number(text))
    ]


def test_an_unspoiled_transcript_is_without_fault(heard: Events) -> None:
    found, said = _judge(heard, lambda final: [final])

    assert said
    assert found == Judgement(worst_error=found.worst_error)
    assert found.worst_error <= 0.05


def test_a_final_that_is_missing_is_words_lost(heard: Events) -> None:
    found, said = _judge(heard, lambda final: [replace(final, transcript="", words=())])

    assert found.lost == found.unexplained == said


def test_a_gap_explains_what_is_lost(heard: Events) -> None:
    def gap(final: TranscriptEvent) -> Sequence[AnyEvent]:
        silent = replace(final, transcript="", words=())
        return [silent, GapEvent(final.start, final.end, "it was dropped", "final")]

    found, said = _judge(heard, gap)

    assert (found.lost, found.unexplained, len(found.gaps)) == (said, [], 1)


def test_a_gap_that_stays_pending_is_found() -> None:
    found = judge([GapRow(1.0, 2.0, "an outage", "pending")], Speech(0))

    assert len(found.strange) == 1


def test_a_final_under_two_names_is_words_twice(heard: Events) -> None:
    found, said = _judge(heard, lambda final: [final, replace(final, segment_id="again")])

    assert found.duplicated == said
    assert found.disordered


def test_one_word_that_is_said_twice_is_found(heard: Events) -> None:
    found, said = _judge(
        heard,
        lambda final: [
            replace(final, transcript=f"{final.transcript} {final.transcript.split()[-1]}", words=())
        ],
    )

    assert found.duplicated == said[-1:]


def test_words_that_change_places_are_out_of_order(heard: Events) -> None:
    def turned(final: TranscriptEvent) -> Sequence[AnyEvent]:
        words = tuple(reversed(final.words))
        return [replace(final, transcript=" ".join(word.word for word in words), words=words)]

    found, said = _judge(heard, turned)

    assert (found.lost, found.duplicated) == ([], [])
    assert found.disordered == said[-2::-1]


def test_a_word_at_the_wrong_time_is_found(heard: Events) -> None:
    def later(final: TranscriptEvent) -> Sequence[AnyEvent]:
        words = [replace(word, start=word.start + 0.25, end=word.end + 0.25) for word in final.words]
        return [replace(final, words=tuple(words))]

    found, _said = _judge(heard, later)

    assert found.worst_error == pytest.approx(0.25, abs=0.05)


def test_a_line_without_word_times_at_the_wrong_time_is_found(heard: Events) -> None:
    found, _said = _judge(heard, lambda final: [replace(final, end=final.end - 1.0, words=())])

    assert found.worst_error >= 0.9


def test_text_that_says_more_than_its_words_is_strange(heard: Events) -> None:
    found, _said = _judge(heard, lambda final: [replace(final, words=final.words[1:])])

    assert len(found.strange) == 1


def test_a_word_that_nobody_said_is_strange(heard: Events) -> None:
    found, _said = _judge(heard, lambda final: [final, replace(final, segment_id="x", transcript="w09999")])

    assert any("w9999" in strange for strange in found.strange)


def test_a_row_that_never_became_final_is_strange(heard: Events) -> None:
    found, _said = _judge(heard, lambda final: [replace(final, is_final=False)])

    assert len(found.strange) == 1


SECOND = 32_000


def _frames(rules: Rules, *frames: tuple[float, object]) -> dict[str, int]:
    for at, content in frames:
        rules.hear(at, content)
    rules.end(frames[-1][0])
    return dict(rules.violations)


@pytest.mark.parametrize(
    ("frames", "violation"),
    [
        ([(0.0, b"")], "an empty binary frame"),
        ([(0.0, bytes(3))], "a sample was cut"),
        ([(0.0, b'{"type":"KeepAlive"}')], "JSON in a binary frame"),
        ([(0.0, {"type": "CloseStream"}), (0.1, bytes(2))], "audio after CloseStream"),
        ([(0.0, bytes(2)), (10.1, bytes(2))], "over 10 s without audio or KeepAlive"),
        ([(0.0, bytes(SECOND)), (0.5, bytes(SECOND))], "fed faster than 1.25 times real time"),
    ],
)
def test_each_breach_of_the_protocol_is_counted(frames: list[tuple[float, object]], violation: str) -> None:
    assert _frames(Rules(0.0, SECOND, 2), *frames) == {violation: 1}


def test_a_burst_of_a_second_and_then_a_quarter_faster_than_real_time_are_no_breach() -> None:
    rules = Rules(0.0, SECOND, 2)

    live = [(tenth / 10, bytes(SECOND // 8)) for tenth in range(1, 200)]
    assert _frames(rules, (0.0, bytes(SECOND)), *live) == {}
    assert rules.fastest == pytest.approx(1.25, rel=0.01)


def test_a_pace_of_13_tenths_is_a_breach_before_long() -> None:
    live = [(tenth / 10, bytes(round(SECOND * 0.13) // 2 * 2)) for tenth in range(300)]

    assert _frames(Rules(0.0, SECOND, 2), *live).keys() == {"fed faster than 1.25 times real time"}


def test_keepalives_break_a_silence() -> None:
    assert _frames(Rules(0.0, SECOND, 2), *((at, {"type": "KeepAlive"}) for at in (9.0, 18.0, 27.0))) == {}


def test_the_pace_follows_the_speed() -> None:
    frames = [(tenth / 10, bytes(4 * SECOND // 10)) for tenth in range(100)]

    assert _frames(Rules(0.0, SECOND, 2, speed=4.0), *frames) == {}
    assert _frames(Rules(0.0, SECOND, 2, speed=2.0), *frames)

"""With a fallback engine no word is lost or doubled either: every interval of time has one owner."""

import pytest

from captioner.streaming import StreamEvent
from captioner.streaming.events import AnyEvent
from tests.deepgram import Garbage, Plan, Shut, refuse
from tests.faults import AT, FATAL_PLANS, GOOD, Harm, breaks, cut, frozen, lives, muted, outage
from tests.faults_scene import Scene, Trouble, Verdict, play
from tests.numbered_recogniser import Recogniser

SILENCE_SECONDS = 8.0
"""Sound without an answer that covers it, and the breaker opens."""


def _play(*plans: Plan, trouble: Trouble | None = None, seconds: float = 60.0, channels: int = 1) -> Verdict:
    plans = plans or (GOOD,)
    return play(Scene(plans, trouble=trouble, seconds=seconds, channels=channels, fallback=True))


def _changes(verdict: Verdict) -> list[tuple[float, str]]:
    """When which engine took over."""
    return [(at, event.new) for at, event in verdict.events if isinstance(event, StreamEvent.EngineChanged)]


def _errors(events: list[tuple[float, AnyEvent]]) -> list[StreamEvent.Error]:
    return [event for _at, event in events if isinstance(event, StreamEvent.Error)]


def _first_words(verdict: Verdict, after: float) -> float:
    """When the first words come after a time."""
    return min(at for at in verdict.times(StreamEvent.Transcript) if at >= after)


def _assert_clean(verdict: Verdict) -> None:
    assert verdict.error is None
    assert verdict.violations == {}
    assert verdict.is_clean, verdict.judgement


@pytest.mark.parametrize("name", FATAL_PLANS)
def test_what_trying_again_cannot_mend_is_tried_once_and_the_fallback_listens(name: str) -> None:
    verdict = _play(FATAL_PLANS[name], FATAL_PLANS[name], seconds=40)

    _assert_clean(verdict)
    assert [engine for _at, engine in _changes(verdict)] == ["local"]
    assert verdict.attempts == 1
    assert [error.recoverable for error in _errors(verdict.events)] == [True]


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405])
def test_a_fatal_status_in_the_middle_leaves_no_hole(status: int) -> None:
    verdict = _play(breaks(cut), refuse(status), seconds=40)

    _assert_clean(verdict)
    changed_at, engine = _changes(verdict)[0]
    assert engine == "local"
    assert verdict.fatal_attempts == 1
    assert _first_words(verdict, changed_at) - changed_at <= 3.0


@pytest.mark.parametrize("harm", [muted, frozen])
def test_captions_go_on_within_three_seconds_of_the_breaker(harm: Harm) -> None:
    verdict = _play(breaks(harm), breaks(harm, 0.0), seconds=60)

    _assert_clean(verdict)
    changed_at, engine = _changes(verdict)[0]
    assert engine == "local"
    assert changed_at <= AT + SILENCE_SECONDS + 2.5
    assert _first_words(verdict, changed_at) <= AT + SILENCE_SECONDS + 3.5


def test_three_short_connections_are_enough() -> None:
    verdict = _play(lives(2.0), lives(3.0), lives(2.5), GOOD, seconds=60)

    _assert_clean(verdict)
    assert _changes(verdict)[0][1] == "local"
    assert _changes(verdict)[0][0] <= 20.0


def test_a_provider_that_flaps_for_ever_loses_nothing() -> None:
    _assert_clean(_play(lives(2.0), lives(3.0), lives(2.5), lives(2.0), seconds=60))


def test_slow_is_down() -> None:
    verdict = _play(Recogniser(delay=20), seconds=60)

    _assert_clean(verdict)
    assert _changes(verdict)[0][1] == "local"


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("how", ["refuse", "drop", "blackhole"])
def test_the_provider_comes_back_and_hears_what_it_missed(how: Shut, channels: int) -> None:
    verdict = _play(trouble=outage(how, 60), seconds=240, channels=channels)

    _assert_clean(verdict)
    assert [engine for _at, engine in _changes(verdict)] == ["local", "deepgram"]
    back_at = _changes(verdict)[1][0]
    hanging = 10.0 if how == "blackhole" else 0.0  # so long a probe may wait for an answer
    assert 0.0 <= back_at - (AT + 60.0) <= hanging + 10.0 + 5.0


def test_a_short_outage_loses_nothing() -> None:
    _assert_clean(_play(trouble=outage("drop", 3), seconds=60))


def test_a_provider_that_is_never_there_loses_nothing() -> None:
    verdict = _play(Garbage(), seconds=60)

    _assert_clean(verdict)
    assert [engine for _at, engine in _changes(verdict)] == ["local"]


def test_an_end_while_the_fallback_listens_loses_nothing() -> None:
    verdict = _play(trouble=outage("refuse", 600), seconds=60)

    _assert_clean(verdict)
    assert [engine for _at, engine in _changes(verdict)] == ["local"]

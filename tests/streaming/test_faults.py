"""No word is lost, doubled or out of place, whatever Deepgram and the network do; measured in numbered sound.

The same scenes as a table: `python tests/benchmarks/run.py faults`.
"""

from dataclasses import replace

import pytest

from captioner.streaming import StreamEvent
from captioner.streaming.errors import CaptionerError
from tests.deepgram import refuse
from tests.faults import (
    FATAL_PLANS,
    GOOD,
    LONG_OUTAGES,
    MENDED,
    OUTAGES,
    breaks,
    closes,
    cut,
    drains,
    lives,
    outage,
)
from tests.faults_scene import Scene, Verdict, play
from tests.numbered import SLOT

GAP_SECONDS = 600.0


@pytest.mark.parametrize("name", [name for name in MENDED if name not in LONG_OUTAGES])
def test_no_word_is_lost(name: str) -> None:
    verdict = play(MENDED[name])

    assert verdict.error is None
    assert verdict.violations == {}
    assert verdict.is_clean, verdict.judgement


def test_the_last_word_is_given_again_to_a_server_that_hung_up_without_a_goodbye() -> None:
    plans = [lives(4.97), drains(closes(1000)), refuse(503), GOOD]
    scene = Scene(plans, outage("drop", 10.48, at=3.12), 33.3, fallback=True, seed=930093)

    verdict = play(scene)

    assert verdict.is_clean, verdict.judgement


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("reset", 3.0),
        ("half-open", 10.0 + 3.0),
        ("reading stops", 10.0 + 3.0),
        ("handshake never answered", 10.0 + 3.0),
        ("mute in the middle", 12.0 + 3.0),
        ("mute from the beginning", 12.0 + 3.0),
    ],
)
def test_a_provider_that_falls_silent_is_left_in_time(name: str, seconds: float) -> None:
    verdict = play(MENDED[name])

    assert verdict.recovery is not None
    assert verdict.recovery <= seconds


@pytest.mark.parametrize("name", LONG_OUTAGES)
def test_after_ten_minutes_captions_are_live_soon_and_the_gap_is_filled(name: str) -> None:
    verdict = play(LONG_OUTAGES[name])

    assert verdict.is_clean, (verdict.judgement, verdict.violations)
    assert verdict.recovery is not None
    assert verdict.recovery <= 20.0
    assert verdict.filled is not None
    assert verdict.filled <= GAP_SECONDS / 1.2 + 30.0
    assert GAP_SECONDS <= verdict.kept <= 1200.0


def test_after_an_outage_captions_are_live_before_the_gap_is_filled() -> None:
    verdict = play(OUTAGES["outage of 30 s, refused"])

    assert verdict.recovery is not None
    assert verdict.filled is not None
    assert verdict.recovery < 20.0 < verdict.filled <= 30.0 / 1.2 + 30.0
    (pending,) = [event for _at, event in verdict.events if isinstance(event, StreamEvent.Gap)]
    assert pending.state == "pending"
    assert len(verdict.times(StreamEvent.GapFilled)) >= 1


@pytest.mark.parametrize("name", ["outage of 30 s, a second stream refused", "outage of 30 s, backfill off"])
def test_a_gap_that_no_second_stream_may_hear_is_heard_on_the_first(name: str) -> None:
    verdict = play(OUTAGES[name])

    assert verdict.is_clean, (verdict.judgement, verdict.violations)
    assert 1.15 <= verdict.fastest <= 1.25


def test_sound_that_the_ring_could_not_hold_is_a_gap_and_all_else_is_there() -> None:
    scene = Scene(trouble=outage("refuse", 60), seconds=180, options={"backlog_seconds": 20})

    verdict = play(scene)

    found = verdict.judgement
    assert found.lost
    assert (found.unexplained, found.duplicated, found.disordered, found.strange) == ([], [], [], [])
    (back_at,) = verdict.times(StreamEvent.Reconnected)
    assert sum(gap.end - gap.start for gap in found.gaps) == pytest.approx(back_at - 9.0 - 20.0, abs=1)
    assert verdict.kept <= 21.0


def test_words_that_were_shown_stay_where_the_end_is_never_answered() -> None:
    never = replace(GOOD, is_deaf_to=frozenset({"Finalize", "CloseStream"}))

    verdict = play(Scene((never,), seconds=40.7))

    assert verdict.error is None
    assert set(verdict.judgement.lost) <= set(range(400, 408))  # what no interim has shown yet
    assert (verdict.judgement.duplicated, verdict.judgement.strange) == ([], [])


@pytest.mark.parametrize("seed", range(1, 7))
@pytest.mark.parametrize("channels", [1, 2])
def test_words_at_a_seam_are_told_once_although_their_times_differ(channels: int, seed: int) -> None:
    blurred = replace(GOOD, blur=0.02)
    in_mid_word = Scene(
        (breaks(cut, recogniser=blurred), blurred),
        outage("drop", 20, at=20.0),
        seconds=80.7,
        channels=channels,
        seed=seed,
        shift=SLOT // 2,
    )

    verdict = play(in_mid_word)

    assert verdict.is_clean, verdict.judgement


@pytest.mark.parametrize("name", FATAL_PLANS)
def test_what_trying_again_cannot_mend_is_tried_once_and_said(name: str) -> None:
    verdict = play(Scene((FATAL_PLANS[name], GOOD), seconds=20))

    _assert_is_said_once(verdict, attempts=1)


@pytest.mark.parametrize("status", [name for name in FATAL_PLANS if name.startswith("handshake")])
def test_a_fatal_status_in_the_middle_is_tried_once_and_said(status: str) -> None:
    verdict = play(Scene((breaks(cut), FATAL_PLANS[status], GOOD), seconds=20))

    _assert_is_said_once(verdict, attempts=2)
    assert verdict.judgement.worst_error <= 0.1
    assert not verdict.judgement.duplicated


def test_a_session_that_ends_in_the_middle_says_what_nobody_heard() -> None:
    verdict = play(Scene((breaks(closes(1003)), GOOD), seconds=20))

    closed = verdict.times(StreamEvent.Closed)[-1]
    heard_of = [word for word in verdict.judgement.unexplained if word / 10 < closed]
    assert verdict.judgement.lost
    assert heard_of == []


def _assert_is_said_once(verdict: Verdict, *, attempts: int) -> None:
    assert isinstance(verdict.error, CaptionerError)
    assert not verdict.error.recoverable
    assert verdict.attempts == attempts
    assert verdict.fatal_attempts <= 1
    assert verdict.violations == {}

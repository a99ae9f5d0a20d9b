"""From what the session says to the line of state and the engine's notice."""

from dataclasses import replace

import pytest

from captioner.app.standing import GOOD_SECONDS, PATIENCE, Standing
from captioner.meeting.listener import Notice, State
from captioner.streaming import AnyEvent, SessionStats, StreamEvent
from captioner.ui.status import Status
from tests.clock import Clock

CALM = SessionStats(
    received=60, heard=59, backlog=1, kept=2, finals=9, reconnects=0, coalesced=0, malformed=0
)
LOST = replace(CALM, kept=14.6, retry_in=7.2)
SILENT = Notice("silent:system", "No sound from the call for 40 s", "The call may play elsewhere.")
BROKEN = StreamEvent.Disconnected("No way to Deepgram: connection refused", 0.2)
AWAY = StreamEvent.EngineChanged("deepgram", "local", "Deepgram stopped answering", 30.0)
BACK = StreamEvent.EngineChanged("local", "deepgram", "It answers again", 71.0)
SAID = StreamEvent.Transcript("a", 0, "Yes.", 40.0, 41.0, is_final=True)


@pytest.fixture
def standing(clock: Clock) -> Standing:
    standing = Standing(clock)
    standing.begin("deepgram", "Deepgram", hears_again=True)
    return standing


def refused(category: str, message: str = "Deepgram does not know this key (401): gone") -> StreamEvent.Error:
    return StreamEvent.Error(
        "SomeError", message, "Make a new one", category, recoverable=True, request_id="7"
    )


def line(standing: Standing, state: State, stats: SessionStats = CALM) -> Status:
    return standing.status(state, stats, ())


def test_while_nobody_listens_the_line_says_how_much_is_kept_and_who_comes_when(standing: Standing):
    standing.heard(BROKEN)

    alone = line(standing, State.RECONNECTING, LOST)
    relieved = line(standing, State.RECONNECTING, replace(LOST, fallback_in=1.4))

    assert alone == Status("reconnecting", "Reconnecting", "14 s of sound kept", "Next try in 8 s")
    assert relieved.ahead == "Local engine in 2 s"


def test_while_another_engine_listens_the_line_says_why_and_when_the_first_is_tried(standing: Standing):
    standing.heard(BROKEN)
    standing.heard(AWAY)

    shown = line(standing, State.FALLBACK, LOST)

    assert (shown.kind, shown.word) == ("fallback", "Local engine took over")
    assert shown.detail == "Deepgram stopped answering. No words lost."
    assert shown.ahead == "Next try in 8 s"
    assert line(standing, State.FALLBACK).ahead == ""


def test_an_engine_that_does_not_know_the_language_loses_words_and_does_not_deny_it(standing: Standing):
    standing.heard(AWAY)
    standing.heard(StreamEvent.Warning("fallback_language", "understands en only"))
    assert line(standing, State.FALLBACK).detail == "It understands English only."

    standing.heard(AWAY)

    assert line(standing, State.FALLBACK).detail.endswith("No words lost.")


def test_back_is_said_for_some_seconds(standing: Standing, clock: Clock):
    for event in (AWAY, SAID, BACK):
        standing.heard(event)

    assert line(standing, State.LISTENING) == Status("good", "Back on Deepgram", "41 s are being heard again")
    clock.now += GOOD_SECONDS
    assert line(standing, State.LISTENING) == Status("listening", "Listening", "Deepgram")


@pytest.mark.parametrize(("hears_again", "events"), [(False, (AWAY, SAID, BACK)), (True, (AWAY, BACK))])
def test_nothing_is_said_to_be_heard_again_that_is_not(
    standing: Standing, hears_again: bool, events: tuple[AnyEvent, ...]
):
    standing.begin("deepgram", "Deepgram", hears_again=hears_again)

    for event in events:
        standing.heard(event)

    assert line(standing, State.LISTENING).detail == ""


def test_what_was_heard_again_is_said_when_it_is_there(standing: Standing, clock: Clock):
    for event in (AWAY, SAID, BACK):
        standing.heard(event)
    clock.now += 60

    standing.heard(StreamEvent.Superseded(("a",), 30.0, 71.0))

    assert line(standing, State.LISTENING).detail == "41 s heard again and improved"


@pytest.mark.parametrize(("outage", "kind"), [(0.4, "listening"), (9.0, "good")])
def test_a_line_that_is_back_is_news_only_where_it_was_gone_for_long(
    standing: Standing, outage: float, kind: str
):
    standing.heard(BROKEN)
    standing.heard(StreamEvent.Reconnected(outage, 3.0))

    assert line(standing, State.LISTENING).kind == kind


def test_a_stretch_that_is_heard_beside_is_said(standing: Standing):
    standing.heard(BROKEN)
    standing.heard(StreamEvent.Reconnected(14.0, 0.2))
    standing.heard(StreamEvent.Gap(10.0, 24.0, "No way to Deepgram", "pending"))

    assert line(standing, State.LISTENING).detail == "14 s are being heard again"


@pytest.mark.parametrize("state", [State.LISTENING, State.FALLBACK])
def test_sound_that_does_not_come_is_said_first(standing: Standing, state: State):
    standing.heard(AWAY)

    assert standing.status(state, CALM, (SILENT,)).kind == "no_sound"


def test_what_is_lost_is_said_before_what_is_silent_and_hints_are_left_to_the_banner(standing: Standing):
    lost = Notice("lost:microphone", "The sound device was unplugged", "Captions go on with Built-in Audio.")
    unheard = Notice("unheard:system", "Nothing is understood for 45 s", "")
    hint = Notice("telephone:microphone", "Telephone quality on the headset", "", "info")

    words = [
        standing.status(State.LISTENING, CALM, notices).word
        for notices in ((hint, unheard, SILENT, lost), (hint, unheard, SILENT), (hint, unheard), (hint,))
    ]

    assert words == [lost.title, SILENT.title, unheard.title, "Listening"]


def test_what_is_wrong_with_everything_is_said_before_what_is_wrong_with_one(standing: Standing):
    nothing = Notice("unheard:system", "Nothing is heard at all", "", "error")

    assert standing.status(State.LISTENING, CALM, (SILENT, nothing)).word == nothing.title


def test_a_line_that_is_behind_says_so(standing: Standing):
    assert line(standing, State.LISTENING, replace(CALM, backlog=6.2)).detail == "Deepgram · 6 s behind"


# -- the notice


def test_a_short_loss_is_left_to_the_line(standing: Standing, clock: Clock):
    standing.heard(BROKEN)

    clock.now += PATIENCE - 0.1
    assert standing.notice(State.RECONNECTING, LOST) is None
    clock.now += 0.2
    notice = standing.notice(State.RECONNECTING, LOST)

    assert notice
    assert (notice.title, notice.body) == ("No way to Deepgram", "Connection refused. 14 s of sound kept.")


def test_no_notice_where_another_engine_is_about_to_listen(standing: Standing, clock: Clock):
    standing.heard(BROKEN)
    clock.now += 7

    assert standing.notice(State.RECONNECTING, replace(LOST, fallback_in=1.0)) is None
    standing.heard(AWAY)
    assert standing.notice(State.FALLBACK, LOST) is None


def test_what_only_the_person_can_cure_is_said_at_once_with_the_ways_out(standing: Standing):
    standing.heard(refused("authentication"))
    standing.heard(AWAY)

    notice = standing.notice(State.FALLBACK, CALM)

    assert notice
    assert notice.title == "Deepgram does not know this key"
    assert notice.body.endswith("a character is missing. The local engine goes on. Nothing is lost.")
    assert notice.ways == ("settings", "console")


def test_a_notice_goes_with_its_cause(standing: Standing):
    standing.heard(refused("rate_limit"))
    standing.heard(AWAY)
    assert standing.notice(State.FALLBACK, CALM)

    standing.heard(BACK)

    assert standing.notice(State.LISTENING, CALM) is None


def test_what_is_no_matter_of_the_engine_is_no_trouble_of_it(standing: Standing):
    standing.heard(refused("handler", "A callback failed"))
    standing.heard(AWAY)

    assert standing.notice(State.FALLBACK, CALM) is None


def test_another_meeting_begins_without_the_troubles_of_the_last(standing: Standing):
    standing.heard(refused("authentication"))
    standing.heard(BROKEN)

    standing.begin("local", "On this computer")

    assert standing.notice(State.RECONNECTING, LOST) is None
    assert line(standing, State.LISTENING).detail == "On this computer"


def test_what_cannot_be_saved_is_said_where_the_eyes_are_behind_what_is_not_heard(standing: Standing):
    disk = Notice("disk", "The transcript cannot be saved", "3 lines are kept in memory.")

    alone = standing.status(State.LISTENING, CALM, (disk,))

    assert (alone.kind, alone.word, alone.short) == ("error", disk.title, "Not saved")
    assert standing.status(State.LISTENING, CALM, (disk, SILENT)).word == SILENT.title

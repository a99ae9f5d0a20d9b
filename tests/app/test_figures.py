"""The figures of a real meeting over a scripted engine."""

import pytest
from PySide6.QtWidgets import QApplication

from captioner.app.figures import LiveFigures
from captioner.app.lag import TICK, LoopLag
from captioner.meeting.meeting import Meeting
from captioner.meeting.plan import Plan
from captioner.streaming import Client, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine, spoken
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Transcript
from captioner.transcript.stabilise import ReadingMode
from captioner.ui.details import DetailFigures
from tests.tape import Tape
from tests.virtual_time import run


@pytest.fixture
def lag(qapp: QApplication) -> LoopLag:
    return LoopLag(now=iter((0.0, TICK + 0.03, 1.0)).__next__)


def meeting_of(*lines: str, mode: ReadingMode = "balanced") -> Meeting:
    """One line a second, for a second each."""
    steps = [step for start, text in enumerate(lines) for step in spoken(text, start, start + 0.9)]
    return Meeting(
        Plan(
            title="Weekly",
            engine="scripted",
            session=Client(ScriptedEngine(steps)).listen.stream(StreamingOptions()),
            open_source=lambda start: Tape(start, len(lines) + 1),
            source_names=lambda: (),
            now=lambda: 0,
            assembler=Assembler(Transcript(), mode),
        )
    )


def held(meeting: Meeting, live: LiveFigures) -> None:
    """Hold it to its end."""
    live.begin(meeting)
    meeting.listeners.append(live)
    run(meeting.run())


def test_before_the_first_meeting_there_is_the_loop_alone(lag: LoopLag):
    lag.start()
    lag.tick()
    lag.stop()

    told = LiveFigures("steady", lag).figures()
    assert told.lag == pytest.approx((0.03, 0.03, 0.03))
    assert (told.mode, told.reading, told.engine) == ("steady", None, None)


def test_what_was_read_in_a_meeting_is_counted_and_stays_when_it_is_over(lag: LoopLag):
    live = LiveFigures("balanced", lag)

    held(meeting_of("we keep nine", "twelve from March"), live)

    told = live.figures()
    assert told.reading
    assert (told.reading.shown.words, told.reading.shown.erased) == (6, 0)
    assert told.reading.early is not None
    assert (told.backlog, told.kept, told.engine) == (None, None, None)


def test_while_a_meeting_runs_its_engine_and_its_backlog_are_told(lag: LoopLag):
    seen: list[DetailFigures] = []

    class Asking(LiveFigures):
        def changed(self, change) -> None:
            super().changed(change)
            seen.append(self.figures())

    held(meeting_of("we keep nine"), Asking("balanced", lag))

    assert {told.engine for told in seen} == {"scripted"}
    assert all(told.backlog is not None and told.kept is not None for told in seen)


def test_delays_are_counted_on_the_clock_of_the_sound(lag: LoopLag):
    live = LiveFigures("instant", lag)

    held(meeting_of("we keep nine", mode="instant"), live)

    reading = live.figures().reading
    assert reading
    assert reading.first_shown is not None
    assert 0 <= reading.first_shown < 1.5


def test_another_meeting_and_another_mode_are_counted_anew(lag: LoopLag):
    live = LiveFigures("balanced", lag)
    held(meeting_of("we keep nine"), live)

    held(meeting_of("twelve"), live)
    told = live.figures().reading
    assert told
    assert told.shown.words == 1

    live.choose_mode("steady")
    told = live.figures()
    assert told.mode == "steady"
    assert told.reading
    assert told.reading.shown.words == 0

"""What a meeting says on stderr."""

import asyncio

import pytest

from captioner.cli.notices import NoticeLines
from captioner.meeting.listener import Notice, State
from captioner.meeting.meeting import Meeting
from captioner.meeting.plan import Plan
from captioner.streaming import AnyEvent, Client, StreamEvent, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Transcript
from tests.tape import Tape

FULL = Notice("disk", "The disk is full", "Free some space.")

UNPLUGGED = "The sound device was unplugged"
GONE = Notice("lost:microphone", UNPLUGGED, "Connect it again.")
SUBSTITUTE = Notice("lost:microphone", UNPLUGGED, "Captions go on with Camera.")
SILENT = Notice("silent:system", "No sound from the call for 40 s", "The call may play on another device.")

NO_WAY = "No way to Deepgram: connection refused"
LOST = StreamEvent.Disconnected(NO_WAY, 2.53)
TAKEN_OVER = StreamEvent.EngineChanged("deepgram", "local", NO_WAY, 3.0)
BACK = StreamEvent.EngineChanged("local", "deepgram", "It answers again", 9.0)


@pytest.fixture
def printer() -> NoticeLines:
    plan = Plan(
        title="Weekly",
        engine="scripted",
        session=Client(ScriptedEngine()).listen.stream(StreamingOptions()),
        open_source=lambda start: Tape(start, 1),
        source_names=lambda: (),
        now=lambda: 0,
        assembler=Assembler(Transcript(), "balanced", {}),
    )

    async def meeting() -> Meeting:
        return Running(plan)

    return NoticeLines(asyncio.run(meeting()), "Deepgram")


class Running(Meeting):
    """A meeting that is in the state that a test likes."""

    is_in = State.LISTENING

    @property
    def state(self) -> State:
        return self.is_in


def said(printer: NoticeLines, capsys: pytest.CaptureFixture[str], *events: AnyEvent) -> list[str]:
    """The lines on stderr, without the program's name."""
    for event in events:
        printer.heard(event)
    captured = capsys.readouterr()
    assert captured.out == ""
    return [line.removeprefix("captioner: ") for line in captured.err.splitlines()]


def test_a_notice_is_said_once_and_again_when_it_comes_back(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    line = "captioner: The disk is full. Free some space.\n"

    printer.notices_changed((FULL,))
    printer.notices_changed((FULL, Notice("behind", "The captions are behind", "Wait.")))
    once = capsys.readouterr()
    printer.notices_changed(())
    printer.notices_changed((FULL,))
    again = capsys.readouterr()

    assert (once.err.count(line), again.err, once.out) == (1, line, "")


def notices(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str], *standing: tuple[Notice, ...]
) -> list[str]:
    """The lines on stderr as these notices stand one after the other."""
    for notices in standing:
        printer.notices_changed(notices)
    return [line.removeprefix("captioner: ") for line in capsys.readouterr().err.splitlines()]


def test_of_a_lost_device_its_loss_what_is_heard_instead_and_its_return_are_said_once(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = notices(printer, capsys, (GONE,), (GONE, SILENT), (SUBSTITUTE, SILENT), (SUBSTITUTE,), ())

    assert lines == [
        f"{UNPLUGGED}. Connect it again.",
        "No sound from the call for 40 s. The call may play on another device.",
        f"{UNPLUGGED}. Captions go on with Camera.",
        "Your microphone is heard again",
    ]


def test_what_takes_both_devices_away_is_said_once(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    both = [Notice(f"lost:{name}", "The sound server stopped", "Wait.") for name in ("microphone", "system")]

    assert notices(printer, capsys, (both[0],), (both[0], both[1])) == ["The sound server stopped. Wait."]


def test_the_end_of_a_meeting_is_no_return_of_its_devices(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Running, "is_in", State.STOPPING)

    assert notices(printer, capsys, (GONE,), ()) == [f"{UNPLUGGED}. Connect it again."]


def test_a_notice_that_only_counts_on_is_not_said_again(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    more = Notice("disk", "The disk is full", "2 lines are kept in memory.")

    assert len(notices(printer, capsys, (FULL,), (more,))) == 1


def test_what_a_server_says_cannot_move_the_cursor(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    printer.notices_changed((Notice("provider", "Late\x1b[2J\nrm -rf", "Captions go on."),))

    assert capsys.readouterr().err == "captioner: Late[2J rm -rf. Captions go on.\n"


def test_a_loss_is_told_with_its_cause_what_is_kept_and_the_next_try(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(printer, capsys, LOST) == [f"{NO_WAY}. 0 s of sound are kept; next try in 2.5 s"]


def test_a_loss_that_lasts_is_told_now_and_then_and_its_cause_once(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = iter([100.0, 101.0, 104.0, 106.0])
    monkeypatch.setattr("captioner.cli.notices.time.monotonic", lambda: next(at))

    lines = said(printer, capsys, *[LOST] * 4)

    assert len(lines) == 2
    assert lines[1] == "Deepgram is still lost. 0 s of sound are kept; next try in 2.5 s"


def test_a_server_that_is_back_is_told_and_lost_again_it_is_told_why(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(printer, capsys, LOST, StreamEvent.Reconnected(4.0, 3.5), LOST)

    assert lines[1] == "Deepgram is back after 4.0 s; 3.5 s of sound are heard again"
    assert lines[2] == lines[0]


def test_who_takes_over_and_who_is_back_is_told(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(printer, capsys, TAKEN_OVER, BACK) == [
        f"Local engine took over: {NO_WAY}. Nothing is lost; Deepgram is tried again every few seconds",
        "Back on Deepgram",
    ]


def test_a_refusal_is_told_once_with_its_cure_and_the_request(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    used_up = "Deepgram says the credit is used up (402)"
    refusal = StreamEvent.Error("QuotaError", used_up, "Add credit", "quota", True, "5c21")

    lines = said(printer, capsys, refusal, StreamEvent.EngineChanged("deepgram", "local", used_up))

    assert lines == [
        f"{used_up}. Add credit (request 5c21)",
        "Local engine took over. Nothing is lost",
    ]


def test_a_key_that_is_missing_has_the_cure_of_this_program(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = StreamEvent.Error("A", "There is no key", "Give it to the client", "authentication", True)

    assert said(printer, capsys, missing) == [
        "There is no key. Set DEEPGRAM_API_KEY, or keep a key in the program's settings"
    ]


def test_what_was_missed_is_told_and_what_becomes_of_it(
    printer: NoticeLines, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said(
        printer,
        capsys,
        StreamEvent.Gap(65.0, 77.5, NO_WAY, "pending"),
        StreamEvent.GapFilled(65.0, 70.0),
        StreamEvent.Gap(70.0, 77.5, "the session ended", "final"),
        StreamEvent.Superseded(("a",), 3.0, 9.0),
    ) == [
        "Sound of 12.5 s at 01:05 was missed. It is heard now, beside what is said",
        "Sound of 5.0 s at 01:05 was heard after all",
        "Sound of 7.5 s at 01:10 is not heard: the session ended",
        "Sound of 6.0 s at 00:03 was heard again: the transcript has the better text",
    ]

"""What a meeting prints."""

import asyncio
import io
import json
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from captioner.cli.terminal import CaptionLines, JsonLines, NoticeLines
from captioner.meeting.listener import Notice
from captioner.meeting.meeting import Meeting
from captioner.meeting.plan import Plan
from captioner.streaming import Client, StreamEvent, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, GapRow, Segment, Transcript
from tests.streaming.test_events import EXAMPLES
from tests.tape import Tape

OPEN = Segment("a", 0, "You", 61.0, 62.0, "Yes we", committed="Yes", tail=" we")
FINAL = Segment("a", 0, "You", 61.0, 62.0, "Yes we can", is_final=True, committed="Yes we can")
FULL = Notice("disk", "The disk is full", "Free some space.")


def _lines(*changes: Change) -> list[str]:
    out = io.StringIO()
    printer = CaptionLines(out)
    for change in changes:
        printer.changed(change)
    return out.getvalue().splitlines()


def _objects(tell: Callable[[JsonLines], None]) -> list[dict[str, object]]:
    """What is printed of a meeting that has heard nothing yet."""
    out = io.StringIO()

    async def scene() -> None:
        plan = Plan(
            title="Weekly",
            engine="scripted",
            session=Client(ScriptedEngine()).listen.stream(StreamingOptions()),
            open_source=lambda start: Tape(start, 1),
            source_names=lambda: (),
            now=lambda: 0,
            assembler=Assembler(Transcript(), "balanced", {}),
        )
        tell(JsonLines(out, Meeting(plan)))

    asyncio.run(scene())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_printed_when_it_is_final_and_not_before() -> None:
    assert _lines(Change("added", 0, OPEN), Change("updated", 0, FINAL)) == ["[01:01] You: Yes we can"]


def test_a_final_that_is_not_saved_yet_is_shown_once_all_the_same() -> None:
    unsaved = replace(FINAL, saved=False)

    assert _lines(Change("updated", 0, unsaved), Change("updated", 0, FINAL)) == ["[01:01] You: Yes we can"]


def test_a_line_that_is_withdrawn_is_not_printed_and_a_hole_is() -> None:
    gap = GapRow(5.0, 13.0, "the microphone was unplugged")

    assert _lines(Change("removed", 0, FINAL), Change("added", 0, gap)) == [
        "[00:05] (8 s not heard: the microphone was unplugged)"
    ]


def test_a_notice_is_said_once_on_stderr_and_again_when_it_comes_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printer, line = NoticeLines(), "captioner: The disk is full. Free some space.\n"

    printer.notices_changed((FULL,))
    printer.notices_changed((FULL, Notice("behind", "The captions are behind", "Wait.")))
    once = capsys.readouterr()
    printer.notices_changed(())
    printer.notices_changed((FULL,))
    again = capsys.readouterr()

    assert (once.err.count(line), again.err, once.out) == (1, line, "")


def test_what_a_server_says_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    NoticeLines().notices_changed((Notice("provider", "Late\x1b[2J\nrm -rf", "Captions go on."),))

    assert capsys.readouterr().err == "captioner: Late[2J rm -rf. Captions go on.\n"


def test_an_event_is_an_object_with_its_type_and_both_times() -> None:
    printed = _objects(lambda lines: lines.heard(StreamEvent.UtteranceEnd(2.5, "pause")))

    assert printed == [
        {"type": "utterance_end", "end": 2.5, "cause": "pause", "channel_index": 0, "audio": 0.0, "at": 0.0}
    ]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_event_there_is_becomes_one_object(kind: str) -> None:
    printed = _objects(lambda lines: lines.heard(EXAMPLES[kind]))

    assert [each["type"] for each in printed] == [kind]
    assert {"at", "audio"} <= set(printed[0])


def test_a_caption_is_printed_only_when_what_is_shown_of_it_changed() -> None:
    def tell(lines: JsonLines) -> None:
        lines.changed(Change("added", 0, OPEN))
        lines.changed(Change("updated", 0, replace(OPEN, end=63.0)))
        lines.changed(Change("updated", 0, FINAL))

    printed = _objects(tell)

    assert [(each["committed"], each["tail"], each["final"]) for each in printed] == [
        ("Yes", " we", False),
        ("Yes we can", "", True),
    ]
    assert [printed[0][key] for key in ("type", "segment", "channel", "speaker")] == [
        "caption",
        "a",
        0,
        "You",
    ]


def test_a_caption_that_is_withdrawn_becomes_empty_and_a_hole_is_no_caption() -> None:
    def tell(lines: JsonLines) -> None:
        lines.changed(Change("added", 0, OPEN))
        lines.changed(Change("added", 1, GapRow(70.0, 80.0, "")))
        lines.changed(Change("removed", 0, OPEN))

    assert [(each["committed"], each["tail"]) for each in _objects(tell)] == [("Yes", " we"), ("", "")]

"""What a meeting prints."""

import asyncio
import io
import json
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from captioner.cli.terminal import CaptionLines, JsonLines
from captioner.meeting.meeting import Meeting
from captioner.meeting.plan import Plan
from captioner.streaming import Client, StreamEvent, StreamingOptions
from captioner.streaming.engines.scripted import ScriptedEngine
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, GapRow, SeamRow, Segment, Transcript
from tests.streaming.test_events import EXAMPLES
from tests.tape import Tape

OPEN = Segment("a", 0, "You", 61.0, 62.0, "Yes we", committed="Yes", tail=" we")
FINAL = Segment("a", 0, "You", 61.0, 62.0, "Yes we can", is_final=True, committed="Yes we can")


def _lines(*changes: Change) -> list[str]:
    out = io.StringIO()
    printer = CaptionLines(out)
    for change in changes:
        printer.changed(change)
    return out.getvalue().splitlines()


def _objects(tell: Callable[[JsonLines], None], *, is_steady: bool = False) -> list[dict[str, object]]:
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
        tell(JsonLines(out, Meeting(plan), is_steady=is_steady))

    asyncio.run(scene())
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_printed_when_it_is_final_and_not_before() -> None:
    assert _lines(Change("added", 0, OPEN), Change("updated", 0, FINAL)) == ["[01:01] You: Yes we can"]


def test_a_final_that_is_not_saved_yet_is_shown_once_all_the_same() -> None:
    unsaved = replace(FINAL, saved=False)

    assert _lines(Change("updated", 0, unsaved), Change("updated", 0, FINAL)) == ["[01:01] You: Yes we can"]


def test_only_what_was_said_is_printed() -> None:
    gap, seam = GapRow(5.0, 13.0, "unplugged"), SeamRow(5.0, "deepgram", "local", "no network")

    assert _lines(Change("removed", 0, FINAL), Change("added", 0, gap), Change("added", 1, seam)) == []


def test_a_line_that_fills_a_gap_is_printed_late_and_one_that_replaces_another_is_not() -> None:
    out = io.StringIO()
    printer = CaptionLines(out)
    better = replace(FINAL, id="b", text="Yes, we can!")
    filling = replace(FINAL, id="c", start=20.0, end=21.0, text="Hello")

    printer.changed(Change("added", 0, FINAL))
    printer.heard(StreamEvent.Superseded(("a",), 60.0, 70.0))
    for change in (Change("removed", 0, FINAL), Change("added", 0, better), Change("added", 0, filling)):
        printer.changed(change)

    assert out.getvalue().splitlines() == ["[01:01] You: Yes we can", "[00:20] You: Hello"]


def test_an_event_is_an_object_with_its_type_and_both_times() -> None:
    printed = _objects(lambda lines: lines.heard(StreamEvent.GapFilled(2.5, 4.0)))

    assert printed == [
        {"type": "gap_filled", "start": 2.5, "end": 4.0, "channel_index": None, "audio": 0.0, "at": 0.0}
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


def test_a_final_caption_whose_speaker_is_another_or_has_another_name_is_printed_again() -> None:
    def tell(lines: JsonLines) -> None:
        lines.changed(Change("added", 0, FINAL))
        lines.changed(Change("updated", 0, replace(FINAL, saved=False)))
        lines.changed(Change("updated", 0, replace(FINAL, speaker="Speaker 2")))
        lines.changed(Change("updated", 0, replace(FINAL, speaker="Maya", label="Speaker 2")))

    printed = _objects(tell)

    assert [each["speaker"] for each in printed] == ["You", "Speaker 2", "Maya"]
    assert {(each["segment"], each["committed"], each["final"]) for each in printed} == {
        ("a", "Yes we can", True)
    }


def test_a_final_caption_that_is_cut_hidden_or_shown_again_is_printed_again() -> None:
    cut = replace(FINAL, text="we can", committed="we can")

    def tell(lines: JsonLines) -> None:
        for row in (FINAL, replace(FINAL, saved=False), cut):
            lines.changed(Change("updated", 0, row))
        lines.changed(Change("removed", 0, cut))
        lines.heard(StreamEvent.GapFilled(2.5, 4.0))
        lines.changed(Change("added", 0, FINAL))

    captions = [each for each in _objects(tell) if each["type"] == "caption"]
    printed = [(each["committed"], each["final"]) for each in captions]

    assert printed == [("Yes we can", True), ("we can", True), ("", True), ("Yes we can", True)]


def test_a_caption_that_is_withdrawn_becomes_empty_and_a_hole_is_no_caption() -> None:
    def tell(lines: JsonLines) -> None:
        lines.changed(Change("added", 0, OPEN))
        lines.changed(Change("added", 1, GapRow(70.0, 80.0, "")))
        lines.changed(Change("removed", 0, OPEN))

    assert [(each["committed"], each["tail"]) for each in _objects(tell)] == [("Yes", " we"), ("", "")]


def test_a_final_caption_that_another_text_replaces_becomes_empty() -> None:
    def tell(lines: JsonLines) -> None:
        lines.changed(Change("updated", 0, FINAL))
        lines.changed(Change("removed", 0, FINAL))

    printed = [(each["committed"], each["tail"], each["final"]) for each in _objects(tell)]

    assert printed == [("Yes we can", "", True), ("", "", True)]


def test_a_caption_that_only_moves_is_not_printed_as_gone() -> None:
    def tell(lines: JsonLines) -> None:
        lines.changed(Change("added", 0, OPEN))
        lines.changed(Change("removed", 0, OPEN))
        lines.changed(Change("added", 1, replace(OPEN, start=61.5)))

    assert [each["committed"] for each in _objects(tell)] == ["Yes"]


def test_in_steady_what_was_committed_stays_though_it_is_withdrawn_unless_it_is_hidden() -> None:
    held, copy = replace(OPEN, tail=""), replace(FINAL, id="c")

    def tell(lines: JsonLines) -> None:
        for row in (held, replace(FINAL, id="b"), copy):
            lines.changed(Change("added", 0, row))
        lines.heard(StreamEvent.Transcript("a", 9, "", 61.0, 62.0, is_final=True))
        lines.changed(Change("removed", 0, held))
        lines.heard(StreamEvent.Superseded(("b",), 60.0, 70.0))
        lines.changed(Change("removed", 0, replace(FINAL, id="b")))
        lines.changed(Change("removed", 0, copy))

    captions = [each for each in _objects(tell, is_steady=True) if each["type"] == "caption"]

    assert [(each["segment"], each["committed"], each["final"]) for each in captions[3:]] == [
        ("a", "Yes", True),
        ("c", "", True),
    ]

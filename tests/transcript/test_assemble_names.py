"""Who speaks, as a person has said it; and the reading mode, as a person has just chosen it."""

from collections.abc import Sequence

from captioner.streaming.events import AnyEvent, EngineChangedEvent, SpeakersRevisedEvent, SupersededEvent
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import Change, Segment, Transcript
from tests.transcript.assembling import final, kinds, replayed, said


class Scene:
    """A meeting in which the engine tells the voices of channel 0 apart; channel 1 is you."""

    def __init__(self, *events: AnyEvent) -> None:
        self.transcript = Transcript()
        self.assembler = Assembler(self.transcript, "balanced", {1: "You"}, (0,))
        self.changes = [self.assembler.apply(event) for event in events]

    def tell(self, event: AnyEvent) -> Sequence[Change]:
        self.changes.append(self.assembler.apply(event))
        return self.changes[-1]

    def rename(self, old: str, new: str) -> Sequence[Change]:
        self.changes.append(self.assembler.name_speakers(self.assembler.renamed(old, new)))
        return self.changes[-1]

    @property
    def names(self) -> list[tuple[str | None, str | None]]:
        return [(line.speaker, line.label) for line in self.transcript.segments()]


def test_a_name_holds_for_lines_that_are_over_that_are_said_and_that_come() -> None:
    scene = Scene(final("a", 1, "one", 1.0, speaker=0), said("b", 1, "tw", 3.0, speaker=0))

    scene.rename("Speaker 1", "Maya")
    scene.tell(final("b", 2, "two", 3.0, speaker=0))
    scene.tell(final("c", 1, "three", 5.0, speaker=0))

    assert scene.names == [("Maya", "Speaker 1")] * 3


def test_a_new_name_changes_nothing_else_of_a_line() -> None:
    scene = Scene(final("a", 1, "one", 1.0, speaker=0), said("b", 1, "two and", 3.0, channel_index=1))
    before = list(scene.transcript.segments())

    scene.rename("Speaker 1", "Maya")
    scene.rename("You", "Ada")

    assert kinds(scene.changes) == ["added", "added", "updated", "updated"]
    assert replayed(scene.changes) == scene.transcript.rows
    assert [after.says_as(line) for after, line in zip(scene.transcript.segments(), before, strict=True)] == [
        True,
        True,
    ]
    assert scene.names == [("Maya", "Speaker 1"), ("Ada", "You")]


def test_two_speakers_of_one_name_are_one_and_are_parted_by_an_empty_one() -> None:
    scene = Scene(final("a", 1, "one", 1.0, speaker=0), final("b", 1, "two", 3.0, speaker=1))
    scene.rename("Speaker 2", "Maya")

    scene.rename("Speaker 1", "Maya")
    assert [speaker for speaker, _ in scene.names] == ["Maya", "Maya"]
    scene.rename("Maya", "Priya")
    assert [speaker for speaker, _ in scene.names] == ["Priya", "Priya"]
    scene.rename("Priya", "")

    assert scene.names == [("Speaker 1", None), ("Speaker 2", None)]
    assert replayed(scene.changes) == scene.transcript.rows


def test_the_engine_that_finds_out_late_who_spoke_knows_the_names() -> None:
    scene = Scene(final("a", 1, "one", 1.0, speaker=0), final("b", 1, "two", 3.0, speaker=1))
    scene.rename("Speaker 1", "Maya")

    scene.tell(SpeakersRevisedEvent({"a": 1, "b": 0}))
    assert scene.names == [("Speaker 2", None), ("Maya", "Speaker 1")]
    scene.tell(SpeakersRevisedEvent({"b": None}))
    assert scene.names == [("Speaker 2", None), (None, None)]


def test_names_outlast_another_engine_and_what_it_hears_again() -> None:
    scene = Scene(final("a", 1, "one", 1.0, speaker=0))
    scene.rename("Speaker 1", "Maya")

    scene.tell(EngineChangedEvent("deepgram", "local", "no answer", 3.0))
    scene.tell(SupersededEvent(("a",), 0.0, 3.0))
    scene.tell(final("again", 1, "One.", 1.0, speaker=0))

    assert scene.names == [("Maya", "Speaker 1")]


def test_a_name_that_nobody_has_changes_nothing() -> None:
    scene = Scene(final("a", 1, "one", 1.0, speaker=0))

    assert not scene.rename("Maya", "Ada")
    assert not scene.rename("Speaker 1", "Speaker 1")


def test_lines_of_before_keep_their_names_and_can_be_renamed() -> None:
    before = Segment("a", 0, "Maya", 1.0, 2.0, "one", is_final=True, label="Speaker 1")
    assembler = Assembler(Transcript([before]), "balanced")

    changes = assembler.name_speakers(assembler.renamed("Maya", ""))

    assert changes == [Change("updated", 0, Segment("a", 0, "Speaker 1", 1.0, 2.0, "one", is_final=True))]


def test_a_reading_mode_holds_for_what_begins_after_it_was_chosen() -> None:
    scene = Scene(said("a", 1, "one", 1.0))

    scene.assembler.choose_mode("instant")
    for number in range(2, 9):
        scene.tell(said("a", number, "one two three", 1.0))
        scene.tell(said("b", number, "four five six", 3.0))

    one, other = scene.transcript.segments()
    assert one.committed != "" == other.committed
    assert other.tail == "four five six"

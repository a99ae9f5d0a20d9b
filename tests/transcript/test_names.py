from captioner.transcript.model import Segment
from captioner.transcript.names import Names, label_of


def line(speaker: str | None, label: str | None = None) -> Segment:
    return Segment("a", 0, speaker, 1.0, 2.0, "text", label=label)


def test_a_speaker_is_called_by_the_label_until_a_person_gives_a_name():
    names = Names()
    assert [names.name("You"), names.name("Speaker 1")] == ["You", "Speaker 1"]

    names.give(names.renamed("Speaker 1", " Maya\u202e\n"))

    assert [names.name("You"), names.name("Speaker 1")] == ["You", "Maya"]


def test_nothing_is_renamed_before_the_names_are_given():
    names = Names((line("You"),))

    assert names.renamed("You", "Ada") == {"You": "Ada"}
    assert names.name("You") == "You"


def test_speakers_of_one_name_are_one_until_an_empty_name_parts_them():
    names = Names((line("Speaker 1"), line("Speaker 2")))
    names.give(names.renamed("Speaker 1", "Maya"))
    names.give(names.renamed("Speaker 2", "Maya"))

    assert names.renamed("Maya", "Ada") == {"Speaker 1": "Ada", "Speaker 2": "Ada"}
    assert names.renamed("Maya", "  ") == {"Speaker 1": "Speaker 1", "Speaker 2": "Speaker 2"}


def test_a_name_that_nobody_has_and_a_name_that_is_no_other_change_nothing():
    names = Names((line("You"), line(None)))

    assert not names.renamed("Maya", "Ada")
    assert not names.renamed("You", "You ")
    assert not names.renamed("You", "")


def test_names_are_learnt_from_lines_that_are_there():
    names = Names((line("Maya", "Speaker 1"),))

    assert names.name("Speaker 1") == "Maya"
    assert names.renamed("Maya", "") == {"Speaker 1": "Speaker 1"}


def test_the_label_of_a_line_is_its_speaker_as_long_as_nobody_gave_a_name():
    assert [label_of(line(None)), label_of(line("You")), label_of(line("Ada", "You"))] == [None, "You", "You"]

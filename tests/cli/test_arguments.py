"""What can be said on the command line, and what it means unsaid."""

from pathlib import Path

import pytest

from captioner.cli.arguments import DEFAULT_DEVICE, parser
from captioner.streaming import ConfigurationError


def test_without_a_word_no_verb_is_chosen() -> None:
    assert parser().parse_args([]).verb is None


def test_a_source_is_unsaid_said_or_named() -> None:
    chosen = [parser().parse_args(["listen", *words]) for words in ([], ["--mic"], ["--mic", "Desk"])]

    assert [each.mic for each in chosen] == [None, DEFAULT_DEVICE, "Desk"]
    assert [each.system for each in chosen] == [None, None, None]


def test_listening_is_mixed_in_real_time_and_saved_unless_told_otherwise() -> None:
    plain = parser().parse_args(["listen"])
    told = parser().parse_args(["listen", "--channels", "split", "--speed", "0", "--no-save", "--json"])

    assert (plain.channels, plain.speed, plain.no_save, plain.json) == ("mix", 1.0, False, False)
    assert (told.channels, told.speed, told.no_save, told.json) == ("split", 0.0, True, True)
    assert (plain.reading_mode, plain.diarize, plain.file) == ("balanced", None, None)


def test_several_recordings_are_one_option() -> None:
    chosen = parser().parse_args(["listen", "--file", "a.wav", "b.wav", "--title", "Weekly"])

    assert (chosen.file, chosen.title) == ([Path("a.wav"), Path("b.wav")], "Weekly")


def test_key_terms_may_be_said_together_and_one_by_one() -> None:
    words = ["--keyterm", "Lindqvist", "two cities", "--json", "--keyterm", "Maya"]

    assert parser().parse_args(["listen", *words]).keyterm == ["Lindqvist", "two cities", "Maya"]
    assert parser().parse_args(["listen"]).keyterm == []


def test_an_engine_that_is_unsaid_is_told_from_one_that_is_said() -> None:
    assert parser().parse_args(["listen"]).engine is None
    assert parser().parse_args(["listen", "--engine", "local"]).engine == "local"


@pytest.mark.parametrize(
    "words",
    [["--data-dir", "here", "--verbose", "meetings"], ["meetings", "--verbose", "--data-dir", "here"]],
)
def test_the_common_options_may_stand_on_either_side_of_the_verb(words: list[str]) -> None:
    chosen = parser().parse_args(words)

    assert (chosen.verb, chosen.data_dir, chosen.verbose) == ("meetings", Path("here"), True)


@pytest.mark.parametrize("verb", ["devices", "doctor"])
def test_the_verbs_that_look_at_the_computer_take_the_common_options_only(verb: str) -> None:
    assert parser().parse_args([verb, "--verbose"]).verb == verb
    with pytest.raises(ConfigurationError):
        parser().parse_args([verb, "everything"])


def test_a_common_option_that_is_unsaid_is_not_there() -> None:
    chosen = parser().parse_args(["meetings"])

    assert not hasattr(chosen, "data_dir")
    assert not hasattr(chosen, "verbose")


def test_an_export_is_the_last_meeting_as_text_on_the_terminal_unless_told_otherwise() -> None:
    plain = parser().parse_args(["export"])
    told = parser().parse_args(["export", "3", "--format", "json", "--output", "a.json"])

    assert (plain.meeting, plain.format, plain.output) == ("last", "txt", None)
    assert (told.meeting, told.format, told.output) == ("3", "json", Path("a.json"))


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["dance"], "captioner --help"),
        (["listen", "--speed", "fast"], "captioner listen --help"),
        (["listen", "--file"], "captioner listen --help"),
        (["export", "--format", "pdf"], "captioner export --help"),
    ],
)
def test_a_fault_is_one_capitalised_line_that_names_the_help_of_its_verb(
    words: list[str], fault: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parser().parse_args(words)

    assert caught.value.hint == f"See `{fault}`"
    assert caught.value.message[0].isupper()
    assert "\n" not in str(caught.value)

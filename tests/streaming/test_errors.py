"""Errors say cause and cure."""

import pytest

from captioner.streaming import errors


def test_an_error_reads_as_one_line_of_cause_and_cure() -> None:
    assert str(errors.SourceError("x.wav holds no sound", "Choose another file")) == (
        "x.wav holds no sound. Choose another file"
    )
    assert str(errors.StoreError("The disk is full")) == "The disk is full"


@pytest.mark.parametrize(
    "error",
    [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)],
)
def test_every_error_stands_in_the_drawn_tree(error: type[Exception]) -> None:
    assert error.__name__ in (errors.__doc__ or "")
    assert issubclass(error, errors.CaptionerError)

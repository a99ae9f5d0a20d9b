import pytest

from captioner.streaming.words import Word
from captioner.transcript.model import Segment
from captioner.transcript.parting import part


def line(text: str, *, timed: bool = True) -> Segment:
    words = tuple(Word(word, word, float(at), at + 0.5) for at, word in enumerate(text.split()))
    return Segment("a", 0, "You", 0.0, 9.0, text, is_final=True, committed=text, words=words if timed else ())


def test_a_line_is_shown_or_hidden_as_it_is() -> None:
    whole = line("We start.")

    assert part(whole, False) == (whole, None)
    assert part(whole, True) == (None, whole)


@pytest.mark.parametrize(
    ("text", "shown", "rest"),
    [
        ("I agree. Yes I am ready.", "I agree.", "Yes I am ready."),
        ("Yes I am ready. I agree.", "I agree.", "Yes I am ready."),
        ("the plan the budget", "the budget", "the plan"),
        ("a b c d a c x", "a c d x", "b a c"),
        ("I agree.", "I agree.", None),
    ],
)
def test_each_word_of_a_line_is_shown_or_hidden(text: str, shown: str, rest: str | None) -> None:
    seen, hidden = part(line(text), shown)

    assert seen is not None
    assert (seen.text, seen.committed) == (shown, shown)
    assert [word.word for word in seen.words] == shown.split()
    assert (hidden.text if hidden else None) == rest
    assert hidden is None or hidden.id != seen.id


def test_words_without_times_stay_without() -> None:
    seen, hidden = part(line("I agree. Yes.", timed=False), "I agree.")

    assert seen is not None
    assert hidden is not None
    assert (seen.words, hidden.words) == ((), ())

"""The part of a text that lies in a stretch of time."""

from captioner.streaming import StreamEvent
from captioner.streaming.clip import clipped
from captioner.streaming.words import Word

TEXT = StreamEvent.Transcript(
    "x",
    1,
    "Yes, we can.",
    0.0,
    3.0,
    words=tuple(
        Word(text.strip(",.").lower(), text, at, at + 1.0) for at, text in enumerate(["Yes,", "we", "can."])
    ),
)


def test_a_word_belongs_to_where_its_middle_lies() -> None:
    rest = clipped(TEXT, lambda start, end: (start + end) / 2 >= 1.4)

    assert rest is not None
    assert (rest.transcript, [word.start for word in rest.words]) == ("we can.", [1.0, 2.0])


def test_what_is_whole_stays_as_it_is_and_of_nothing_remains_nothing() -> None:
    assert clipped(TEXT, lambda start, end: True) is TEXT
    assert clipped(TEXT, lambda start, end: False) is None


def test_text_without_the_times_of_its_words_is_never_cut() -> None:
    text = StreamEvent.Transcript("x", 1, "Yes we can", 0.0, 3.0)

    assert clipped(text, lambda start, end: (start + end) / 2 > 1) is text
    assert clipped(text, lambda start, end: (start + end) / 2 > 2) is None

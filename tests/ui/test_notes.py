"""The words of what nobody said: gaps and seams."""

import pytest

from captioner.settings.choices import Settings
from captioner.transcript.model import GapRow, SeamRow
from captioner.ui.notes import note_of, sentence, server_shown, span_words


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (GapRow(1896, 1904, "unplugged"), "8 s not heard. Unplugged. 31:36 to 31:44"),
        (GapRow(3, 17, "It broke.", "pending"), "14 s are being heard again. It broke. 00:03 to 00:17"),
        (GapRow(3, 9, "No way: refused"), "6 s not heard. No way. 00:03 to 00:09"),
        (GapRow(3, 4, "", "pending"), "1 s is being heard again. 00:03 to 00:04"),
        (GapRow(3.0, 3.2, ""), "1 s not heard. 00:03 to 00:03"),
        (GapRow(0, 600, "full"), "10 min not heard. Full. 00:00 to 10:00"),
        (SeamRow(5, "deepgram", "local", "it broke"), "Local engine took over. It broke. No words lost."),
        (SeamRow(5, "deepgram", "local", ""), "Local engine took over. No words lost."),
        (SeamRow(5, "local", "deepgram", "It answers again"), "Back on Deepgram. It answers again."),
        (SeamRow(5, "local", "deepgram", ""), "Back on Deepgram"),
        (SeamRow(5, "deepgram", "another", "it broke"), "another took over. It broke."),
    ],
)
def test_gaps_and_seams_say_what_happened_and_why(row: GapRow | SeamRow, text: str):
    assert note_of(row).text == text


def test_a_seam_is_told_apart_by_shape_and_colour():
    away, back = SeamRow(5, "deepgram", "local", ""), SeamRow(5, "local", "deepgram", "")

    assert [(note_of(row).icon, note_of(row).kind) for row in (away, back)] == [
        ("local", "info"),
        ("cloud", "good"),
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (6.9, "6 s"), (60, "1 min"), (65, "1 min 5 s"), (599, "9 min 59 s"), (745, "12 min")],
)
def test_lengths_are_said_as_exactly_as_they_matter(seconds: float, words: str):
    assert span_words(seconds) == words


@pytest.mark.parametrize(
    ("text", "shown"), [("it broke", "It broke."), ("Why?", "Why?"), ("", ""), ("a\u202eb\x00", "Ab.")]
)
def test_a_cause_is_a_sentence_in_plain_letters(text: str, shown: str):
    assert sentence(text) == shown


@pytest.mark.parametrize(
    ("engine", "address", "shown"),
    [
        ("local", "wss://api.deepgram.com", "On this computer"),
        ("deepgram", "wss://api.deepgram.com", "Deepgram"),
        ("deepgram", "wss://captions.example.org", "captions.example.org"),
        ("deepgram", "wss//mine", "wss//mine"),
    ],
)
def test_who_listens_is_called_by_its_name(engine: str, address: str, shown: str):
    assert server_shown(engine, Settings(deepgram_url=address)) == shown

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetricsF

from captioner.settings.style import CaptionStyle
from captioner.transcript.model import GapRow, Row, SeamRow, Segment
from captioner.ui.overlay.lines import CaptionLine, CaptionLines
from captioner.ui.overlay.look import Look
from captioner.ui.speakers import SpeakerSlots

WORDS = "So pilot customers keep nine euros until the end of March and everyone else moves to twelve"


def said(text: str, tail: str = "", name: str | None = None, key: str = "a") -> Segment:
    return Segment(key, 0, name, 0.0, 1.0, text, committed=text, tail=tail)


def lines_of(breaker: CaptionLines, *rows: Row, count: int = 9) -> list[str]:
    return [f"{line.name} {line.text or line.note}".strip() for line in breaker.newest(rows, count)]


def breaker(width: int = 390) -> CaptionLines:
    return CaptionLines(Look.of(CaptionStyle()), width)


def test_every_segment_begins_a_line_with_its_name(qapp: object):
    lines = lines_of(breaker(), said("Yes.", name="Maya"), said("No.", name="Maya", key="b"))

    assert lines == ["Maya Yes.", "Maya No."]


def test_the_tail_of_a_script_without_spaces_stands_right_behind(qapp: object):
    line = breaker().newest([said("日本語の", "字幕")], 1)[0]

    assert (line.text, line.tail) == ("日本語の字幕", 4)


def test_a_line_that_only_grows_is_never_too_wide(qapp: object):
    look = Look.of(CaptionStyle())
    shown = CaptionLines(look, 390)

    for count in range(1, 120):
        for line in shown.newest([said("W" * count)], 9):
            assert QFontMetricsF(look.font).horizontalAdvance(line.text) <= 390 - look.gutter + 1


def test_lines_above_the_live_one_stay_while_words_are_added(qapp: object):
    shown = breaker()
    words = WORDS.split()
    before: list[str] = []

    for count in range(1, len(words) + 1):
        lines = lines_of(shown, said(" ".join(words[:count])))
        assert lines[: len(before) - 1] == before[:-1]
        before = lines

    assert len(before) >= 3


def test_a_correction_further_up_moves_no_break(qapp: object):
    shown = breaker()
    before = lines_of(shown, said(WORDS))

    after = lines_of(shown, said(WORDS.replace("So pilot", "A pilot")))

    assert after[0] == before[0].replace("So", "A")
    assert after[1:] == before[1:]


def test_a_removed_word_pulls_nothing_up(qapp: object):
    shown = breaker()
    before = lines_of(shown, said(WORDS))
    first = before[0].split()

    after = lines_of(shown, said(WORDS.replace(f"{first[1]} ", "", 1)))

    assert after[1:] == before[1:]


def test_a_live_text_that_gets_shorter_leaves_room_instead_of_falling(qapp: object):
    shown = breaker()
    before = lines_of(shown, said("So pilot customers", tail="keep nine euros until the end of March"))

    after = lines_of(shown, said("So pilot customers", tail="keep"))

    assert len(after) == len(before)
    assert after[-1] == ""


def test_only_the_newest_lines_are_given(qapp: object):
    shown = breaker()

    lines = lines_of(shown, said(WORDS), said("The last word.", key="b"), count=2)

    assert len(lines) == 2
    assert lines[-1] == "The last word."


def test_a_gap_is_a_line_of_its_own(qapp: object):
    lines = breaker().newest([said("Yes."), GapRow(3.0, 11.0, "lost")], 3)

    assert [line.note for line in lines] == ["", "8 s not heard"]


def test_a_gap_that_is_being_heard_says_so_and_a_seam_takes_no_line(qapp: object):
    rows = said("Yes."), GapRow(3.0, 17.0, "lost", "pending"), SeamRow(17.0, "deepgram", "local", "lost")

    assert lines_of(breaker(), *rows) == ["Yes.", "14 s are being heard again"]


def test_letters_beyond_the_first_plane_are_not_cut(qapp: object):
    lines = lines_of(breaker(), said("👩‍🚀 " * 20 + "end"))

    assert "".join(lines).replace(" ", "") == "👩‍🚀" * 20 + "end"


def test_a_very_long_name_leaves_room_for_words(qapp: object):
    lines = lines_of(breaker(), said("Yes.", name="N" * 200))

    assert lines[0].endswith("Yes.")
    assert "…" in lines[0]


def test_an_endless_word_is_broken_and_nothing_lost(qapp: object):
    assert "".join(lines_of(breaker(), said("a" * 300), count=99)) == "a" * 300


def test_lines_further_back_are_given_and_no_more_than_there_are(qapp: object):
    shown = breaker()
    rows = [said(f"line {number}", key=str(number)) for number in range(9)]

    assert [line.text for line in shown.newest(rows, 3, skip=4)] == ["line 2", "line 3", "line 4"]
    assert shown.skipped == 4
    assert [line.text for line in shown.newest(rows, 3, skip=99)] == ["line 0", "line 1", "line 2"]
    assert shown.skipped == 6


def test_every_line_knows_its_words(qapp: object):
    lines = breaker().newest([said(WORDS, tail="euros in spring", name="Maya")], 9)

    words = f"{WORDS} euros in spring".split()
    assert [line.number for line in lines] == list(range(len(lines)))
    for line in lines:
        count = len(line.text.split())
        assert line.text.split() == words[line.first_word : line.first_word + count]
    assert " ".join(line.text[line.tail :] for line in lines).split() == ["euros", "in", "spring"]


def test_a_piece_of_an_endless_word_belongs_to_that_word(qapp: object):
    lines = breaker().newest([said("So " + "a" * 60 + " end")], 9)

    assert len(lines) >= 3
    assert {line.first_word for line in lines if line.text.startswith("a")} == {1}


def test_a_name_that_is_found_late_moves_no_word(qapp: object):
    shown = breaker()
    before = shown.newest([said(WORDS)], 9)

    after = shown.newest([said(WORDS, name="Maya")], 9)

    assert [(line.text, line.indent) for line in after] == [(line.text, line.indent) for line in before]
    assert {line.speaker for line in after} == {"Maya"}


def test_a_longer_name_is_fitted_into_the_room_of_the_old_one(qapp: object):
    shown = breaker()
    before = shown.newest([said(WORDS, name="Others")], 9)

    after = shown.newest([said(WORDS, name="Maya Lindqvist")], 9)

    assert after[0].name.startswith("Ma")
    assert after[0].name.endswith("…")
    assert [(line.text, line.indent) for line in after] == [(line.text, line.indent) for line in before]


def test_the_ninth_speaker_has_a_number(qapp: object):
    slots = SpeakerSlots()
    for number in range(1, 9):
        slots.slot(f"Speaker {number}")
    shown = CaptionLines(Look.of(CaptionStyle()), 600, slots)

    assert shown.newest([said("Yes.", name="Speaker 8")], 1)[0].name == "9 Speaker 8"


def test_in_a_narrow_box_there_are_shapes_and_no_names(qapp: object):
    line = breaker(290).newest([said("Yes.", name="Maya")], 1)[0]

    assert (line.name, line.indent, line.speaker) == ("", 0.0, "Maya")


def test_room_below_is_used_up_by_the_next_segment(qapp: object):
    shown = breaker()
    shown.newest([said("First.", key="0"), said(WORDS)], 9)
    count = len(shown.newest([said("First.", key="0"), said("So pilot")], 9))

    lines = shown.newest([said("First.", key="0"), said("So pilot"), said("No.", key="b")], 9)

    assert len(lines) == count
    assert [line.text for line in lines[:3]] == ["First.", "So pilot", "No."]


INTERIMS = st.lists(st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=30), min_size=1, max_size=6)


@settings(max_examples=80, deadline=None, database=None)
@given(interims=INTERIMS, count=st.integers(1, 8), skip=st.integers(0, 12), settled=st.integers(0, 30))
def test_there_are_never_more_lines_than_the_box_has(
    qapp: object, interims: list[list[str]], count: int, skip: int, settled: int
):
    shown = breaker()
    for words in interims:
        rows = said("Before.", key="0"), said(" ".join(words[:settled]), tail=" ".join(words[settled:]))
        lines = shown.newest(rows, count, skip)
        assert len(lines) <= count
        assert all(isinstance(line, CaptionLine) for line in lines)
        texts = [line.text for line in shown.newest(rows, 99) if line.segment == "a"]
        assert " ".join(texts).split() == words


def test_no_space_stands_between_settled_and_dim_where_the_script_has_none(qapp: object):
    (line,) = breaker().newest([said("你好", "世界")], 3)[:1]

    assert (line.text, line.tail) == ("你好世界", 2)

from captioner.transcript.model import GapRow, Row, SeamRow, Segment
from captioner.ui.overlay.lines import CaptionLines

WORDS = "So pilot customers keep nine euros until the end of March and everyone else moves to twelve"


def said(text: str, tail: str = "", name: str | None = None, key: str = "a") -> Segment:
    return Segment(key, 0, name, 0.0, 1.0, text, committed=text, tail=tail)


def lines_of(breaker: CaptionLines, *rows: Row, count: int = 9) -> list[str]:
    return [f"{line.name} {line.text}".strip() for line in breaker.newest(rows, count)]


def breaker(qapp: object = None) -> CaptionLines:
    return CaptionLines(27, 360, "#A9B5BF")


def test_every_segment_begins_a_line_with_its_name(qapp: object):
    lines = lines_of(breaker(), said("Yes.", name="Maya"), said("No.", name="Maya", key="b"))

    assert lines == ["Maya Yes.", "Maya No."]


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

import pytest

from captioner.audio.echo import Echo, Stretches
from captioner.meeting.copies import OWN, Finding, compare, least_alike, without
from captioner.transcript.model import Segment

OTHERS = Segment("b", 1, "Others", 10.0, 14.0, "The first item is the budget for next year.", is_final=True)
ALL: Stretches = ((10.1, 14.1),)


def judged(
    text: str,
    echoed: Stretches = ALL,
    own: Stretches = (),
    *others: Segment,
    gain: float = -12.0,
    start: float = 10.0,
    end: float = 14.2,
) -> Finding:
    line = Segment("a", 0, "You", start, end, text)
    return compare(text, line, Echo(0.1, gain, echoed, own), others or (OTHERS,))


def test_the_loudspeaker_alone_with_the_others_words_is_a_copy() -> None:
    assert judged("The first I am is the budget for next ear").kind == "copy"


def test_without_the_loudspeaker_it_is_a_line_of_its_own() -> None:
    line = Segment("a", 0, "You", 10.0, 14.0, OTHERS.text)

    assert compare(OTHERS.text, line, None, (OTHERS,)) == OWN
    assert judged(OTHERS.text, ((10.1, 10.2),)) == OWN
    assert judged("") == OWN


def test_other_words_in_a_loud_echo_are_not_taken_for_a_copy() -> None:
    finding = judged("Please send me that plan", gain=-3.0)

    assert (finding.kind, finding.is_settled) == ("unsure", True)


def test_other_words_in_a_faint_echo_are_misheard_ones_once_the_others_have_said_theirs() -> None:
    assert judged("the fur sty tem", gain=-26.0).kind == "copy"
    assert judged("the fur sty tem", ALL, (), Segment("b", 1, None, 10.0, 10.5, "a")).kind == "unsure"


def test_the_others_words_are_cut_out_of_a_line_that_goes_on_with_them() -> None:
    finding = judged("I agree. The first item is the budget for next year.", ALL, ((8.0, 9.5),), start=8.0)

    assert finding.kind == "mixed"
    assert without("I agree. The first item is the budget for next year.", finding.cut) == "I agree."


def test_what_was_misheard_between_and_behind_them_is_cut_too() -> None:
    text = "I agree. The first eye hem is the budget for necks tear"
    finding = judged(text, ALL, ((8.6, 9.5),), start=8.6)

    assert without(text, finding.cut) == "I agree."


def test_what_somebody_repeats_stays() -> None:
    text = "The first item is the budget? The item is the budget."
    said = Segment("b", 1, "Others", 10.0, 12.0, "The first item is the budget?", is_final=True)

    finding = judged(text, ((10.1, 12.0),), ((12.3, 14.0),), said, end=14.0)

    assert without(text, finding.cut).endswith("The item is the budget.")
    assert 0 in finding.cut


def test_what_somebody_repeats_between_two_lines_of_the_others_stays() -> None:
    text = "The thing I liked best of all who were always accusing people of being late."
    before = Segment("b", 1, "Others", 7.0, 11.7, "His statement was the thing I liked best of all.")
    after = Segment("c", 1, "Others", 13.3, 17.0, "You who were always accusing people of being late.")

    finding = judged(text, ((13.6, 17.1),), ((11.7, 13.5),), before, after, start=11.7, end=17.1)

    assert without(text, finding.cut) == "The thing I liked best of all"


def test_a_short_word_of_ones_own_at_the_end_stays() -> None:
    text = "There's iron, they say in all our blood. Yes."
    said = Segment(
        "b", 1, "Others", 1.3, 7.5, "There's iron, they say, in all our blood, and a grain or two."
    )
    echoed: Stretches = ((1.4, 4.2), (5.0, 5.4))

    finding = judged(text, echoed, ((4.2, 4.7),), said, start=1.6, end=5.4)

    assert without(text, finding.cut) == "Yes."


def test_a_line_is_whole_when_a_fragment_would_be_left_and_more_was_said() -> None:
    text = "We need to not come by the end of the month and twenty more in the summer."
    said = Segment(
        "b", 1, "Others", 41.3, 46.2, "We need ten by the end of the month and twenty more in the summer."
    )
    echoed: Stretches = ((41.4, 43.2), (44.5, 46.3))

    finding = judged(text, echoed, ((43.2, 44.5),), said, start=41.3, end=46.3)

    assert (finding.kind, finding.cut) == ("mixed", frozenset())


def test_words_said_at_the_same_time_by_both_stay() -> None:
    own: Stretches = ((10.1, 13.9),)

    assert judged(OTHERS.text, ((13.9, 14.1),), own) == OWN
    assert judged("I agree. The first item is the budget", ((13.5, 14.1),), own).cut == frozenset()


def test_a_single_word_of_ones_own_between_the_others_stays() -> None:
    text = "The first item yes is the budget for next year."
    echoed: Stretches = ((10.1, 11.3), (11.8, 14.1))

    finding = judged(text, echoed, ((11.3, 11.8),))

    assert "yes" in without(text, finding.cut).split()


def test_a_noise_without_words_does_not_make_a_copy_ones_own() -> None:
    assert judged(OTHERS.text, ((10.1, 12.0), (12.4, 14.1)), ((12.0, 12.4),)).kind == "copy"


@pytest.mark.parametrize("reach", [11.0, 13.8])
def test_the_others_words_cover_a_line_when_they_reach_its_end(reach: float) -> None:
    said = Segment("b", 1, "Others", 10.0, reach, "The first item is")

    finding = judged("I agree. The first item is", ALL, ((8.0, 9.5),), said, start=8.0)

    assert (finding.is_covered, finding.is_settled) == (reach > 13, False)


def test_a_louder_echo_must_be_more_alike() -> None:
    assert least_alike(-26.0) == 0 < least_alike(-5.0) < least_alike(-3.0) == least_alike(0.0) < 0.5

"""Any sequence of faults: the words of the transcript are those that were said, each once, in their order."""

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from tests import faults, faults_styles
from tests.deepgram import Garbage, HangUp, Plan, refuse
from tests.faults import GOOD, breaks, lives, outage
from tests.faults_scene import Scene, Trouble, play
from tests.numbered_recogniser import Recogniser

SECONDS = 40.7

HARMS = st.sampled_from(
    [
        faults.cut,
        faults.frozen,
        faults.hung_up,
        faults.muted,
        faults.boundless,
        faults.closes(1000),
        faults.closes(1011),
        faults.fails("NET-0000"),
    ]
)

STYLES = st.sampled_from(
    [
        lambda: faults_styles.twice,
        lambda: faults_styles.wrong_types,
        lambda: faults_styles.impossible_times,
        faults_styles.with_nonsense,
        faults_styles.overlapping,
        faults_styles.reordered,
    ]
)

SPEAKERS = st.one_of(
    st.just(GOOD),
    st.builds(Recogniser, style=STYLES),
    st.builds(Recogniser, style=STYLES, delay=st.floats(0.0, 3.0)),
)

PLANS: st.SearchStrategy[Plan] = st.one_of(
    st.builds(breaks, HARMS, st.floats(0.0, 15.0), SPEAKERS),
    st.builds(lives, st.floats(0.1, 8.0)),
    st.sampled_from([refuse(429), refuse(503), HangUp(), Garbage(), faults.drains(faults.cut)]),
)

TROUBLES: st.SearchStrategy[Trouble | None] = st.one_of(
    st.none(),
    st.builds(
        outage, st.sampled_from(["refuse", "drop", "blackhole"]), st.floats(0.5, 25.0), st.floats(0.0, 30.0)
    ),
)


@pytest.mark.parametrize("fallback", [False, True], ids=["alone", "with a fallback"])
@settings(max_examples=40, derandomize=True, phases=(Phase.explicit, Phase.generate))
@given(
    plans=st.lists(PLANS, max_size=5),
    last=SPEAKERS,
    trouble=TROUBLES,
    channels=st.sampled_from([1, 1, 2]),
    seed=st.integers(1, 1000),
)
@example(plans=[breaks(faults.cut)] * 5, last=GOOD, trouble=None, channels=2, seed=1)
@example(  # nothing was heard before the first seam
    plans=[breaks(faults.muted, 0.0), Garbage()],
    last=Recogniser(style=faults_styles.reordered, delay=3.0),
    trouble=outage("drop", 1.8, 10.1),
    channels=1,
    seed=194,
)
@example(  # an open line beyond a window that was overtaken
    plans=[
        breaks(faults.hung_up, 2.2, Recogniser(style=faults_styles.overlapping, delay=0.33)),
        *[breaks(faults.hung_up, 13.33, Recogniser(style=faults_styles.overlapping, delay=0.67))] * 2,
        refuse(503),
        refuse(503),
    ],
    last=Recogniser(style=faults_styles.reordered),
    trouble=outage("blackhole", 20.275, 29.752),
    channels=1,
    seed=315,
)
def test_any_sequence_of_faults_loses_nothing(
    fallback: bool, plans: list[Plan], last: Recogniser, trouble: Trouble | None, channels: int, seed: int
) -> None:
    scene = Scene((*plans, last), trouble, SECONDS, channels, fallback=fallback, seed=seed)

    verdict = play(scene)

    assert verdict.error is None
    assert verdict.violations == {}
    assert verdict.is_clean, verdict.judgement

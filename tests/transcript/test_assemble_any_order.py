"""Whatever order, repetition and cut the events come in: each word once, at its time."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from captioner.streaming.events import (
    AnyEvent,
    EngineChangedEvent,
    GapEvent,
    GapFilledEvent,
    SpeakersRevisedEvent,
    SupersededEvent,
    TranscriptEvent,
)
from captioner.transcript.model import GapRow, Row, SeamRow, Segment
from captioner.transcript.stabilise import ReadingMode
from tests.transcript.assembling import assembled, final, replayed, said

IDS = [f"s{number}" for number in range(6)]
HALVES = 40
"""Half seconds: gaps begin and end on them, so that they can be counted one by one."""

times = st.floats(0.0, HALVES / 2)


@st.composite
def lines(draw: st.DrawFn) -> list[AnyEvent]:
    """Some revisions of one line, at times of their own, and mostly a final; some of them twice."""
    name = draw(st.sampled_from(IDS))
    revisions = draw(st.lists(st.sampled_from(["a", "a b", "a c", ""]), max_size=4))
    made: list[AnyEvent] = [said(name, at, text, draw(times)) for at, text in enumerate(revisions)]
    if draw(st.integers(0, 5)):
        made.append(final(name, len(revisions), draw(st.sampled_from(["text", "Text.", ""])), draw(times)))
    return made + draw(st.lists(st.sampled_from(made), max_size=3)) if made else made


@st.composite
def holes(draw: st.DrawFn) -> AnyEvent:
    first, last = sorted(draw(st.lists(st.integers(0, HALVES), min_size=2, max_size=2, unique=True)))
    if draw(st.booleans()):
        return GapFilledEvent(first / 2, last / 2)
    cause, is_final = draw(st.sampled_from(["lost", "late"])), draw(st.booleans())
    return GapEvent(first / 2, last / 2, cause, "final" if is_final else "pending")


engines = st.sampled_from(["deepgram", "local", "other"])
others = st.one_of(
    holes(),
    st.builds(EngineChangedEvent, engines, engines, st.just("lost"), times),
    st.builds(SupersededEvent, st.lists(st.sampled_from(IDS), max_size=2).map(tuple), times, times),
    st.builds(SpeakersRevisedEvent, st.dictionaries(st.sampled_from(IDS), st.none() | st.integers(0, 3))),
)


@st.composite
def meetings(draw: st.DrawFn) -> list[AnyEvent]:
    events = [event for line in draw(st.lists(lines(), max_size=8)) for event in line]
    return draw(st.permutations(events + draw(st.lists(others, max_size=12))))


def settled(events: Iterable[AnyEvent]) -> dict[str, TranscriptEvent]:
    """By its id, the first final of each segment that was not superseded, if it has words."""
    finals: dict[str, TranscriptEvent] = {}
    withdrawn: set[str] = set()
    for event in events:
        if isinstance(event, SupersededEvent):
            withdrawn |= set(event.segment_ids)
        elif isinstance(event, TranscriptEvent) and event.is_final:
            finals.setdefault(event.segment_id, event)
    return {name: event for name, event in finals.items() if event.transcript and name not in withdrawn}


def missing(events: Iterable[AnyEvent]) -> dict[int, str]:
    """Each half second that is missing, and whether for good."""
    state: dict[int, str] = {}
    for event in events:
        if isinstance(event, GapEvent | GapFilledEvent):
            for half in range(round(event.start * 2), round(event.end * 2)):
                if state.get(half) == "final":
                    continue
                if isinstance(event, GapEvent):
                    state[half] = event.state
                else:
                    state.pop(half, None)
    return state


def shown_missing(rows: list[Row]) -> list[tuple[int, str]]:
    gaps = [row for row in rows if isinstance(row, GapRow)]
    return [(half, gap.state) for gap in gaps for half in range(round(gap.start * 2), round(gap.end * 2))]


@settings(max_examples=400, deadline=None, database=None)
@given(meetings(), st.sampled_from(["instant", "balanced", "steady"]))
def test_each_final_is_a_row_once_at_its_time(events: list[AnyEvent], mode: ReadingMode) -> None:
    rows, _ = assembled(*events, mode=mode)

    shown = [row for row in rows if isinstance(row, Segment)]
    names = [row.id for row in shown]
    assert len(names) == len(set(names))
    finals = {row.id: (row.start, row.end, row.text) for row in shown if row.is_final}
    assert finals == {
        name: (event.start, event.end, event.transcript) for name, event in settled(events).items()
    }


@settings(max_examples=400, deadline=None, database=None)
@given(meetings(), st.sampled_from(["instant", "balanced", "steady"]))
def test_rows_stand_in_time_order_and_the_changes_tell_all(events: list[AnyEvent], mode: ReadingMode) -> None:
    rows, changes = assembled(*events, mode=mode)

    assert rows == sorted(rows, key=lambda row: (row.start, not isinstance(row, SeamRow)))
    assert replayed(changes) == rows


@settings(max_examples=400, deadline=None, database=None)
@given(st.lists(holes()))
def test_every_half_second_is_missing_exactly_as_it_was_said(events: list[AnyEvent]) -> None:
    rows, _ = assembled(final("a", 1, "said", 5.0), *events)

    shown = shown_missing(rows)
    assert len(shown) == len(dict(shown))
    assert dict(shown) == missing(events)


@settings(max_examples=200, deadline=None, database=None)
@given(meetings())
def test_what_was_final_never_changes_again_but_for_its_name(events: list[AnyEvent]) -> None:
    _, changes = assembled(*events, voices=(0,))

    seen: dict[str, tuple[str, float, float]] = {}
    for change in (change for of_event in changes for change in of_event):
        if isinstance(change.row, Segment) and change.row.is_final:
            said_there = (change.row.text, change.row.start, change.row.end)
            assert seen.setdefault(change.row.id, said_there) == said_there

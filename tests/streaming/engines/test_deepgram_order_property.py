"""Finals that come in any order, repeated, stretched or cut off: every word once, in order if possible."""

import json
import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from captioner.streaming import StreamEvent
from captioner.streaming.engines.deepgram_hearing import Hearing
from captioner.streaming.engines.deepgram_wire import Results, decode
from captioner.streaming.engines.engine import LinkMessage, Progress
from tests import deepgram_messages as build

CELL = 0.25
"""Each stretch of so many seconds holds one word, or none."""


def _heard(hearing: Hearing, *messages: Results) -> list[LinkMessage]:
    return [said for message in messages for said in hearing.results(message)]


def _out(said: list[LinkMessage]) -> list[str]:
    finals = [event for event in said if isinstance(event, StreamEvent.Transcript) and event.is_final]
    return [word for event in finals for word in event.transcript.split()]


def _horizon(said: list[LinkMessage]) -> float:
    """How far the port says that all is settled."""
    ends = [event.end for event in said if isinstance(event, StreamEvent.Transcript) and event.is_final]
    return max([0.0, *ends, *(message.settled for message in said if isinstance(message, Progress))])


@st.composite
def _windows(draw: st.DrawFn) -> list[tuple[float, float]]:
    """Windows that tile the time of one channel."""
    lengths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=16))
    edges = [sum(lengths[:count]) * CELL for count in range(len(lengths) + 1)]
    return list(pairwise(edges))


def _spoken(start: float, end: float, silent: frozenset[int]) -> Results:
    cells = [cell for cell in range(round(start / CELL), round(end / CELL)) if cell not in silent]
    words = [
        {
            "word": f"w{cell}",
            "start": cell * CELL + 0.02,
            "end": cell * CELL + 0.2,
            "punctuated_word": f"w{cell}",
        }
        for cell in cells
    ]
    message = decode(
        json.dumps(build.results(" ".join(f"w{cell}" for cell in cells), start, end - start, words=words))
    )
    assert isinstance(message, Results)
    return message


_silences = st.frozensets(st.integers(0, 64), max_size=20)


def _words(silent: frozenset[int], until: float) -> list[str]:
    return [f"w{cell}" for cell in range(round(until / CELL)) if cell not in silent]


@given(_windows(), _silences, st.randoms(use_true_random=False), st.integers(0, 4), st.integers(0, 3))
def test_words_come_out_once_and_in_order_however_finals_are_moved_repeated_and_stretched(
    windows: list[tuple[float, float]], silent: frozenset[int], chance: random.Random, moved: int, longer: int
) -> None:
    stretched = [(max(0.0, start - chance.randint(0, longer) * CELL), end) for start, end in windows]
    again = [window for window in stretched if chance.random() < 0.3]
    places = [(at + chance.uniform(0, moved), window) for at, window in enumerate(stretched)]
    later = [(chance.uniform(0, len(windows) + 5), window) for window in again]
    hearing = Hearing(1)

    said = _heard(hearing, *(_spoken(*window, silent) for _at, window in sorted(places + later)))
    said += hearing.release()

    assert _out(said) == _words(silent, windows[-1][1])
    assert _horizon(said) == windows[-1][1]


@given(_windows(), _silences, st.randoms(use_true_random=False), st.integers(0, 20))
def test_a_cut_loses_nothing_before_the_horizon_and_says_nothing_behind_it(
    windows: list[tuple[float, float]], silent: frozenset[int], chance: random.Random, count: int
) -> None:
    order = sorted(windows, key=lambda window: window[0] + chance.uniform(0, 3))

    said = _heard(Hearing(1), *(_spoken(*window, silent) for window in order[:count]))

    assert _out(said) == _words(silent, _horizon(said))


@given(_windows(), _silences, st.randoms(use_true_random=False), st.integers(0, 3))
def test_in_any_order_whatsoever_each_word_comes_out_once(
    windows: list[tuple[float, float]], silent: frozenset[int], chance: random.Random, longer: int
) -> None:
    far = [(max(0.0, start - chance.randint(0, longer) * CELL) * 8, end * 8) for start, end in windows]
    cells = frozenset(range(1000)) - {cell * 8 for cell in range(64) if cell not in silent}
    order = [_spoken(*window, cells) for window in (*far, *far)]
    chance.shuffle(order)
    hearing = Hearing(1)

    said = [*_heard(hearing, *order), *hearing.release()]

    assert sorted(_out(said)) == sorted(_words(cells, far[-1][1]))

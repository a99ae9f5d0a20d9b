"""Every fault of the catalogue in one table: what was lost, doubled or out of order, and for how long.

Markdown that can stand in the README. Time is virtual, so the figures are those of the program and not of
this machine: two runs print the same.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.deepgram import refuse
from tests.faults import FATAL_PLANS, GOOD, MENDED, breaks, cut
from tests.faults_scene import Scene, Verdict, play

HELD = (
    "handshake never answered",
    "reset",
    "half-open",
    "mute in the middle",
    "outage of 30 s, refused",
    "outage of 30 s, black hole",
    "outage of 10 min, dropped",
    "flapping",
)
"""Faults that are shown once more with a fallback."""

HELD_MARK = "with a fallback: "

HEAD = (
    "| fault | words | lost | twice | out of order | live again | all final | stood still | time error |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
)


def fault_table() -> Iterator[str]:
    """The lines of the table: one for each fault, or for several in a row that come to the same, and all."""
    yield from HEAD
    verdicts: list[Verdict] = []
    names: list[str] = []
    before = ""
    for name, scene in scenes().items():
        verdicts.append(play(scene))
        figures = row(verdicts[-1])
        if names and figures != before:
            yield f"| {joined(names)} {before}"
            names = []
        names.append(name)
        before = figures
    yield f"| {joined(names)} {before}"
    yield total(verdicts)


def scenes() -> dict[str, Scene]:
    """All faults; some of them with a fallback, and those that only a fallback can mend."""
    held = {f"{HELD_MARK}{name}": replace(MENDED[name], fallback=True) for name in HELD}
    fatal = {f"{HELD_MARK}{name}": Scene((plan,), fallback=True) for name, plan in FATAL_PLANS.items()}
    spent = Scene((breaks(cut), refuse(402), GOOD), fallback=True)
    return {**MENDED, **held, **fatal, f"{HELD_MARK}handshake 402 in the middle": spent}


def joined(names: list[str]) -> str:
    """Several faults by one name: "close 1001, 1011; reset"."""
    mark = HELD_MARK if names[0].startswith(HELD_MARK) else ""
    kinds = groupby((name.removeprefix(HELD_MARK) for name in names), key=lambda name: name.split()[0])
    return mark + "; ".join(
        f"{kind} {', '.join(_rest(name) for name in group)}".strip() for kind, group in kinds
    )


def _rest(name: str) -> str:
    return name.partition(" ")[2]


def row(verdict: Verdict) -> str:
    """The figures of a fault. What it did not bring about is left empty."""
    found = verdict.judgement
    wrong = [*found.strange, *(f"{what}: {count}" for what, count in verdict.violations.items())]
    cells = (
        verdict.words if not wrong else f"{verdict.words} (**{'; '.join(wrong)[:200]}**)",
        len(found.lost),
        len(found.duplicated),
        len(found.disordered),
        seconds(verdict.recovery),
        seconds(verdict.filled),
        seconds(verdict.standstill),
        f"{found.worst_error:.2f} s",
    )
    return f"| {' | '.join(map(str, cells))} |"


def total(verdicts: list[Verdict]) -> str:
    """All faults together."""
    found = [verdict.judgement for verdict in verdicts]
    cells = (
        f"**all {len(verdicts)}**",
        sum(verdict.words for verdict in verdicts),
        sum(len(one.lost) for one in found),
        sum(len(one.duplicated) for one in found),
        sum(len(one.disordered) for one in found),
        "",
        "",
        "",
        f"{max(one.worst_error for one in found):.2f} s",
    )
    return f"| {' | '.join(map(str, cells))} |"


def seconds(value: float | None) -> str:
    """A time as it is printed."""
    return "" if value is None else f"{value:.1f} s"

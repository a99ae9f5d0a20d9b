"""The holes of a transcript as intervals: none overlaps another, touching ones of one cause are one."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from captioner.transcript.model import GapRow

_SLIVER = 0.001
"""Seconds. Times are counted in samples: what is shorter is a rounding error, not sound."""


def missed(known: Sequence[GapRow], gap: GapRow) -> list[GapRow]:
    """The gaps with one more in time order.

    What is final stays as it is; a final gap takes its part of the pending ones. Each channel reports the
    same hole, and a long one comes in stretches: nothing is counted twice.
    """
    kept: list[GapRow] = []
    fresh = [gap]
    for other in known:
        if gap.state == "final" and other.state == "pending":
            kept += _without(other, gap.start, gap.end)
        else:
            kept.append(other)
            fresh = [part for piece in fresh for part in _without(piece, other.start, other.end)]
    return _joined([*kept, *fresh])


def filled(known: Iterable[GapRow], start: float, end: float) -> list[GapRow]:
    """The gaps without what of the pending ones has been heard after all."""
    left: list[GapRow] = []
    for gap in known:
        left += _without(gap, start, end) if gap.state == "pending" else [gap]
    return left


def given_up(known: Iterable[GapRow]) -> list[GapRow]:
    """The gaps once nothing will be heard any more."""
    return _joined([replace(gap, state="final") for gap in known])


def _without(gap: GapRow, start: float, end: float) -> list[GapRow]:
    """What is left of a gap: all of it, one end, both ends, or nothing."""
    if end <= gap.start or gap.end <= start:
        return [gap]
    ends = (replace(gap, end=start), replace(gap, start=end))
    return [part for part in ends if part.end - part.start > _SLIVER]


def _joined(gaps: list[GapRow]) -> list[GapRow]:
    joined: list[GapRow] = []
    for gap in sorted(gaps, key=lambda gap: gap.start):
        before = joined[-1] if joined else None
        if (
            before
            and gap.start - before.end <= _SLIVER
            and replace(gap, start=before.start) == replace(before, end=gap.end)
        ):
            joined[-1] = replace(before, end=gap.end)
        else:
            joined.append(gap)
    return joined

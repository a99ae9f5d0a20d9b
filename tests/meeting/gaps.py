"""What becomes of missed sound in a transcript."""

from collections.abc import Iterable

from captioner.meeting.holes import Missed
from captioner.transcript.assemble import Assembler
from captioner.transcript.model import GapRow, Transcript


def gap_rows(missed: Iterable[Missed]) -> list[GapRow]:
    """The rows, once all of it was applied."""
    transcript = Transcript()
    assembler = Assembler(transcript, "balanced")
    for each in missed:
        assembler.apply(each.gap)
    return [row for row in transcript.rows if isinstance(row, GapRow)]

"""A row as a line of text, the same in the terminal and in a text file."""

from captioner.transcript.model import GapRow, Row, SeamRow

_ENGINES = {"deepgram": "Deepgram", "local": "Local engine"}


def clock(seconds: float) -> str:
    """A time in a meeting as `mm:ss`, from one hour on `h:mm:ss`."""
    minutes, second = divmod(int(max(0.0, seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute:02}:{second:02}"


def line_of(row: Row) -> str:
    """`[mm:ss] Speaker: text`, without a speaker `[mm:ss] text`; what is no speech stands in brackets."""
    if isinstance(row, GapRow):
        return f"[{clock(row.start)}] ({_not_heard(row)})"
    if isinstance(row, SeamRow):
        return f"[{clock(row.start)}] ({_took_over(row)})"
    speaker = f"{row.speaker}: " if row.speaker else ""
    return f"[{clock(row.start)}] {speaker}{row.text}"


def _not_heard(gap: GapRow) -> str:
    seconds = gap.end - gap.start
    # Less than a second in tenths, or the line would say that nothing is missing.
    length = f"{seconds:.0f}" if seconds >= 1 else f"{max(0.1, seconds):.1f}"
    return f"{length} s not heard: {gap.cause}" if gap.cause else f"{length} s not heard"


def _took_over(seam: SeamRow) -> str:
    engine = _ENGINES.get(seam.new, seam.new)
    words = f"Back on {engine}" if seam.old == "local" else f"{engine} took over"
    return f"{words}: {seam.reason}" if seam.reason else words

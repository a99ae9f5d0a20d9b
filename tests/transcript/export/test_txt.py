from collections.abc import Callable

from captioner.transcript.export.txt import TextExporter
from captioner.transcript.model import GapRow, SeamRow, Segment, StoredMeeting


def test_a_text_file_has_a_title_a_date_and_a_line_for_each_row(
    stored: Callable[..., StoredMeeting], line: Callable[[int], Segment], gap: GapRow
) -> None:
    seam = SeamRow(13.0, "deepgram", "local", "no answer")

    text = TextExporter().render(stored(line(0), line(1), gap, seam, line(1800)))

    assert text == (
        "Weekly\n"
        "2026-11-05 14:03\n"
        "\n"
        "[00:00] You: Line 0.\n"
        "[00:02] Line 1.\n"
        "[00:05] (8 s not heard: the microphone was unplugged)\n"
        "[00:13] (Local engine took over: no answer)\n"
        "[1:00:00] You: Line 1800.\n"
    )


def test_a_meeting_without_a_title_is_called_by_its_number(stored: Callable[..., StoredMeeting]) -> None:
    assert TextExporter().render(stored(title="")).startswith("Meeting 7\n")
